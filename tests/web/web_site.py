"""The world of the page tests: a real engine with its pages on a real PostgreSQL, a carrier where
everybody answers, phones of agents, and people of every role who can sign in.

Nothing is written to the store by hand: settings, lists and people come in through the command line
and the HTTP API.
"""

import datetime
import http.client
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import rig  # noqa: E402

HOST = "127.0.0.1"
# A weekday afternoon in New York, so that calls are legal whenever the tests run.
CLOCK = datetime.datetime.fromisoformat("2026-11-23T15:00:00-05:00")
# Time goes on from one life of the engine to the next, as ids take for granted.
LIFE = datetime.timedelta(minutes=1)
CAMPAIGN = "autumn"
CALLER_ID = "+12125550199"
PASSWORD = "seven quiet harbours"
OIDC_SECRET = "a secret of the client, with signs: &=%+/"
# name -> role; agents have the phone of that number.
PEOPLE = {"olga": "ops", "sam": "supervisor", "carla": "compliance", "adam": "admin"}
AGENTS = {"ann": "agent001", "bob": "agent002"}
# Was an agent and is switched off; locks himself out; each for one test.
DISABLED, GUESSED = "zoe", "lena"
ROLES = ("ops", "agent", "supervisor", "compliance", "admin")
PERSON_OF = {role: name for name, role in PEOPLE.items()} | {"agent": "ann"}
CARRIER = ["--answer", 1, "--machine", 0, "--busy", 0, "--reject", 0, "--invalid", 0,
           "--congestion", 0, "--press-nine", 0, "--ring-mean", 0.5, "--ring-sd", 0.1,
           "--talk-mean", 600, "--talk-cv", 0.01]
HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = pathlib.Path(rig.ROOT) / "web/public/openapi.json"


def lead_numbers(count, area=646, first=100):
    """Fictional numbers of New York."""
    return [f"+1{area}5550{first + index}" for index in range(count)]


