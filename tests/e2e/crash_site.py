"""The parts of the crash tests: a durable cluster, a carrier, phones that outlive the engine, and
an engine that can be killed and started again on the same ports.
"""

import datetime
import json
import math
import pathlib
import socket
import struct
import sys
import time
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

import rig  # noqa: E402

HOST = "127.0.0.1"
CAMPAIGN = "crash"
# A weekday noon from New York to Los Angeles, on loopback trunks only.
CLOCK_START = datetime.datetime(2026, 11, 23, 20, 0, tzinfo=datetime.timezone.utc)
# Of states without a cap on calls, since each lead is dialed over and over.
AREA_CODES = [213, 415, 916, 303, 216, 302, 202, 314, 615, 404, 312, 217, 317, 515, 316]
MESSAGE_S = 6
AT_WORK = {"ready", "reserved", "talking", "wrap_up"}


class Clock:
    """The engine's shifted clock over many lives of the engine: it never goes back.

    The setting has whole seconds, so each life starts up to a second ahead of where the last was.
    """

    def __init__(self):
        self.start = 0.0
        self.set_at = time.monotonic()

    def next(self):
        at = time.monotonic()
        self.start = math.floor(self.start + at - self.set_at) + 1
        self.set_at = at
        return (CLOCK_START + datetime.timedelta(seconds=self.start)).isoformat()


class Journal:
    """Follows the carrier's journal while it grows."""

    def __init__(self, path):
        self.path = path
        self.offset = 0
        self.entries = []

    def poll(self):
        """What came since the last call."""
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            data = file.read()
        whole = data[:data.rfind(b"\n") + 1]
        self.offset += len(whole)
        fresh = [json.loads(line) for line in whole.split(b"\n") if line]
        self.entries += fresh
        return fresh

    def invites(self):
        return [entry for entry in self.entries if entry["ev"] == "invite"]

    def wait_for_invite(self, seconds, what):
        """The first INVITE from now on."""
        self.poll()

        def first():
            return next((entry for entry in self.poll() if entry["ev"] == "invite"), None)

        return rig.wait_until(first, seconds, what, step=0.01)


def write_message(path):
    """A quiet tone in place of the message's speech: 8 kHz, mono."""
    samples = [int(4000 * math.sin(n * 2 * math.pi * 440 / 8000)) for n in range(8000 * MESSAGE_S)]
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))


class Site:
    """Everything that outlives the engine, and the engine of the moment."""

    def __init__(self, workspace, agents, leads_per_area, carrier_flags, script=None):
        self.space = workspace
        self.folder = workspace.path
        self.agents = agents
        self.clock = Clock()
        self.engine = None
        self.starts_s = []
        self.numbers = [f"+1{area}555{line:04d}" for line in range(100, 100 + leads_per_area)
                        for area in AREA_CODES]
        self.ports = dict(zip(("sip", "http"),
                              rig.free_ports(socket.SOCK_DGRAM, socket.SOCK_STREAM)))
        self.cluster = workspace.keep(rig.Cluster(self.folder / "pg"))
        flags = list(carrier_flags)
        if script:
            path = self.folder / "script.json"
            path.write_text(json.dumps(script(self.numbers)))
            flags += ["--script", path]
        self.carrier = workspace.keep(rig.Carrier(self.folder, *flags))
        self.journal = Journal(self.carrier.journal_path)
        self.config = self.folder / "dialer.toml"

    def prepare(self, lines_per_agent, retry_after_s):
        self.write_config()
        rig.dialer("migrate", "--config", self.config)
        rig.load_law(self.config, self.folder)
        message = self.folder / "message.wav"
        write_message(message)
        rig.dialer("campaign", "create", CAMPAIGN, "--config", self.config, "--seller",
                   "Acme Solar", "--caller-id", "+12125550199", "--mode", "ratio",
                   "--lines-per-agent", lines_per_agent, "--wrap-up-max", 5, "--attempts-max", 100,
                   "--message", message)
        rig.give_scripts(self.cluster)
        # Shorter than the command allows, so that leads come up again and again.
        self.cluster.sql(f"UPDATE campaigns SET retry_after_s = {retry_after_s}")
        rig.dialer("import", self.write_leads(), "--config", self.config, "--campaign", CAMPAIGN,
                   "--quiet")
        self.tokens = rig.add_agents(self.config, self.agents, self.folder)
        self.token = rig.add_user(self.config, "supervisor", "admin")
        rig.dialer("campaign", "start", CAMPAIGN, "--config", self.config)

    def write_leads(self):
        """A lead for each number; where the file is."""
        path = self.folder / "leads.csv"
        path.write_text("phone,name\n" + "".join(f"{n},Lead {n[-4:]}\n" for n in self.numbers))
        return path

    def write_config(self):
        trunk = {"name": "carrier", "host": HOST, "port": self.carrier.sip_port,
                 "calls_per_second_max": 80, "channels_max": 2000, "options_interval_s": 2}
        rig.write_config(self.config, self.cluster, [trunk], clock_start_at=self.clock.next(),
                         sip={"port": self.ports["sip"]}, http_port=self.ports["http"])

    def start_engine(self):
        self.write_config()
        began = time.monotonic()
        self.engine = self.space.keep(rig.Engine(self.config, self.folder))
        self.starts_s.append(time.monotonic() - began)

    def start_phones(self, *flags):
        self.phones = self.space.keep(
            rig.Softphones(self.folder, self.engine, self.agents, self.tokens, CAMPAIGN, *flags))

    def kill_engine(self):
        """kill -9; returns when the process is gone."""
        self.space.parts.remove(self.engine)
        self.engine.kill()

    def live(self):
        """The live figures, or nothing while the engine does not answer."""
        if not self.engine.alive():
            raise rig.RigError(f"the engine ended:\n{self.engine.tail()}")
        try:
            return self.engine.live(self.token)
        except (OSError, ValueError, rig.RigError):
            return None

    def agents_at_work(self):
        live = self.live()
        return 0 if live is None else sum(
            1 for agent in live["agents"] if agent["state"] in AT_WORK)

    def opt_out(self, number, seconds=10):
        """True when the engine said that the opt-out is stored; False when nothing is known."""
        try:
            status, _ = self.engine.request("POST", "/api/opt-outs", self.token,
                                            {"number": number}, seconds)
        except (OSError, ValueError):
            return False  # killed meanwhile
        if status == 504:
            return False  # the store did not answer in time; the engine goes on trying
        if status not in (200, 204):
            raise rig.RigError(f"POST /api/opt-outs: {status}")
        return True

    def finish(self):
        """Stops dialing, ends the calls, then stops the engine and the carrier. The agents leave
        first: one conversation in three hundred would last longer than anybody waits here."""
        rig.dialer("campaign", "stop", CAMPAIGN, "--config", self.config)
        self.phones.stop()

        def quiet():
            live = self.live()
            return live and sum(live["campaigns"][0]["lines"].values()) == 0

        try:
            rig.wait_until(quiet, 60, "all calls over", step=0.25)
        except rig.RigError as error:
            live = self.live()
            raise rig.RigError(f"{error}: {live and live['campaigns'][0]['lines']}") from error
        self.stopped_ms = time.time() * 1000
        code = self.engine.stop()
        self.carrier.stop()
        self.journal.poll()
        return code
