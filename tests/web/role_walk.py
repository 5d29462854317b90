#!/usr/bin/env python3
"""Goal: every endpoint lets in the roles that the API's description names and nobody else, and no
trick of another page, a planted cookie or an odd path gets around that.

Method: one real engine; every route of openapi.json asked by every role with a token and with a
session, by nobody, by somebody who was switched off; forged, planted and mutilated requests over
raw sockets. The last line is `N passed, N failed`.

    tests/web/role_walk.py

Environment: DIALER_BIN is the folder of the binaries, DIALER_KEEP=1 keeps the logs.
"""

import json
import re
import socket
import sys
import time
import urllib.parse

from role_walk_raw import RAW_CHECKS
from web_site import (AGENTS, CAMPAIGN, DISABLED, DOCUMENT, GUESSED, HOST, PASSWORD, PEOPLE,
                      PERSON_OF, ROLES, Browser, World, ask, rig, run, tables)

SPEC = json.loads(DOCUMENT.read_text())
EVERYBODY = {**PEOPLE, **{name: "agent" for name in AGENTS}}
# What stands for a parameter of a path: nothing that is there, so that what is allowed changes
# nothing.
NOT_THERE = {"name": "no-such-campaign", "report": "no-such-report", "number": "+12125550177"}
GIVEN = {"name": CAMPAIGN, "report": "attempts", "number": "+16465550100", "id": "1",
         "attempt": "1", "change": "1"}


class Route:
    def __init__(self, method, path, operation):
        self.method, self.path = method, path
        self.roles = operation["x-roles"]
        self.statuses = {int(code) for code in operation["responses"]}
        self.name = f"{method} {path}"

    def fits(self, target):
        return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", self.path), target)

    def target(self, values=None):
        values = values or {}
        return re.sub(r"\{(\w+)\}", lambda found: urllib.parse.quote(
            values.get(found[1], NOT_THERE.get(found[1], "999999999")), safe=""), self.path)


ROUTES = [Route(method.upper(), path, operation) for path, methods in SPEC["paths"].items()
          for method, operation in methods.items()]
GUARDED = [route for route in ROUTES if route.roles]
POSTS = [route for route in GUARDED if route.method == "POST"]


def body_of(route):
    return {} if route.method == "POST" else None


def faults_of(route, who, role, answer):
    """What is wrong with an answer to somebody of a role."""
    if role not in route.roles:
        if answer.status != 403:
            yield f"{who} {route.name}: {answer.status}, not 403"
        elif "role" not in answer.message():
            yield f"{who} {route.name}: 403 without saying why: {answer}"
    elif answer.status in (401, 403) or answer.status >= 500:
        yield f"{who} {route.name}: {answer} although {role} may"
    elif answer.status not in route.statuses:
        yield f"{who} {route.name}: {answer.status} is not in the document"


# -- the walk

def every_route_is_open_to_its_roles_and_closed_to_the_others_by_token(world):
    for name, role in EVERYBODY.items():
        for route in GUARDED:
            answer = ask(world.port, route.method, route.target(), world.bearer(name),
                         body_of(route))
            if role in route.roles and route.path == "/api/sign-out":
                if answer.status != 400:
                    yield f"{name} {route.name}: a token is no session, yet {answer.status}"
                continue
            yield from faults_of(route, name, role, answer)


def every_route_is_open_to_its_roles_and_closed_to_the_others_by_session(world):
    for name, role in EVERYBODY.items():
        for route in GUARDED:
            if route.path == "/api/sign-out":
                continue  # it would end the walk; it has its own check
            answer = world.browsers[name].send(route.method, route.target(), body_of(route))
            yield from faults_of(route, name, role, answer)


def what_is_there_answers_its_readers_alone(world):
    """As the walk, for reading what exists; HEAD is guarded as GET is."""
    for role in ROLES:
        for route in (each for each in GUARDED if each.method == "GET"):
            who = PERSON_OF[role]
            answer = world.browsers[who].send("GET", route.target(GIVEN))
            yield from faults_of(route, who, role, answer)
            head = ask(world.port, "HEAD", route.target(GIVEN), world.bearer(who))
            if (head.status == 403) != (role not in route.roles):
                yield f"HEAD {route.path} by {who}: {head.status}"
            if head.body:
                yield f"HEAD {route.path} by {who} has a body"