def tables():
    """The table of pages and the texts, as their own source says."""
    done = subprocess.run(["node", HERE / "tables.mjs"], capture_output=True, text=True)
    if done.returncode != 0:
        raise rig.RigError(f"tables.mjs: {done.stderr}")
    return json.loads(done.stdout)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        """All values of that field, joined as RFC 9110 5.3 allows; empty when it is not there."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def message(self):
        told = self.json()
        return told["error"]["message"] if isinstance(told, dict) and "error" in told else ""

    def __repr__(self):
        return f"{self.status} {self.body[:200]!r}"


def ask(port, method, path, headers=None, body=None, seconds=20):
    """One request on a connection of its own. Of an event stream only the head is read."""
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    try:
        sent = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, path, body=body, headers=sent)
        reply = connection.getresponse()
        stream = reply.getheader("Content-Type", "").startswith("text/event-stream")
        return Answer(reply.status, reply.getheaders(), b"" if stream else reply.read())
    finally:
        connection.close()


class Browser:
    """What a browser keeps of one person: the session cookie and its token against forgery."""

    def __init__(self, port):
        self.port = port
        self.cookie = ""
        self.cookie_name = "dialer_session"  # another one when only TLS may carry it
        self.csrf = ""
        self.last_set = ""

    def sign_in(self, name, password=PASSWORD):
        return self.send("POST", "/api/sign-in", {"name": name, "password": password})

    def headers(self, csrf=True):
        found = {}
        if self.cookie:
            found["Cookie"] = f"{self.cookie_name}={self.cookie}"
        if csrf and self.csrf:
            found["X-CSRF-Token"] = self.csrf
        return found

    def send(self, method, path, body=None, headers=None, csrf=True):
        answer = ask(self.port, method, path, {**self.headers(csrf), **(headers or {})}, body)
        self.last_set = answer.header("Set-Cookie")
        found = re.match(r"((?:__Host-)?dialer_session)=([^;]*)", self.last_set)
        if found:
            self.cookie_name, self.cookie = found.groups()
            self.csrf = (answer.json() or {}).get("csrf", "")
        return answer


class World:
    """All parts; `prepare` starts them, the workspace stops them."""

    def __init__(self, space):
        self.space, self.folder = space, space.path
        self.cluster = space.keep(rig.Cluster(self.folder / "pg", volatile=True))
        self.carrier = space.keep(rig.Carrier(self.folder, *CARRIER))
        self.config = self.folder / "dialer.toml"
        # An identity provider that is down, unless a test has one.
        self.issuer, self.http_port = f"http://{HOST}:9", 0
        self.ca_file = None  # whose certificates the provider may show; nothing: the system's
        self.tokens = {}
        self.lives = 0
        self.engine = self.phones = None

    def prepare(self):
        self.write_config()
        rig.dialer("migrate", "--config", self.config)
        rig.load_law(self.config, self.folder)
        rig.load_list(self.config, self.folder, "company", "2125550100\n")
        rig.dialer("audit", "key", "--config", self.config, "--by", "carla")
        for name, role in PEOPLE.items():
            self.add_person(name, role)
        for name, phone in AGENTS.items():
            self.add_agent(name, phone)
        self.add_agent(DISABLED, "agent008")
        self.add_agent(GUESSED, "agent009")
        self.start()

    def write_config(self, behind_proxy=False):
        trunk = {"name": "carrier", "host": HOST, "port": self.carrier.sip_port,
                 "calls_per_second_max": 50, "channels_max": 100, "options_interval_s": 0}
        rig.write_config(self.config, self.cluster, [trunk],
                         clock_start_at=(CLOCK + self.lives * LIFE).isoformat(),
                         http_port=self.http_port,
                         sip={"registration_max_s": 3600}, media={"silence_limit_ms": 600_000})
        text = self.config.read_text()
        # "x" is what requests written by hand call the engine.
        more = 'names = ["x", "dialer.example"]\n' + ("behind_proxy = true\n" * behind_proxy)
        text = text.replace("[http]\n", "[http]\n" + more)
        self.config.write_text(
            text + f'\n[audit]\nkey = "{self.folder / "audit.key"}"\nsign_interval_s = 1\n'
            + self.oidc_config())

    def oidc_config(self):
        secret = self.folder / "client.secret"
        secret.write_text(OIDC_SECRET + "\n")
        secret.chmod(0o600)
        trust = f'ca_file = "{self.ca_file}"\n' if self.ca_file else ""
        return f"""
