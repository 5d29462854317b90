"""The parts of the mode tests: a cluster with campaigns, a scripted carrier, phones and desks."""

import datetime
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import rig  # noqa: E402

from crash_site import write_message  # noqa: E402
from mini_agents import MiniAgents, md5  # noqa: E402

HOST = "127.0.0.1"
# A weekday afternoon in New York, on loopback trunks only. The clock must not go back between two
# lives of the engine: its ids are made from it.
CLOCK = "2026-11-23T15:00:00-05:00"
CLOCK_LATER = "2026-11-23T15:20:00-05:00"
TODAY = "2026-11-23"
CALLER_ID = 12125550199
# The last two digits of 212-555-01xx: what the person there does, by the carrier's script.
ANSWERS = [1, 2, 4, 8, 10, 11, 21, 22, 31, 32, *range(41, 61)]
ANSWER = {"answer_ms": 300, "ring_ms": 50}
BUSY = [6, 7, 9, 12]
RING_ONLY = [5, 14, 15]
PREVIEW_LOAN_S = 12
LISTED = [3, 13]  # on the company's list
REFUSED_BY_STORE = 70


def number(last):
    return f"+12125550{100 + last}"


def seller(campaign):
    """Each campaign calls for a seller of its own: one seller's calls are counted together."""
    return f"Acme {campaign}"


class Campaign:
    def __init__(self, name, mode, leads=(), agents=1, pool="", message=""):
        self.name, self.mode, self.leads, self.pool = name, mode, leads, pool
        self.message = message
        self.agents = [f"{name}{i}" for i in range(1, agents + 1)]


