"""The database is gone for ten seconds while people talk: the second half of crash.py."""

import threading
import time

import crash_checks as checks
from crash_site import Site, rig

AGENTS = 10
OUTAGE_S = 10
# Rows that became durable just before the stop may still be dialed.
GRACE_MS = 250
SAID_WHY_MAX_S = 3.0
RESUMED_MAX_S = 5.0
SILENCE_MAX_MS = 500
CLOCK_TOLERANCE_S = 2.0
BRIDGED_MIN = 5
CARRIER = ["--speed", "3", "--answer", "0.6", "--machine", "0.05", "--busy", "0.1", "--reject",
           "0.05", "--talk-mean", "50", "--talk-cv", "0.6"]


def bridged_now(live):
    """The attempts of customers who are talking with an agent."""
    return {agent["call"]["attempt"] for agent in live["agents"]
            if agent["state"] == "talking" and agent["call"] and agent["call"]["bridged_at"]}


class Outage:
    """What was seen before, during and after; instants are wall clock milliseconds."""

    def __init__(self, workspace, seed):
        self.site = Site(workspace, AGENTS, 40, [*CARRIER, "--seed", seed])
        self.said_why_ms = None
        self.opt_out_ms = None
        self.opted_out = self.site.numbers[-1]

    def run(self):
        site = self.site
        site.prepare(lines_per_agent=3, retry_after_s=15)
        site.start_engine()
        site.start_phones("--wrap-mean", "2", "--speed", "2")
        rig.wait_until(self.enough, 60, f"{BRIDGED_MIN} bridged calls and lines that ring")
        self.cut_off()
        self.restore()
        self.exit_code = site.finish()

    def enough(self):
        live = self.site.live()
        if not live or not live["campaigns"]:
            return False
        self.shift_s = live["clock_shift_s"]
        lines = live["campaigns"][0]["lines"]
        self.before = bridged_now(live)
        return len(self.before) >= BRIDGED_MIN and lines["ringing"] + lines["dialing"] >= 3

    def cut_off(self):
        site = self.site
        site.cluster.kill()
        self.down_ms = time.time() * 1000
        asking = threading.Thread(target=self.opt_out_meanwhile)
        asking.start()
        self.asking = asking
        self.bridged_meanwhile = set()
        until = time.monotonic() + OUTAGE_S
        while time.monotonic() < until:
            live = site.live()
            if live:
                self.look(live)
            time.sleep(0.1)
        self.after = bridged_now(site.live())

    def look(self, live):
        why = "; ".join(live["campaigns"][0]["not_dialing"])
        if "database" in why and self.said_why_ms is None:
            self.said_why_ms = time.time() * 1000
        self.bridged_meanwhile |= bridged_now(live) - self.before

    def opt_out_meanwhile(self):
        """Asked again when the answer did not come in time, as whoever asks would."""
        until = time.monotonic() + OUTAGE_S + 30
        while self.opt_out_ms is None and time.monotonic() < until:
            if self.site.opt_out(self.opted_out, OUTAGE_S + 20):
                self.opt_out_ms = time.time() * 1000

    def restore(self):
        site = self.site
        site.journal.poll()
        self.up_begins_ms = time.time() * 1000
        site.cluster.start()
        self.up_ms = time.time() * 1000
        known = len(site.journal.entries)

        def resumed():
            site.journal.poll()
            return next((entry for entry in site.journal.entries[known:]
                         if entry["ev"] == "invite"), None)

        self.resumed_ms = rig.wait_until(resumed, 30, "an INVITE after the outage")["t"]
        self.asking.join()
        # Some more life, so that what waited is written and dialing is what it was.
        target = len(site.journal.invites()) + 10
        rig.wait_until(lambda: site.journal.poll() is not None
                       and len(site.journal.invites()) >= target, 60, "ten more INVITEs")

    # -- afterwards

    def within(self, entry):
        return self.down_ms < entry["t"] < self.up_begins_ms

    def verify(self, report):
        site = self.site
        journal = site.journal.entries
        self.attempt_of = {entry["id"]: entry["x_attempt"] for entry in site.journal.invites()}
        attempts = checks.read_attempts(site.cluster)
        late = [entry for entry in site.journal.invites() if self.within(entry)]
        over = {self.attempt_of[entry["id"]] for entry in journal
                if entry["ev"] == "bye_out" and self.within(entry)}
        gaps = self.gaps()
        print(f"  {len(self.before)} bridged at the stop, {len(self.after & self.before)} of them "
              f"still at the end, {len(self.bridged_meanwhile)} bridged meanwhile, {len(over)} "
              f"hung up; {len(late)} INVITEs after the stop"
              + (f" (the last {late[-1]['t'] - self.down_ms:.0f} ms)" if late else "")
              + f"\n  largest gap {max(gaps.values(), default=0):.0f} ms on customers' lines, "
              f"{site.phones.report()['totals']['largest_gap_ms']:.0f} ms on agents'; dialing "
              f"{(self.resumed_ms - self.up_ms) / 1000:.2f} s after the start", flush=True)
        report.case("calls_in_progress_go_on", self.calls_cut(journal, over))
        report.case("sound_goes_on", self.silences(gaps))
        report.case("nothing_is_dialed_without_the_database",
                    [f"INVITE {entry['t'] - self.down_ms:.0f} ms after the stop" for entry in late
                     if entry["t"] > self.down_ms + GRACE_MS])
        report.case("the_live_page_says_why", self.explained())
        resumed_s = (self.resumed_ms - self.up_ms) / 1000
        report.case("dialing_resumes",
                    [f"after {resumed_s:.1f} s"] if resumed_s > RESUMED_MAX_S else [])
        report.case("the_outage_is_logged", self.logged(attempts, journal))
        report.case("an_opt_out_of_the_outage_is_kept", self.opt_out_kept(attempts))

    def gaps(self):
        """attempt -> largest gap, of the calls that were bridged at the stop."""
        calls = [call for number in self.site.carrier.report()["numbers"].values()
                 for call in number["calls"]]
        return {call["x_attempt"]: call["rtp"]["largest_gap_ms"] for call in calls
                if call["x_attempt"] in self.before}

    def calls_cut(self, journal, over):
        faults = [] if self.before & self.after else ["no call was long enough to prove anything"]
        cut = {self.attempt_of[entry["id"]] for entry in journal
               if entry["ev"] == "bye_in" and self.within(entry)}
        faults += [f"attempt {attempt} was cut by the engine" for attempt in self.before & cut]
        lost = self.before - self.after - over - cut
        return faults + [f"attempt {attempt} is gone without a BYE" for attempt in lost]

    def silences(self, gaps):
        phones = self.site.phones.report()["totals"]["largest_gap_ms"]
        faults = [f"{gap:.0f} ms on attempt {attempt}" for attempt, gap in gaps.items()
                  if gap > SILENCE_MAX_MS]
        return faults + ([f"{phones:.0f} ms on an agent's line"] if phones > SILENCE_MAX_MS else [])

    def explained(self):
        if self.said_why_ms is None:
            return ["not_dialing never named the database"]
        after_s = (self.said_why_ms - self.down_ms) / 1000
        return [f"only after {after_s:.1f} s"] if after_s > SAID_WHY_MAX_S else []

    def logged(self, attempts, journal):
        invites = self.site.journal.invites()
        faults = checks.logged(attempts, invites) + checks.all_sent(attempts, invites)
        faults += checks.one_result_each(attempts) + checks.leads_settled(self.site.cluster)
        rows = {attempt.id: attempt for attempt in attempts}
        faults += [f"attempt {attempt.id} is interrupted" for attempt in attempts
                   if attempt.outcome == "interrupted"]
        for entry in journal:
            if entry["ev"] != "bye_out" or not self.within(entry):
                continue
            row = rows.get(self.attempt_of[entry["id"]])
            ended_at = entry["t"] / 1000 + self.shift_s
            if row is None or row.outcome != "answered" or row.ended_by != "customer":
                faults.append(f"a hang-up in the outage is not logged as one: {row}")
            elif abs(row.ended_at - ended_at) > CLOCK_TOLERANCE_S:
                faults.append(f"attempt {row.id} ended {row.ended_at - ended_at:.1f} s off")
        return faults

    def opt_out_kept(self, attempts):
        if self.opt_out_ms is None:
            return ["it was never acknowledged"]
        faults = checks.opt_outs_stand(self.site.cluster, attempts, self.site.journal.invites(),
                                       {self.opted_out: self.opt_out_ms})
        if self.opt_out_ms < self.up_begins_ms:
            faults.append("it was acknowledged while nothing could be stored")
        return faults


def run(workspace, report, seed):
    case = Outage(workspace, seed)
    case.run()
    case.verify(report)