[oidc]
{trust}issuer = "{self.issuer}"
client_id = "dialer"
client_secret_file = "client.secret"
public_url = "http://{HOST}:{self.http_port or 8080}"
label = "Acme"
role_claim = "groups"
roles = {{ dial-leads = "supervisor", dial-admins = "admin" }}
"""

    def add_person(self, name, role, *flags):
        self.tokens[name] = rig.add_user(self.config, name, role, *flags)
        rig.dialer("user", "password", name, "--config", self.config, text_input=PASSWORD + "\n")

    def add_agent(self, name, phone):
        rig.dialer("agent", "add", "--config", self.config, "--name", name.capitalize(),
                   "--sip-user", phone, "--password", rig.AGENT_PASSWORD)
        self.add_person(name, "agent", "--agent", phone)

    def start(self, name="engine"):
        self.engine = self.space.keep(rig.Engine(self.config, self.folder, name))
        self.port = self.engine.http_port
        rig.wait_until(lambda: self.live() and self.live()["trunks"][0]["up"], 20, "trunk up")

    def restart(self, behind_proxy=False):
        self.space.parts.remove(self.engine)
        if self.engine.stop() != 0:
            raise rig.RigError(f"the engine did not end well:\n{self.engine.tail()}")
        self.lives += 1
        self.write_config(behind_proxy)
        self.start("engine-again")

    def start_phones(self):
        """Phones of all agents; they answer, send a tone and count what they hear."""
        self.phones = self.space.keep(rig.Process(
            "phones", [rig.BIN / "softphones", "--count", len(AGENTS), "--registrar",
                       f"{HOST}:{self.engine.sip_port}", "--report", self.folder / "phones.json",
                       "--password", rig.AGENT_PASSWORD], self.folder))
        for name in AGENTS:
            rig.wait_until(lambda who=name: self.get("/api/agent/desk", who)["phone"] ==
                           "registered", 20, f"the phone of {name} is there")

    # -- a campaign with people to call

    def make_campaign(self, name=CAMPAIGN, leads=30, start=True):
        self.post("/api/campaigns", {
            "name": name, "template": "us-sales", "seller": "Acme", "offer": f"{name} power",
            "caller_id": CALLER_ID, "mode": "progressive", "wrap_up_max_s": 300}, want=201)
        self.post(f"/api/campaigns/{name}/scripts", {
            "text": "Hello {{name}}, this is Acme.",
            "form": [{"name": "budget", "label": "Budget", "type": "number"}]}, want=201)
        rows = [f"{number},Lead {index},NY" for index, number in enumerate(lead_numbers(leads))]
        self.import_text(name, "\n".join(["phone,name,state", *rows]) + "\n")
        if start:
            self.post(f"/api/campaigns/{name}/start", None, want=204)
            rig.wait_until(lambda: self.runtime(name).get("running"), 10, f"{name} runs")

    def import_text(self, campaign, text, file="leads.csv"):
        sent = ask(self.port, "POST", f"/api/uploads?name={urllib.parse.quote(file)}",
                   self.bearer("olga"), text.encode())
        job = self.post("/api/imports", {"upload": sent.json()["upload"], "campaign": campaign},
                        "olga", 202)["job"]

        def over():
            told = self.get(f"/api/import-jobs/{job}", "olga")
            return told if told["state"] not in ("queued", "running") else None
        told = rig.wait_until(over, 30, "the list is imported")
        if told["state"] != "done":
            raise rig.RigError(f"the import: {told}")
        return told["summary"]

    # -- the API

    def bearer(self, name):
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    def get(self, path, name="adam"):
        answer = ask(self.port, "GET", path, self.bearer(name))
        if answer.status != 200:
            raise rig.RigError(f"GET {path}: {answer}")
        return answer.json()

    def post(self, path, body=None, name="adam", want=200):
        answer = ask(self.port, "POST", path, self.bearer(name), body)
        if answer.status != want:
            raise rig.RigError(f"POST {path} {body}: {answer}")
        return answer.json()

    def live(self):
        answer = ask(self.port, "GET", "/api/live", self.bearer("sam"))
        return answer.json() if answer.status == 200 else None

    def runtime(self, campaign=CAMPAIGN):
        """A campaign as the engine has it; empty until it has it."""
        return next((each for each in self.live()["campaigns"] if each["name"] == campaign), {})

    def desk(self, name):
        return self.get("/api/agent/desk", name)

    def wait_for_desk(self, name, state, seconds=20):
        def there():
            desk = self.desk(name)
            return desk if desk["state"] == state else None
        return rig.wait_until(there, seconds, f"{name} is {state}")


def run(checks, world, out=print):
    """Runs checks, each a generator of faults, and yields whether each passed."""
    for check in checks:
        try:
            faults = list(check(world))
        except (rig.RigError, OSError, KeyError, TypeError, IndexError, ValueError, AttributeError,
                StopIteration, http.client.HTTPException) as error:
            faults = [repr(error)]
        name = check.__name__.replace("_", " ")
        text = "; ".join(map(str, faults[:12]))
        more = f"; and {len(faults) - 12} more" if len(faults) > 12 else ""
        out(f"FAILED {name}: {text}{more}" if faults else f"ok {name}", flush=True)
        yield not faults
