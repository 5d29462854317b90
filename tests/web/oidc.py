#!/usr/bin/env python3
"""Goal: people sign in at an OpenID Connect provider, those alone whom an administrator wants, and
no forged, replayed or stale answer of a provider or a browser lets anybody in.

Method: the real engine against the certified oidc-provider, as a browser without scripts would go
there and back; then against a provider that forges tokens. The last line is `N passed, N failed`.

    tests/web/oidc.py

Environment: DIALER_BIN is the folder of the binaries, DIALER_KEEP=1 keeps the logs.
"""

import base64
import hashlib
import html
import http.client
import json
import os
import pathlib
import re
import socket
import sys
import time
import urllib.parse

from oidc_forger import Authority, EcKey, Forger, RsaKey, b64, hmac_token, token, unsigned_token
from stage import install_modules
from web_site import HOST, OIDC_SECRET, Answer, Browser, World, ask, rig, run

START, BACK = "/api/sign-in/oidc/start", "/api/sign-in/oidc/callback"
HERE = pathlib.Path(__file__).resolve().parent


class OidcWorld(World):
    def __init__(self, space):
        super().__init__(space)
        self.http_port, self.real_port, self.forger_port, self.tls_port = rig.free_ports(
            *[socket.SOCK_STREAM] * 4)
        self.issuer = f"http://{HOST}:{self.real_port}"
        self.provider = None

    def start_provider(self):
        self.provider = self.space.keep(rig.Process(
            "provider", ["node", HERE / "oidc_provider.mjs", self.real_port,
                         f"http://{HOST}:{self.http_port}{BACK}", OIDC_SECRET], self.folder))
        self.provider.first_json_line()

    def account(self, who, **claims):
        """What the provider says of somebody from now on."""
        ask(self.real_port, "POST", "/test/account", None, {"id": who, "claims": claims})

    def invite(self, name, role="ops", email=None):
        self.post("/api/users", {"name": name, "role": role,
                                 "email": email or f"{name}@example.com"}, want=201)

    def user(self, name):
        return next(each for each in self.get("/api/users")["users"] if each["name"] == name)

    def logins(self, name):
        """What the audit log has of somebody's coming and going."""
        rows = self.cluster.sql(f"SELECT what FROM audit_logins WHERE user_name = '{name}' "
                                "ORDER BY id")
        return [what for what, in rows]


class Visitor(Browser):
    """A browser with the cookies of the engine and of the provider."""

    def __init__(self, world):
        super().__init__(world.http_port)
        self.world, self.attempt, self.jar = world, "", {}

    def ours(self, path):
        cookies = [f"dialer_oidc={self.attempt}"] if self.attempt else []
        cookies += [f"dialer_session={self.cookie}"] if self.cookie else []
        answer = ask(self.port, "GET", path, {"Cookie": "; ".join(cookies)} if cookies else {})
        for value in (value for name, value in answer.headers if name == "Set-Cookie"):
            name, _, rest = value.partition("=")
            if name == "dialer_oidc":
                self.attempt = rest.split(";")[0]
            else:
                self.cookie, self.last_set = rest.split(";")[0], value
        return answer

    def leave(self, to="/"):
        """Presses the button; where at the provider one arrives."""
        answer = self.ours(START + "?" + urllib.parse.urlencode({"to": to}))
        return answer.header("Location")

    def theirs(self, url, form=None):
        """One request to the provider; the answer of `ask`."""
        found = urllib.parse.urlsplit(url)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode(form).encode()
        answer = ask(found.port, "GET" if body is None else "POST",
                     found.path + (f"?{found.query}" if found.query else ""), headers, body)
        for value in (value for name, value in answer.headers if name.lower() == "set-cookie"):
            name, _, rest = value.partition("=")
            self.jar[name] = rest.split(";")[0]
        return answer

    def at_provider(self, url, login):
        """Says who one is there; the address that leads back to the engine."""
        for _ in range(12):
            answer = self.theirs(url)
            if answer.status in (302, 303):
                url = urllib.parse.urljoin(url, answer.header("Location"))
                if url.startswith(f"http://{HOST}:{self.port}/"):
                    return url
                continue
            page = answer.body.decode()
            prompt = re.search(r'name="prompt" value="(\w+)"', page)
            action = re.search(r'action="([^"]+)"', page)
            if not prompt or not action:
                raise rig.RigError(f"the provider shows: {answer.status} {page[:300]}")
            form = {"prompt": prompt[1], **({"login": login, "password": "x"}
                                            if prompt[1] == "login" else {})}
            sent = self.theirs(urllib.parse.urljoin(url, html.unescape(action[1])), form)
            url = urllib.parse.urljoin(url, sent.header("Location"))
        raise rig.RigError("the provider leads nowhere")

    def back_at(self, login, to="/"):
        """From the button to the way back, which is not gone yet: its path."""
        url = urllib.parse.urlsplit(self.at_provider(self.leave(to), login))
        return f"{url.path}?{url.query}"

    def sign_in_as(self, login, to="/"):
        """Where one ends: a path of the engine."""
        return self.ours(self.back_at(login, to)).header("Location")

    def me(self):
        answer = ask(self.port, "GET", "/api/me", {"Cookie": f"dialer_session={self.cookie}"})
        return answer.json() if answer.status == 200 else None


