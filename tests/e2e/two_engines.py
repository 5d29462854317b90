#!/usr/bin/env python3
"""Goal: two engines on one database dial one campaign, one of them is killed in the middle, and no
person is called twice, none forgotten.

Method: one durable cluster, one simulated carrier, two real engines with different node numbers, an
agentless campaign of 10,000 leads with one attempt each. When a part is dialed one engine gets
kill -9, and is started again a moment later, as a supervisor would. At the end the log, the leads
and the carrier's journal are held against each other. A hot lead added while both dial has to be
dialed before those that wait.

    tests/e2e/two_engines.py [--leads N] [--kill-at SHARE]

Environment: DIALER_BIN is the folder of the binaries, DIALER_KEEP=1 keeps the logs.
"""

import argparse
import collections
import csv
import json
import sys
import time

from crash_site import Clock, Journal, rig, write_message

CAMPAIGN = "both"
SELLER = "Acme Solar"
CARRIER = ["--speed", "40", "--answer", "0.05", "--machine", "0", "--invalid", "0", "--busy", "0.6",
           "--reject", "0.2", "--talk-mean", "5"]
# Their day has not begun, or has ended, when it is 15:00 in New York, or a state has rules of its
# own about recorded calls.
LEFT_OUT = {"AS", "GU", "MP", "CT", "FL", "MA", "MD", "ME", "OK", "UT"}
HOT = "+12125550199"


def numbers(count):
    table = (line for line in open(rig.ROOT / "dnc/geo/nanp.csv", encoding="utf-8")
             if not line.startswith("#"))
    codes = [row["code"] for row in csv.DictReader(table)
             if row["country"] == "US" and row["geographic"] in ("1", "true", "yes")
             and row["code"] != "212" and not LEFT_OUT & set(row["regions"].split("|"))]
    found = [f"+1{code}55501{last:02d}" for last in range(100) for code in codes]
    if len(found) < count:
        raise SystemExit(f"there are only {len(found)} fictional numbers for this")
    return found[:count]


# Statuses whose leads are not as many as the kept counts say.
COUNTS_DIFFER = """
SELECT count(*)
FROM (SELECT CASE status WHEN 'dialing' THEN 'leased' ELSE status END AS status, count(*) AS leads
      FROM leads GROUP BY 1) l
FULL JOIN (SELECT status, sum(leads) AS leads
           FROM (SELECT status, leads FROM lead_counts
                 UNION ALL SELECT status, change FROM lead_count_changes) b GROUP BY 1) c
USING (status)
WHERE coalesce(l.leads, 0) <> coalesce(c.leads, 0)
"""


class Site:
    def __init__(self, space, leads):
        self.space, self.folder = space, space.path
        self.clock = Clock()
        self.cluster = space.keep(rig.Cluster(self.folder / "pg"))
        self.carrier = space.keep(rig.Carrier(self.folder, *CARRIER))
        self.journal = Journal(self.carrier.journal_path)
        self.numbers = numbers(leads)
        self.engines = {}

    def config(self, node):
        path = self.folder / f"dialer{node}.toml"
        trunk = {"name": f"carrier{node}", "host": "127.0.0.1", "port": self.carrier.sip_port,
                 "calls_per_second_max": 100, "channels_max": 2000, "options_interval_s": 2}
        return rig.write_config(path, self.cluster, [trunk], clock_start_at=self.clock.next(),
                                engine={"node": node})

    def prepare(self):
        config = self.config(1)
        rig.dialer("migrate", "--config", config)
        rig.load_law(config, self.folder)
        message = self.folder / "message.wav"
        write_message(message)
        rig.dialer("campaign", "create", CAMPAIGN, "--config", config, "--seller", SELLER,
                   "--caller-id", "+12125550198", "--mode", "agentless", "--attempts-max", 1,
                   "--message", message)
        rig.give_scripts(self.cluster)
        leads = self.folder / "leads.csv"
        leads.write_text("phone\n" + "".join(f"{number}\n" for number in self.numbers))
        rig.dialer("import", leads, "--config", config, "--campaign", CAMPAIGN, "--quiet")
        rig.load_consents(config, self.folder, SELLER, [*self.numbers, HOT])
        rig.dialer("campaign", "start", CAMPAIGN, "--config", config)

    def start(self, node):
        self.engines[node] = self.space.keep(
            rig.Engine(self.config(node), self.folder, name=f"engine{node}"))

    def kill(self, node):
        self.space.parts.remove(self.engines[node])
        self.engines.pop(node).kill()

    def count(self, query):
        return int(self.cluster.sql(query)[0][0])

    def attempts(self):
        return self.count("SELECT count(*) FROM attempts")


