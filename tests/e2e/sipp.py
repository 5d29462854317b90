#!/usr/bin/env python3
"""Goal: whatever a carrier does, the engine dials right, logs right and hangs up right.

Method: one engine, one database, and for each scenario a campaign with one lead, one agent and its
own carrier: SIPp playing one file of tests/e2e/sipp/. All run at once, in about 75 s. Afterwards
SIPp's verdict, the dial log and SIPp's own count of INVITEs are held against sipp_scenarios.py.

    tests/e2e/sipp.py [SCENARIO ...]

Environment: DIALER_BIN is the folder of the binaries, DIALER_KEEP=1 keeps the logs.
"""

import concurrent.futures
import contextlib
import dataclasses
import os
import pathlib
import re
import signal
import sys

import hostile
import sipp_carrier
import sipp_scenarios
from breathless_carrier import BreathlessCarrier
from mini_agents import MiniAgents, md5
from sipp_carrier import HOST, ClosedPort, SilentTrunk, Sipp, header, rig

CLOCK = "2026-11-23T15:00:00-05:00"  # a weekday afternoon in New York, on loopback trunks only
CALLER_ID = 12125550199
FIRST_NUMBER = 12125550101
INVITE_TIMEOUT_MS = 8000
RING_MIN_S = 15.0  # 47 CFR 64.1200(a)(6)
CANCEL_WAIT_S = 32.0  # RFC 3261 9.1: 64 * T1
DEADLINE_S = 110
MEMORY_GROWTH_MAX_MB = 10  # by thousands of hostile packets


@dataclasses.dataclass
class Running:
    """A scenario with the parts that play it."""
    scenario: sipp_scenarios.Scenario
    numbers: list
    agent: str
    trunks: list = dataclasses.field(default_factory=list)  # names in the configuration
    own: object = None
    acted: bool = False
    faults: list = dataclasses.field(default_factory=list)


