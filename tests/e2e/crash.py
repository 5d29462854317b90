#!/usr/bin/env python3
"""Goal: a crash of the engine, or of its database, costs nobody a second call, loses no row and no
opt-out, and keeps agents from their work for seconds only.

Method: one durable cluster, one carrier, and phones that stay up.
  kills   kill -9 of the engine at seeded moments under load, while people opt out; it is started
          again at once on the same ports. At last the database dies with it, and comes back later
          than the engine. At the end the log is held against the carrier's journal.
  outage  the database is cut off for ten seconds while calls are bridged; the same questions.

    tests/e2e/crash.py [--kills N] [--seed N] [--only kills|outage]

Environment: DIALER_BIN is the folder of the binaries, DIALER_KEEP=1 keeps the logs.
"""

import argparse
import random
import sys
import threading
import time

import crash_checks as checks
import crash_outage
from crash_site import Site, rig

AGENTS = 8
BACK_AT_WORK_MAX_S = 5.0
RETRY_AFTER_S = 15
# So many that some are due at any time: pauses end with the minute.
LEADS_PER_AREA = 100
CARRIER = ["--speed", "20", "--answer", "0.35", "--machine", "0.15", "--busy", "0.12", "--reject",
           "0.08", "--invalid", "0.03", "--talk-mean", "25"]
PHONES = ["--wrap-mean", "1", "--speed", "4"]
MOMENT_S = (0.3, 1.5)
# Every eighth life is longer: people who press 9 do so 2.7 s after they answered.
LONG_LIFE_EVERY = 8
LONG_MOMENT_S = (3.5, 5.0)
OPT_OUTS_PER_KILL = 4
# With fewer it is no fault when chance left an opt-out untested.
KILLS_FOR_CHANCE = 20
FAULTS_SHOWN = 3


def key_pressers(numbers):
    """Every sixth person answers when the agents have others, and presses 9 in the message."""
    behaviour = {"answer_ms": 900, "talk_ms": 1500, "patience_ms": 9000,
                 "keys": [{"at_ms": checks.KEY_AT_MS, "key": "9"}]}
    return {number: behaviour for number in numbers[::6]}


class Report:
    """One line a case, and the count at the end."""

    def __init__(self):
        self.passed = self.failed = 0

    def case(self, name, faults):
        if not faults:
            self.passed += 1
            print(f"ok {name}", flush=True)
            return
        self.failed += 1
        more = f" (and {len(faults) - FAULTS_SHOWN} more)" if len(faults) > FAULTS_SHOWN else ""
        print(f"FAILED {name}: {'; '.join(faults[:FAULTS_SHOWN])}{more}", flush=True)


