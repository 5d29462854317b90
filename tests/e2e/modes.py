#!/usr/bin/env python3
"""Goal: each mode dials what it should and nothing else, agents are shared in a pool, and what the
law and pacing remember survives a restart.

Method: one engine with a campaign for each mode, a carrier whose numbers are scripted, phones and
desks; then the engine is started again. The log, the carrier's journal and the live figures are
asked. The last line is `N passed, N failed`.

    tests/e2e/modes.py

Environment: DIALER_BIN is the folder of the binaries, DIALER_KEEP=1 keeps the logs.
"""

import hashlib
import json
import sys
import threading
import time

from modes_callbacks import CALLBACK_CHECKS
from modes_site import PREVIEW_LOAN_S, REFUSED_BY_STORE, Site, number, rig, seller, settle
from tones import write_tone

FEED_MAX_S = 15  # of the house's rules
EARLIER_BRIDGED, EARLIER_ABANDONED, EARLIER_LEFT = 200, 3, 1


def counted_by_law(site, name):
    budget = site.campaign(name)["budget"][0]
    return budget["answered"], budget["abandoned"]


# -- preview

def preview_shows_leads_that_may_be_called(site):
    site.sign_in("preview1", "preview", ready=False)
    if site.desk("preview1")["preview"] is not None:
        yield "a lead is shown to an agent who is not ready"
    site.ask("preview1", "ready")
    lead = site.shown("preview1")
    if lead["number"] != number(1) or lead["name"] != "Lead 1":
        yield f"shown is {lead}"
    if site.lead("preview", 1)[0] != "leased":
        yield "the lead is not on loan"
    if site.results("preview"):
        yield "the engine dialed by itself"


def preview_skips_a_lead_until_later(site):
    first = site.shown("preview1")
    site.ask("preview1", "preview/skip", {"reason": "at lunch"})
    second = site.shown("preview1", other_than=first["lead"])
    if second["number"] != number(2):
        yield f"after the skip {second} is shown"
    if not settle(lambda: site.lead("preview", 1) == ["ready", "f"]):
        yield f"the skipped lead is {site.lead('preview', 1)}"
    reasons = site.cluster.sql("SELECT reason FROM agent_states WHERE reason LIKE 'skipped%'")
    if reasons != [[f"skipped lead {first['lead']}: at lunch"]]:
        yield f"the log has {reasons}"


def preview_dials_for_the_agent_who_looked(site):
    lead = site.shown("preview1")
    site.ask("preview1", "preview/dial")
    desk = site.wait_for_state("preview1", "talking")
    if desk["call"]["number"] != lead["number"] or desk["preview"] is not None:
        yield f"on the desk: {desk}"
    site.talk("preview1")
    if not settle(lambda: len(site.results("preview")) == 1):
        yield f"the log has {site.results('preview')}"
    for row in site.results("preview"):
        if row != [lead["number"][1:], "answered", "bridged", "f"]:
            yield f"the log has {row}"


def preview_never_shows_a_listed_number_and_minds_opt_outs(site):
    lead = site.shown("preview1")
    if lead["number"] != number(4):
        yield f"shown is {lead}"
    if not settle(lambda: site.lead("preview", 3)[0] == "blocked"):
        yield f"the lead on the company's list is {site.lead('preview', 3)}"
    site.engine.request("POST", "/api/opt-outs", site.supervisor, {"number": lead["number"]})
    other = site.shown("preview1", other_than=lead["lead"])
    if other["number"] != number(5):
        yield f"after the opt-out {other} is shown"


def preview_gives_the_agent_back_when_nobody_answers(site):
    site.ask("preview1", "preview/dial")
    site.wait_for_state("preview1", "reserved")
    status, why = site.post("preview1", "preview/dial")
    if status != 409 or "not ready" not in why:
        yield f"a second call at once: {status} {why}"
    site.wait_for_ringing(5)
    site.ask("preview1", "hang-up")
    if site.desk("preview1")["state"] != "reserved":
        yield "the agent left before the legal ring time was over"
    site.wait_for_state("preview1", "ready", 20)
    row = site.results("preview")[-1] if settle(lambda: len(site.results("preview")) == 2) else []
    if row != [number(5)[1:], "cancelled", "none", "f"]:
        yield f"the log has {row}"


