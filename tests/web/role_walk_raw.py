"""Checks of the role walk that need requests no client library would send: paths that climb, heads
that are read in two ways, names that could break out of a header.
"""

import contextlib
import json
import re
import socket
import time
import urllib.parse

from web_site import CAMPAIGN, HOST, ask

SECRET_SIGNS = (b"root:x:", b"[store]", b"dsn =", b"-----BEGIN", b"dialer_owner")
CLIMBS = [
    "/../../../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
    "/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/assets/../../../etc/passwd", "/assets/..%5c..%5cetc",
    "/..\\..\\etc\\passwd", "//etc/passwd", "///etc/passwd", "/./etc/passwd", "/assets/./../..",
    "/%252e%252e/%252e%252e/etc/passwd", "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
    "/..%c0%af..%c0%afetc/passwd", "/assets/%00", "/index.html%00.js", "/etc/passwd%00.html",
    "/..;/..;/etc/passwd", "/.git/config", "/.env", "/dialer.toml", "/../dialer.toml",
    "/openapi.json/../../dialer.toml", "http://x/../../etc/passwd", "http://x//etc/passwd",
    "/api/../../etc/passwd", "/api/..%2f..%2fetc%2fpasswd", "/proc/self/environ",
    "/%2e%2e/%2e%2e/proc/self/environ", "/assets/../index.html", "/~root/", "/%ff%fe/",
]
# Whole requests, each of which must be refused or closed, and never answered twice.
AMBIGUOUS = {
    "a length and chunks": "POST /api/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n"
                           "Host: x\r\n\r\n",
    "two lengths": "POST /api/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                   "Content-Length: 40\r\n\r\n{}GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "a length with a sign": "POST /api/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}",
    "a length in words": "POST /api/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: two\r\n\r\n{}",
    "a length too large": "POST /api/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: "
                          "99999999999999999999\r\n\r\n{}",
    "a space before the colon": "GET /api/me HTTP/1.1\r\nHost : x\r\n\r\n",
    "a folded line": "GET /api/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer\r\n abc\r\n\r\n",
    "a name that is none": "GET /api/me HTTP/1.1\r\nHost: x\r\nBad\x00Name: y\r\n\r\n",
    "chunks that lie": "POST /api/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "zz\r\n{}\r\n0\r\n\r\n",
    "another encoding": "POST /api/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n"
                        "\r\n{}",
    "no target": "GET HTTP/1.1\r\nHost: x\r\n\r\n",
    "a later version": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no version": "GET /api/me\r\n\r\n",
    "a tunnel": "CONNECT 127.0.0.1:5432 HTTP/1.1\r\nHost: x\r\n\r\n",
}


def exchange(world, request, seconds=5):
    """All that comes back to raw bytes until the other side is done or says nothing for long."""
    data = request if isinstance(request, bytes) else request.encode("latin-1")
    told = b""
    with socket.create_connection((HOST, world.port), seconds) as wire:
        wire.sendall(data)
        with contextlib.suppress(OSError):
            wire.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + seconds
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while time.monotonic() < deadline:
                more = wire.recv(65536)
                if not more:
                    break
                told += more
    return told


def status_of(told):
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", told)
    return int(found[1]) if found else 0


def get(path, *headers):
    lines = [f"GET {path} HTTP/1.1", "Host: x", *headers, "Connection: close", "", ""]
    return "\r\n".join(lines)


def no_path_leads_out_of_the_pages(world):
    index = ask(world.port, "GET", "/").body
    for path in CLIMBS:
        told = exchange(world, get(path))
        status, body = status_of(told), told.partition(b"\r\n\r\n")[2]
        if any(sign in told for sign in SECRET_SIGNS):
            yield f"{path}: {told[:300]!r}"
        if status not in (200, 400, 401, 404) or (status == 200 and body != index):
            yield f"{path}: {status} {body[:80]!r}"


