"""Starts the real parts for the demo and the end-to-end tests: a private PostgreSQL cluster, the
simulated carrier, softphones and the engine, each a process of its own on loopback.

Everything that is started is stopped again, by process id. Python's standard library only.
"""

import json
import os
import pathlib
import random
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = pathlib.Path(os.environ.get("DIALER_BIN", ROOT / "build" / "bin"))


# Set by who takes Ctrl-C himself: the parts then do not get it from the terminal.
own_groups = False

HOST = "127.0.0.1"
# Below what the kernel gives out and what the engine's media takes.
PORT_FIRST, PORT_LAST = 10000, 16000


class RigError(RuntimeError):
    pass


def free(port, kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            return True
        except OSError:
            return False


def free_ports(*kinds, in_a_row=0):
    """A free port of each kind, and the first of `in_a_row` free UDP ports. Nobody else gets them
    from the kernel, so that a server can leave one and come back to it."""
    while True:
        size = len(kinds) + in_a_row
        first = random.randrange(PORT_FIRST, PORT_LAST - size, 2)
        wanted = [*kinds, *[socket.SOCK_DGRAM] * in_a_row]
        if all(free(first + index, kind) for index, kind in enumerate(wanted)):
            return [first + index for index in range(len(kinds) + (in_a_row > 0))]


def wait_until(condition, seconds, what, step=0.05):
    """Polls until `condition()` is truthy and returns its value; fails after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise RigError(f"not within {seconds} s: {what}")
        time.sleep(step)


class Process:
    """A child process with its output in a file; the first line of stdout may be JSON."""

    def __init__(self, name, command, folder, env=None):
        self.name = name
        self.command = [str(part) for part in command]
        self.log_path = pathlib.Path(folder) / f"{name}.log"
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})}, process_group=0 if own_groups else None)

    def first_json_line(self, seconds=20):
        """The line with which a server tells its ports."""
        deadline = time.monotonic() + seconds
        buffer = b""
        while time.monotonic() < deadline:
            ready, _, _ = select.select([self.process.stdout], [], [], 0.1)
            if ready:
                chunk = os.read(self.process.stdout.fileno(), 4096)
                if not chunk:
                    break
                buffer += chunk
                for line in buffer.split(b"\n")[:-1]:
                    if line.startswith(b"{"):
                        return json.loads(line)
        raise RigError(f"{self.name} did not start; see {self.log_path}:\n{self.tail()}")

    def tail(self, size=2000):
        self.log.flush()
        return self.log_path.read_text(errors="replace")[-size:]

    def alive(self):
        return self.process.poll() is None

    def stop(self, seconds=15, how=signal.SIGTERM):
        """Asks the process to end and waits; kills it when it does not."""
        if self.alive():
            self.process.send_signal(how)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def cpu_seconds(self):
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = stat.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


class Cluster:
    """A private PostgreSQL cluster on a Unix socket (tools/cluster)."""

    def __init__(self, folder, volatile=False):
        self.folder = pathlib.Path(folder)
        self.volatile = ["--volatile"] if volatile else []
        self.dsn = None
        self.start()

    def start(self):
        self.dsn = self._call("start", *self.volatile).split("\n")[-1]
        return self

    def _call(self, verb, *flags):
        done = subprocess.run([ROOT / "tools" / "cluster", verb, self.folder, *flags],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise RigError(f"tools/cluster {verb}: {done.stderr.strip()}")
        return done.stdout.strip()

    def user_dsn(self, user):
        return f"{self.dsn} user={user}"

    def sql(self, query, user="dialer_owner"):
        """Rows of a query as lists of strings."""
        done = subprocess.run(
            ["psql", "-X", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d",
             self.user_dsn(user), "-c", query],
            capture_output=True, text=True)
        if done.returncode != 0:
            raise RigError(f"psql: {done.stderr.strip()}")
        return [line.split("\t") for line in done.stdout.split("\n") if line]

    def stop(self):
        self._call("stop")

    def kill(self):
        """As a power cut would; start() brings it back with all that was committed."""
        self._call("kill")

    def destroy(self):
        self._call("destroy")


def dialer(*arguments, check=True, text_input=None):
    """Runs one command of the dialer's binary."""
    done = subprocess.run([str(BIN / "dialer"), *map(str, arguments)], capture_output=True,
                          text=True, input=text_input)
    if check and done.returncode != 0:
        raise RigError(f"dialer {' '.join(map(str, arguments))}: {done.returncode}\n"
                       f"{done.stdout}{done.stderr}")
    return done


def write_config(path, cluster, trunks, clock_start_at=None, sip=None, media=None, engine=None,
                 pacing=None, http_port=0, sessions=4, browser_phones=None):
    """Writes a dialer.toml. `trunks`: list of dicts of [[trunk]] keys."""
    def value(item):
        return json.dumps(item)

    lines = ["[store]", f"dsn = {value(cluster.user_dsn('dialer_engine'))}",
             f"owner_dsn = {value(cluster.user_dsn('dialer_owner'))}", f"sessions = {sessions}",
             "", "[dnc]", f"packs = {value(str(ROOT / 'dnc/packs'))}",
             f"area_codes = {value(str(ROOT / 'dnc/geo/nanp.csv'))}",
             "", "[http]", f"port = {http_port}", f"web_root = {value(str(ROOT / 'build/web'))}"]
    lines += ["", "[engine]"] + [f"{key} = {value(item)}" for key, item in (engine or {}).items()]
    if clock_start_at:
        lines.append(f"clock_start_at = {clock_start_at}")
    for name, table in (("sip", sip), ("media", media), ("pacing", pacing),
                        ("browser_phones", browser_phones)):
        if table:
            lines += ["", f"[{name}]"] + [f"{key} = {value(item)}" for key, item in table.items()]
    for trunk in trunks:
        lines += ["", "[[trunk]]"] + [f"{key} = {value(item)}" for key, item in trunk.items()]
    pathlib.Path(path).write_text("\n".join(lines) + "\n")
    return path


# Of the lists that the rules ask for; on the day after it the demo and the tests take place.
LIST_DATE = "2026-11-20"
# Nobody has that number: a list must have one to be loaded.
LISTED_NUMBER = "2125550100"


def load_list(config, folder, name, text, *flags, as_of=LIST_DATE):
    """A version of a suppression list, from a text with a number a line."""
    path = pathlib.Path(folder) / f"{name}.list.txt"
    path.write_text(text)
    dialer("dnc", "load", path, "--config", config, "--list", name, "--as-of", as_of, "--quiet",
           *flags)


def give_scripts(cluster):
    """What call records need of every campaign: what is offered, and the script that agents use.
    By SQL, since it must have been there before, by the engine's clock, which may be a shifted one.
    """
    cluster.sql(
        "UPDATE campaigns SET subject = 'home energy' WHERE btrim(subject) = '';"
        " INSERT INTO scripts (campaign_id, version, text, form, at, by_whom)"
        " SELECT id, 1, 'Good day {{name}}, I am calling for ' || seller || '.', '[]',"
        " '2026-01-01T00:00:00Z', 'rig' FROM campaigns c"
        " WHERE NOT EXISTS (SELECT FROM scripts s WHERE s.campaign_id = c.id)")


def load_law(config, folder, national=LISTED_NUMBER, wireless=LISTED_NUMBER,
             massachusetts=LISTED_NUMBER):
    """All lists without which the rules of the United States let nobody be called; each a text
    with a number a line."""
    load_list(config, folder, "national", national + "\n")
    load_list(config, folder, "wireless", wireless + "\n", "--kind", "wireless", "--country", "US")
    load_list(config, folder, "massachusetts", massachusetts + "\n", "--kind", "state",
              "--country", "US", "--region", "MA")


def load_consents(config, folder, seller, numbers, grade="written", at="2026-11-02T15:00:00Z",
                  name="consents"):
    """Consents with their evidence, as a web form would leave them."""
    path = pathlib.Path(folder) / f"{name}.csv"
    rows = [f"{number},{grade},{seller},{at},quote page v7,192.0.2.7" for number in numbers]
    path.write_text("\n".join(["number,grade,sellers,at,form,ip", *rows]) + "\n")
    dialer("consent", "load", path, "--config", config, "--quiet", "--by", "rig")


class Engine(Process):
    """`dialer serve`."""

    def __init__(self, config, folder, name="engine"):
        super().__init__(name, [BIN / "dialer", "serve", "--config", config], folder)
        ports = self.first_json_line()
        self.sip_port = ports["sip_port"]
        self.http_port = ports["http_port"]
        self.redirect_port = ports["redirect_port"]
        self.url = f"http://127.0.0.1:{self.http_port}"

    def request(self, method, path, token=None, body=None, seconds=10):
        """(status, parsed JSON or text)."""
        request = urllib.request.Request(self.url + path, method=method)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, data, timeout=seconds) as reply:
                status, text = reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        try:
            return status, json.loads(text)
        except json.JSONDecodeError:
            return status, text

    def live(self, token):
        status, body = self.request("GET", "/api/live", token)
        if status != 200 or not isinstance(body, dict):
            raise RigError(f"GET /api/live: {status} {body}")
        return body