def preview_takes_the_lead_back_from_who_pauses(site):
    site.import_leads("preview", [6, 7])
    lead = site.shown("preview1")
    site.ask("preview1", "pause", {"reason": "break"})
    if site.desk("preview1")["preview"] is not None:
        yield "a paused agent still has a lead"
    last = int(lead["number"][-2:])
    if not settle(lambda: site.lead("preview", last) == ["ready", "t"]):
        yield f"the lead {lead['number']} is {site.lead('preview', last)}"
    status, why = site.post("preview1", "preview/skip", {"reason": "none"})
    if status != 409:
        yield f"skipped nothing: {status} {why}"
    site.ask("preview1", "ready")
    site.kept = (site.shown("preview1"), time.monotonic())


def preview_keeps_a_lead_as_long_as_the_agent_looks(site):
    lead, since = site.kept
    time_left = since + 1.5 * PREVIEW_LOAN_S - time.monotonic()
    if time_left > 0:  # several loans must have gone by
        settle(lambda: time.monotonic() > since + 1.5 * PREVIEW_LOAN_S, time_left + 1)
    if site.desk("preview1")["preview"] != lead:
        yield f"shown is {site.desk('preview1')['preview']}, before {lead}"
    last = int(lead["number"][-2:])
    left_s = site.loan_ends_in_s("preview", last)
    if not 0 < left_s <= PREVIEW_LOAN_S + 2:
        yield f"the loan ends in {left_s} s"
    site.ask("preview1", "preview/dial")
    if not settle(lambda: site.results("preview")[-1][:2] == [lead["number"][1:], "busy"]):
        yield f"the log has {site.results('preview')}"
    other = site.shown("preview1", other_than=lead["lead"])
    site.ask("preview1", "sign-out")
    last = int(other["number"][-2:])
    if not settle(lambda: site.lead("preview", last) == ["ready", "t"]):
        yield f"the lead of who signed out is {site.lead('preview', last)}"
    leased = (f"SELECT count(*) FROM leads WHERE campaign_id = {site.ids['preview']}"
              " AND status = 'leased'")
    if not settle(lambda: site.cluster.sql(leased) == [["0"]]):
        yield f"with nobody there {site.cluster.sql(leased)} leads are held"


def preview_decides_for_who_looks_too_long(site):
    site.set("preview", preview_limit_s=1, preview_then="skip")
    site.sign_in("preview1", "preview")
    lead = site.shown("preview1")
    if lead["decides_at"] is None or lead["then"] != "skip":
        yield f"the desk knows of no limit: {lead}"
    why = f"skipped lead {lead['lead']}: the time to look was over"
    if not settle(lambda: [why] in site.cluster.sql("SELECT reason FROM agent_states")):
        yield "the lead was not skipped"
    last = int(lead["number"][-2:])
    if not settle(lambda: site.lead("preview", last) == ["ready", "f"]):
        yield f"the skipped lead is {site.lead('preview', last)}"
    site.set("preview", preview_then="dial")
    site.import_leads("preview", [10])
    called = site.talk("preview1")
    if called != number(10):
        yield f"{called} was called"
    if not settle(lambda: [number(10)[1:], "answered", "bridged", "f"] in site.results("preview")):
        yield f"the log has {site.results('preview')}"
    site.ask("preview1", "sign-out")
    site.set("preview", preview_limit_s=0)


# -- manual

def manual_refuses_what_must_not_be_called(site):
    site.sign_in("manual1", "manual")
    for typed, want, text in ((number(13), 409, "COMPANY_DNC"), ("212-555", 400, "number"),
                              ("+44 20 7946 0000", 409, "LIST_MISSING")):
        status, why = site.post("manual1", "dial", {"number": typed})
        if status != want or text not in why:
            yield f"{typed}: {status} {why}"
    status, why = site.post("manual1", "preview/dial")
    if status != 409 or "manual mode" not in why:
        yield f"preview in manual mode: {status} {why}"
    if site.results("manual"):
        yield f"dialed all the same: {site.results('manual')}"
    want = {"COMPANY_DNC": 1, "LIST_MISSING": 1}
    if not settle(lambda: site.campaign("manual")["refused"] == want):
        yield f"counted: {site.campaign('manual')['refused']}"


def manual_connects_the_agent_who_dialed(site):
    site.ask("manual1", "dial", {"number": number(11), "region": "NY"})
    if site.talk("manual1") != number(11):
        yield "somebody else was called"
    site.ask("manual1", "dial", {"number": number(12)})  # busy
    site.wait_for_state("manual1", "ready")
    want = [[number(11)[1:], "answered", "bridged", "f"], [number(12)[1:], "busy", "none", "f"]]
    if not settle(lambda: site.results("manual") == want):
        yield f"the log has {site.results('manual')}"
    if not settle(lambda: counted_by_law(site, "manual") == (1, 0)):
        yield "an answered call by hand is missing in what the law counts"