# -- with the real provider

def the_engine_works_while_the_provider_is_down(world):
    ways = ask(world.port, "GET", "/api/sign-in/ways").json()
    if ways != {"oidc": {"label": "Acme"}}:
        yield f"ways: {ways}"
    location = Visitor(world).leave()
    if location != "/?sign-in=unreachable":
        yield f"the button leads to {location}"
    if Browser(world.port).sign_in("sam").status != 200:
        yield "the password does not work"
    if ask(world.port, "GET", "/healthz").status != 200:
        yield "the engine is not healthy"
    world.start_provider()
    rig.wait_until(lambda: Visitor(world).leave().startswith(world.issuer + "/"), 20,
                   "the provider is found once it is up")


def the_button_sends_what_the_standard_asks_for(world):
    visitor = Visitor(world)
    answer = visitor.ours(START)
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.header("Location")).query))
    if (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) != (
            "code", "dialer", "S256") or "openid" not in asked["scope"].split():
        yield f"it asks {asked}"
    if asked["redirect_uri"] != f"http://{HOST}:{world.port}{BACK}":
        yield f"the way back is {asked['redirect_uri']}"
    if len({asked["state"], asked["nonce"], asked["code_challenge"]}) != 3 or min(
            map(len, (asked["state"], asked["nonce"], asked["code_challenge"]))) < 43:
        yield f"state, nonce and challenge: {asked}"
    cookie = answer.header("Set-Cookie")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/api/sign-in/oidc"):
        if part not in cookie:
            yield f"{part} is not in {cookie}"
    if asked["state"] in cookie or asked["nonce"] in cookie:
        yield "the cookie shows its secrets"
    again = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(Visitor(world).leave()).query))
    if {again[name] for name in ("state", "nonce", "code_challenge")} & set(asked.values()):
        yield "two attempts have one secret"


def whoever_is_invited_signs_in_and_is_tied_for_good(world):
    world.invite("iris", "supervisor")
    world.account("u-iris", email="Iris@Example.com", email_verified=True)
    if world.user("iris")["identity"] != {"email": "iris@example.com", "subject": None}:
        yield f"invited: {world.user('iris')}"
    visitor = Visitor(world)
    end = visitor.sign_in_as("u-iris", "/campaigns?tab=lists")
    me = visitor.me()
    if end != "/campaigns?tab=lists" or not me or (me["name"], me["role"]) != (
            "iris", "supervisor"):
        yield f"the end is {end}, and {me}"
    for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
        if part not in visitor.last_set:
            yield f"{part} is not in the cookie of the session"
    posted = ask(world.port, "POST", "/api/sign-out", {"Cookie": f"dialer_session={visitor.cookie}",
                                                       "X-CSRF-Token": "0" * 64}, {})
    if posted.status != 403:
        yield f"a forged request of the session: {posted}"
    if world.user("iris")["identity"]["subject"] != "u-iris":
        yield f"tied: {world.user('iris')}"
    if world.logins("iris") != ["login_oidc"]:
        yield f"the audit log has {world.logins('iris')}"
    world.account("u-iris", email="iris.new@example.com", email_verified=True)
    world.account("u-mallory", email="iris@example.com", email_verified=True)
    again, other = Visitor(world), Visitor(world)
    if again.sign_in_as("u-iris") != "/" or not again.me():
        yield "with another address the same person is not let in"
    if other.sign_in_as("u-mallory") != "/?sign-in=no_account" or other.me():
        yield "who got the address later is let in"