class Kills:
    """The engine's many lives."""

    def __init__(self, workspace, options):
        self.random = random.Random(options.seed)
        self.moments = [self.random.uniform(*(LONG_MOMENT_S if n % LONG_LIFE_EVERY == 0
                                               else MOMENT_S)) for n in range(options.kills)]
        self.site = Site(workspace, AGENTS, LEADS_PER_AREA,
                         [*CARRIER, "--seed", options.seed], script=key_pressers)
        self.acknowledged = {}  # number -> wall clock, ms
        self.asked = set()
        self.first_s, self.all_s, self.dialing_s = [], [], []

    def run(self):
        site = self.site
        site.prepare(lines_per_agent=6, retry_after_s=RETRY_AFTER_S)
        site.start_engine()
        site.start_phones(*PHONES)
        self.wait_for_work(time.monotonic(), 20)
        for moment in self.moments:
            killed_at = self.live_and_die(moment)
            site.start_engine()
            times = self.wait_for_work(killed_at, 15)
            for kept, taken in zip((self.first_s, self.all_s, self.dialing_s), times):
                kept.append(taken)
        self.power_cut()
        self.wait_for_burial()
        self.exit_code = site.finish()

    def wait_for_work(self, since, seconds):
        """Seconds until an agent is at work, until all are, and until the carrier is called."""
        site = self.site
        site.journal.poll()
        known = len(site.journal.entries)
        first = everybody = dialing = None
        deadline = time.monotonic() + seconds
        while first is None or everybody is None or dialing is None:
            now = time.monotonic()
            if now > deadline:
                raise rig.RigError(f"not within {seconds} s after a restart: first agent {first}, "
                                   f"all agents {everybody}, dialing {dialing}\n"
                                   + site.engine.tail())
            site.journal.poll()
            if dialing is None and any(entry["ev"] == "invite"
                                       for entry in site.journal.entries[known:]):
                dialing = now - since
            at_work = site.agents_at_work() if everybody is None else AGENTS
            first = now - since if first is None and at_work > 0 else first
            everybody = now - since if everybody is None and at_work == AGENTS else everybody
            time.sleep(0.02)
        return first, everybody, dialing

    def live_and_die(self, moment):
        """Opt-outs begin a little before the moment and are cut off by it. When it was."""
        until = time.monotonic() + moment
        asking = threading.Thread(target=self.opt_people_out, args=(
            self.pick_numbers(), until - self.random.uniform(0.0, 0.06)))
        asking.start()
        time.sleep(max(0.0, until - time.monotonic()))
        self.site.kill_engine()
        killed_at = time.monotonic()
        asking.join()
        return killed_at

    def power_cut(self):
        """Engine and database die together, and the engine is up first."""
        site = self.site
        site.journal.wait_for_invite(5, "an INVITE before the power cut")
        cutting = threading.Thread(target=site.cluster.kill)
        cutting.start()
        site.kill_engine()
        cutting.join()
        site.start_engine()
        site.cluster.start()
        self.power_s = self.wait_for_work(time.monotonic(), 15)[1:]

    def pick_numbers(self):
        """Half of them people whose phone rings about now, half of them anybody."""
        self.site.journal.poll()
        recent = [invite["number"] for invite in self.site.journal.invites()[-20:]]
        half = OPT_OUTS_PER_KILL // 2
        picked = (self.random.sample(recent, min(half, len(recent)))
                  + self.random.sample(self.site.numbers, half))
        fresh = [number for number in dict.fromkeys(picked) if number not in self.asked]
        self.asked.update(fresh)
        return fresh

    def opt_people_out(self, numbers, begin):
        time.sleep(max(0.0, begin - time.monotonic()))
        for number in numbers:
            if self.site.opt_out(number):
                self.acknowledged[number] = time.time() * 1000

    def wait_for_burial(self):
        """Dead runs whose sessions outlived them for a moment are found by the next look."""
        rig.wait_until(lambda: not checks.runs_buried(self.site.cluster), 25,
                       "all dead runs reconciled", step=0.25)

    def verify(self, report):
        site = self.site
        cluster, invites = site.cluster, site.journal.invites()
        attempts = checks.read_attempts(cluster)
        let_go = checks.pressed_and_hung_up(site.journal.entries,
                                            set(key_pressers(site.numbers)), site.stopped_ms)
        refused = checks.refused_for_opt_out(cluster, self.acknowledged)
        interrupted = sum(1 for attempt in attempts if attempt.outcome == "interrupted")
        phones = site.phones.report()["totals"]
        print(f"  {len(self.moments)} kills; {len(attempts)} attempts, {len(invites)} INVITEs, "
              f"{interrupted} interrupted; {len(self.acknowledged)} of {len(self.asked)} opt-outs "
              f"acknowledged, refused {refused} times; {len(let_go)} key presses\n"
              f"  start {spread(site.starts_s)} s; first agent {spread(self.first_s)} s, all "
              f"agents {spread(self.all_s)} s, dialing {spread(self.dialing_s)} s after the kill\n"
              f"  after the power cut: all agents {self.power_s[0]:.2f} s, dialing "
              f"{self.power_s[1]:.2f} s after the database\n"
              f"  phones: {phones['legs']} lines, {phones['crossed']} crossed", flush=True)
        many = [] if interrupted >= len(self.moments) else ["too little load to prove anything"]
        few = len(self.moments) < KILLS_FOR_CHANCE
        report.case("agents_work_again_within_5_s", late(self.all_s) + late(self.dialing_s))
        report.case("agents_work_again_after_a_power_cut", late(self.power_s))
        report.case("every_invite_is_logged_and_sent_once",
                    many + checks.logged(attempts, invites) + checks.all_sent(attempts, invites)
                    + checks.numbers_match(attempts, invites))
        report.case("no_lead_is_dialed_within_its_pause",
                    checks.pauses_kept(attempts, RETRY_AFTER_S))
        report.case("every_attempt_has_one_result", checks.one_result_each(attempts))
        report.case("no_lead_is_left_behind",
                    checks.leads_settled(cluster) + checks.runs_buried(cluster))
        report.case("opt_outs_stand",
                    ([] if refused or few else ["no opt-out was put to the test"])
                    + checks.opt_outs_stand(cluster, attempts, invites, self.acknowledged))
        report.case("key_press_opt_outs_stand",
                    ([] if let_go or few else ["nobody pressed 9"])
                    + checks.key_opt_outs_stand(cluster, attempts, let_go))
        report.case("nobody_hears_a_call_of_a_former_life",
                    [f"{phones['crossed']} times two customers on one line"]
                    if phones["crossed"] else [])
        report.case("the_last_engine_ends_cleanly",
                    [f"exit code {self.exit_code}"] if self.exit_code else [])


def late(times):
    return [f"{taken:.1f} s (number {n})" for n, taken in enumerate(times, 1)
            if taken > BACK_AT_WORK_MAX_S]


def spread(times):
    ordered = sorted(times)
    return f"{ordered[len(ordered) // 2]:.2f} (at most {ordered[-1]:.2f})"


def kills(report, options):
    with rig.Workspace("crash") as workspace:
        case = Kills(workspace, options)
        case.run()
        case.verify(report)


def outage(report, options):
    with rig.Workspace("outage") as workspace:
        crash_outage.run(workspace, report, options.seed)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=50, help="how often (default 50)")
    parser.add_argument("--seed", type=int, default=1, help="of moments and outcomes (default 1)")
    parser.add_argument("--only", choices=["kills", "outage"])
    options = parser.parse_args()
    if options.kills < 1:
        parser.error("--kills must be at least 1")
    return options


def main():
    options = parse_arguments()
    print(f"seed {options.seed}", flush=True)
    report = Report()
    for name, case in (("kills", kills), ("outage", outage)):
        if options.only in (None, name):
            try:
                case(report, options)
            except (rig.RigError, OSError) as error:
                report.case(name, [str(error)])
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
