#!/usr/bin/env python3
"""Goal: a campaign's day through the HTTP API alone: ugly lists are sent, looked at, mapped and
imported; agents take calls and say what they were; people are called back, hot leads at once;
settings act and are taken back; everybody learns why somebody is not dialed; reports, log and audit
log agree and prove themselves.

Method: one real engine on a real PostgreSQL, the simulated carrier, phones, and what the API
answers. Nothing is written to the store by hand. The last line is `N passed, N failed`.

    tests/e2e/campaign_day.py

Environment: DIALER_BIN is the folder of the binaries, DIALER_KEEP=1 keeps the logs.
"""

import json
import subprocess
import sys
import time
from datetime import timedelta

from campaign_day_site import (BUSY, CALLBACK, CALLER_ID, CAMPAIGN, FILTERED, HOT, NATIONAL,
                               OPT_OUT, SALE, SECOND, SECOND_LIST, UGLY, UGLY_LEADS, UGLY_REFUSED,
                               WRONG, Day, number, rig, settle)

COLUMNS = [{"field": "phone", "column": "Handy"}, {"field": "name", "column": "Kunde"},
           {"field": "region", "column": "St."}]
FILTER = "custom.Einkommen >= 20000 or custom.Income > 0"
FORM = [{"name": "budget", "label": "Budget", "type": "number", "required": True}]


def fault_of(status, body, want, field=None):
    if status != want or (field and body.get("error", {}).get("field") != field):
        yield f"answered {status} {body}, not {want} about {field}"


# -- a campaign and its lists

def a_campaign_is_made_from_a_template(day):
    templates = [each["name"] for each in day.get("/api/templates", "ops")["templates"]]
    if "us-sales" not in templates:
        yield f"templates: {templates}"
    made = day.post("/api/campaigns", {
        "name": CAMPAIGN, "template": "us-sales", "seller": "Acme", "offer": "green power",
        "caller_id": CALLER_ID, "mode": "progressive", "wrap_up_max_s": 300}, "ops", 201)
    if made["running"] or made["settings"]["mode"] != "progressive":
        yield f"made: {made}"
    if made["settings"]["attempts_per_day"] != 2:
        yield "the template's limit of attempts a day is not there"
    day.post(f"/api/campaigns/{CAMPAIGN}/dispositions",
             {"code": "no_budget", "label": "No budget", "category": "contact"}, "ops")
    script = day.post(f"/api/campaigns/{CAMPAIGN}/scripts",
                      {"text": "Hello {{name}}, this is Acme.", "form": FORM}, "ops", 201)
    if script["version"] != 1 or script["warnings"]:
        yield f"script: {script}"


def an_ugly_list_is_looked_at_and_its_columns_are_put_right(day):
    day.first = day.upload("leads mäi.csv", UGLY)
    wrong = [{"field": "phone", "column": "Einkommen"}]
    preview = day.post("/api/imports/preview", {"upload": day.first, "campaign": CAMPAIGN,
                                                "columns": wrong}, "ops")
    day.wrong_preview = preview
    text = json.dumps(preview)
    if "phone_too_short" not in text and "too_short" not in text:
        yield f"the wrong column is not seen: {text[:800]}"
    status, body = day.call("POST", "/api/imports/preview", "ops", {
        "upload": day.first, "columns": [{"field": "phone", "column": "Telefon"}]})
    yield from fault_of(status, body, 422)
    preview = day.post("/api/imports/preview", {"upload": day.first, "campaign": CAMPAIGN,
                                                "columns": COLUMNS}, "ops")
    text = json.dumps(preview, ensure_ascii=False)
    if "Zoë Müller" not in text:
        yield f"the encoding is not understood: {text[:800]}"
    if day.get("/api/imports", "ops")["imports"]:
        yield "the preview left an import"