def nobody_else_gets_in(world):
    world.invite("vera")
    cases = {"u-unknown": {"email": "nobody@example.com", "email_verified": True},
             "u-unverified": {"email": "vera@example.com", "email_verified": False},
             "u-silent": {"email": "vera@example.com"}, "u-bare": {},
             "u-named": {"preferred_username": "adam", "email": "adam", "email_verified": True},
             "u-grouped": {"groups": ["strangers"], "preferred_username": "gus"}}
    for who, claims in cases.items():
        world.account(who, **claims)
        visitor = Visitor(world)
        end = visitor.sign_in_as(who)
        if end != "/?sign-in=no_account" or visitor.cookie:
            yield f"{who}: {end}"
    if world.user("vera")["identity"]["subject"]:
        yield "an address that nobody verified ties"
    if "refused_oidc" not in world.logins("nobody@example.com"):
        yield "the audit log does not have who was turned away"


def groups_make_accounts_and_their_roles(world):
    world.account("u-lee", groups=["staff", "dial-leads"], preferred_username="lee")
    for groups, role in ((["staff", "dial-leads"], "supervisor"),
                         (["dial-leads", "dial-admins"], "admin"), (["dial-leads"], "supervisor")):
        world.account("u-lee", groups=groups, preferred_username="lee")
        visitor = Visitor(world)
        visitor.sign_in_as("u-lee")
        me = visitor.me()
        if not me or (me["name"], me["role"]) != ("lee", role):
            yield f"{groups}: {me}"
    world.account("u-lee", preferred_username="lee")
    if Visitor(world).sign_in_as("u-lee") != "/?sign-in=no_account":
        yield "who is in no group any more is let in"
    world.account("u-olga", groups=["dial-admins"], preferred_username="olga")
    if Visitor(world).sign_in_as("u-olga") != "/?sign-in=no_account":
        yield "who calls himself as another user does is let in"


def who_was_switched_off_or_untied_stays_out(world):
    world.invite("dora")
    world.account("u-dora", email="dora@example.com", email_verified=True)
    visitor = Visitor(world)
    visitor.sign_in_as("u-dora")
    if not visitor.me():
        yield "dora is not let in at first"
    world.post("/api/users/dora/change", {"active": False}, want=204)
    if visitor.me() or Visitor(world).sign_in_as("u-dora") != "/?sign-in=no_account":
        yield "who is switched off is let in"
    world.post("/api/users/dora/change", {"active": True}, want=204)
    back = Visitor(world)
    back.sign_in_as("u-dora")
    if not back.me():
        yield "who is switched on again is not let in"
    world.post("/api/users/dora/identity/remove", {}, want=204)
    if back.me() or Visitor(world).sign_in_as("u-dora") != "/?sign-in=no_account":
        yield "who is untied is let in"
    world.post("/api/users/dora/identity", {"subject": "u-dora"}, want=204)
    if Visitor(world).sign_in_as("u-dora") != "/":
        yield "who is tied by subject is not let in"
    own = ask(world.port, "POST", "/api/users/adam/identity", world.bearer("adam"),
              {"subject": "u-dora-2"})
    taken = ask(world.port, "POST", "/api/users/vera/identity", world.bearer("adam"),
                {"subject": "u-dora"})
    if (own.status, taken.status) != (409, 409):
        yield f"one's own: {own}; another's: {taken}"


def an_attempt_is_of_one_browser_and_comes_back_once(world):
    first, other = Visitor(world), Visitor(world)
    path = first.back_at("u-iris")
    kept = first.attempt
    if other.ours(path).header("Location") != "/?sign-in=expired":
        yield "another browser finishes it without a cookie"
    other.leave()
    if other.ours(path).header("Location") != "/?sign-in=expired" or other.me():
        yield "another browser finishes it with its own attempt"
    if first.ours(path).header("Location") != "/" or first.attempt:
        yield "its own browser does not finish it, or keeps the attempt"
    replay = Visitor(world)
    replay.attempt = kept
    if replay.ours(path).header("Location") != "/?sign-in=expired" or replay.cookie:
        yield "it comes back twice"
    for what, cookie in (("changed", kept[:-2] + ("A" if kept[-2] != "A" else "B") + kept[-1]),
                         ("cut", kept[:40]), ("no text of ours", "%%%"), ("long", "A" * 5000)):
        forged = Visitor(world)
        forged.attempt = cookie
        if forged.ours(path).header("Location") != "/?sign-in=expired":
            yield f"with a cookie that is {what}"
    denied = Visitor(world)
    state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(denied.leave()).query))["state"]
    end = denied.ours(f"{BACK}?error=access_denied&state={state}&x=1").header("Location")
    if end != "/?sign-in=denied":
        yield f"the provider says no: {end}"
    for query in ("", "?code=1", "?code=1&code=2", "?state=%ff", "?" + "a=1&" * 900):
        answer = Visitor(world).ours(BACK + query)
        if answer.status >= 500 or answer.status == 200:
            yield f"{query[:30]}: {answer}"