class Session:
    """The cluster, the carriers, the engine and the agents of one run."""

    def __init__(self, scenarios, workspace):
        self.folder = workspace.path
        self.workspace = workspace
        self.config = self.folder / "dialer.toml"
        self.by_port = {}  # port -> carrier
        self.trunk_ports = {}
        self.config_trunks = []
        self.runs = []
        number = FIRST_NUMBER
        for index, scenario in enumerate(scenarios, 1):
            numbers = [number + i for i in range(scenario.leads)]
            number += scenario.leads
            self.runs.append(Running(scenario, numbers, f"agent{index:03d}"))
        if number > FIRST_NUMBER + 98:
            raise rig.RigError("more leads than fictional numbers")

    # -- before the engine

    def prepare(self):
        sipp_carrier.write_tone(self.folder)
        self.cluster = self.workspace.keep(rig.Cluster(self.folder / "pg", volatile=True))
        self._write_config()
        rig.dialer("migrate", "--config", self.config)
        rig.load_law(self.config, self.folder)
        self.supervisor = rig.add_user(self.config, "supervisor", "admin")
        for run in self.runs:
            run.trunks = [run.scenario.name if trunk == "own" else trunk
                          for trunk in run.scenario.trunks]
        self.cluster.sql(";".join(self._rows_of(run) for run in self.runs))
        rig.give_scripts(self.cluster)
        self.tokens = {run.agent: f"token-{run.agent}" for run in self.runs}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(self._import_leads, self.runs))
        self._start_carriers()

    def _write_config(self):
        rig.write_config(self.config, self.cluster, self.config_trunks, clock_start_at=CLOCK,
                         # The agents' phones register once and do not refresh.
                         sip={"invite_timeout_ms": INVITE_TIMEOUT_MS, "registration_max_s": 3600},
                         media={"silence_limit_ms": 600_000})

    def _rows_of(self, run):
        """A campaign and its agent, without five processes a scenario."""
        trunks = ",".join(run.trunks)
        ha1 = md5(f"{run.agent}:dialer:{rig.AGENT_PASSWORD}")
        return (
            "INSERT INTO campaigns (name, seller, running, mode, lines_per_agent, caller_id,"
            " trunks, ring_max_s, wrap_up_max_s, attempts_max, retry_after_s, message_file) VALUES"
            # Each for a seller of its own: one seller's abandoned calls are counted together.
            f" ('{run.scenario.name}', 'Acme {run.scenario.name}', true, 'progressive', 1,"
            f" {CALLER_ID},"
            f" string_to_array('{trunks}', ','), 15, 1, 1, 3600, '');"
            " WITH agent AS (INSERT INTO agents (name, sip_user, sip_ha1) VALUES"
            f" ('{run.agent}', '{run.agent}', '{ha1}') RETURNING id)"
            " INSERT INTO users (name, role, agent_id, token_sha256)"
            f" SELECT '{run.agent}', 'agent', id, sha256('token-{run.agent}') FROM agent")

    def _import_leads(self, run):
        leads = self.folder / f"{run.scenario.name}.leads.csv"
        leads.write_text("phone,name\n" + "".join(f"+{n},Lead {n}\n" for n in run.numbers))
        rig.dialer("import", leads, "--campaign", run.scenario.name, "--config", self.config,
                   "--quiet")

    def _start_carriers(self):
        self.shared = {"never": SilentTrunk(), "closed": ClosedPort(), "silent": SilentTrunk(),
                       "probed_silent": SilentTrunk(),
                       "good": Sipp("answers_and_hangs_up", self.folder)}
        for name, carrier in self.shared.items():
            self._add_trunk(name, carrier, 1 if name == "probed_silent" else 0, {})
        for run in self.runs:
            if "own" in run.scenario.trunks:
                self._start_own(run)
        self._write_config()

    def _start_own(self, run):
        scenario = run.scenario
        keys = {key: f"{HOST}:{self.shared[value].port}"
                for key, value in scenario.own_keys.items()}
        if scenario.script == "breathless":
            run.own = BreathlessCarrier()
        else:
            run.own = Sipp(scenario.script or scenario.name, self.folder, keys, scenario.own_flags)
        more = sipp_scenarios.CREDENTIALS if scenario.credentials else {}
        self._add_trunk(scenario.name, run.own, scenario.options_interval_s, more)

    def _add_trunk(self, name, carrier, options_interval_s, more):
        self.by_port[carrier.port] = carrier
        self.trunk_ports[name] = carrier.port
        self.config_trunks.append({"name": name, "host": HOST, "port": carrier.port,
                                   "options_interval_s": options_interval_s, **more})

    # -- with the engine

    def start(self):
        self.engine = self.workspace.keep(rig.Engine(self.config, self.folder))
        self.wire = sipp_carrier.Wire(self.engine.sip_port)
        self.agents = MiniAgents(self.engine.sip_port, rig.AGENT_PASSWORD)
        self.agents.register([run.agent for run in self.runs])
        self._wait_for_trunks()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for fault in pool.map(self._sign_in, self.runs):
                if fault:
                    raise rig.RigError(fault)

    def _wait_for_trunks(self):
        """All but the one that is silent to OPTIONS must come up; it must be known to be down."""
        def settled():
            _, live = self.engine.request("GET", "/api/live", self.supervisor)
            return live and all(trunk["up"] == (trunk["name"] != "probed_silent")
                                for trunk in live["trunks"])
        rig.wait_until(settled, 15, "trunks up")

    def _sign_in(self, run):
        status, body = self.request(run, "/api/agent/sign-in",
                                    {"campaign": run.scenario.name, "ready": True})
        return "" if status == 204 else f"{run.agent} cannot sign in: {status} {body}"

    def request(self, run, path, body=None):
        return self.engine.request("POST", path, self.tokens[run.agent], body)

    def play(self):
        """Waits for the last result, and acts where a scenario needs somebody to."""
        def over():
            if not self.engine.alive():
                raise rig.RigError(f"the engine ended: {self.engine.tail()}")
            self._act()
            unfinished = self._unfinished()
            self._send_home(unfinished)
            return not unfinished
        try:
            rig.wait_until(over, DEADLINE_S, "all results in the log", step=0.25)
        except rig.RigError:
            for run in self._unfinished():
                run.faults.append(f"not over after {DEADLINE_S} s")

    def _send_home(self, unfinished):
        """SIPp costs CPU even when idle: what has played its part ends when its calls have."""
        for run in self.runs:
            if run not in unfinished and isinstance(run.own, Sipp) and run.scenario.own_calls:
                run.own.ask_to_end()

    def _unfinished(self):
        """Runs without a last word in the log. A row whose INVITE never left is none: under load
        the decision may be too old once the row is durable, and the lead is dialed again."""
        rows = self.cluster.sql(
            "SELECT a.number, count(*) FILTER (WHERE r.attempt_id IS NULL),"
            " count(*) FILTER (WHERE NOT r.failover_follows AND r.outcome <> 'not_sent')"
            " FROM attempts a"
            " LEFT JOIN attempt_results r ON r.attempt_id = a.id GROUP BY a.number")
        done = {int(number) for number, is_open, final in rows if is_open == "0" and final != "0"}
        return [run for run in self.runs if run.scenario.attempts and not done >= set(run.numbers)]

    def _act(self):
        live = self.engine.live(self.supervisor)
        talking = {agent["name"] for agent in live["agents"] if agent["state"] == "talking"}
        ringing = {c["name"] for c in live["campaigns"] if c["lines"]["ringing"] > 0}
        for run in self.runs:
            action = ACTIONS.get(run.scenario.action)
            if action and not run.acted and action(self, run, talking, ringing):
                run.acted = True

    # -- afterwards

    def _lines_up(self):
        self.last_live = self.engine.live(self.supervisor)
        return {c["name"]: c["lines"] for c in self.last_live["campaigns"]
                if any(c["lines"].values())}

    def stop(self):
        with contextlib.suppress(rig.RigError):  # judged from last_live
            rig.wait_until(lambda: not self._lines_up(), 5, "no line is up")
        self.lines_up = self._lines_up()
        for run in self.runs:
            if run.own:
                fault = run.own.stop()
                if fault:
                    run.faults.append(fault)
        self.shared_faults = [f"{name}: {carrier.stop()}" for name, carrier in self.shared.items()
                              if name == "good"]
        self.read_log()

    def close(self):
        """Ends whatever still runs, also after a failure half-way."""
        for part in ("agents", "wire"):
            if hasattr(self, part):
                getattr(self, part).stop()
        for carrier in [run.own for run in self.runs if run.own] + list(
                getattr(self, "shared", {}).values()):
            with contextlib.suppress(OSError, ValueError):
                carrier.stop()

    def read_log(self):
        columns = ("id", "number", "trunk", "failover_of", "outcome", "treatment", "sip_status",
                   "ended_by", "failover_follows", "agent_id", "ringing_at", "answered_at",
                   "bridged_at", "first_audio_at", "ended_at")
        times = ", ".join(f"extract(epoch FROM r.{c})" for c in columns if c.endswith("_at"))
        rows = self.cluster.sql(
            "SELECT a.id, a.number, a.trunk, a.failover_of, r.outcome, r.treatment, r.sip_status,"
            f" r.ended_by, r.failover_follows, r.agent_id, {times} FROM attempts a"
            " LEFT JOIN attempt_results r ON r.attempt_id = a.id ORDER BY a.id")
        self.attempts = [dict(zip(columns, row)) for row in rows]
        self.events = {}
        for attempt, seq, kind, detail in self.cluster.sql(
                "SELECT attempt_id, seq, kind, translate(detail, E'\\t\\n', '  ')"
                " FROM attempt_events ORDER BY attempt_id, seq"):
            self.events.setdefault(attempt, []).append((int(seq), kind, detail))

    def attempts_of(self, run):
        return [row for row in self.attempts if int(row["number"]) in run.numbers]

    def events_of(self, row):
        return [kind for _, kind, _ in self.events.get(row["id"], [])]


