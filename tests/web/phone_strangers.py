"""Whoever is no agent's browser, or has a login that is not good any more, gets nothing from the
proxy of browsers' phones. A WebSocket of our own says what no browser would."""

import base64
import hashlib
import hmac
import os
import re
import socket
import ssl
import struct
import time

HOST = "127.0.0.1"
REALM = "dialer"


class WebSocket:
    """RFC 6455 and RFC 7118, as little of them as this test needs."""

    def __init__(self, url, protocol="sip"):
        scheme, _, port = url.split(":")
        self.socket = socket.create_connection((HOST, int(port)), timeout=5)
        if scheme == "wss":
            anybody = ssl.create_default_context()
            anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
            self.socket = anybody.wrap_socket(self.socket)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((
            f"GET / HTTP/1.1\r\nHost: {HOST}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {protocol}\r\nOrigin: http://{HOST}\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            chunk = self.socket.recv(4096)
            if not chunk:
                break
            self.buffer += chunk
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.status = int(head.split()[1]) if head else 0

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        size = (bytes([0x80 | len(data)]) if len(data) < 126
                else bytes([0x80 | 126]) + struct.pack(">H", len(data)))
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
        self.socket.sendall(b"\x81" + size + mask + masked)

    def read(self):
        """The next message; empty when none comes in time."""
        try:
            first, size = self._take(2)
            if size == 126:
                size = struct.unpack(">H", self._take(2))[0]
            data = self._take(size).decode()
            return data if first & 0x0F == 1 else self.read()
        except (TimeoutError, OSError):
            return ""

    def _take(self, count):
        while len(self.buffer) < count:
            chunk = self.socket.recv(4096)
            if not chunk:
                raise OSError("closed")
            self.buffer += chunk
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def close(self):
        self.socket.close()


class Phone:
    """One connection that asks for things."""

    def __init__(self, url, user):
        self.wire, self.user = WebSocket(url), user
        self.call_id = os.urandom(6).hex()
        self.cseq = 0

    def ask(self, method, target=f"sip:{REALM}", more=()):
        """The final response's status and text; 0 for none."""
        self.cseq += 1
        self.wire.socket.settimeout(5)
        to = f"sip:{self.user}@{REALM}" if method == "REGISTER" else target
        branch = "z9hG4bK" + os.urandom(6).hex()
        self.wire.send("\r\n".join([
            f"{method} {target} SIP/2.0", f"Via: SIP/2.0/WS x.invalid;branch={branch}",
            "Max-Forwards: 9", f"From: <sip:{self.user}@{REALM}>;tag=a1", f"To: <{to}>",
            f"Call-ID: {self.call_id}", f"CSeq: {self.cseq} {method}",
            "Contact: <sip:me@x.invalid;transport=ws>;expires=60", *more, "Content-Length: 0",
            "", ""]))
        while True:
            text = self.wire.read()
            status = int(text.split()[1]) if text.startswith("SIP/2.0") else 0
            if not text or status >= 200:
                return status, text

    def register(self, name, password):
        status, text = self.ask("REGISTER")
        if status != 401:
            return status
        nonce = re.search(r'nonce="([^"]+)"', text).group(1)
        uri = f"sip:{REALM}"
        ha1 = md5(f"{name}:{REALM}:{password}")
        proof = md5(f"{ha1}:{nonce}:00000001:c1:auth:{md5(f'REGISTER:{uri}')}")
        return self.ask("REGISTER", more=[
            f'Authorization: Digest username="{name}", realm="{REALM}", nonce="{nonce}", '
            f'uri="{uri}", response="{proof}", qop=auth, nc=00000001, cnonce="c1", '
            "algorithm=MD5"])[0]


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def password_of(secret, name):
    made = hmac.new(secret.encode(), name.encode(), hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def registrations(world, agent):
    """(who, user, name, password, status that is wanted)."""
    login = world.get("/api/agent/phone", agent)
    user, secret = login["user"], world.browsers.secret
    old = f"{int(time.time()) - 1}:{user}"
    other = f"{int(time.time()) + 60}:agent002"
    longer = f"{int(time.time()) + 9999}:{user}"
    yield "a good login", user, login["login"], login["password"], 200
    yield "a login that ran out", user, old, password_of(secret, old), 401
    yield "another's login", user, other, password_of(secret, other), 403
    yield "a longer life than given", user, longer, login["password"], 401
    yield "another secret", user, login["login"], password_of("x" * 64, login["login"]), 401
    yield "a phone's own password", user, user, "correct horse", 401


def faults(world, agent):
    url = world.browsers.url
    for who, user, name, password, wanted in registrations(world, agent):
        phone = Phone(url, user)
        status = phone.register(name, password)
        phone.wire.close()
        if status != wanted:
            yield f"{who}: {status}, not {wanted}"
    phone = Phone(url, "agent001")
    to_carrier = f"Route: <sip:{HOST}:{world.carrier.sip_port};lr>"
    for method, target, more in (
            ("INVITE", "sip:+12125550123@127.0.0.1", []), ("INVITE", "sip:agent002@dialer", []),
            ("INVITE", "sip:+12125550123@127.0.0.1", [to_carrier]),
            ("MESSAGE", "sip:dialer@127.0.0.1", []), ("OPTIONS", "sip:dialer@127.0.0.1", [])):
        status = phone.ask(method, target, more)[0]
        if status != 403:
            yield f"{method} {target} {more}: {status}"
    phone.wire.close()
    if any(entry["ev"] == "invite" and not entry["x_attempt"] for entry in world.carrier.journal()):
        yield "the carrier was called"
    if WebSocket(url, "chat").status != 400:
        yield "a WebSocket that is not of SIP is taken"