def afterwards_one_is_on_a_page_of_ours(world):
    away = ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
            "/%0d%0aSet-Cookie:x=1".replace("%0d%0a", "\r\n"), "javascript:alert(1)", "evil",
            "/..//evil.example", "/api/sign-out", "/\tx", "/" + "a" * 600, "/a b", "/<b>", "@evil"]
    for to in away:
        end = Visitor(world).sign_in_as("u-iris", to)
        if end != "/":
            yield f"{to[:40]!r} leads to {end}"
    if Visitor(world).sign_in_as("u-iris", "/reports/abandonment?from=2026-11-01") != (
            "/reports/abandonment?from=2026-11-01"):
        yield "a page of ours is not kept"


def a_session_begins_with_a_secret_nobody_knew(world):
    planted = "b" * 64
    visitor = Visitor(world)
    visitor.cookie = planted
    visitor.sign_in_as("u-iris")
    first = visitor.cookie
    if first == planted or not re.fullmatch("[0-9a-f]{64}", first):
        yield "the planted session stays"
    visitor.sign_in_as("u-iris")
    if visitor.cookie == first:
        yield "the session of before goes on"
    if ask(world.port, "GET", "/api/me", {"Cookie": f"dialer_session={planted}"}).status != 401:
        yield "the planted secret is a session"


def new_keys_of_the_provider_are_found(world):
    ask(world.real_port, "POST", "/test/rotate")
    visitor = Visitor(world)
    if visitor.sign_in_as("u-iris") != "/" or not visitor.me():
        yield "after a rotation nobody is let in"


# -- with a provider that forges

def turn_to_the_forger(world):
    world.provider.stop()
    world.forger = world.space.keep(Forger(world.forger_port))
    world.issuer = world.forger.issuer
    world.restart()
    world.rsa = RsaKey(world.folder, "rsa-1")
    world.forger.keys = [world.rsa]
    world.post("/api/users/vera/identity", {"subject": "s-1"}, want=204)