def no_name_in_a_path_or_a_body_leads_to_a_file(world):
    climb = "../../../../../../etc/passwd"
    token = f"Authorization: Bearer {world.tokens['adam']}"
    named = urllib.parse.quote(climb, safe="")
    for path in (f"/api/imports/{named}/refused", f"/api/reports/{named}",
                 f"/api/campaigns/{named}", f"/api/import-jobs/{named}",
                 f"/api/audit/proof/{named}",
                 f"/api/numbers/{named}/dossier", "/api/imports/../../etc/passwd",
                 f"/api/reports/attempts?format={named}", f"/api/reports/attempts?zone={named}",
                 "/api/reports/attempts?zone=../../../etc/passwd", f"/api/log?format={named}"):
        told = exchange(world, get(path, token))
        if any(sign in told for sign in SECRET_SIGNS) or status_of(told) not in (400, 404, 409):
            yield f"{path}: {told[:200]!r}"
    bodies = {"/api/imports/preview": {"upload": climb}, "/api/imports":
              {"upload": climb, "campaign": CAMPAIGN},
              "/api/campaigns": {"name": "climber", "template": climb}}
    for path, body in bodies.items():
        answer = ask(world.port, "POST", path, world.bearer("adam"), body)
        if answer.status not in (400, 404, 409) or b"root:x" in answer.body:
            yield f"{path} {body}: {answer}"
    sent = ask(world.port, "POST", f"/api/uploads?name={named}", world.bearer("adam"),
               b"phone\n1\n")
    if sent.status not in (201, 400) or "/" in str((sent.json() or {}).get("upload", "")):
        yield f"an upload of that name: {sent}"


def no_name_breaks_out_of_a_header(world):
    evil = 'a"; filename="x.exe\r\nX-Evil: 1\r\n\r\n<script>'
    answer = ask(world.port, "POST", "/api/campaigns", world.bearer("adam"), {"name": evil})
    tried = [f"/api/log?campaign={urllib.parse.quote(evil)}",
             f"/api/reports/attempts?format=csv&campaign={urllib.parse.quote(evil)}"]
    plain = 'Q4 "best" <b>; über\\..'
    ask(world.port, "POST", "/api/campaigns", world.bearer("adam"), {"name": plain})
    tried += [f"/api/log?campaign={urllib.parse.quote(plain)}",
              f"/api/reports/attempts?format=csv&campaign={urllib.parse.quote(plain)}"]
    for path in tried:
        told = exchange(world, get(path, f"Authorization: Bearer {world.tokens['adam']}"))
        head = told.partition(b"\r\n\r\n")[0]
        if b"x-evil" in head.lower() or b"<" in head or b".exe" in head:
            yield f"{path}: {head[:400]!r}"
        name = re.search(rb'filename="([^"]*)"', head)
        if name and not re.fullmatch(rb"[\w.-]+", name[1]):
            yield f"{path}: the file is named {name[1]!r}"
    if answer.status == 201:
        yield f"a campaign with line breaks in its name was made: {answer}"


def a_request_that_can_be_read_in_two_ways_is_refused(world):
    for what, request in AMBIGUOUS.items():
        told = exchange(world, request)
        answers = len(re.findall(rb"^HTTP/1\.1 \d{3}", told, re.MULTILINE))
        if answers > 1 or status_of(told) in range(200, 300):
            yield f"{what}: {answers} answers, {told[:80]!r}"
        if status_of(told) >= 500:
            yield f"{what}: {told[:80]!r}"
    if ask(world.port, "GET", "/healthz").status != 200:
        yield "the engine suffered"


def heads_of_hosts_do_no_harm(world):
    """A host that is not ours is not answered, never comes back in an answer, and a page of that
    name is another site's."""
    for host in ("evil.example", "127.0.0.1@evil.example", "evil.example:80", "[::1]", ""):
        told = exchange(world, f"GET / HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: evil.example"
                               "\r\nConnection: close\r\n\r\n")
        if b"evil" in told or status_of(told) not in (400, 421):
            yield f"Host {host!r}: {told[:200]!r}"
    body = json.dumps({"number": "+12125550188"})
    sam = world.browsers["sam"]
    for more in ("", "X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n"):
        told = exchange(world, f"POST /api/opt-outs HTTP/1.1\r\nHost: {HOST}:{world.port}\r\n{more}"
                               f"Origin: http://evil.example\r\nCookie: dialer_session={sam.cookie}"
                               f"\r\nX-CSRF-Token: {sam.csrf}\r\nContent-Length: {len(body)}\r\n"
                               f"Connection: close\r\n\r\n{body}")
        if status_of(told) != 403:
            yield f"a page of evil.example: {told[:100]!r}"


RAW_CHECKS = [no_path_leads_out_of_the_pages, no_name_in_a_path_or_a_body_leads_to_a_file,
              no_name_breaks_out_of_a_header, a_request_that_can_be_read_in_two_ways_is_refused,
              heads_of_hosts_do_no_harm]