class Site:
    def __init__(self, workspace):
        self.space = workspace
        self.folder = workspace.path
        self.events = self.folder / "events"
        self.message = self.folder / "message.wav"
        write_message(self.message)
        self.campaigns = [
            Campaign("preview", "preview", [1, 2, 3, 4, 5], agents=2),
            Campaign("manual", "manual"),
            Campaign("first", "progressive", [], pool="shared"),
            Campaign("second", "progressive", [21, 22], agents=0, pool="shared"),
            Campaign("agentless", "agentless", [31, 32], agents=0, message=str(self.message)),
            Campaign("ahead", "predictive", range(41, 61), agents=2),
        ]
        self.cluster = workspace.keep(rig.Cluster(self.folder / "pg", volatile=True))
        script = self.folder / "script.json"
        script.write_text(json.dumps({number(last): ANSWER for last in ANSWERS}
                                     | {number(last): {"busy": True} for last in BUSY}
                                     | {number(last): {"ring_only": True} for last in RING_ONLY}))
        self.carrier = workspace.keep(rig.Carrier(self.folder, "--script", script))
        self.config = self.folder / "dialer.toml"
        self.engine = None
        self.phones = None

    # -- before and between engines

    def prepare(self):
        self.write_config()
        rig.dialer("migrate", "--config", self.config)
        rig.load_law(self.config, self.folder)
        rig.load_list(self.config, self.folder, "company",
                      "".join(f"{number(last)}\n" for last in LISTED))
        self.supervisor = rig.add_user(self.config, "supervisor", "admin")
        self.cluster.sql(";".join(self._rows_of(campaign) for campaign in self.campaigns))
        rig.give_scripts(self.cluster)
        for campaign in self.campaigns:
            self.import_leads(campaign.name, campaign.leads)
        self.ids = {name: int(key) for name, key in
                    self.cluster.sql("SELECT name, id FROM campaigns")}

    def import_leads(self, campaign, leads):
        if leads:
            path = self.folder / f"{campaign}.csv"
            path.write_text("phone,name\n" + "".join(f"{number(n)},Lead {n}\n" for n in leads))
            rig.dialer("import", path, "--campaign", campaign, "--config", self.config, "--quiet")

    def _rows_of(self, campaign):
        rows = ("INSERT INTO campaigns (name, seller, running, mode, lines_per_agent, caller_id,"
                " trunks, ring_max_s, wrap_up_max_s, attempts_max, retry_after_s, message_file,"
                f" pool) VALUES ('{campaign.name}', '{seller(campaign.name)}', true,"
                f" '{campaign.mode}', 1,"
                f" {CALLER_ID}, '{{}}', 20, 30, 1, 3600, '{campaign.message}', '{campaign.pool}')")
        for agent in campaign.agents:
            ha1 = md5(f"{agent}:dialer:{rig.AGENT_PASSWORD}")
            rows += (";WITH agent AS (INSERT INTO agents (name, sip_user, sip_ha1) VALUES"
                     f" ('{agent}', '{agent}', '{ha1}') RETURNING id)"
                     " INSERT INTO users (name, role, agent_id, token_sha256)"
                     f" SELECT '{agent}', 'agent', id, sha256('token-{agent}') FROM agent")
        return rows

    def write_config(self, later=False):
        trunk = {"name": "carrier", "host": HOST, "port": self.carrier.sip_port,
                 "calls_per_second_max": 50, "channels_max": 100, "options_interval_s": 0}
        rig.write_config(self.config, self.cluster, [trunk],
                         pacing={"event_log": str(self.events)},
                         engine={"preview_loan_s": PREVIEW_LOAN_S},
                         clock_start_at=CLOCK_LATER if later else CLOCK,
                         sip={"registration_max_s": 3600}, media={"silence_limit_ms": 600_000})

    # -- with the engine

    def start(self, later=False):
        self.write_config(later)
        self.started_at = time.monotonic()
        name = "engine-later" if later else "engine"
        self.engine = self.space.keep(rig.Engine(self.config, self.folder, name))
        self.phones = MiniAgents(self.engine.sip_port, rig.AGENT_PASSWORD)
        self.phones.register([agent for c in self.campaigns for agent in c.agents])
        rig.wait_until(lambda: self.live() and self.live()["trunks"][0]["up"], 15, "trunk up")

    def stop(self):
        """The exit code."""
        self.space.parts.remove(self.engine)
        code = self.engine.stop()
        self.phones.stop()
        self.phones = None
        return code

    def close(self):
        if self.phones:
            self.phones.stop()

    def live(self):
        """The live figures; nothing before the first ones are there."""
        status, body = self.engine.request("GET", "/api/live", self.supervisor)
        return body if status == 200 else None

    def campaign(self, name):
        return next(c for c in self.live()["campaigns"] if c["name"] == name)

    def post(self, agent, path, body=None):
        """(status, what the refusal says)."""
        status, reply = self.engine.request("POST", f"/api/agent/{path}", f"token-{agent}", body)
        return status, json.dumps(reply)

    def ask(self, agent, path, body=None):
        """As post, and it must be carried out."""
        status, reply = self.post(agent, path, body)
        if status != 204:
            raise rig.RigError(f"{agent}: {path}: {status} {reply}")

    def set(self, campaign, **settings):
        status, reply = self.engine.request("POST", f"/api/campaigns/{campaign}/settings",
                                            self.supervisor, settings)
        if status != 200:
            raise rig.RigError(f"settings of {campaign}: {status} {reply}")

    def sign_in(self, agent, campaign, ready=True):
        self.ask(agent, "sign-in", {"campaign": campaign, "ready": ready})

    def desk(self, agent):
        return self.engine.request("GET", "/api/agent/desk", f"token-{agent}")[1]

    def wait_for_state(self, agent, state, seconds=10):
        return rig.wait_until(lambda: self.desk(agent)["state"] == state and self.desk(agent),
                              seconds, f"{agent} is {state}")

    def shown(self, agent, other_than=None):
        """The lead in preview, once there is one."""
        def there():
            lead = self.desk(agent)["preview"]
            return lead if lead and lead["lead"] != other_than else None
        return rig.wait_until(there, 10, f"a lead is shown to {agent}")

    def talk(self, agent, code="contact", ready=True):
        """Waits for a call, ends it and says what it was; the number called."""
        desk = self.wait_for_state(agent, "talking")
        self.ask(agent, "hang-up")
        self.wait_for_state(agent, "wrap_up")
        self.ask(agent, "disposition", {"code": code, "ready": ready})
        return desk["call"]["number"]

    def lead(self, campaign, last):
        """(status, whether it is due) of a lead."""
        return self.cluster.sql(
            f"SELECT l.status, l.due_at < timestamptz '{CLOCK}' + interval '10 minutes'"
            " FROM leads l JOIN lead_phones p ON p.lead_id = l.id"
            f" WHERE p.campaign_id = {self.ids[campaign]} AND p.number = {number(last)[1:]}")[0]

    def lead_id(self, campaign, last):
        return int(self.cluster.sql("SELECT lead_id FROM lead_phones WHERE campaign_id ="
                                    f" {self.ids[campaign]} AND number = {number(last)[1:]}")[0][0])

    def engine_now(self):
        return datetime.datetime.fromisoformat(self.live()["at"].replace("Z", "+00:00"))

    def loan_ends_in_s(self, campaign, last):
        """Of a lead on loan, by the engine's clock."""
        until = float(self.cluster.sql(
            f"SELECT extract(epoch FROM l.leased_until - timestamptz '{CLOCK}') FROM leads l"
            " JOIN lead_phones p ON p.lead_id = l.id"
            f" WHERE p.campaign_id = {self.ids[campaign]} AND p.number = {number(last)[1:]}"
            " AND l.status = 'leased'")[0][0])
        return until - (time.monotonic() - self.started_at)

    def wait_for_ringing(self, last):
        """By the log, since the live figures may still be those of an earlier call."""
        rig.wait_until(lambda: self.cluster.sql(
            "SELECT 1 FROM attempts a JOIN attempt_events e ON e.attempt_id = a.id"
            f" WHERE a.number = {number(last)[1:]} AND e.kind = 'ringing'"), 5, "it rings")

    def results(self, campaign):
        """Rows of the log: number, outcome, treatment, message heard."""
        return self.cluster.sql(
            "SELECT a.number, r.outcome, r.treatment, r.message_started_at IS NOT NULL"
            " FROM attempts a JOIN attempt_results r ON r.attempt_id = a.id"
            f" WHERE a.campaign_id = {self.ids[campaign]} AND a.trunk <> 'earlier' ORDER BY a.id")

    def event_kinds(self, name):
        """How often each kind of event stands in the files of a pool or campaign."""
        counts = {}
        for path in self.events.glob(f"{name}-{TODAY}.jsonl"):
            for line in path.read_text().split("\n"):
                if line:
                    kind = json.loads(line)["kind"]
                    counts[kind] = counts.get(kind, 0) + 1
        return counts


def settle(condition, seconds=10):
    """True when the condition came to hold; a check then says what did not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False