# -- what somebody does while the call is up; true once it is done

def agent_hangs_up(session, run, talking, _ringing):
    if run.agent not in talking:
        return False
    status, body = session.request(run, "/api/agent/hang-up")
    if status != 204:
        run.faults.append(f"hang-up: {status} {body}")
    return True


def opt_out(session, run, _talking, ringing):
    if run.scenario.name not in ringing:
        return False
    status, body = session.request(run, "/api/opt-outs", {"number": f"+{run.numbers[0]}"})
    if status not in (200, 201, 204):
        run.faults.append(f"opt-out: {status} {body}")
    return True


def revoke(session, run, _talking, ringing):
    if run.scenario.name not in ringing:
        return False
    rig.dialer("consent", "revoke", f"+{run.numbers[0]}", "--means", "spoken", "--seller",
               f"Acme {run.scenario.name}", "--config", session.config)
    return True


def attack(session, run, talking, _ringing):
    if run.agent not in talking:
        return False
    memory_mb = session.engine.memory_mb()
    run.faults += hostile.attack(session.engine.sip_port, run.own)
    growth_mb = session.engine.memory_mb() - memory_mb
    sanitized = "ASAN_OPTIONS" in os.environ  # its quarantine keeps what was freed
    if growth_mb > MEMORY_GROWTH_MAX_MB and not sanitized:
        run.faults.append(f"memory grew by {growth_mb:.0f} MB")
    live = session.engine.live(session.supervisor)
    if not any(agent["name"] == run.agent and agent["state"] == "talking"
               for agent in live["agents"]):
        run.faults.append("the call did not survive")
    if min(live["dropped"].values()) == 0:
        run.faults.append(f"not counted: {live['dropped']}")
    session.agents.register([run.agent])  # its own password still works
    return agent_hangs_up(session, run, talking, _ringing)