def nobody_gets_in_without_being_known(world):
    strangers = {
        "nobody": {},
        "a wrong token": {"Authorization": "Bearer " + "0" * 64},
        "a token that is none": {"Authorization": "Bearer a,b"},
        "another scheme": {"Authorization": "Basic YWRhbTpzZXZlbg=="},
        "the name as token": {"Authorization": "Bearer adam"},
        "a planted cookie": {"Cookie": "dialer_session=" + "a" * 64},
        "an empty cookie": {"Cookie": "dialer_session="},
        "two cookies": {"Cookie": f"dialer_session={'a' * 64}; dialer_session="
                                  f"{world.browsers['adam'].cookie}"},
        "a session as token": {"Authorization": f"Bearer {world.browsers['adam'].cookie}"},
        "a session named as token": {"Authorization":
                                     f"Bearer session:{world.browsers['adam'].cookie}"},
        "a token as cookie": {"Cookie": f"dialer_session={world.tokens['adam']}"},
        "a switched-off user's token": world.bearer(DISABLED),
        "a switched-off user's session": world.browsers[DISABLED].headers(),
    }
    for who, headers in strangers.items():
        for route in GUARDED:
            answer = ask(world.port, route.method, route.target(), headers, body_of(route))
            no_csrf = "Cookie" in headers and route.method == "POST"
            if answer.status != 401 and not (no_csrf and answer.status == 403):
                yield f"{who} {route.name}: {answer}"
            elif answer.status == 401 and not answer.header("WWW-Authenticate"):
                yield f"{who} {route.name}: 401 without WWW-Authenticate"
    for name in (DISABLED,):
        answer = Browser(world.port).sign_in(name)
        if answer.status != 401:
            yield f"{name} is switched off and signs in: {answer}"


def a_path_knows_its_methods_only(world):
    for path in {route.path: None for route in ROUTES}:
        target = next(route for route in ROUTES if route.path == path).target()
        methods = {route.method for route in ROUTES if route.fits(target)}
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"):
            if method in methods:
                continue
            answer = ask(world.port, method, target, world.bearer("adam"))
            if answer.status != 405 or not methods <= set(answer.header("Allow").split(", ")):
                yield f"{method} {path}: {answer.status}, Allow: {answer.header('Allow')}"
    for path in ("/api", "/api/", "/api/no-such-thing", "/api/me/", "/api/ME", "/api//me"):
        answer = ask(world.port, "GET", path, world.bearer("adam"))
        if answer.status == 200 and answer.header("Content-Type").startswith("application/json"):
            yield f"GET {path}: {answer}"


# -- one agent and another

def an_agent_has_his_own_desk_only(world):
    for name in AGENTS:
        told = world.browsers[name].send("GET", "/api/agent/desk").json()
        if told["agent"]["name"] != name.capitalize():
            yield f"{name} sees the desk of {told['agent']}"
    told = world.get("/api/sessions", "ann")["sessions"]
    if {each["user"] for each in told} != {"ann"}:
        yield f"ann sees the sessions of {sorted({each['user'] for each in told})}"
    everybody = {each["user"] for each in world.get("/api/sessions", "adam")["sessions"]}
    if not everybody >= {"ann", "bob", "sam"}:
        yield f"the administrator sees the sessions of {sorted(everybody)} only"


def an_agent_cannot_touch_the_call_of_another(world):
    world.post("/api/agent/sign-in", {"campaign": CAMPAIGN, "ready": True}, "ann", 204)
    call = world.wait_for_desk("ann", "talking")["call"]
    script = world.get("/api/agent/script", "ann")["script"]
    due = {"at": "2026-11-24T15:00:00-05:00", "attempt": call["attempt"], "own": True}
    tries = {
        "/api/agent/callback": due,
        "/api/agent/form": {"script": script, "answers": {"budget": 1},
                            "attempt": call["attempt"]},
        "/api/agent/hang-up": {}, "/api/agent/disposition": {"code": "sale"},
        "/api/agent/wrap-up-ending": {"in_s": 5},
    }
    for path, body in tries.items():
        answer = ask(world.port, "POST", path, world.bearer("bob"), body)
        if answer.status not in (404, 409):
            yield f"bob at {path} with ann's call: {answer}"
    if world.desk("ann")["state"] != "talking":
        yield "ann's call is over"
    answer = ask(world.port, "POST", "/api/agent/callback", world.bearer("ann"), due)
    if answer.status != 201:
        yield f"ann's own callback: {answer}"
    told = ask(world.port, "GET", "/api/callbacks?which=all", world.bearer("bob"))
    if told.status != 200 or told.json()["callbacks"]:
        yield f"bob sees: {told}"
    named = ask(world.port, "GET", "/api/callbacks?which=all&agent=1", world.bearer("bob"))
    if named.status == 200 and named.json()["callbacks"]:
        yield f"bob sees, by naming ann: {named}"
    world.post("/api/agent/hang-up", None, "ann", 204)
    world.wait_for_desk("ann", "wrap_up")
    world.post("/api/agent/disposition", {"code": "sale", "ready": False}, "ann", 204)