def it_is_imported_with_every_row_accounted_for(day):
    job = day.import_file(day.first, source="crm", columns=COLUMNS)
    if job["state"] != "done":
        yield f"the import: {job}"
        return
    told = job["summary"]
    if (told["accepted"], told["refused"]) != (UGLY_LEADS, UGLY_REFUSED):
        yield f"accepted and refused: {told}"
    if sum(told["refused_by_reason"].values()) != told["refused"]:
        yield f"reasons: {told['refused_by_reason']}"
    status, body, headers = day.raw("GET", f"/api/imports/{told['import']}/refused", "ops")
    lines = body.decode("utf-8-sig").strip().split("\n")
    if status != 200 or "attachment" not in headers.get("Content-Disposition", ""):
        yield f"refused rows: {status} {headers}"
    if len(lines) < 1 + UGLY_REFUSED or not lines[0].startswith("line,"):
        yield f"refused rows: {lines}"
    scrub = day.get(f"/api/imports/{told['import']}", "ops")["scrub"]
    if "LIST_NATIONAL" not in json.dumps(scrub):
        yield f"the scrub report does not know who is on the registry: {scrub}"
    again = day.import_file(day.first, source="crm")["summary"]
    if not again["already_imported"]:
        yield f"the same file again: {again}"
    if day.funnel()["loaded"] != UGLY_LEADS:
        yield f"loaded: {day.funnel()['loaded']}"


def a_workbook_is_imported_beside_it_and_held_back_by_its_weight(day):
    upload = day.upload("second.xlsx", SECOND_LIST)
    preview = day.post("/api/imports/preview", {"upload": upload, "campaign": CAMPAIGN}, "ops")
    if "XLSX" not in preview["type"]:
        yield f"type: {preview['type']}"
    job = day.import_file(upload, dedupe="file,campaign,company")
    if job["state"] != "done" or job["summary"]["accepted"] != len(SECOND):
        yield f"the workbook: {job}"
        return
    day.second = job["summary"]
    changed = day.post(f"/api/lists/{day.second['list']}", {"weight": 0, "priority": 3}, "ops")
    if changed["weight"] != 0:
        yield f"the list: {changed}"
    if day.stopped_at("list_off") != len(SECOND):
        yield f"the funnel: {day.funnel()['stages']}"


def a_filter_is_typed_counted_and_set(day):
    base = f"/api/campaigns/{CAMPAIGN}/filter"
    typed = day.post(base + "/check", {"text": "custom.Einkommen >= zwanzig"}, "ops")
    if typed["valid"] or typed["fault"]["column"] != 21:
        yield f"a wrong expression: {typed}"
    typed = day.post(base + "/check", {"text": FILTER}, "ops")
    want = {"let_through": UGLY_LEADS + len(SECOND) - 1, "of": UGLY_LEADS + len(SECOND)}
    if not typed["valid"] or {k: typed["count"][k] for k in want} != want:
        yield f"the count: {typed}"
    set_to = day.post(base, {"text": FILTER}, "ops")
    if set_to["text"] != typed["canonical"]:
        yield f"canonical: {set_to} {typed}"
    if not settle(lambda: "filter" in day.failing(FILTERED)):
        yield f"the lead that the filter stops: {day.failing(FILTERED)}"


# -- calls

def agents_take_calls_and_say_what_they_were(day):
    day.post(f"/api/campaigns/{CAMPAIGN}/start", None, "ops", 204)
    rig.wait_until(lambda: day.runtime()["running"], 5, "the campaign runs")
    day.ask("ann", "sign-in", {"campaign": CAMPAIGN, "ready": True})
    day.called = {}
    codes = {number(SALE): "sale", number(CALLBACK): "callback", number(WRONG): "wrong_number",
             number(OPT_OUT): "do_not_call"}
    while set(day.called) < set(codes):
        desk = day.wait_for_call("ann")
        to = desk["call"]["number"]
        if to not in codes or to in day.called:
            yield f"{to} was called"
            return
        day.called[to] = desk["call"]
        yield from write_down(day, to)
        day.hang_up("ann")
        day.finish("ann", codes[to], ready=set(day.called) < set(codes), note=f"said {codes[to]}")
        day.funnel()
    status, body = day.call("POST", "/api/agent/disposition", "ann", {"code": "sale"})
    yield from fault_of(status, body, 409)


def write_down(day, to):
    if to == number(SALE):
        script = day.get("/api/agent/script", "ann")
        if "Zoë Müller" not in script["text"]:
            yield f"the script: {script['text']}"
        answers = {"script": script["script"], "answers": {"budget": "much"}}
        status, body = day.call("POST", "/api/agent/form", "ann", answers)
        yield from fault_of(status, body, 409)
        day.ask("ann", "form", {"script": script["script"], "answers": {"budget": 1200}})
    if to == number(CALLBACK):
        night = {"at": "2026-11-23T23:30:00-05:00", "own": True}
        status, body = day.call("POST", "/api/agent/callback", "ann", night)
        if status != 422 or not body["error"]["next"]:
            yield f"a call in the night: {status} {body}"
        now = day.engine_now()
        day.due = (now + timedelta(seconds=50)).replace(second=0, microsecond=0) \
            + timedelta(minutes=1)
        made = day.post("/api/agent/callback", {"at": day.due.isoformat(), "own": True,
                                                "note": "ask for the manual"}, "ann", 201)
        if made["agent_name"] != "Ann" or made["status"] != "open":
            yield f"the callback: {made}"


