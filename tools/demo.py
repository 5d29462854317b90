"""The demo: a sample list becomes bridged calls and a dial log, with real parts on loopback.

Run by tools/demo, which installs and builds first. Ends by itself with a summary; stops everything
that it started. Exit code 0 when calls were bridged and the log agrees with the carrier.
"""

import argparse
import collections
import json
import pathlib
import socket
import subprocess
import sys
import time

import demo_browser
import demo_figures
import demo_law
import demo_world
import rig

CAMPAIGN = "demo"
# Nobody types numbers here, so manual mode has nothing to show.
MODES = ["predictive", "progressive", "ratio", "preview", "agentless"]
ATTEMPTS_MAX = 100
# A Monday in winter; the same hour whenever the demo runs, so that its result is the same.
CLOCK_START = "2026-11-23T15:00:00-05:00"
CALLER_ID = "+12125550199"
SELLER = "Example Energy"
# Of the supervisor, on loopback, for as long as the demo runs.
PASSWORD = "wallboard-of-the-demo"
MESSAGE = ("Hello. This is Example Energy calling with an offer for your home. We could not "
           "connect you to a person just now. You can call us back at 212 555 0199 during business "
           "hours. "
           "To be placed on our do not call list, press 9 now.")


def parse_arguments():
    parser = argparse.ArgumentParser(prog="tools/demo", description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int,
                        help="how long to dial (default 120; with --browser until Ctrl-C)")
    parser.add_argument("--browser", action="store_true",
                        help="let people sign in to the pages: one agent's place is free, with a "
                             "phone in the browser")
    parser.add_argument("--agents", type=int, default=10, help="simulated agents (default 10)")
    parser.add_argument("--summary", metavar="FILE", help="write the summary as JSON here")
    parser.add_argument("--mode", choices=MODES, default="predictive",
                        help="how lines are dialed (default predictive); see dialer campaign "
                             "create --help")
    parser.add_argument("--lines-per-agent", type=float, default=1.5,
                        help="for --mode ratio (default 1.5)")
    parser.add_argument("--give-up-after", type=int, default=25, metavar="S",
                        help="seconds of ringing until the engine gives up, at least 15 "
                             "(default 25)")
    parser.add_argument("--retry-after", type=int, default=3600, metavar="S",
                        help="seconds until a lead is dialed again, at least 60 (default 3600: "
                             "not in a demo)")
    parser.add_argument("--warm-up", type=float, default=0, metavar="S",
                        help="seconds after all agents are ready that the figures leave out "
                             "(default 0)")
    parser.add_argument("--http-port", type=int, default=8080, metavar="PORT",
                        help="of the pages, when it is free (default 8080); 0: any")
    parser.add_argument("--event-log", metavar="FOLDER",
                        help="write what pacing is told of here, for pacing_replay")
    parser.add_argument("--experience", metavar="FILE",
                        help="what the campaign's pacing has learnt before (as pacing_warm prints "
                             "it); without it the campaign is new and dials with caution")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated world (default 1)")
    demo_world.add_arguments(parser)
    options = parser.parse_args()
    if options.mode == "agentless":
        options.agents = 0
    if options.seconds is None:
        options.seconds = demo_browser.FOREVER_S if options.browser else 120
    return options