def manual_waits_for_the_legal_ring_time_when_the_agent_vanishes(site):
    site.ask("manual1", "dial", {"number": number(14)})
    site.wait_for_ringing(14)
    site.engine.request("POST", f"/api/agents/{site.desk('manual1')['id']}/sign-out",
                        site.supervisor)
    rows = site.results("manual")
    if len(rows) != 2:
        yield f"given up at once: {rows}"
    site.ask("manual1", "hang-up")
    site.wait_for_state("manual1", "ready", 20)
    site.ask("manual1", "sign-out")


# -- what changes while it rings

def a_declared_emergency_ends_what_rings(site):
    site.sign_in("manual1", "manual")
    site.ask("manual1", "dial", {"number": number(15)})
    site.wait_for_ringing(15)
    known = ["--source", "https://governor.example/eo-12", "--reviewer", "maria", "--config",
             site.config]
    added = rig.dialer("emergency", "add", "NY", "--from", "2026-11-23", *known).stdout
    site.wait_for_state("manual1", "ready", 5)
    events = site.cluster.sql("SELECT e.kind, e.detail FROM attempt_events e JOIN attempts a"
                              f" ON a.id = e.attempt_id WHERE a.number = {number(15)[1:]}"
                              " AND e.kind = 'no_longer_legal'")
    if events != [["no_longer_legal", "EMERGENCY_STATE"]]:
        yield f"the log says {events}"
    status, why = site.post("manual1", "dial", {"number": number(15)})
    if status != 409 or "EMERGENCY_STATE" not in why:
        yield f"dialed again: {status} {why}"
    rig.dialer("emergency", "end", added.split()[1], "--to", "2026-11-23T00:00:01Z", *known)

    def dialed():
        return site.post("manual1", "dial", {"number": number(12)})[0] == 204  # busy
    if not settle(dialed):
        yield "nothing is dialed after its end"
    site.wait_for_state("manual1", "ready")


def a_feed_that_is_cut_off_stops_dialing(site):
    """The lock of another session keeps the engine from reading what people said."""
    lock = threading.Thread(target=site.cluster.sql, args=(
        "BEGIN; LOCK TABLE revocations IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(17)",))
    lock.start()
    cut_at = time.monotonic()
    if not settle(lambda: any("database" in why or "opt-out" in why
                              for why in site.campaign("manual")["not_dialing"]), FEED_MAX_S):
        yield f"after {FEED_MAX_S} s: {site.campaign('manual')['not_dialing']}"
    status, why = site.post("manual1", "dial", {"number": number(12)})
    if status not in (409, 503) or time.monotonic() > cut_at + 17:
        yield f"dialed all the same: {status} {why}"
    lock.join()

    def dialed():
        return site.post("manual1", "dial", {"number": number(12)})[0] == 204
    if not settle(dialed, 20):
        yield "nothing is dialed when the feed is back"
    site.wait_for_state("manual1", "ready")
    site.ask("manual1", "sign-out")


# -- a shared pool, agentless

def a_pool_shares_its_agents(site):
    site.sign_in("first1", "first")
    desk = site.wait_for_state("first1", "talking")
    if desk["campaign"] != "first" or desk["call"]["number"] not in (number(21), number(22)):
        yield f"on the desk: {desk}"
    if not settle(lambda: site.campaign("second")["pool"]["agents"]["talking"] == 1):
        yield f"the pool of the second campaign: {site.campaign('second')['pool']}"
    second, first = site.campaign("second"), site.campaign("first")
    if second["agents"]["talking"] != 0 or first["agents"]["talking"] != 1:
        yield "the agent is counted where he is not signed in"
    site.talk("first1", code="machine")
    site.talk("first1")
    site.ask("first1", "sign-out")
    if not settle(lambda: site.campaign("second")["bridged"] == 2):
        yield f"bridged: {site.campaign('second')['bridged']} of the second campaign"
    if site.campaign("first")["bridged"] != 0:
        yield "a call counts for the campaign that the agent signed in to"
    if not settle(lambda: counted_by_law(site, "second") == (1, 0)):
        yield f"a machine counts as a person: {counted_by_law(site, 'second')}"
    kinds = site.event_kinds("pool-shared") if settle(
        lambda: site.event_kinds("pool-shared").get("agent_signed_out")) else {}
    want = {"agent_signed_in": 1, "agent_talking": 2, "dial_started": 2, "answered": 2,
            "machine": 1, "agent_signed_out": 1}
    if {kind: kinds.get(kind) for kind in want} != want:
        yield f"events of the pool: {kinds}"