def a_busy_number_rests_and_the_others_say_why_they_stop(day):
    day.ask("ann", "ready")
    rig.wait_until(lambda: any(row["number"] == number(BUSY) and row["outcome"] == "busy"
                               for row in day.log()), 15, "the busy number is tried")
    why = day.why(BUSY)
    if "due" not in day.failing(BUSY) or why["callable_now"] or not why["earliest"]:
        yield f"the resting lead: {why['summary']} {day.failing(BUSY)}"
    if len(why["attempts"]) != 1 or why["attempts"][0]["outcome"] != "busy":
        yield f"its attempts: {why['attempts']}"
    if not settle(lambda: "LIST_NATIONAL" in day.failing(NATIONAL)):
        yield f"the listed lead: {day.failing(NATIONAL)}"
    if day.why(NATIONAL)["earliest"] is not None:
        yield "the listed lead has an instant"
    if not settle(lambda: "COMPANY_DNC" in day.failing(OPT_OUT)):
        yield f"who asked not to be called: {day.failing(OPT_OUT)}"
    for last in (WRONG, SALE):
        if day.why(last)["callable_now"]:
            yield f"{number(last)} could be called again: {day.why(last)['summary']}"
    day.funnel()


def a_hot_lead_is_dialed_within_a_second(day):
    rig.wait_until(lambda: day.desk("ann")["state"] == "ready", 5, "ann is ready")
    before = len(day.invites())
    began = time.monotonic()
    made = day.post("/api/leads", {"campaign": CAMPAIGN, "phones": [number(HOT)], "name": "Hot",
                                   "region": "NY", "custom": {"Income": 1}}, "ops", 201)
    answered = time.monotonic() - began
    rig.wait_until(lambda: len(day.invites()) > before, 5, "the hot lead is dialed", step=0.005)
    took = time.monotonic() - began
    print(f"  hot lead: INVITE {took * 1000:.0f} ms after the request was sent"
          f" ({answered * 1000:.0f} ms of it until the API answered)")
    if took > 1:
        yield f"dialed after {took:.2f} s"
    if not made["will_be_dialed"] or made["existed"]:
        yield f"the lead: {made}"
    desk = day.wait_for_call("ann")
    if desk["call"]["number"] != number(HOT):
        yield f"on the desk: {desk['call']}"
    day.hang_up("ann")
    day.finish("ann", "no_budget", ready=False)
    again = day.post("/api/leads", {"campaign": CAMPAIGN, "phones": [number(HOT)]}, "ops", 201)
    if not again["existed"]:
        yield f"the same lead again: {again}"


def a_setting_acts_within_a_second_and_is_taken_back(day):
    before = day.get(f"/api/campaigns/{CAMPAIGN}", "ops")

    def wait_for_mode(mode):
        began = time.monotonic()
        rig.wait_until(lambda: day.runtime()["mode"] == mode, 5, f"mode {mode}", step=0.01)
        return time.monotonic() - began

    change = day.post(f"/api/campaigns/{CAMPAIGN}/settings",
                      {"mode": "preview", "if_change": before["change"]}, "ops")["change"]
    acted = wait_for_mode("preview")
    status, body = day.call("POST", f"/api/campaigns/{CAMPAIGN}/settings", "ops",
                            {"mode": "manual", "if_change": before["change"]})
    yield from fault_of(status, body, 409)
    day.post(f"/api/settings/{change}/revert", {}, "ops")
    back = wait_for_mode("progressive")
    print(f"  setting: acts {acted * 1000:.0f} ms after the answer, taken back"
          f" {back * 1000:.0f} ms after")
    if max(acted, back) > 1:
        yield f"acts after {acted:.2f} s, is back after {back:.2f} s"
    told = day.get(f"/api/campaigns/{CAMPAIGN}/history?limit=2", "ops")["changes"]
    if told[0]["reverts"] != change or told[1]["reverted_by"] != told[0]["id"]:
        yield f"the history: {told}"
    if day.get(f"/api/campaigns/{CAMPAIGN}", "ops")["settings"] != before["settings"]:
        yield "not all is as before"


