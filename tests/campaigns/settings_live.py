#!/usr/bin/env python3
"""Goal: settings act on a running engine within a second; the numbers that are shown come from the
pool; a number whose calls are refused rests, and still does after a restart.

Method: one engine with an agentless campaign and a scripted carrier; commands change settings while
the live figures, the dial log and the carrier's journal are watched. The last line is
`N passed, N failed`.

    tests/campaigns/settings_live.py

Environment: DIALER_BIN is the folder of the binaries, DIALER_KEEP=1 keeps the logs.
"""

import json
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))

from modes_site import rig, settle, write_message  # noqa: E402

CLOCK = "2026-11-23T15:00:00-05:00"
CLOCK_LATER = "2026-11-23T15:30:00-05:00"
OWN, POOLED, OTHER = "+12125550199", "+12125550198", "+13105550197"
# The last digits of people whose network refuses the call with 608: enough for one number to rest,
# too few for the next one.
REFUSED = range(1, 17)
REFUSED_TILL_REST = 10
ACTS_WITHIN_S = 1.0


def number(last):
    return f"+12125550{100 + last}"


class Site:
    def __init__(self, space):
        self.space, self.folder = space, space.path
        self.message = self.folder / "message.wav"
        write_message(self.message)
        self.cluster = space.keep(rig.Cluster(self.folder / "pg", volatile=True))
        script = self.folder / "script.json"
        script.write_text(json.dumps({number(n): {"code": 608, "after_ms": 20} for n in REFUSED}))
        self.carrier = space.keep(rig.Carrier(self.folder, "--script", script))
        self.config = self.folder / "dialer.toml"
        self.write_config(CLOCK)
        rig.dialer("migrate", "--config", self.config)
        rig.load_law(self.config, self.folder)
        self.admin = rig.add_user(self.config, "supervisor", "admin")
        self.slowest_s = 0.0

    def write_config(self, clock):
        trunk = {"name": "carrier", "host": "127.0.0.1", "port": self.carrier.sip_port,
                 "calls_per_second_max": 50, "channels_max": 100, "options_interval_s": 0}
        rig.write_config(self.config, self.cluster, [trunk], clock_start_at=clock,
                         media={"silence_limit_ms": 600_000})

    def start(self, clock=CLOCK):
        self.write_config(clock)
        self.engine = self.space.keep(rig.Engine(self.config, self.folder, "engine" + clock[14:16]))
        rig.wait_until(lambda: self.live() and self.live()["campaigns"], 20, "the engine is live")

    def live(self):
        status, body = self.engine.request("GET", "/api/live", self.admin)
        return body if status == 200 else None

    def campaign(self):
        return self.live()["campaigns"][0]

    def run(self, *arguments):
        rig.dialer(*arguments, "--config", self.config, "--by", "ana")

    def acts(self, condition, *command):
        """Seconds from the end of the command until the engine shows it; None: not in ten."""
        self.run(*command)
        begun = time.monotonic()
        while time.monotonic() - begun < 10:
            if condition(self.campaign()):
                took = time.monotonic() - begun
                self.slowest_s = max(self.slowest_s, took)
                return took
        return None

    def import_leads(self, name, leads):
        path = self.folder / f"{name}.csv"
        path.write_text("phone,name\n" + "".join(f"{number(n)},Lead {n}\n" for n in leads))
        rig.load_consents(self.config, self.folder, "Acme", [number(n) for n in leads],
                          name=f"consents-{name}")
        rig.dialer("import", path, "--campaign", "spring", "--config", self.config, "--quiet")

    def shown(self):
        """(number shown, calls) of the log."""
        return {f"+{row[0]}": int(row[1]) for row in self.cluster.sql(
            "SELECT caller_id, count(*) FROM attempts GROUP BY 1")}


def late(what, took):
    if took is None or took > ACTS_WITHIN_S:
        yield f"{what} took {took} s"


def settings_act_within_a_second(site):
    site.run("campaign", "create", "spring", "--seller", "Acme", "--caller-id", OWN, "--mode",
             "agentless", "--message", site.message, "--attempts-max", "1", "--hours",
             "sun 03:00-03:10", "--lines-max", "3")
    rig.give_scripts(site.cluster)
    site.start()
    stopped = "the campaign is stopped"
    yield from late("the start", site.acts(lambda c: stopped not in c["not_dialing"],
                                           "campaign", "start", "spring"))
    yield from late("the stop", site.acts(lambda c: stopped in c["not_dialing"],
                                          "campaign", "stop", "spring"))
    yield from late("the mode", site.acts(lambda c: c["mode"] == "manual",
                                          "campaign", "set", "spring", "--mode", "manual"))
    yield from late("the caller id",
                    site.acts(lambda c: c["caller_ids"][0]["number"] == OTHER,
                              "campaign", "set", "spring", "--caller-id", OTHER))
    change = site.cluster.sql("SELECT max(id) FROM setting_changes WHERE table_name = 'campaigns'")
    yield from late("taking it back", site.acts(lambda c: c["caller_ids"][0]["number"] == OWN,
                                                "settings", "revert", change[0][0]))
    site.run("campaign", "set", "spring", "--mode", "agentless")