ACTIONS = {"agent_hangs_up": agent_hangs_up, "opt_out": opt_out, "revoke": revoke,
           "attack": attack}


# -- further looks at a scenario; they yield faults

def rang_long_enough(_session, run):
    ringing, cancel = run.own.first("sent", "SIP/2.0 180"), run.own.first("received", "CANCEL ")
    if ringing is None or cancel is None:
        yield "no CANCEL after the ringing"
    elif not RING_MIN_S <= cancel - ringing <= RING_MIN_S + 3:
        yield f"given up after {cancel - ringing:.3f} s of ringing"


def rang_short(_session, run):
    ringing, cancel = run.own.first("sent", "SIP/2.0 180"), run.own.first("received", "CANCEL ")
    if cancel is None or cancel - ringing > RING_MIN_S / 2:
        yield "the person's word did not end the ringing at once"


def rang_once(session, run):
    for row in session.attempts_of(run):
        count = session.events_of(row).count("ringing")
        if count != 1:
            yield f"{count} ringing events"


def audio_reached_the_agent(session, run):
    for row in session.attempts_of(run):
        if not row["first_audio_at"]:
            yield "no customer audio was sent to the agent"


def bye_was_repeated(_session, run):
    if run.own.count("received", "BYE ") < 2:
        yield "the BYE was not repeated"


def credentials_are_right(_session, run):
    """RFC 2617 3.2.2.1, worked out here once more from the password."""
    found = [header(message, "Proxy-Authorization") or header(message, "Authorization")
             for _, way, message in run.own.messages()
             if way == "received" and message.startswith("INVITE")]
    part = dict(re.findall(r'(\w+)="?([^",]+)"?', found[-1]))
    known = sipp_scenarios.CREDENTIALS
    ha1 = md5(f"{known['user']}:{part['realm']}:{known['password']}")
    qop = [part[name] for name in ("nc", "cnonce", "qop") if "qop" in part]
    answer = md5(":".join([ha1, part["nonce"], *qop, md5(f"INVITE:{part['uri']}")]))
    if (part["username"], part["response"]) != (known["user"], answer):
        yield f"wrong credentials: {found[-1]}"


def gives_up_on_the_cancel(session, run):
    """RFC 3261 9.1: without a final response the call is over 64 * T1 after the CANCEL."""
    for row in session.attempts_of(run):
        took_s = float(row["ended_at"]) - float(row["ringing_at"])
        if took_s > RING_MIN_S + CANCEL_WAIT_S + 3:
            yield f"over only {took_s:.1f} s after the ringing began"


