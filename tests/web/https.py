#!/usr/bin/env python3
"""Goal: with a certificate of our own everything works through TLS, nothing works without, a new
certificate needs no restart, and what would send passwords in the clear does not start.

Method: the real engine with certificates made here, Python's TLS client that trusts them alone, and
Chromium. The last line is `N passed, N failed`.

    tests/web/https.py

Environment: DIALER_BIN is the folder of the binaries, DIALER_CHROMIUM the browser (otherwise
/usr/bin/chromium), DIALER_KEEP=1 keeps the logs.
"""

import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import warnings

from web_site import HOST, PASSWORD, Answer, rig, run

NAME = "dialer.example"
COOKIE = "__Host-dialer_session"


class Site:
    def __init__(self, space):
        self.space, self.folder = space, space.path
        self.cluster = space.keep(rig.Cluster(self.folder / "pg", volatile=True))
        self.config = self.folder / "dialer.toml"
        self.certificate, self.key = self.folder / "cert.pem", self.folder / "key.pem"
        self.engine = None

    def make_certificate(self, *names):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=" + names[0], "-keyout", self.key, "-out",
             self.certificate, "-addext", "subjectAltName=" + ",".join(
                 f"DNS:{name}" for name in names)], check=True, capture_output=True)
        self.key.chmod(0o600)

    def write_config(self, more):
        rig.write_config(self.config, self.cluster, [])
        text = self.config.read_text()
        self.config.write_text(text.replace("[http]\n", "[http]\n" + more))

    def prepare(self):
        self.make_certificate(NAME, "localhost")
        self.write_config('certificate = "cert.pem"\nprivate_key = "key.pem"\nredirect_port = 0\n')
        rig.dialer("migrate", "--config", self.config)
        rig.load_law(self.config, self.folder)
        self.token = rig.add_user(self.config, "adam", "admin")
        rig.dialer("user", "password", "adam", "--config", self.config, text_input=PASSWORD + "\n")
        self.engine = self.space.keep(rig.Engine(self.config, self.folder))
        self.port, self.redirect_port = self.engine.http_port, self.engine.redirect_port

    def secured(self, name=NAME):
        """A connection of somebody who trusts the certificate on disk, and no other."""
        trust = ssl.create_default_context(cafile=self.certificate)
        plain = socket.create_connection((HOST, self.port), timeout=20)
        return trust.wrap_socket(plain, server_hostname=name)

    def ask(self, method, path, headers=None, body=None, host=NAME, secured=None):
        """The answer to one request on a connection of its own."""
        connection = http.client.HTTPConnection(HOST, self.port)
        connection.sock = secured or self.secured()
        try:
            connection.request(method, path, body=body and json.dumps(body),
                               headers={"Host": host, **(headers or {})})
            reply = connection.getresponse()
            return Answer(reply.status, reply.getheaders(), reply.read())
        finally:
            connection.close()


def refused_to_start(site, more):
    """What `dialer serve` says when it does not start; nothing when it does."""
    kept = site.config.read_text()
    try:
        site.write_config(more)
        done = subprocess.run([rig.BIN / "dialer", "serve", "--config", site.config], text=True,
                              capture_output=True, timeout=30)
        return done.stderr if done.returncode != 0 else ""
    except subprocess.TimeoutExpired:
        return ""
    finally:
        site.config.write_text(kept)


def somebody_signs_in_and_works_through_tls(site):
    answer = site.ask("POST", "/api/sign-in", {"Content-Type": "application/json"},
                      {"name": "adam", "password": PASSWORD})
    cookie = answer.header("Set-Cookie")
    if answer.status != 200 or not cookie.startswith(COOKIE + "=") or "; Secure" not in cookie:
        yield f"{answer.status} {cookie[:30]}"
    if not answer.header("Strict-Transport-Security").startswith("max-age="):
        yield "nothing tells browsers to stay with TLS"
    secret = cookie.split(";")[0].split("=")[1]
    me = site.ask("GET", "/api/me", {"Cookie": f"{COOKIE}={secret}"})
    if me.status != 200 or me.json()["name"] != "adam":
        yield f"who am I: {me.status}"
    if site.ask("GET", "/api/me", {"Cookie": f"dialer_session={secret}"}).status != 401:
        yield "a cookie counts that another host of the domain could have set"


def a_large_file_travels_both_ways(site):
    text = "phone,name\n" + "".join(f"+1646555{100 + i % 100:04d},Lead {i}\n"
                                    for i in range(200_000))
    connection = http.client.HTTPConnection(HOST, site.port)
    connection.sock = site.secured()
    connection.request("POST", "/api/uploads?name=leads.csv", body=text.encode(),
                       headers={"Host": NAME, "Authorization": f"Bearer {site.token}",
                                "Content-Type": "application/octet-stream"})
    reply = connection.getresponse()
    told = json.loads(reply.read())
    connection.close()
    if reply.status != 201 or told["bytes"] != len(text):
        yield f"upload: {reply.status} {told}"
    document = site.ask("GET", "/openapi.json")
    if document.status != 200 or not json.loads(document.body)["paths"]:
        yield f"document: {document.status}"