def forged(world, make, **more):
    """Where one ends with the ID token that `make` makes of the nonce."""
    visitor = Visitor(world)
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(visitor.leave()).query))
    made = make(asked["nonce"])
    world.forger.answer = lambda: made if isinstance(made, bytes) else {
        "access_token": "at", "token_type": "Bearer", "id_token": made, **more}
    end = visitor.ours(f"{BACK}?code=c-1&state={asked['state']}").header("Location")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(
        world.forger.form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
    if challenge != asked["code_challenge"]:
        raise rig.RigError("the verifier does not fit its challenge")
    return end if not visitor.me() else "in"


def honest_tokens_are_believed(world):
    forger, half = world.forger, hashlib.sha256(b"at").digest()[:16]
    for what, changes in {"plain": {}, "one audience in a list": {"aud": ["dialer"]},
                          "azp": {"azp": "dialer"}, "at_hash": {"at_hash": b64(half)},
                          "30 s slow": {"iat": int(time.time()) + 30}}.items():
        end = forged(world, lambda nonce, more=changes: token(
            world.rsa, forger.claims(nonce, **more)))
        if end != "in":
            yield f"{what}: {end}"


def forged_tokens_are_not(world):
    forger, rsa = world.forger, world.rsa
    other = RsaKey(world.folder, "rsa-other")
    now = int(time.time())
    wrong = {
        "another nonce": {"nonce": "n"}, "no nonce": {"nonce": None},
        "another audience": {"aud": "other"}, "two audiences": {"aud": ["dialer", "other"]},
        "no audience": {"aud": None}, "another azp": {"azp": "other"},
        "another issuer": {"iss": world.issuer + "/"}, "no issuer": {"iss": None},
        "expired": {"exp": now - 120}, "no expiry": {"exp": None}, "expiry as text": {"exp": "1"},
        "of tomorrow": {"iat": now + 3600}, "of yesterday": {"iat": now - 86400},
        "not yet": {"nbf": now + 3600}, "another at_hash": {"at_hash": "x"},
        "no subject": {"sub": None}, "a subject with a line": {"sub": "s\n1"},
        "expiry beyond all": {"exp": 1e300},
    }
    tries = {what: lambda nonce, more=more: token(rsa, forger.claims(nonce, **more))
             for what, more in wrong.items()}
    tries |= {
        "alg none": lambda nonce: unsigned_token(forger.claims(nonce)),
        "alg None": lambda nonce: unsigned_token(forger.claims(nonce), "None"),
        "HS256 with the public key": lambda nonce: hmac_token(rsa.pem, forger.claims(nonce),
                                                              rsa.kid),
        "HS256 with the client's secret": lambda nonce: hmac_token(
            OIDC_SECRET.encode(), forger.claims(nonce), rsa.kid),
        "RS256 said to be ES256": lambda nonce: token(rsa, forger.claims(nonce), alg="ES256"),
        "RS256 said to be RS512": lambda nonce: token(rsa, forger.claims(nonce), alg="RS512"),
        "another key": lambda nonce: token(other, forger.claims(nonce), kid=rsa.kid),
        "its own key inside": lambda nonce: token(other, forger.claims(nonce), kid=None,
                                                  jwk=other.jwk),
        "an extension": lambda nonce: token(rsa, forger.claims(nonce), crit=["x"], x=1),
        "no signature": lambda nonce: token(rsa, forger.claims(nonce)).rpartition(".")[0] + ".",
        "four parts": lambda nonce: token(rsa, forger.claims(nonce)) + ".x",
        "padding": lambda nonce: token(rsa, forger.claims(nonce)) + "=",
    }
    for what, make in tries.items():
        end = forged(world, make)
        if end != "/?sign-in=invalid":
            yield f"{what}: {end}"


def keys_are_asked_for_again_but_not_without_end(world):
    elliptic, lost = EcKey(world.folder, "ec-1"), RsaKey(world.folder, "rsa-lost")
    claims = world.forger.claims
    world.forger.keys = [world.rsa, elliptic, {"kty": "oct", "k": "AAAA"}, {"kty": "RSA"}, {}]
    if forged(world, lambda nonce: token(elliptic, claims(nonce))) != "in":
        yield "a new key is not found"
    confused = forged(world, lambda nonce: token(world.rsa, claims(nonce), kid=elliptic.kid))
    if confused != "/?sign-in=invalid":
        yield f"an elliptic key checks RS256: {confused}"
    before = world.forger.key_reads
    for _ in range(8):
        if forged(world, lambda nonce: token(lost, claims(nonce))) != "/?sign-in=invalid":
            yield "a key that nobody knows is believed"
    reads = world.forger.key_reads - before
    if reads > 5:
        yield f"eight unknown keys made {reads} look-ups"
    if forged(world, lambda nonce: token(world.rsa, claims(nonce))) != "in":
        yield "known keys are not known any more"


def nonsense_does_no_harm(world):
    deep = b'{"id_token":' + b"[" * 5000 + b"]" * 5000 + b"}"
    for sent in (b"", b"null", b"[]", b"{", b'{"id_token":7}', b"\xff" * 100, b"{}" * 99, deep,
                 b'{"id_token":"' + b"." * 3000 + b'"}', b'{"id_token":"' + b"A" * 300_000 + b'"}'):
        end = forged(world, lambda _, bytes_sent=sent: bytes_sent)
        if end not in ("/?sign-in=invalid", "/?sign-in=unreachable"):
            yield f"{sent[:20]}: {end}"
    if not world.engine.alive():
        yield f"the engine ended:\n{world.engine.tail()}"


def while_the_provider_hangs_all_else_goes_on(world):
    forger, visitor = world.forger, Visitor(world)
    # For two seconds after it broke off, nobody is sent there.
    rig.wait_until(lambda: Visitor(world).leave().startswith(world.issuer), 10, "it is asked again")
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(visitor.leave()).query))
    forger.asked.clear()
    forger.go_on.clear()
    connection = http.client.HTTPConnection(HOST, world.port, timeout=20)
    connection.request("GET", f"{BACK}?code=c&state={asked['state']}",
                       headers={"Cookie": f"dialer_oidc={visitor.attempt}"})
    if not forger.asked.wait(10):
        yield "the provider is not asked"
    for path in ("/healthz", "/api/sign-in/ways"):
        if ask(world.port, "GET", path).status != 200:
            yield f"{path} does not answer"
    if Browser(world.port).sign_in("sam").status != 200:
        yield "the password does not work"
    reply = connection.getresponse()
    answer = Answer(reply.status, reply.getheaders(), reply.read())
    connection.close()
    forger.go_on.set()
    if answer.header("Location") != "/?sign-in=unreachable":
        yield f"it ends at {answer}"