def silence_is_short(session, run):
    first = session.attempts_of(run)[0]
    began = int(first["id"]) >> 22  # campaigns/ids.hpp: milliseconds in the high bits
    took_s = float(first["ended_at"]) - (began / 1000 + 1704067200)
    if not 0.9 * INVITE_TIMEOUT_MS <= took_s * 1000 <= INVITE_TIMEOUT_MS + 2000:
        yield f"a silent trunk was given up after {took_s:.1f} s"


def live_trunk(session, name):
    return next(trunk for trunk in session.last_live["trunks"] if trunk["name"] == name)


def trunk_is_up(session, run):
    if not live_trunk(session, run.scenario.name)["up"]:
        yield "a trunk that answers OPTIONS is not up"
    if run.own.count("received", "OPTIONS ") < 3:
        yield "the trunk is not probed again"


def trunk_stays_down(session, run):
    if live_trunk(session, "probed_silent")["up"]:
        yield "a trunk that is silent to OPTIONS is up"
    if not session.shared["probed_silent"].requests:
        yield "the trunk is not probed"
    campaign = next(c for c in session.last_live["campaigns"] if c["name"] == run.scenario.name)
    if not any("down" in why and "OPTIONS" in why for why in campaign["not_dialing"]):
        yield f"the page does not say why: {campaign['not_dialing']}"


CHECKS = {check.__name__: check for check in (
    rang_long_enough, rang_short, rang_once, audio_reached_the_agent, bye_was_repeated,
    credentials_are_right, gives_up_on_the_cancel, silence_is_short, trunk_is_up, trunk_stays_down)}


# -- the log against the table

def compare_attempt(session, run, row, want):
    trunk = run.scenario.name if want.trunk == "own" else want.trunk
    if row["trunk"] != trunk:
        yield f"trunk {row['trunk']}, not {trunk}"
    if row["outcome"] != want.outcome:
        yield f"outcome {row['outcome']}, not {want.outcome}"
    if row["treatment"] not in want.treatment:
        yield f"treatment {row['treatment']}, not {' or '.join(want.treatment)}"
    if want.status is not None and row["sip_status"] != str(want.status):
        yield f"status {row['sip_status']}, not {want.status}"
    if want.ended_by and row["ended_by"] != want.ended_by:
        yield f"ended by {row['ended_by']}, not {want.ended_by}"
    if (row["failover_follows"] == "t") != want.failover_follows:
        yield f"failover_follows is {row['failover_follows']}"
    yield from compare_events(session, row, want)
    yield from compare_times(row)


def compare_events(session, row, want):
    events = session.events.get(row["id"], [])
    kinds = [kind for _, kind, _ in events]
    if [seq for seq, _, _ in events] != list(range(len(events))):
        yield f"gaps in the events: {events}"
    left = iter(kinds)
    if not all(kind in left for kind in want.events):
        yield f"events {kinds}, not {list(want.events)}"
    unwanted = set(kinds) & set(want.never_events)
    if unwanted:
        yield f"events {sorted(unwanted)}"


def compare_times(row):
    names = [n for n in ("ringing_at", "answered_at", "bridged_at", "ended_at") if row[n]]
    if any(float(row[a]) > float(row[b]) for a, b in zip(names, names[1:])):
        yield f"times out of order: {({n: row[n] for n in names})}"
    if (row["outcome"] == "answered") != bool(row["answered_at"]):
        yield f"answered_at is '{row['answered_at']}' for {row['outcome']}"
    if (row["treatment"] == "bridged") != bool(row["bridged_at"]):
        yield f"bridged_at is '{row['bridged_at']}' for {row['treatment']}"
    if row["treatment"] == "bridged" and not row["agent_id"]:
        yield "bridged to nobody"