# -- sessions

def every_post_of_a_session_needs_its_own_token_against_forgery(world):
    ann, bob = world.browsers["ann"], world.browsers["bob"]
    forged = {"no token": {}, "an empty token": {"X-CSRF-Token": ""},
              "a wrong token": {"X-CSRF-Token": "0" * 64},
              "the token of another session": {"X-CSRF-Token": bob.csrf},
              "the session itself": {"X-CSRF-Token": ann.cookie},
              "the token in capitals": {"X-CSRF-Token": ann.csrf.upper()},
              "half of the token": {"X-CSRF-Token": ann.csrf[:32]}}
    for what, headers in forged.items():
        for route in POSTS:
            answer = ann.send("POST", route.target(), {}, headers, csrf=False)
            if answer.status != 403 or "X-CSRF-Token" not in answer.message():
                yield f"{what}: {route.name}: {answer}"
    for target in ("/api/me?csrf=" + ann.csrf, "/api/agent/ready?X-CSRF-Token=" + ann.csrf):
        answer = ann.send("POST", target, {}, csrf=False)
        if answer.status not in (403, 405):
            yield f"POST {target}: {answer}"
    if ann.send("GET", "/api/me").status != 200:
        yield "the forged requests ended the session"


def a_form_of_another_site_cannot_send_what_is_understood(world):
    """What a browser sends across sites without asking: forms, with the cookie if it had it."""
    ann = world.browsers["ann"]
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        answer = ann.send("POST", "/api/opt-outs", b'{"number": "+12125550188"}',
                          {"Content-Type": kind}, csrf=False)
        if answer.status != 403:
            yield f"{kind}: {answer}"
    preflight = ask(world.port, "OPTIONS", "/api/opt-outs",
                    {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST",
                     "Access-Control-Request-Headers": "x-csrf-token"})
    allowed = [name for name, _ in preflight.headers if name.lower().startswith("access-control")]
    if allowed:
        yield f"a preflight of another site is told: {allowed}"


def a_session_begins_with_a_secret_nobody_knew(world):
    planted = "b" * 64
    browser = Browser(world.port)
    browser.cookie = planted
    answer = browser.sign_in("sam")
    if answer.status != 200 or browser.cookie in (planted, ""):
        yield f"the planted cookie stays: {answer}"
    if not re.fullmatch(r"[0-9a-f]{64}", browser.cookie):
        yield f"the secret is {len(browser.cookie)} long"
    if ask(world.port, "GET", "/api/me", {"Cookie": f"dialer_session={planted}"}).status != 401:
        yield "the planted cookie is a session now"
    again = Browser(world.port)
    again.cookie = browser.cookie  # somebody signs in where another is signed in
    again.sign_in("ann")
    if again.cookie == browser.cookie or again.csrf == browser.csrf:
        yield "two people have one session"
    told = [ask(world.port, "GET", "/api/me", each.headers()).json()["name"]
            for each in (browser, again)]
    if told != ["sam", "ann"]:
        yield f"the sessions are of {told}"
    if planted in again.last_set + browser.last_set:
        yield "the planted secret comes back"


def the_cookie_is_for_this_site_and_no_script(world):
    browser = Browser(world.port)
    browser.sign_in("sam")
    parts = [part.strip() for part in browser.last_set.split(";")]
    for wanted in ("HttpOnly", "SameSite=Strict", "Path=/"):
        if wanted not in parts:
            yield f"{wanted} is not in {parts[1:]}"
    if any(part.lower().startswith("domain") for part in parts):
        yield f"it is for other hosts too: {parts[1:]}"
    answer = browser.send("POST", "/api/sign-out", {})
    if answer.status != 204 or "Max-Age=0" not in browser.last_set:
        yield f"signing out: {answer} {browser.last_set}"


def what_ended_is_over_at_once(world):
    for end in ("sign out", "revoke", "password"):
        browser = Browser(world.port)
        browser.sign_in("carla")
        old = browser.headers()
        if end == "sign out":
            browser.send("POST", "/api/sign-out", {})
        elif end == "revoke":
            newest = max(each["id"] for each in world.get("/api/sessions")["sessions"]
                         if each["user"] == "carla")
            world.post(f"/api/sessions/{newest}/revoke", None, want=204)
        else:
            browser.send("POST", "/api/me/password", {"old": PASSWORD, "new": PASSWORD + "!"})
            browser.send("POST", "/api/me/password", {"old": PASSWORD + "!", "new": PASSWORD})
        for method, path in (("GET", "/api/me"), ("POST", "/api/audit/check")):
            answer = ask(world.port, method, path, old, {} if method == "POST" else None)
            if answer.status != 401:
                yield f"after {end}: {method} {path}: {answer}"
    world.browsers["carla"] = signed_in(world, "carla")