def wait_for_attempts(site, wanted, seconds):
    rig.wait_until(lambda: site.attempts() >= wanted, seconds, f"{wanted} attempts", step=0.2)


def hot_lead(site):
    """Seconds from its arrival to its INVITE at the carrier."""
    began = time.monotonic()
    site.journal.poll()
    rig.dialer("lead", "add", CAMPAIGN, HOT, "--config", site.folder / "dialer1.toml")
    added = time.monotonic()

    def rang():
        return any(entry["ev"] == "invite" and HOT[1:] in str(entry["number"])
                   for entry in site.journal.poll())

    rig.wait_until(rang, 20, "an INVITE for the hot lead", step=0.02)
    return time.monotonic() - added, added - began


def faults(site):
    """What must not be, as sentences."""
    people = len(site.numbers) + 1
    left = site.cluster.sql("SELECT status, stop_reason, count(*) FROM leads GROUP BY 1, 2 "
                            "ORDER BY 1, 2")
    waiting = [row for row in left if row[0] in ("ready", "leased", "dialing", "filtered")]
    if waiting:
        yield f"leads still wait: {waiting}"
    if sum(int(row[2]) for row in left) != people:
        yield f"{people} leads were there, now they are {left}"
    dialed = site.cluster.sql(
        "SELECT a.number, r.outcome, a.run_id FROM attempts a "
        "LEFT JOIN attempt_results r ON r.attempt_id = a.id")
    open_attempts = [row for row in dialed if len(row) < 2 or not row[1]]
    if open_attempts:
        yield f"{len(open_attempts)} attempts have no result"
    sent = collections.Counter(row[0] for row in dialed if row[1] != "not_sent")
    twice = [number for number, count in sent.items() if count > 1]
    if twice:
        yield f"{len(twice)} people have two attempts that may have rung: {twice[:5]}"
    blocked = site.count("SELECT count(*) FROM leads WHERE status = 'blocked'")
    if len(sent) + blocked != people:
        yield f"{people} people, {len(sent)} dialed, {blocked} refused"
    if len({row[2] for row in dialed}) < 3:
        yield "not all three lives of the engines dialed"
    invites = collections.Counter(str(entry["number"]).lstrip("+")
                                  for entry in site.journal.invites())
    if any(count > 1 for count in invites.values()):
        yield f"rang twice: {[n for n, count in invites.items() if count > 1][:5]}"
    unknown = set(invites) - set(sent)
    if unknown:
        yield f"INVITEs without an attempt: {sorted(unknown)[:5]}"
    # An engine that is killed between its row and its INVITE leaves an interrupted attempt.
    silent = set(sent) - set(invites)
    interrupted = {row[0] for row in dialed if row[1] == "interrupted"}
    if silent - interrupted:
        yield f"attempts without an INVITE: {sorted(silent - interrupted)[:5]}"
    kept = site.count(COUNTS_DIFFER)
    if kept:
        yield "the counts of leads do not agree with the leads"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--kill-at", type=float, default=0.4)
    options = parser.parse_args()
    with rig.Workspace("two") as space:
        site = Site(space, options.leads)
        site.prepare()
        site.start(1)
        site.start(2)
        wait_for_attempts(site, int(options.leads * 0.1), 120)
        waited, added = hot_lead(site)
        wait_for_attempts(site, int(options.leads * options.kill_at), 240)
        site.kill(1)
        time_killed = time.monotonic()
        site.start(1)
        rig.wait_until(lambda: site.count("SELECT count(*) FROM leads WHERE status IN "
                                          "('ready', 'leased', 'dialing')") == 0,
                       600, "all leads dialed", step=0.5)
        for engine in list(site.engines.values()):
            space.parts.remove(engine)
            engine.stop()
        space.parts.remove(site.carrier)
        site.carrier.stop()
        site.journal.poll()
        found = list(faults(site))
        outcomes = dict(site.cluster.sql(
            "SELECT outcome, count(*) FROM attempt_results GROUP BY 1"))
        by_run = [int(row[0]) for row in site.cluster.sql(
            "SELECT count(*) FROM attempts GROUP BY run_id ORDER BY run_id")]
        print(json.dumps({"leads": options.leads + 1, "invites": len(site.journal.invites()),
                          "attempts_by_run": by_run, "outcomes": outcomes,
                          "hot_lead_s": round(waited, 2), "hot_command_s": round(added, 2),
                          "after_kill_s": round(time.monotonic() - time_killed, 1)}))
        for fault in found:
            print(f"FAILED two engines: {fault}")
        if not found:
            print("ok two engines dial every lead once, one of them killed")
        print(f"{0 if found else 1} passed, {len(found)} failed")
        return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