# -- with a provider behind TLS

def turn_to_a_provider_behind_tls(world, trusted, certificate):
    """The engine trusts the authority's file, or with nothing what the system trusts."""
    world.forger.stop()
    world.space.parts.remove(world.forger)
    world.forger = world.space.keep(Forger(world.tls_port, certificate))
    world.forger.keys = [world.rsa]
    world.issuer, world.ca_file = world.forger.issuer, trusted
    world.restart()


def signs_in_over_tls(world):
    if not Visitor(world).leave().startswith(world.issuer + "/authorize"):
        return "unreachable"
    return forged(world, lambda nonce: token(world.rsa, world.forger.claims(nonce)))


def a_provider_with_a_certificate_of_an_own_authority_is_trusted_by_its_file(world):
    world.authority = Authority(world.folder, "authority")
    world.certificate = world.authority.issue("provider", HOST)
    turn_to_a_provider_behind_tls(world, world.authority.certificate, world.certificate)
    world.post("/api/users/vera/identity", {"subject": "s-1"}, want=204)
    end = signs_in_over_tls(world)
    if end != "in":
        yield f"it ends at {end}:\n{world.engine.tail()}"


def a_provider_whose_certificate_nobody_vouches_for_is_refused(world):
    stranger = Authority(world.folder, "stranger")
    other_name = world.authority.issue("elsewhere", "127.0.0.2")
    for what, trusted, certificate in (
            ("without the file", None, world.certificate),
            ("of another authority", stranger.certificate, world.certificate),
            ("with another's name", world.authority.certificate, other_name)):
        told = world.engine.log_path.read_text().count("certificate")
        turn_to_a_provider_behind_tls(world, trusted, certificate)
        location = Visitor(world).leave()
        if location != "/?sign-in=unreachable":
            yield f"{what}: the button leads to {location}"
        if world.forger.requests:
            yield f"{what}: it was asked {world.forger.requests}"
        log = world.engine.log_path
        rig.wait_until(lambda: log.read_text().count("certificate") > told, 10,
                       f"{what}: the log says why")
        if Browser(world.port).sign_in("sam").status != 200:
            yield f"{what}: the password does not work"


CHECKS = [
    the_engine_works_while_the_provider_is_down, the_button_sends_what_the_standard_asks_for,
    whoever_is_invited_signs_in_and_is_tied_for_good, nobody_else_gets_in,
    groups_make_accounts_and_their_roles, who_was_switched_off_or_untied_stays_out,
    an_attempt_is_of_one_browser_and_comes_back_once, afterwards_one_is_on_a_page_of_ours,
    a_session_begins_with_a_secret_nobody_knew, new_keys_of_the_provider_are_found,
]
FORGED_CHECKS = [
    honest_tokens_are_believed, forged_tokens_are_not,
    keys_are_asked_for_again_but_not_without_end, nonsense_does_no_harm,
    while_the_provider_hangs_all_else_goes_on,
    a_provider_with_a_certificate_of_an_own_authority_is_trusted_by_its_file,
    a_provider_whose_certificate_nobody_vouches_for_is_refused,
]


def main():
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = HOST
    began = time.monotonic()
    install_modules()
    with rig.Workspace("oidc") as space:
        world = OidcWorld(space)
        world.prepare()
        results = list(run(CHECKS, world))
        turn_to_the_forger(world)
        results += run(FORGED_CHECKS, world)
    print(f"  {time.monotonic() - began:.0f} s")
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