def agentless_needs_proof_of_consent(site):
    if not settle(lambda: all(site.lead("agentless", n)[0] == "blocked" for n in (31, 32))):
        yield f"the leads are {[site.lead('agentless', n) for n in (31, 32)]}"
    if site.results("agentless"):
        yield "leads were dialed"
    codes = site.cluster.sql("SELECT DISTINCT reasons->0->>'code' FROM gate_refusals"
                             f" WHERE campaign_id = {site.ids['agentless']}")
    if codes != [["CONSENT_FEDERAL"]]:
        yield f"refused for {codes}"


# -- predictive

def add_earlier_answers(site):
    """What another engine logged yesterday."""
    site.cluster.sql(
        "WITH call AS (SELECT n, timestamptz '2026-11-22 18:00Z' + n * interval '1 minute' AS at,"
        f" CASE WHEN n <= {EARLIER_BRIDGED} THEN 'bridged'"
        f" WHEN n <= {EARLIER_BRIDGED + EARLIER_ABANDONED} THEN 'abandoned'"
        " ELSE 'early_hangup' END AS treatment"
        f" FROM generate_series(1, {EARLIER_BRIDGED + EARLIER_ABANDONED + EARLIER_LEFT}) n),"
        " attempt AS (INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number,"
        " caller_id, trunk, evidence, regulatory_campaign_id, seller, subject)"
        " SELECT first_id_at(at), at, 0, c.id, 0, 12125550198, 12125550199, 'earlier', '{}',"
        " c.regulatory_campaign_id, c.seller, c.subject"
        f" FROM call, campaigns c WHERE c.id = {site.ids['ahead']})"
        " INSERT INTO attempt_results (attempt_id, outcome, treatment, sip_status, answered_at,"
        " bridged_at, ended_at, ended_by, failover_follows, campaign_id, agent_id)"
        " SELECT first_id_at(at), 'answered', treatment, 0, at,"
        " CASE treatment WHEN 'bridged' THEN at END, at, 'customer', false,"
        f" {site.ids['ahead']}, CASE treatment WHEN 'bridged' THEN (SELECT min(id) FROM agents) END"
        " FROM call")


def in_the_log(site):
    """Answered and abandoned calls of the predictive campaign, by the cautious reading."""
    rows = site.cluster.sql(
        "SELECT r.treatment, count(*) FROM attempt_results r WHERE r.campaign_id ="
        f" {site.ids['ahead']} AND r.treatment <> 'none' AND NOT EXISTS (SELECT FROM dispositions"
        " d WHERE d.attempt_id = r.attempt_id AND d.code = 'machine') GROUP BY 1")
    counts = {treatment: int(count) for treatment, count in rows}
    abandoned = counts.get("abandoned", 0) + counts.get("early_hangup", 0)
    return counts.get("bridged", 0) + abandoned, abandoned


def predictive_knows_the_answers_of_the_last_days(site):
    want = (EARLIER_BRIDGED + EARLIER_ABANDONED + EARLIER_LEFT, EARLIER_ABANDONED + EARLIER_LEFT)
    if not settle(lambda: counted_by_law(site, "ahead") == want):
        yield f"counted {counted_by_law(site, 'ahead')}, not {want}"
    budget = site.campaign("ahead")["budget"]
    if [entry["period"] for entry in budget] != ["successive_days", "trailing_days"]:
        yield f"periods: {budget}"
    if budget[0]["from"] != "2026-11-22" or budget[0]["cap"] != 0.03 or not budget[0]["met"]:
        yield f"the first period: {budget[0]}"


def predictive_dials_and_says_why(site):
    for agent in ("ahead1", "ahead2"):
        site.sign_in(agent, "ahead")
    pacing = site.campaign("ahead")["pacing"]
    for _ in range(3):
        site.talk("ahead1", ready=True)
    site.talk("ahead2", code="machine", ready=False)
    site.ask("ahead1", "sign-out")
    site.ask("ahead2", "sign-out")
    pacing = site.campaign("ahead")["pacing"]
    if pacing["mode"] != "predictive" or not pacing["sentence"] or pacing["at"] is None:
        yield f"explained: {pacing}"
    if not settle(lambda: sum(site.campaign("ahead")["lines"].values()) == 0, 30):
        yield f"lines still up: {site.campaign('ahead')['lines']}"
    if not settle(lambda: counted_by_law(site, "ahead") == in_the_log(site)):
        yield f"counted {counted_by_law(site, 'ahead')}, in the log {in_the_log(site)}"
    samples = site.cluster.sql("SELECT explanation FROM pacing_samples WHERE campaign_id ="
                               f" {site.ids['ahead']} ORDER BY id")
    limits = [json.loads(row[0])["limit"] for row in samples]
    if not limits or len(set(limits)) < 2:
        yield f"sampled limits: {limits}"