class Carrier(Process):
    """The simulated carrier (tests/peers/carrier)."""

    def __init__(self, folder, *flags, name="carrier", port=0):
        self.report_path = pathlib.Path(folder) / f"{name}.json"
        self.journal_path = pathlib.Path(folder) / f"{name}.jsonl"
        super().__init__(name, [BIN / "carrier", "--port", port, "--report", self.report_path,
                                "--journal", self.journal_path, *flags], folder)
        self.sip_port = self.first_json_line()["sip_port"]

    def journal(self):
        lines = self.journal_path.read_text().split("\n")
        return [json.loads(line) for line in lines if line.endswith("}")]

    def report(self):
        return json.loads(self.report_path.read_text())


class Softphones(Process):
    """Simulated agents and their phones (tests/peers/softphones)."""

    def __init__(self, folder, engine, count, tokens_path, campaign, *flags, name="softphones"):
        self.report_path = pathlib.Path(folder) / f"{name}.json"
        super().__init__(name, [BIN / "softphones", "--count", count,
                                "--registrar", f"127.0.0.1:{engine.sip_port}",
                                "--api", engine.url, "--tokens", tokens_path,
                                "--campaign", campaign, "--report", self.report_path,
                                "--password", AGENT_PASSWORD, *flags], folder)

    def report(self):
        return json.loads(self.report_path.read_text())