def free_port(wanted):
    """The wanted TCP port when it is free, else 0 (any)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
            return wanted
        except OSError:
            return 0


def say(text):
    print(text, flush=True)


def make_message(folder):
    """The safe-harbour message as speech, 8 kHz."""
    path = folder / "message.wav"
    subprocess.run(["flite", "-voice", "kal", "-t", MESSAGE, "-o", path], check=True)
    return path


class Demo:
    def __init__(self, options, workspace):
        self.options = options
        self.space = workspace
        self.phones = None
        self.pacing = {}
        self.folder = workspace.path
        self.visitors = demo_browser.Visitors(workspace) if options.browser else None

    def prepare(self):
        say("starting a private PostgreSQL cluster ...")
        self.cluster = self.space.keep(rig.Cluster(self.folder / "cluster"))
        self.carrier = self.space.keep(rig.Carrier(
            self.folder, "--seed", self.options.seed,
            *demo_world.flags(self.options, demo_world.CARRIER)))
        trunk = {"name": "carrier", "host": "127.0.0.1", "port": self.carrier.sip_port,
                 "calls_per_second_max": 50, "channels_max": 1000, "options_interval_s": 5}
        self.config = rig.write_config(
            self.folder / "dialer.toml", self.cluster, [trunk], clock_start_at=CLOCK_START,
            http_port=free_port(self.options.http_port),
            browser_phones=self.visitors.phones.table() if self.visitors else None)
        self.configure_events()
        rig.dialer("migrate", "--config", self.config)
        self.prepare_people()
        if self.options.experience:
            self.prepare_experience()
        self.prepare_leads()

    def configure_events(self):
        if not self.options.event_log:
            return
        folder = pathlib.Path(self.options.event_log).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        with open(self.config, "a", encoding="utf-8") as config:
            config.write(f"\n[pacing]\nevent_log = {json.dumps(str(folder))}\n")

    def prepare_people(self):
        self.tokens = rig.add_agents(self.config, self.options.agents, self.folder)
        self.token = rig.add_user(self.config, "supervisor", "supervisor")
        rig.dialer("user", "password", "supervisor", "--config", self.config,
                   text_input=f"{PASSWORD}\n")
        rig.dialer("campaign", "create", CAMPAIGN, "--config", self.config, "--seller",
                   SELLER, "--subject", "home energy", "--caller-id", CALLER_ID, "--mode",
                   self.options.mode,
                   # Long enough that no simulated person is made ready by force.
                   "--wrap-up-max", max(30, min(3600, int(10 * self.options.wrap_mean))),
                   "--ring-max", self.options.give_up_after, "--retry-after",
                   self.options.retry_after, "--attempts-max", ATTEMPTS_MAX, "--message",
                   make_message(self.folder),
                   *(["--lines-per-agent", self.options.lines_per_agent]
                     if self.options.mode == "ratio" else []))
        rig.give_scripts(self.cluster)
        if self.visitors:
            self.visitors.add_people(self.config)

    def prepare_experience(self):
        learnt = pathlib.Path(self.options.experience).read_text()
        self.cluster.sql(
            "INSERT INTO pacing_states (campaign_id, state, at) SELECT id, $learnt$" + learnt
            + f"$learnt$, '{CLOCK_START}' FROM campaigns WHERE name = '{CAMPAIGN}'")

    def prepare_leads(self):
        leads = self.folder / "leads.csv"
        self.national = self.folder / "national.txt"
        self.company = self.folder / "company.txt"
        subprocess.run([sys.executable, rig.ROOT / "tools" / "make_leads", leads, "--seed", "1",
                        "--rows", "5000", "--national", self.national, "--company", self.company],
                       check=True, stdout=subprocess.DEVNULL)
        say("loading the suppression lists and importing 5,000 leads ...")
        self.consenting = demo_law.load(
            self.config, self.folder, SELLER, self.national.read_text(), self.company.read_text(),
            self.options.mode == "agentless")
        done = rig.dialer("import", leads, "--config", self.config, "--campaign", CAMPAIGN,
                          "--json")
        self.imported = json.loads(done.stdout)
        say(f"  accepted {self.imported['accepted']} of {self.imported['rows']} rows; refused: "
            + ", ".join(f"{reason} {count}"
                        for reason, count in sorted(self.imported["refused"].items())))

    def run(self):
        rig.dialer("campaign", "start", CAMPAIGN, "--config", self.config)
        self.engine = self.space.keep(rig.Engine(self.config, self.folder))
        if self.visitors:
            self.visitors.welcome(self.engine, CAMPAIGN, say)
        else:
            say(f"the wallboard: {self.engine.url}/wallboard "
                f"(sign in as supervisor with {PASSWORD})")
        if self.options.agents > 0:
            self.phones = self.space.keep(rig.Softphones(
                self.folder, self.engine, self.options.agents, self.tokens, CAMPAIGN, "--seed",
                self.options.seed, *demo_world.flags(self.options, demo_world.PHONES)))
        self.watch()

    def watch(self):
        started = time.monotonic()
        for beat in range(5, self.options.seconds + 5, 5):
            until = min(started + beat, started + self.options.seconds)
            over = self.sleep(max(0.0, until - time.monotonic()))
            if not self.engine.alive():
                raise rig.RigError(f"the engine ended:\n{self.engine.tail()}")
            self.live = self.engine.live(self.token)
            if not self.visitors or beat % 60 == 0:
                say(status_line(int(time.monotonic() - started), self.live))
            # Kept from the last beat: when the campaign is stopped there is nothing to decide.
            self.pacing = self.live["campaigns"][0].get("pacing") or self.pacing
            self.stopped_at = demo_figures.seconds_of(self.live["at"])
            if over:
                self.options.seconds = max(1, int(time.monotonic() - started))
                break

    def sleep(self, seconds):
        """True when whoever is at the keyboard has had enough."""
        if self.visitors:
            return self.visitors.leave(seconds)
        time.sleep(seconds)
        return False

    def finish(self):
        """Stops dialing first, so that calls end by themselves, then the parts one by one."""
        rig.dialer("campaign", "stop", CAMPAIGN, "--config", self.config)

        def quiet():
            lines = self.engine.live(self.token)["campaigns"][0]["lines"]
            return sum(lines.values()) == 0

        try:
            rig.wait_until(quiet, 25, "all calls over", step=0.25)
        except rig.RigError:
            pass  # long talks: the engine ends them
        self.live = self.engine.live(self.token)
        self.engine.stop()
        if self.phones:
            self.phones.stop()
        self.carrier.stop()

    def summary(self):
        log = self.folder / "log.json"
        rig.dialer("log", "export", "--config", self.config, "--campaign", CAMPAIGN, "--from",
                   "2026-11-23", "--to", "2026-11-25", "--format", "json", "--out", log)
        rows = json.loads(log.read_text())
        refused = dict(self.cluster.sql(
            "SELECT reason->>'code', count(*) FROM gate_refusals, jsonb_array_elements(reasons) "
            "AS reason GROUP BY 1 ORDER BY 1"))
        # Written consent lifts the national registry, and nothing lifts the company's list.
        registered = {ten_digits(number) for number in self.national.read_text().split()}
        listed = registered - self.consenting | set(self.company.read_text().split())
        summary = {
            "mode": self.options.mode,
            "agents": self.options.agents,
            "seconds": self.options.seconds,
            **summarize(self.imported, rows, {code: int(n) for code, n in refused.items()},
                        self.live, self.carrier, listed, self.options.retry_after),
            "pacing": self.pacing.get("sentence"),
            "budget": self.live["campaigns"][0].get("budget"),
            "measured": demo_figures.figures(self.cluster, self.options.seconds,
                                             self.stopped_at, self.options.warm_up),
            "distributions": demo_world.distributions(self.options),
        }
        for name in ("answered", "idle_s_per_call", "utilisation", "abandonment"):
            summary[name] = summary["measured"][name]
        return summary


def status_line(second, live):
    campaign = live["campaigns"][0]
    lines, agents = campaign["lines"], campaign["agents"]
    why = "; ".join(campaign["not_dialing"])
    return (f"{second:4d} s  attempts {campaign['attempts']:4d}  dialing {lines['dialing']:2d}  "
            f"ringing {lines['ringing']:2d}  bridged {lines['bridged']:2d}  "
            f"agents ready {agents['ready']:2d} talking {agents['talking']:2d} "
            f"wrap-up {agents['wrap_up']:2d}  abandoned {campaign['abandoned']}"
            + (f"  (not dialing: {why})" if why else ""))


def percentile(values, share):
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[int(share * (len(ordered) - 1))] / 1000, 3)


def ten_digits(number):
    digits = "".join(filter(str.isdigit, number))
    return digits[-10:]


def dialed_too_soon(rows, retry_after_s):
    """Attempts at a lead before its rest was over; a failover goes on with the attempt before."""
    faults, last = 0, {}
    for row in sorted(rows, key=lambda row: row["at"]):
        lead, at = row["lead"], demo_figures.seconds_of(row["at"])
        if not row.get("failover_of") and lead in last:
            faults += at < last[lead] + retry_after_s - 1
        last[lead] = demo_figures.seconds_of(row["ended_at"] or row["at"])
    return faults


def summarize(imported, rows, refused, live, carrier, listed, retry_after_s):
    outcomes = collections.Counter(row["outcome"] for row in rows)
    treatments = collections.Counter(row["treatment"] for row in rows)
    sent = {row["attempt"] for row in rows if row["outcome"] != "not_sent"}
    journal = carrier.journal()
    invites = [entry for entry in journal if entry["ev"] == "invite"]
    seen = collections.Counter(entry["x_attempt"] for entry in invites)
    by_call = {entry["id"]: entry["x_attempt"] for entry in invites}
    answered = {by_call[entry["id"]] for entry in journal if entry["ev"] == "answer"}
    ended = {by_call[entry["id"]] for entry in journal if entry["ev"].startswith("bye")}
    blocked = {ten_digits(number) for number in listed}
    logged_answers = {row["attempt"] for row in rows if row["answered_at"]}
    return {
        "leads_read": imported["rows"],
        "leads_accepted": imported["accepted"],
        "leads_refused": imported["refused"],
        "attempts": len(rows),
        "outcomes": dict(outcomes),
        "answered_live": len(logged_answers),
        "bridged": treatments["bridged"],
        "abandoned": treatments["abandoned"],
        "early_hangup": treatments["early_hangup"],
        "refused_at_gate": refused,
        "answer_to_bridge_ms": latency(rows, "answer_to_bridge_us"),
        "answer_to_agent_ms": latency(rows, "answer_to_agent_us"),
        "agent_idle_s_per_call": live["campaigns"][0]["agent_idle_s_per_call"],
        "dialed_twice": dialed_too_soon(rows, retry_after_s)
                        + sum(1 for count in seen.values() if count > 1),
        "blocked_dialed": sum(1 for entry in invites if ten_digits(entry["number"]) in blocked),
        "log_rows": len(rows),
        "carrier": {"invites": len(invites), "answers": len(answered), "byes": len(ended)},
        "log_matches_carrier": set(seen) == sent and answered == logged_answers
                               and ended == logged_answers,
        "clock_shift_s": live["clock_shift_s"],
    }


def latency(rows, field):
    values = [row[field] for row in rows if row.get(field) is not None]
    return {"p50": percentile(values, 0.50), "p99": percentile(values, 0.99)}


def main():
    options = parse_arguments()
    with rig.Workspace("demo") as workspace:
        demo = Demo(options, workspace)
        demo.prepare()
        demo.run()
        say("stopping ...")
        demo.finish()
        summary = demo.summary()
    text = json.dumps(summary, indent=2)
    say(text)
    if options.summary:
        pathlib.Path(options.summary).write_text(text + "\n")
    reached = summary["answered_live"] if options.mode == "agentless" else summary["bridged"]
    good = (reached > 0 and summary["dialed_twice"] == 0
            and summary["blocked_dialed"] == 0 and summary["log_matches_carrier"])
    say("the log agrees with the carrier" if summary["log_matches_carrier"]
        else "THE LOG DOES NOT AGREE WITH THE CARRIER")
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except rig.RigError as error:
        print(f"demo: {error}", file=sys.stderr)
        sys.exit(1)