def events_come_through_tls(site):
    with site.secured() as stream:
        stream.sendall(f"GET /api/events HTTP/1.1\r\nHost: {NAME}\r\n"
                       f"Authorization: Bearer {site.token}\r\n\r\n".encode())
        seen = b""
        until = time.monotonic() + 20
        while b"event: heartbeat" not in seen and time.monotonic() < until:
            seen += stream.recv(4096)
    for event in (b"event: live", b"event: heartbeat"):
        if event not in seen:
            yield f"no {event.decode()}"


def plain_http_is_told_where_https_is(site):
    connection = http.client.HTTPConnection(HOST, site.redirect_port, timeout=20)
    connection.request("GET", "/desk?a=b", headers={"Host": f"{NAME}:80"})
    reply = connection.getresponse()
    if (reply.status, reply.getheader("Location")) != (
            308, f"https://{NAME}:{site.port}/desk?a=b"):
        yield f"{reply.status} {reply.getheader('Location')}"
    connection.close()
    connection = http.client.HTTPConnection(HOST, site.port, timeout=20)
    connection.request("GET", "/api/me", headers={"Authorization": f"Bearer {site.token}"})
    reply = connection.getresponse()
    if reply.status != 400 or b"https://" not in reply.read():
        yield f"plain HTTP on the port of HTTPS: {reply.status}"
    connection.close()


def only_our_names_lead_here(site):
    for host, status in ((NAME, 200), (f"{NAME}:{site.port}", 200), ("evil.example", 421),
                         (f"{NAME}.evil.example", 421)):
        told = site.ask("GET", "/healthz", host=host).status
        if told != status:
            yield f"{host}: {told}"


def old_tls_is_refused(site):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it is old on purpose
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with socket.create_connection((HOST, site.port), timeout=20) as plain:
        try:
            old.wrap_socket(plain)
            yield "TLS 1.1 is spoken"
        except ssl.SSLError:
            pass


def a_browser_shows_the_page(site):
    browser = os.environ.get("DIALER_CHROMIUM", "/usr/bin/chromium")
    done = subprocess.run(
        [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors",
         f"--user-data-dir={site.folder / 'browser'}", "--virtual-time-budget=10000",
         "--dump-dom", f"https://localhost:{site.port}/"], capture_output=True, text=True,
        timeout=120)
    if 'type="password"' not in done.stdout:
        yield f"no sign-in page: {done.stdout[:300]}"


def a_new_certificate_needs_no_restart(site):
    before = site.secured()
    site.make_certificate(NAME, "localhost", "new.example")
    rig.wait_until(lambda: takes(site, "new.example"), 30, "the new certificate is shown")
    # Whoever came under the one before is not cut off.
    if site.ask("GET", "/healthz", secured=before).status != 200:
        yield "the connection before it is dead"
    site.certificate.write_text("nothing\n")
    rig.wait_until(lambda: "stays in force" in site.engine.tail(), 30, "the bad one is told")
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((HOST, site.port), timeout=20) as plain, \
            trust.wrap_socket(plain) as still:
        if not still.getpeercert(binary_form=True):
            yield "nothing is shown any more"
    site.make_certificate(NAME, "localhost")


def takes(site, name):
    try:
        site.secured(name).close()
        return True
    except ssl.SSLError:
        return False


def what_is_not_safe_does_not_start(site):
    other = site.folder / "other.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", other], check=True)
    other.chmod(0o600)
    open_key = site.folder / "open.pem"
    open_key.write_text(site.key.read_text())
    open_key.chmod(0o644)
    for more, words in (
            ('address = "0.0.0.0"\n', ("http.address", "http.certificate", "http.behind_proxy")),
            ('certificate = "none.pem"\nprivate_key = "key.pem"\n', ("none.pem", "cannot be read")),
            ('certificate = "cert.pem"\nprivate_key = "other.pem"\n', ("other.pem", "not the key")),
            ('certificate = "cert.pem"\nprivate_key = "open.pem"\n', ("open.pem", "chmod")),
            ('certificate = "cert.pem"\n', ("http.private_key", "is missing"))):
        told = refused_to_start(site, more)
        if not all(word in told for word in words):
            yield f"{more!r}: {told!r}"


CHECKS = [
    somebody_signs_in_and_works_through_tls, a_large_file_travels_both_ways,
    events_come_through_tls, plain_http_is_told_where_https_is, only_our_names_lead_here,
    old_tls_is_refused, a_browser_shows_the_page, a_new_certificate_needs_no_restart,
    what_is_not_safe_does_not_start,
]


def main():
    began = time.monotonic()
    with rig.Workspace("https") as space:
        site = Site(space)
        site.prepare()
        results = list(run(CHECKS, site))
    print(f"  {time.monotonic() - began:.0f} s")
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