def a_revoked_session_loses_its_stream(world):
    """Event streams are asked for their right at every sign of life."""
    browser = signed_in(world, "sam")
    newest = max(each["id"] for each in world.get("/api/sessions")["sessions"]
                 if each["user"] == "sam")
    with socket.create_connection((HOST, world.port), 30) as stream:
        stream.sendall(f"GET /api/events HTTP/1.1\r\nHost: x\r\nCookie: dialer_session="
                       f"{browser.cookie}\r\n\r\n".encode())
        if b"200 OK" not in stream.recv(4096):
            yield "the stream did not begin"
        world.post(f"/api/sessions/{newest}/revoke", None, want=204)
        began = time.monotonic()
        while stream.recv(65536):
            if time.monotonic() - began > 40:
                yield "the stream goes on 40 s after its session was revoked"
                return


def requests_of_pages_of_other_sites_are_refused(world):
    here = f"http://{HOST}:{world.port}"
    others = ["http://evil.example", "null", f"http://{HOST}:{world.port + 1}", f"http://{HOST}",
              f"{here}.evil.example", f"http://evil.example/{HOST}:{world.port}", "file://",
              f"http://user@{HOST}:{world.port}", "about:blank", here + "/", f"//{HOST}",
              f"{here}, http://evil.example"]
    for origin in others:
        for name, method, path, body in (
                ("sam", "POST", "/api/opt-outs", {"number": "+12125550188"}),
                ("sam", "GET", "/api/live", None)):
            answer = world.browsers[name].send(method, path, body, {"Origin": origin})
            if answer.status != 403:
                yield f"{method} {path} from {origin}: {answer}"
        answer = Browser(world.port).send("POST", "/api/sign-in",
                                          {"name": "sam", "password": PASSWORD},
                                          {"Origin": origin})
        if answer.status != 403 or answer.header("Set-Cookie"):
            yield f"signing in from {origin}: {answer}"
    answer = world.browsers["sam"].send("GET", "/api/me", None, {"Origin": here})
    if answer.status != 200 or answer.header("Access-Control-Allow-Origin"):
        yield f"from this site: {answer}"


def guessing_is_locked_and_tells_nothing(world):
    browser = Browser(world.port)
    texts = set()
    for _ in range(5):
        answer = browser.sign_in(GUESSED, "not this password")
        texts.add((answer.status, answer.message()))
    unknown = browser.sign_in("no such person", "not this password")
    texts.add((unknown.status, unknown.message()))
    if len(texts) != 1 or next(iter(texts))[0] != 401:
        yield f"wrong tries are told apart: {texts}"
    answer = browser.sign_in(GUESSED)
    if answer.status != 429 or int(answer.header("Retry-After") or 0) < 60:
        yield f"the right password after five wrong ones: {answer}"
    if browser.sign_in("sam").status != 200:
        yield "another person at that address is locked out too"


# -- pages

def every_page_and_answer_carries_its_guards(world):
    asset = re.search(r'"(/assets/[^"]+\.js)"', ask(world.port, "GET", "/").body.decode())
    paths = ["/", "/openapi.json", "/favicon.svg", "/api/me", "/api/no-such-thing", "/healthz",
             "/metrics", "/no.such.file", "/sign-in", asset[1] if asset else "/assets/none.js"]
    paths += [re.sub(r":\w+", "x", page["path"]) for page in tables()["pages"]]
    paths += [f"/{file.name}" for file in (rig.ROOT / "build/web").glob("*.*")]
    for path in paths:
        answer = ask(world.port, "GET", path)
        yield from (f"GET {path}: {fault}" for fault in guard_faults(answer))
        if answer.header("Content-Type").startswith("text/html"):
            yield from (f"GET {path}: {fault}" for fault in html_faults(answer.body.decode()))
    stream = ask(world.port, "GET", "/api/events", world.bearer("sam"))
    yield from (f"the stream: {fault}" for fault in guard_faults(stream))