def an_import_is_taken_back(day):
    record = day.post(f"/api/imports/{day.second['import']}/undo", None, "ops")
    if record["status"] != "undone" or record["taken_back"] != len(SECOND):
        yield f"undone: {record}"
    if day.stopped_at("held") != len(SECOND):
        yield f"the funnel: {day.funnel()['stages']}"
    found = day.get(f"/api/campaigns/{CAMPAIGN}/lists", "ops")["lists"]
    if [each["status"] for each in found if each["id"] == day.second["list"]] != ["undone"]:
        yield f"the lists: {found}"
    lead = day.undone_lead()
    why = day.get(f"/api/leads/{lead}/why", "ops")
    if why["callable_now"] or why["earliest"] is not None:
        yield f"a lead that was taken back: {why['summary']}"
    if "undone" not in json.dumps(why):
        yield f"it does not say so: {why['summary']}"


def a_callback_comes_back_to_its_agent_at_its_time(day):
    day.ask("bob", "sign-in", {"campaign": CAMPAIGN, "ready": True})
    day.ask("ann", "ready")
    open_ones = day.get("/api/callbacks?which=open", "ann")["callbacks"]
    if len(open_ones) != 1 or open_ones[0]["number"] != number(CALLBACK):
        yield f"ann's callbacks: {open_ones}"
    if day.get("/api/callbacks?which=all", "bob")["callbacks"]:
        yield "bob sees ann's callbacks"
    left = (day.due - day.engine_now()).total_seconds()
    desk = day.wait_for_call("ann", max(left, 0) + 20)
    late = (day.engine_now() - day.due).total_seconds()
    print(f"  callback: ann talks {late:+.1f} s after the instant that was agreed")
    if desk["call"]["number"] != number(CALLBACK):
        yield f"on the desk: {desk['call']}"
    if late < 0 or late > 5:
        yield f"{late:.1f} s after the instant"
    if day.desk("bob")["state"] != "ready":
        yield f"bob is {day.desk('bob')['state']}"
    day.hang_up("ann")
    day.finish("ann", "sale", ready=False)
    ended = rig.wait_until(
        lambda: [each for each in day.get("/api/callbacks?which=all", "ann")["callbacks"]
                 if each["status"] == "done"], 10, "the callback is done")
    if len(ended) != 1:
        yield f"callbacks: {ended}"


# -- what came of it

def reports_say_what_the_log_says(day):
    rows = rig.wait_until(lambda: complete(day.log()), 10, "the log is complete")
    naive = {
        "attempts": len(rows),
        "answered": sum(row["outcome"] == "answered" for row in rows),
        "connected": sum(row["treatment"] == "bridged" for row in rows),
        "sales": sum(row["disposition"] == "sale" for row in rows),
    }
    period = f"campaign={CAMPAIGN}&from=2026-11-23&zone=America/New_York"
    for by in ("campaign", "list", "agent", "hour", "caller_id", "trunk", "outcome"):
        report = day.get(f"/api/reports/attempts?{period}&by={by}", "supervisor")
        sums = {name: sum(row[name] or 0 for row in report["rows"]) for name in naive}
        if sums != naive:
            yield f"by {by}: {sums}, the log: {naive}"
    if naive["sales"] != 2 or naive["attempts"] != 7:
        yield f"the log: {naive}"
    status, csv, _ = day.raw("GET", f"/api/reports/attempts?{period}&by=outcome&format=csv",
                             "supervisor")
    if status != 200 or len(csv.decode().strip().split("\n")) != 3:
        yield f"the report as CSV: {csv}"
    for kind in day.get("/api/reports", "supervisor")["reports"]:
        status, body, _ = day.raw("GET", f"/api/reports/{kind['name']}?{period}&format=xlsx",
                                  "supervisor")
        if status != 200 or body[:2] != b"PK":
            yield f"{kind['name']} as a workbook: {status} {body[:200]}"


def complete(rows):
    return rows if rows and all(row["outcome"] for row in rows) else None


def one_call_tells_its_story(day):
    sale = next(row for row in day.log() if row["number"] == number(SALE))
    story = day.get(f"/api/attempts/{sale['attempt']}", "compliance")
    if story["attempt"]["disposition"] != "sale":
        yield f"the story: {story['attempt']}"
    if [each["answers"] for each in story["answers"]] != [{"budget": 1200}]:
        yield f"what was filled in: {story['answers']}"
    if story["record_faults"]:
        yield f"its record lacks: {story['record_faults']}"
    repairs = day.get("/api/records/repairs", "compliance")["repairs"]
    if repairs:
        yield f"records to repair: {repairs}"
    dossier = day.get(f"/api/numbers/{number(OPT_OUT)}/dossier", "compliance")
    if len(dossier["attempts"]) != 1 or not dossier["opt_outs"]:
        yield f"the dossier of who opted out: {dossier}"