AGENT_PASSWORD = "correct horse"


def add_agents(config, count, folder, prefix="agent"):
    """Agents agent001 .. with phones and tokens; returns the path of the token file."""
    tokens = {}
    for number in range(1, count + 1):
        user = f"{prefix}{number:03d}"
        dialer("agent", "add", "--config", config, "--name", f"Agent {number:03d}", "--sip-user",
               user, "--password", AGENT_PASSWORD)
        tokens[user] = add_user(config, user, "agent", "--agent", user)
    path = pathlib.Path(folder) / f"{prefix}-tokens.json"
    path.write_text(json.dumps(tokens))
    return path


def add_user(config, name, role, *flags):
    """The new user's token."""
    out = dialer("user", "add", name, "--config", config, "--role", role, *flags).stdout
    return out.strip().split()[-1]


class Workspace:
    """A scratch folder that is removed at the end unless DIALER_KEEP is set."""

    def __init__(self, name):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix=f"dialer-{name}-"))
        os.chmod(self.path, 0o755)  # the cluster's own user must get in
        self.parts = []

    def keep(self, part):
        self.parts.append(part)
        return part

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        for part in reversed(self.parts):
            try:
                (part.destroy if isinstance(part, Cluster) else part.stop)()
            except (RigError, OSError, ValueError) as error:
                print(f"rig: {error}")
        if os.environ.get("DIALER_KEEP"):
            print(f"rig: kept {self.path}")
        else:
            shutil.rmtree(self.path, ignore_errors=True)