def the_event_log_has_every_call(site):
    name = f"campaign-{site.ids['ahead']}"
    attempts = int(site.cluster.sql(
        f"SELECT count(*) FROM attempts WHERE campaign_id = {site.ids['ahead']}"
        " AND trunk <> 'earlier'")[0][0])

    def complete():
        kinds = site.event_kinds(name)
        ends = sum(kinds.get(kind, 0) for kind in ("ended", "cancelled", "abandoned"))
        talks = kinds.get("agent_talking", 0)
        return kinds.get("dial_started") == attempts == ends + talks
    if not settle(complete):
        yield f"{attempts} attempts in the log, events: {site.event_kinds(name)}"


# -- opt-outs that the store refuses

def an_opt_out_that_the_store_refuses_holds_up_no_other(site):
    site.cluster.sql(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.number ="
        f" {number(REFUSED_BY_STORE)[1:]} THEN RAISE EXCEPTION 'a broken rule'; END IF; RETURN NEW;"
        " END $$; CREATE TRIGGER refuse BEFORE INSERT ON suppression_changes FOR EACH ROW"
        " EXECUTE FUNCTION refuse()")

    def opt_out(last):
        return site.engine.request("POST", "/api/opt-outs", site.supervisor,
                                   {"number": number(last)})
    status, why = opt_out(REFUSED_BY_STORE)
    if status != 500 or "broken rule" not in json.dumps(why):
        yield f"the refused opt-out: {status} {why}"
    status, why = opt_out(71)
    if status not in (200, 201, 204):
        yield f"the opt-out behind it: {status} {why}"
    def counted(number_of):
        text = site.engine.request("GET", "/metrics", site.supervisor)[1]
        return (f"dialer_opt_outs_refused {number_of}\n" in text
                and site.live()["store"]["opt_outs_refused"] == number_of)
    if not settle(lambda: counted(1)):
        yield "the refused opt-out is not counted"
    site.sign_in("manual1", "manual")
    status, why = site.post("manual1", "dial", {"number": number(REFUSED_BY_STORE)})
    if status != 409 or "COMPANY_DNC" not in why:
        yield f"its number may be called: {status} {why}"
    site.ask("manual1", "sign-out")
    site.cluster.sql("DROP FUNCTION refuse() CASCADE")
    if not settle(lambda: counted(0), 30):
        yield "the refused opt-out is not offered again"
    stored = site.cluster.sql("SELECT source FROM suppression_changes"
                              f" WHERE number = {number(REFUSED_BY_STORE)[1:]}")
    if stored != [["api"]]:
        yield f"stored once the database takes it: {stored}"


# -- after a restart

def restart(site):
    site.counted = counted_by_law(site, "ahead")
    if site.stop() != 0:
        yield "the engine did not end well"
    rows = site.cluster.sql("SELECT c.name, length(s.state) FROM pacing_states s JOIN campaigns c"
                            " ON c.id = s.campaign_id")
    if not any(name == "ahead" and int(length) > 0 for name, length in rows):
        yield f"learnt states: {rows}"
    rig.load_consents(site.config, site.folder, seller("agentless"),
                      [number(n) for n in (31, 32)])
    site.start(later=True)


def predictive_remembers(site):
    if not settle(lambda: counted_by_law(site, "ahead") == site.counted):
        yield f"counted {counted_by_law(site, 'ahead')}, before {site.counted}"
    log = site.engine.log_path.read_text()
    if "cannot be read" in log:
        yield "what was learnt was refused"
    if site.campaign("ahead")["not_dialing"] != ["no agent is signed in"]:
        yield f"not dialing: {site.campaign('ahead')['not_dialing']}"