def every_invite_has_its_row(day):
    invites = sorted(entry["x_attempt"] for entry in day.invites())
    rows = sorted(row["attempt"] for row in day.log() if row["outcome"] != "not_sent")
    if invites != rows:
        yield f"{len(invites)} INVITEs, {len(rows)} rows"


def verdicts(day, path):
    """What the two verifiers say: exit codes."""
    ours = rig.dialer("audit", "verify", path, "--key", day.key, check=False)
    tool = rig.ROOT / "tests/audit/verify.py"
    other = subprocess.run([sys.executable, tool, path, day.key], capture_output=True, text=True)
    return ours.returncode, other.returncode, ours.stdout + ours.stderr + other.stdout


def the_audit_log_proves_itself_and_fails_after_one_byte(day):
    def sealed():
        told = day.get("/api/audit/head", "compliance")
        return told if told["head"] and not told["waiting"] \
            and told["head"]["size"] == told["size"] else None
    head = rig.wait_until(sealed, 20, "everything is signed")
    if head["key"]["key"] != day.key:
        yield f"signed by {head['key']}"
    status, data, _ = day.raw("GET", "/api/audit/export?all_heads=true", "compliance")
    path = day.folder / "audit.jsonl"
    path.write_bytes(data)
    ours, other, text = verdicts(day, path)
    if status != 200 or (ours, other) != (0, 0):
        yield f"the export: {status} {ours} {other} {text[:1000]}"
    for word in ("attempt", "disposition", "setting", "opt_out", "import"):
        if word.encode() not in data:
            yield f"nothing of {word} is in it"
    place = data.index(b"attempt", len(data) // 2)
    path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1:])
    ours, other, text = verdicts(day, path)
    if ours == 0 or other == 0:
        yield f"one byte was changed and nobody noticed: {ours} {other} {text[:500]}"
    sale = next(row for row in day.log() if row["number"] == number(SALE))
    status, data, _ = day.raw("GET", f"/api/audit/proof/{sale['attempt']}", "compliance")
    path.write_bytes(data)
    ours, other, text = verdicts(day, path)
    if status != 200 or (ours, other) != (0, 0):
        yield f"the proof of one call: {status} {ours} {other} {text[:1000]}"
    checked = day.post("/api/audit/check", None, "compliance")
    if not checked["agrees"]:
        yield f"the database and its log: {checked['differences']}"


def the_engine_ends_well(day):
    if not day.funnel()["loaded"]:
        yield "nothing is loaded"
    day.space.parts.remove(day.engine)
    code = day.engine.stop()
    if code != 0:
        yield f"it ended with {code}"
    print(f"  the funnel added up at each of {day.funnels} looks")


CHECKS = [
    a_campaign_is_made_from_a_template, an_ugly_list_is_looked_at_and_its_columns_are_put_right,
    it_is_imported_with_every_row_accounted_for,
    a_workbook_is_imported_beside_it_and_held_back_by_its_weight, a_filter_is_typed_counted_and_set,
    agents_take_calls_and_say_what_they_were,
    a_busy_number_rests_and_the_others_say_why_they_stop, a_hot_lead_is_dialed_within_a_second,
    a_setting_acts_within_a_second_and_is_taken_back, an_import_is_taken_back,
    a_callback_comes_back_to_its_agent_at_its_time, reports_say_what_the_log_says,
    one_call_tells_its_story, every_invite_has_its_row,
    the_audit_log_proves_itself_and_fails_after_one_byte, the_engine_ends_well,
]


def run(day):
    for check in CHECKS:
        try:
            faults = list(check(day))
        except (rig.RigError, OSError, KeyError, TypeError, IndexError, ValueError,
                StopIteration, AttributeError) as error:
            faults = [repr(error)]
        name = check.__name__.replace("_", " ")
        print(f"FAILED {name}: {'; '.join(map(str, faults))}" if faults else f"ok {name}",
              flush=True)
        yield not faults


def main():
    began = time.monotonic()
    results = []
    with rig.Workspace("day") as workspace:
        day = Day(workspace)
        try:
            day.prepare()
            results = list(run(day))
        finally:
            day.close()
    print(f"  {time.monotonic() - began:.0f} s")
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
