"""A provider that lies: its token endpoint answers with whatever the test wants, signed with real
keys or not. Only the standard library and the openssl program."""

import base64
import hashlib
import hmac
import http.server
import json
import pathlib
import ssl
import subprocess
import threading
import time
import urllib.parse


def b64(data):
    if isinstance(data, dict):
        data = json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, check=True,
                          capture_output=True).stdout


class RsaKey:
    algorithm = "RS256"

    def __init__(self, folder, kid):
        self.kid, self.file = kid, pathlib.Path(folder) / f"{kid}.pem"
        openssl("genrsa", "-out", self.file, 2048)
        modulus = openssl("rsa", "-in", self.file, "-noout", "-modulus").decode().split("=")[1]
        self.jwk = {"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256",
                    "n": b64(bytes.fromhex(modulus.strip())), "e": "AQAB"}
        self.pem = openssl("rsa", "-in", self.file, "-pubout")

    def sign(self, data):
        return openssl("dgst", "-sha256", "-sign", self.file, data=data)


class EcKey:
    algorithm = "ES256"

    def __init__(self, folder, kid):
        self.kid, self.file = kid, pathlib.Path(folder) / f"{kid}.pem"
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.file)
        point = openssl("ec", "-in", self.file, "-pubout", "-outform", "DER")[-64:]
        self.jwk = {"kty": "EC", "kid": kid, "crv": "P-256", "x": b64(point[:32]),
                    "y": b64(point[32:])}

    def sign(self, data):
        der = openssl("dgst", "-sha256", "-sign", self.file, data=data)
        # SEQUENCE of two INTEGERs, each with a length of its own.
        first = der[4:4 + der[3]]
        second = der[4 + der[3] + 2:]
        return b"".join(part.lstrip(b"\0").rjust(32, b"\0") for part in (first, second))


def token(key, claims, **header):
    head = {"alg": key.algorithm, "kid": key.kid, **header}
    signed = f"{b64(head)}.{b64(claims)}"
    return f"{signed}.{b64(key.sign(signed.encode()))}"


def unsigned_token(claims, algorithm="none"):
    return f"{b64({'alg': algorithm})}.{b64(claims)}."


def hmac_token(secret, claims, kid):
    signed = f"{b64({'alg': 'HS256', 'kid': kid})}.{b64(claims)}"
    return f"{signed}.{b64(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


class Authority:
    """A certificate authority that no system trusts."""

    def __init__(self, folder, name):
        self.folder = folder
        self.certificate, self.key = self._make(name)

    def issue(self, name, address):
        """The files of a certificate for the IP address and of its key."""
        return self._make(name, "-CA", self.certificate, "-CAkey", self.key,
                          "-addext", f"subjectAltName=IP:{address}")

    def _make(self, name, *more):
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-days", 2, "-subj", f"/CN={name}", "-out", certificate, "-keyout", key, *more)
        return certificate, key


class Forger:
    """`answer`: what the token endpoint sends, a function of the form it was given that returns a
    dict or bytes; `keys`: what its key set holds; `holding`: while set, no token is answered;
    `requests`: the paths asked for; `tls`: the files of its certificate and key, nothing for plain
    HTTP."""

    def __init__(self, port, tls=None):
        self.issuer = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        self.keys, self.answer, self.form = [], dict, {}
        self.key_reads, self.requests = 0, []
        self.go_on = threading.Event()
        self.go_on.set()
        self.asked = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), self.handler())
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def claims(self, nonce, /, **changes):
        now = int(time.time())
        found = {"iss": self.issuer, "aud": "dialer", "sub": "s-1", "nonce": nonce, "iat": now,
                 "exp": now + 300, **changes}
        return {name: value for name, value in found.items() if value is not None}

    def reply(self, path, form):
        self.requests.append(path)
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.issuer, "authorization_endpoint": self.issuer + "/authorize",
                    "token_endpoint": self.issuer + "/token", "jwks_uri": self.issuer + "/keys"}
        if path == "/keys":
            self.key_reads += 1
            return {"keys": [key if isinstance(key, dict) else key.jwk for key in self.keys]}
        self.form = form
        self.asked.set()
        self.go_on.wait(30)
        return self.answer()

    def handler(forger):  # noqa: N805: `self` is the request
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                size = int(self.headers.get("Content-Length") or 0)
                form = dict(urllib.parse.parse_qsl(self.rfile.read(size).decode()))
                sent = forger.reply(self.path, form)
                body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # the engine has given up

            do_POST = do_GET

            def log_message(self, *_):
                pass
        return Handler

    def stop(self):
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()