def compare_log(session, run):
    rows = [row for row in session.attempts_of(run) if row["outcome"] != "not_sent"]
    wanted = run.scenario.attempts
    if len(rows) != len(wanted):
        yield f"{len(rows)} attempts, not {len(wanted)}: " + ", ".join(
            f"{row['trunk']} {row['outcome']} {row['sip_status']}" for row in rows)
    for row, want in zip(rows, wanted):
        yield from compare_attempt(session, run, row, want)
    challenged = sum(session.events_of(row).count("challenged") for row in rows)
    if challenged != run.scenario.challenged:
        yield f"{challenged} challenged events, not {run.scenario.challenged}"


def compare_invites(session, run):
    """INVITEs that the carriers saw against the log, trunk by trunk."""
    rows = session.attempts_of(run)
    numbers = {str(number) for number in run.numbers}
    for name in run.trunks:
        logged = [row for row in rows if row["trunk"] == name and row["outcome"] != "not_sent"]
        expected = len(logged) + sum(session.events_of(row).count("challenged") for row in logged)
        port = session.trunk_ports[name]
        seen = session.by_port[port].invites()
        counts = {"the carrier": seen} if seen else {}
        if session.wire.available:
            counts["the wire"] = session.wire.invites(port)
        for witness, invites in counts.items():
            if invites.of(numbers) != expected:
                yield (f"{witness} saw {invites.of(numbers)} INVITEs on {name}, the log has "
                       f"{expected}")
        if name == run.scenario.name and seen.repeats_of(numbers) < run.scenario.repeats_min:
            yield f"only {seen.repeats_of(numbers)} repeated INVITEs"


def compare_calls(run):
    if isinstance(run.own, Sipp) and run.scenario.own_calls:
        calls = run.own.calls()
        if calls != (run.scenario.own_calls, 0):
            yield f"SIPp: {calls[0]} calls as expected, {calls[1]} not"


def judge(session, run):
    """All faults of one scenario."""
    faults = list(run.faults)
    faults += compare_log(session, run)
    faults += compare_invites(session, run)
    faults += compare_calls(run)
    if run.scenario.action and not run.acted:
        faults.append(f"nobody could do '{run.scenario.action}'")
    for check in run.scenario.checks:
        try:
            faults += CHECKS[check](session, run)
        except (IndexError, KeyError, TypeError, ValueError) as error:
            faults.append(f"{check}: {error!r}")
    return faults


def judge_the_whole(session, run_count):
    """What must hold over all scenarios together."""
    faults = [fault for fault in session.shared_faults if not fault.endswith(": ")]
    if session.wire.available:
        on_wire = sum(len(seen.transactions) for port, seen in session.wire.by_port.items()
                      if port in session.by_port)
        sent = sum(1 for row in session.attempts if row["outcome"] != "not_sent")
        challenged = sum(session.events_of(row).count("challenged") for row in session.attempts)
        if on_wire != sent + challenged:
            faults.append(f"{on_wire} INVITEs on the wire, {sent} attempts and {challenged} "
                          "challenges in the log")
        strange = set(session.wire.by_port) - set(session.by_port) - {session.agents.port}
        if strange:
            faults.append(f"INVITEs to ports that are no trunk: {sorted(strange)}")
    if session.lines_up:
        faults.append(f"lines still up: {session.lines_up}")
    if session.engine.stop(how=signal.SIGTERM) != 0:
        faults.append(f"the engine ended {session.engine.process.returncode}")
    if run_count != len(session.last_live["campaigns"]):
        faults.append("campaigns are missing in the live figures")
    return faults


def report(results):
    failed = 0
    for name, faults in results:
        failed += 1 if faults else 0
        text = re.sub(r"\s+", " ", "; ".join(faults))
        print(f"FAILED {name}: {text}" if faults else f"ok {name}")
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main(names):
    scenarios = [s for s in sipp_scenarios.ALL if not names or s.name in names]
    unknown = set(names) - {scenario.name for scenario in scenarios}
    if unknown:
        print(f"sipp: no such scenario: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    with rig.Workspace("sipp") as workspace:
        session = Session(scenarios, workspace)
        try:
            session.prepare()
            session.start()
            session.play()
            session.stop()
            results = [(run.scenario.name, judge(session, run)) for run in session.runs]
            results.append(("the_run_as_a_whole", judge_the_whole(session, len(session.runs))))
        finally:
            session.close()
    return report(results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