def a_campaign_keeps_to_its_own_hours(site):
    site.import_leads("first", [61, 62])
    yield from late("the start", site.acts(lambda c: c["running"], "campaign", "start", "spring"))
    if not settle(lambda: any("lead" in why or "hours" in why
                              for why in site.campaign()["not_dialing"])):
        yield f"not dialing: {site.campaign()['not_dialing']}"
    if site.shown():
        yield f"dialed outside of its hours: {site.shown()}"
    site.run("campaign", "set", "spring", "--hours", "")
    # Leads that were asked about while it was closed come back within a quarter of an hour.
    site.cluster.sql("UPDATE leads SET due_at = '-infinity' WHERE status = 'ready'", "postgres")
    if not settle(lambda: site.shown() == {OWN: 2}, 15):
        yield f"with its hours open it showed {site.shown()}: {site.campaign()['not_dialing']}"


def a_resting_number_stops_the_campaign_with_words(site):
    rests = lambda c: any("rests until" in why for why in c["not_dialing"])  # noqa: E731
    yield from late("the rest", site.acts(rests, "caller-id", "rest", OWN, "--hours", "1",
                                          "--until", "2026-11-24T15:00:00-05:00"))
    # The engine's clock is another day's: so is the person's who wakes the number up.
    site.cluster.sql("INSERT INTO caller_id_rests (number, from_at, until_at, by_whom, why) SELECT "
                     f"{OWN[1:]}, from_at + interval '1 s', from_at + interval '1 s', 'ana', '' "
                     "FROM caller_id_rests; NOTIFY dialer_campaigns", "postgres")
    if not settle(lambda: not rests(site.campaign())):
        yield "it still rests"


def refusals_send_a_number_to_rest(site):
    for shown in (POOLED, OTHER):
        site.run("caller-id", "add", shown)
        site.run("caller-id", "assign", shown, "--campaign", "spring")
    if not settle(lambda: len(site.campaign()["caller_ids"]) == 2):
        yield f"the pool is {site.campaign()['caller_ids']}"
    site.import_leads("second", REFUSED)
    if not settle(lambda: site.cluster.sql("SELECT 1 FROM caller_id_alarms"), 30):
        yield f"no alarm; shown: {site.shown()}, live: {site.campaign()['caller_ids']}"
        return
    alarm = site.cluster.sql("SELECT number, signal, rest_until IS NOT NULL FROM caller_id_alarms")
    if alarm[0] != [POOLED[1:], "blocked", "t"]:
        yield f"the alarm is {alarm}"
    far = site.cluster.sql(f"SELECT count(*) FROM attempts WHERE caller_id = {OTHER[1:]}"
                           " AND at < (SELECT min(at) FROM caller_id_alarms)")
    if far != [["0"]]:
        yield f"a far number was shown while a near one could be: {site.shown()}"
    wire = {line.get("from") or line.get("caller") for line in site.carrier.journal()}
    site.wire = wire


def a_rest_survives_a_restart(site):
    site.space.parts.remove(site.engine)
    if site.engine.stop() != 0:
        yield "the engine did not stop well"
    counted = site.cluster.sql("SELECT sum(calls), sum(blocked) FROM caller_id_days")
    if int(counted[0][1] or 0) < REFUSED_TILL_REST:
        yield f"counted are {counted}"
    site.start(CLOCK_LATER)
    numbers = {one["number"]: one for one in site.campaign()["caller_ids"]}
    if numbers[POOLED]["usable"] or not numbers[POOLED]["resting_until"]:
        yield f"after the restart: {numbers}"
    if not numbers[OTHER]["usable"]:
        yield f"the other number: {numbers[OTHER]}"


CHECKS = [settings_act_within_a_second, a_campaign_keeps_to_its_own_hours,
          a_resting_number_stops_the_campaign_with_words, refusals_send_a_number_to_rest,
          a_rest_survives_a_restart]


def main():
    passed = failed = 0
    with rig.Workspace("settings-live") as space:
        site = Site(space)
        for check in CHECKS:
            faults = list(check(site))
            print(f"{'FAIL' if faults else 'ok  '} {check.__name__.replace('_', ' ')}")
            for fault in faults:
                print(f"     {fault}")
            passed, failed = passed + (not faults), failed + bool(faults)
        print(f"slowest setting: {site.slowest_s * 1000:.0f} ms after its command")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