def agentless_plays_its_message(site):
    want = [[number(last)[1:], "answered", "none", "t"] for last in (31, 32)]
    if not settle(lambda: sorted(site.results("agentless")) == want, 30):
        yield f"the log has {site.results('agentless')}"
    figures = site.campaign("agentless")
    if (figures["abandoned"], figures["answered"]) != (0, 2):
        yield f"figures: {figures}"
    proven = site.cluster.sql("SELECT count(*) FROM attempts a JOIN consents c"
                              " ON c.id = (a.evidence->>'consent')::bigint AND c.number = a.number"
                              f" WHERE a.campaign_id = {site.ids['agentless']}")
    if proven != [["2"]]:
        yield f"attempts that name their consent: {proven}"


def a_message_replaced_under_its_name_goes_on_record(site):
    def on_record():
        rows = site.cluster.sql("SELECT sha256 FROM message_files WHERE campaign_id ="
                                f" {site.ids['agentless']} ORDER BY id")
        return [row[0] for row in rows]
    first = hashlib.sha256(site.message.read_bytes()).hexdigest()
    if on_record()[-1] != first:
        yield f"on record is {on_record()}, the file is {first}"
    before = on_record()
    site.message.write_text("no recording")
    log = site.engine.log_path.read_text
    if not settle(lambda: "the recording before it stays in use" in log(), 15):
        yield "a message that is no good is not told"
    if on_record() != before:
        yield f"on record is {on_record()}, which is not played"
    next_one = site.folder / "next.wav"
    write_tone(next_one, 440, 1)
    next_one.replace(site.message)
    second = hashlib.sha256(site.message.read_bytes()).hexdigest()
    if not settle(lambda: on_record() == [*before, second], 15):
        yield f"on record is {on_record()}, the new file is {second}"


def a_run_that_was_closed_ends_with_1(site):
    site.cluster.sql("INSERT INTO engine_run_ends (run_id, at, attempts_closed)"
                     " SELECT id, now(), 0 FROM engine_runs r WHERE NOT EXISTS"
                     " (SELECT FROM engine_run_ends e WHERE e.run_id = r.id)")
    site.cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                     " WHERE usename = 'dialer_engine'", user="postgres")
    if not settle(lambda: not site.engine.alive(), 20):
        yield "the engine goes on"
        return
    code = site.stop()
    if code != 1:
        yield f"it ended with {code}"


# -- the whole

def every_invite_has_its_row(site):
    invites = [entry["x_attempt"] for entry in site.carrier.journal() if entry["ev"] == "invite"]
    rows = [row[0] for row in site.cluster.sql(
        "SELECT a.id FROM attempts a JOIN attempt_results r ON r.attempt_id = a.id"
        " WHERE r.outcome <> 'not_sent' AND a.trunk <> 'earlier'")]
    if sorted(invites) != sorted(rows):
        yield f"{len(invites)} INVITEs, {len(rows)} rows"


CHECKS = [
    preview_shows_leads_that_may_be_called, preview_skips_a_lead_until_later,
    preview_dials_for_the_agent_who_looked, preview_never_shows_a_listed_number_and_minds_opt_outs,
    preview_gives_the_agent_back_when_nobody_answers, preview_takes_the_lead_back_from_who_pauses,
    manual_refuses_what_must_not_be_called, manual_connects_the_agent_who_dialed,
    manual_waits_for_the_legal_ring_time_when_the_agent_vanishes,
    a_pool_shares_its_agents,
    preview_keeps_a_lead_as_long_as_the_agent_looks, preview_decides_for_who_looks_too_long,
    *CALLBACK_CHECKS, agentless_needs_proof_of_consent,
    predictive_knows_the_answers_of_the_last_days,
    predictive_dials_and_says_why, the_event_log_has_every_call,
    an_opt_out_that_the_store_refuses_holds_up_no_other, restart, predictive_remembers,
    agentless_plays_its_message, a_declared_emergency_ends_what_rings,
    a_message_replaced_under_its_name_goes_on_record,
    a_feed_that_is_cut_off_stops_dialing, every_invite_has_its_row,
    a_run_that_was_closed_ends_with_1,
]


def main():
    results = []
    with rig.Workspace("modes") as workspace:
        site = Site(workspace)
        try:
            site.prepare()
            add_earlier_answers(site)
            site.start()
            for check in CHECKS:
                try:
                    faults = list(check(site))
                except (rig.RigError, OSError, KeyError, TypeError, IndexError) as error:
                    faults = [repr(error)]
                name = check.__name__.replace("_", " ")
                print(f"FAILED {name}: {'; '.join(faults)}" if faults else f"ok {name}", flush=True)
                results.append(not faults)
        finally:
            site.close()
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