def guard_faults(answer):
    policy = {part.split()[0]: part.split()[1:]
              for part in answer.header("Content-Security-Policy").split(";") if part.strip()}
    for directive, allowed in (("default-src", ["'self'"]), ("base-uri", ["'none'"]),
                               ("frame-ancestors", ["'none'"]), ("object-src", ["'none'"]),
                               ("form-action", ["'none'"])):
        if policy.get(directive) != allowed:
            yield f"the policy has {directive} {policy.get(directive)}"
    sources = [source for directive in policy.values() for source in directive]
    loose = [source for source in sources
             if source in ("*", "'unsafe-inline'", "'unsafe-eval'", "data:", "http:", "https:")]
    if loose:
        yield f"the policy lets in {loose}"
    for name, value in (("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
                        ("Referrer-Policy", "no-referrer"),
                        ("Cross-Origin-Resource-Policy", "same-origin"),
                        ("Cross-Origin-Opener-Policy", "same-origin")):
        if answer.header(name) != value:
            yield f"{name} is {answer.header(name)!r}"
    if answer.header("Server") or answer.header("X-Powered-By"):
        yield "it says what it is made of"
    if not answer.header("Cache-Control"):
        yield "nothing is said about caches"


def html_faults(text):
    if re.search(r"<script(?![^>]*\bsrc=)", text) or re.search(r"\son\w+=|\sstyle=|<style", text):
        yield "something inline, which the policy forbids"
    for address in re.findall(r'(?:src|href)="([^"]+)"', text):
        if not address.startswith(("/", "#")) or address.startswith("//"):
            yield f"it loads {address}"


def behind_a_proxy_the_cookie_is_for_tls_only(world):
    world.restart(behind_proxy=True)
    browser = Browser(world.port)
    answer = browser.send("POST", "/api/sign-in", {"name": "sam", "password": PASSWORD},
                          {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    if answer.status != 200 or "; Secure" not in browser.last_set or \
            not browser.last_set.startswith("__Host-"):
        yield f"signed in: {answer} {browser.last_set[70:]}"
    if not answer.header("Strict-Transport-Security"):
        yield "nothing tells browsers to stay with TLS"
    if browser.send("GET", "/api/me").status != 200:
        yield "the session is not known by its cookie"
    if browser.send("GET", "/api/me", headers={"Host": "dialer.example"}).status != 200:
        yield "the name of the configuration is refused"
    told = world.get("/api/sessions", "adam")["sessions"]
    if "198.51.100.7" not in {each["address"] for each in told}:
        yield f"addresses: {sorted({each['address'] for each in told})}"


def no_other_name_leads_here(world):
    # A page whose own name was made to point here, "DNS rebinding".
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80",
                 "x@localhost"):
        answer = ask(world.port, "GET", "/api/live", {"Host": host})
        if answer.status not in (400, 421):
            yield f"{host}: {answer}"
    for host in ("localhost", f"LOCALHOST:{world.port}", "127.0.0.1"):
        if ask(world.port, "GET", "/healthz", {"Host": host}).status != 200:
            yield f"{host} is refused"


CHECKS = [
    every_route_is_open_to_its_roles_and_closed_to_the_others_by_token,
    every_route_is_open_to_its_roles_and_closed_to_the_others_by_session,
    what_is_there_answers_its_readers_alone, nobody_gets_in_without_being_known,
    a_path_knows_its_methods_only, an_agent_has_his_own_desk_only,
    an_agent_cannot_touch_the_call_of_another,
    every_post_of_a_session_needs_its_own_token_against_forgery,
    a_form_of_another_site_cannot_send_what_is_understood,
    a_session_begins_with_a_secret_nobody_knew, the_cookie_is_for_this_site_and_no_script,
    what_ended_is_over_at_once, a_revoked_session_loses_its_stream,
    requests_of_pages_of_other_sites_are_refused, *RAW_CHECKS,
    every_page_and_answer_carries_its_guards, guessing_is_locked_and_tells_nothing,
    no_other_name_leads_here, behind_a_proxy_the_cookie_is_for_tls_only,
]


def signed_in(world, name):
    browser = Browser(world.port)
    answer = browser.sign_in(name)
    if answer.status != 200:
        raise rig.RigError(f"{name} cannot sign in: {answer}")
    return browser


def prepare(world):
    world.prepare()
    world.make_campaign()
    world.start_phones()
    world.browsers = {name: signed_in(world, name) for name in (*EVERYBODY, DISABLED)}
    rig.dialer("user", "disable", DISABLED, "--config", world.config)
    # Who was known stays known for some seconds.
    for headers in (world.bearer(DISABLED), world.browsers[DISABLED].headers()):
        rig.wait_until(lambda sent=headers: ask(world.port, "GET", "/api/me", sent).status == 401,
                       30, "who was switched off is not known any more")


def main():
    began = time.monotonic()
    results = []
    with rig.Workspace("roles") as space:
        world = World(space)
        prepare(world)
        results = list(run(CHECKS, world))
    print(f"  {time.monotonic() - began:.0f} s")
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
