"""What modes.py shows of callbacks in preview mode: to whom, when, and what becomes of them."""

import datetime

from modes_site import number, rig, settle


def callback_rule(site, grace_s):
    site.engine.request("POST", "/api/campaigns/preview/callback-rule", site.supervisor,
                        {"grace_s": grace_s, "opens": True})


def callbacks(site):
    """number -> status of each."""
    return {number_[1:]: status for number_, status in (
        (row["number"], row["status"]) for row in site.engine.request(
            "GET", "/api/callbacks?campaign=preview&which=all", site.supervisor)[1]["callbacks"])}


def preview_shows_a_callback_to_its_agent_at_its_time(site):
    callback_rule(site, 3600)
    site.import_leads("preview", [8, 9])
    site.sign_in("preview1", "preview", ready=False)
    agent = site.desk("preview1")["id"]
    soon = site.engine_now() + datetime.timedelta(seconds=2)
    for last, note in ((8, "ask for the manual"), (9, "")):
        status, made = site.engine.request("POST", "/api/callbacks", site.supervisor, {
            "lead": site.lead_id("preview", last), "at": soon.isoformat(), "agent": agent,
            "note": note})
        if status != 201:
            yield f"the callback: {status} {made}"
            return
    due = datetime.datetime.fromisoformat(made["due"].replace("Z", "+00:00"))
    # Somebody else looks at leads all the while, and is never shown these.
    site.sign_in("preview2", "preview")
    rig.wait_until(lambda: site.engine_now() >= due, 70, "the callbacks are due", step=0.25)
    if due <= soon - datetime.timedelta(seconds=2):
        yield f"due {due}, agreed for {soon}"
    site.ask("preview1", "ready")
    lead = site.shown("preview1")
    if (lead["number"], lead["callback"]) != (number(8), "ask for the manual"):
        yield f"shown is {lead}"
    other = site.desk("preview2")["preview"]
    if other and other["number"] in (number(8), number(9)):
        yield f"shown to somebody else: {other}"


def preview_dials_a_callback_once(site):
    site.ask("preview1", "preview/dial")
    if site.talk("preview1", ready=False) != number(8):
        yield "somebody else was called"
    if not settle(lambda: callbacks(site)[number(8)[1:]] == "done"):
        yield f"callbacks: {callbacks(site)}"
    if callbacks(site)[number(9)[1:]] != "open":
        yield f"callbacks: {callbacks(site)}"


def preview_puts_a_callback_off_when_it_is_skipped(site):
    site.ask("preview1", "ready")
    lead = site.shown("preview1")
    if (lead["number"], lead["callback"]) != (number(9), "callback"):
        yield f"shown is {lead}"
    site.ask("preview1", "preview/skip", {"reason": "engaged"})
    if not settle(lambda: site.lead("preview", 9) == ["ready", "f"]):
        yield f"the skipped lead is {site.lead('preview', 9)}"
    if callbacks(site)[number(9)[1:]] != "open":
        yield f"a skip ended the callback: {callbacks(site)}"
    site.ask("preview1", "pause", {"reason": "break"})
    # Its agent wants it after all: whoever is in charge makes it due again.
    site.engine.request("POST", f"/api/leads/{lead['lead']}/change", site.supervisor,
                        {"due": site.engine_now().isoformat()})
    site.ask("preview1", "ready")
    again = site.shown("preview1")
    if (again["number"], again["callback"]) != (number(9), "callback"):
        yield f"shown is {again}"


def preview_gives_a_callback_to_others_after_its_grace(site):
    site.ask("preview1", "pause", {"reason": "break"})
    if not settle(lambda: site.lead("preview", 9)[0] == "ready"):
        yield f"the lead of who paused is {site.lead('preview', 9)}"
    callback_rule(site, 0)
    if not settle(lambda: site.engine.request(
            "GET", "/api/callbacks?campaign=preview&which=open",
            site.supervisor)[1]["callbacks"][0]["opened"], 30):
        yield "it is its agent's still"
    # Paused and back, so that the lead before him is no other one.
    site.ask("preview2", "pause", {"reason": "break"})
    site.ask("preview2", "ready")
    lead = site.shown("preview2")
    if lead["number"] != number(9):
        yield f"shown is {lead}"
        return
    site.ask("preview2", "preview/dial")
    if not settle(lambda: callbacks(site)[number(9)[1:]] == "done"):
        yield f"callbacks: {callbacks(site)}"
    if site.results("preview")[-1][:2] != [number(9)[1:], "busy"]:
        yield f"the log has {site.results('preview')}"
    for agent in ("preview1", "preview2"):
        site.ask(agent, "sign-out")


CALLBACK_CHECKS = [
    preview_shows_a_callback_to_its_agent_at_its_time, preview_dials_a_callback_once,
    preview_puts_a_callback_off_when_it_is_skipped,
    preview_gives_a_callback_to_others_after_its_grace,
]
