#!/usr/bin/env python3
"""Goal: whenever the engine, a command or the database dies, a retry, a callback or a setting is as
it was before or as it is after, never between; the same request again finishes it.

Method: one durable cluster, a carrier, phones that stay up, and an engine that gets kill -9 at
seeded moments while it writes results, and callbacks and settings are asked of its API without a
pause. What was acknowledged must be there, what was not may be there wholly. While the engine is
dead the store is looked at, and commands are killed too; then the engine starts again and what
nobody knew is asked again. Some rounds take the database away first: one of its sessions is killed,
which ends them all, or all of it goes with the engine. At the end the log is held against the
carrier's journal.

    tests/e2e/change_crash.py [--rounds N] [--seed N]

Environment: DIALER_BIN is the folder of the binaries, DIALER_KEEP=1 keeps the logs.
"""

import argparse
import datetime
import os
import random
import signal
import sys
import threading
import time

import change_checks
import crash_checks
from change_wishes import POOLED, Callbacks, Settings, Unexpected
from crash_site import CAMPAIGN, Site, rig

AGENTS = 6
LEADS_PER_AREA = 50
PAUSE_S = 15
CARRIER = ["--speed", "20", "--answer", "0.25", "--machine", "0.1", "--busy", "0.2", "--reject",
           "0.1", "--invalid", "0.01", "--talk-mean", "20"]
PHONES = ["--wrap-mean", "1", "--speed", "4"]
LIFE_S = (0.2, 1.2)
COMMAND_S = (0.005, 0.08)
COMMANDS = 2
# Of the engine's first minute: callbacks come due, and pauses end, with the next ones.
START_S = 30.0
KEPT = "SELECT 1 FROM callbacks WHERE status = 'done' LIMIT 1"
# Rounds that take the database as well: every third one, in turns.
DATABASE_EVERY = 3


class ChangeSite(Site):
    """Leads of two phones and of one; a clock as the engine's."""

    def write_leads(self):
        pairs, rest = self.numbers[:500], self.numbers[500:]
        path = self.folder / "leads.csv"
        twos = zip(pairs[::2], pairs[1::2])
        path.write_text("phone,mobile,name\n"
                        + "".join(f"{a},{b},Pair {a[-4:]}\n" for a, b in twos)
                        + "".join(f"{n},,Lead {n[-4:]}\n" for n in rest))
        return path

    def prepare(self, **settings):
        self.clock.start = START_S
        super().prepare(**settings)
        # Callbacks are anybody's as soon as their agent is late.
        self.cluster.sql("UPDATE campaigns SET callback_grace_s = 0")
        rig.dialer("caller-id", "add", POOLED, "--config", self.config)
        rig.dialer("caller-id", "assign", POOLED, "--campaign", CAMPAIGN, "--config", self.config)
        rig.dialer("filter", "set", CAMPAIGN, "attempts < 999", "--config", self.config)

    def engine_now(self):
        live = self.live()
        if live is None:
            raise OSError("the engine is gone")
        return datetime.datetime.fromisoformat(live["at"].replace("Z", "+00:00"))

    def wait_until_alone(self):
        """What the dead sent last is done or undone when their sessions have ended."""
        rig.wait_until(lambda: self.cluster.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'dialer_engine'",
            "postgres") == [["0"]], 20, "the sessions of the dead end", step=0.01)

    def kill_a_session(self):
        """SIGKILL for one of the engine's sessions: the server ends all others and recovers."""
        pids = self.cluster.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'dialer_engine'"
                                " AND application_name = 'dialer' ORDER BY pid", "postgres")
        os.kill(int(pids[0][0]), signal.SIGKILL)


class Changes:
    def __init__(self, workspace, options):
        self.draw = random.Random(options.seed)
        self.site = ChangeSite(workspace, AGENTS, LEADS_PER_AREA,
                               [*CARRIER, "--seed", options.seed])
        self.rounds = options.rounds
        self.faults = []
        self.over = threading.Event()
        self.killed = {"engine": 0, "command": 0, "session": 0, "power": 0}

    def run(self):
        site = self.site
        site.prepare(lines_per_agent=5, retry_after_s=PAUSE_S)
        self.settings = Settings(site, random.Random(self.draw.random()))
        self.callbacks = Callbacks(site, random.Random(self.draw.random()))
        site.start_engine()
        site.start_phones(*PHONES)
        site.journal.wait_for_invite(20, "dialing begins")
        for number in range(1, self.rounds + 1):
            kind = "engine"
            if number % DATABASE_EVERY == 0:
                kind = ("session", "power")[number // DATABASE_EVERY % 2]
            self.one_round(kind)
            if self.faults:
                print(f"round {number} ({kind})", flush=True)
                return
        rig.wait_until(lambda: not crash_checks.runs_buried(site.cluster), 25,
                       "all dead runs reconciled", step=0.25)
        rig.wait_until(lambda: site.cluster.sql(change_checks.SWEPT), 20, "the filter is applied")
        # Half of them are for the next minute.
        rig.wait_until(lambda: site.cluster.sql(KEPT), 80, "a callback is kept", step=0.25)
        self.exit_code = site.finish()
        site.wait_until_alone()
        self.verify()

    def one_round(self, kind):
        self.over.clear()
        asking = [threading.Thread(target=self.keep_asking, args=(each,))
                  for each in (self.settings, self.callbacks)]
        for thread in asking:
            thread.start()
        self.over.wait(self.draw.uniform(*LIFE_S))
        self.strike(kind)
        for thread in asking:
            thread.join()
        self.look()
        for _ in range(COMMANDS):
            self.faults += self.settings.command(self.draw.uniform(*COMMAND_S))
            self.killed["command"] += 1
        self.site.start_engine()
        self.settings.finish_pending()
        self.faults += self.callbacks.finish_pending()
        self.site.journal.wait_for_invite(20, "dialing goes on")

    def keep_asking(self, wishes):
        """Until nobody answers any more."""
        try:
            while wishes.ask():
                pass
        except Unexpected as error:
            self.faults.append(str(error))
        except (OSError, rig.RigError):
            pass  # the engine went before anything was asked
        self.over.set()

    def strike(self, kind):
        site = self.site
        self.killed[kind] += 1
        if kind == "session":
            site.kill_a_session()
            # The engine lives through it, and dies when it is at work again.
            rig.wait_until(lambda: site.journal.poll() is not None and self.is_up(), 20,
                           "the database is back", step=0.02)
            site.journal.wait_for_invite(20, "dialing after the database was away")
        elif kind == "power":
            cutting = threading.Thread(target=site.cluster.kill)
            cutting.start()
            site.kill_engine()
            cutting.join()
            site.cluster.start()
            return
        site.kill_engine()

    def is_up(self):
        try:
            return self.site.cluster.sql("SELECT 1") == [["1"]]
        except rig.RigError:
            return False

    def look(self):
        """The store, while nobody writes."""
        self.site.wait_until_alone()
        self.faults += self.settings.check() + self.callbacks.check()
        self.faults += change_checks.at_rest(self.site.cluster)

    def verify(self):
        site = self.site
        attempts = crash_checks.read_attempts(site.cluster)
        invites = site.journal.invites()
        self.look()
        self.faults += (
            crash_checks.logged(attempts, invites) + crash_checks.all_sent(attempts, invites)
            + crash_checks.numbers_match(attempts, invites)
            + crash_checks.one_result_each(attempts) + crash_checks.leads_settled(site.cluster)
            + change_checks.dialed_once(site.cluster, PAUSE_S))
        self.faults += [f"exit code {self.exit_code}"] if self.exit_code else []
        ends = dict(site.cluster.sql("SELECT status, count(*) FROM callbacks GROUP BY 1"))
        print(f"  {len(attempts)} attempts, {len(invites)} INVITEs; callbacks {ends}", flush=True)

    def told(self):
        return (f"  killed: {self.killed}\n  settings: {self.settings.tally}\n"
                f"  callbacks: {self.callbacks.tally}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with rig.Workspace("change-crash") as workspace:
        case = Changes(workspace, options)
        try:
            case.run()
        except (rig.RigError, Unexpected) as error:
            case.faults.append(str(error))
        if hasattr(case, "callbacks"):
            print(case.told())
    for fault in case.faults:
        print(f"FAILED {fault}")
    print(f"  seed {options.seed}, {time.monotonic() - began:.0f} s")
    print(f"{0 if case.faults else options.rounds} passed, {1 if case.faults else 0} failed")
    return 1 if case.faults else 0


if __name__ == "__main__":
    sys.exit(main())
