"""Agents for the SIPp tests: their phones (SIP over UDP, one socket for all) and their desks.

A phone registers with digest, answers the engine's call at once and stays on the line. It sends no
audio: what the tests look at is the signalling.
"""

import hashlib
import re
import select
import socket
import threading
import uuid

from sipp_carrier import HOST, header, rig

REGISTER_SECONDS = 3600


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


class MiniAgents:
    """Phones of many agents. Own thread; the other methods are for one other thread."""

    def __init__(self, engine_port, password):
        self.engine = (HOST, engine_port)
        self.password = password
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.port = self.socket.getsockname()[1]
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)  # the kernel drops what comes
        self.rtp.bind((HOST, 0))
        self.registered = set()
        self.early = set()  # told that the engine still starts: they ask again
        self.refused = {}  # user -> status of the answer to the registration with credentials
        self.call_ids = {}
        self.running = True
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def register(self, users, seconds=20):
        self.registered -= set(users)
        for user in users:
            self.call_ids[user] = uuid.uuid4().hex
            self._send_register(user, 1, "")
        try:
            rig.wait_until(lambda: self.registered >= set(users) or self.refused, seconds,
                           "all phones registered")
        finally:
            if self.refused:
                raise rig.RigError(f"phones refused: {self.refused}")

    def stop(self):
        self.running = False
        self.thread.join()
        self.socket.close()
        self.rtp.close()

    def _send_register(self, user, cseq, authorization):
        lines = [f"REGISTER sip:{HOST}:{self.engine[1]} SIP/2.0",
                 f"Via: SIP/2.0/UDP {HOST}:{self.port};rport;branch=z9hG4bK{uuid.uuid4().hex}",
                 "Max-Forwards: 70", f"From: <sip:{user}@{HOST}>;tag={user}",
                 f"To: <sip:{user}@{HOST}>", f"Call-ID: {self.call_ids[user]}",
                 f"CSeq: {cseq} REGISTER", f"Contact: <sip:{user}@{HOST}:{self.port}>",
                 f"Expires: {REGISTER_SECONDS}", *([authorization] if authorization else []),
                 "Content-Length: 0", "", ""]
        self.socket.sendto("\r\n".join(lines).encode(), self.engine)

    def _run(self):
        while self.running:
            if not select.select([self.socket], [], [], 0.1)[0]:
                while self.early:
                    self._send_register(self.early.pop(), 1, "")
                continue
            data, source = self.socket.recvfrom(65535)
            message = data.decode(errors="replace").replace("\r\n", "\n")
            if message.startswith("SIP/2.0 "):
                self._on_response(message)
            elif not message.startswith("ACK "):
                self._on_request(message, source)

    def _on_response(self, message):
        status = int(message.split(" ", 2)[1])
        user = re.search(r"sip:([^@]+)@", header(message, "To")).group(1)
        number = int(header(message, "CSeq").split()[0])
        if status == 200:
            self.registered.add(user)
        elif status == 401 and number == 1:
            self._send_register(user, 2, self._authorization(user, message))
        elif status == 503:
            self.early.add(user)
        else:
            self.refused[user] = status

    def _authorization(self, user, message):
        challenge = dict(re.findall(r'(\w+)="?([^",]+)"?', header(message, "WWW-Authenticate")))
        uri, cnonce, count = f"sip:{HOST}:{self.engine[1]}", uuid.uuid4().hex[:8], "00000001"
        ha1 = md5(f"{user}:{challenge['realm']}:{self.password}")
        answer = md5(f"{ha1}:{challenge['nonce']}:{count}:{cnonce}:auth:" + md5(f"REGISTER:{uri}"))
        return (f'Authorization: Digest username="{user}", realm="{challenge["realm"]}", '
                f'nonce="{challenge["nonce"]}", uri="{uri}", response="{answer}", algorithm=MD5, '
                f'qop=auth, nc={count}, cnonce="{cnonce}"')

    def _on_request(self, message, source):
        method = message.split(" ", 1)[0]
        with_media = method == "INVITE"
        to = header(message, "To")
        if ";tag=" not in to:
            to += f";tag={md5(header(message, 'Call-ID'))[:8]}"
        lines = ["SIP/2.0 200 OK"]
        lines += [line for line in message.split("\n\n", 1)[0].split("\n")
                  if line.lower().startswith("via:")]
        lines += [f"From: {header(message, 'From')}", f"To: {to}",
                  f"Call-ID: {header(message, 'Call-ID')}", f"CSeq: {header(message, 'CSeq')}",
                  f"Contact: <sip:agent@{HOST}:{self.port}>"]
        body = self._session() if with_media else ""
        if body:
            lines.append("Content-Type: application/sdp")
        lines += [f"Content-Length: {len(body)}", "", body]
        self.socket.sendto("\r\n".join(lines).encode(), source)

    def _session(self):
        port = self.rtp.getsockname()[1]
        return "\r\n".join(["v=0", f"o=agent 1 1 IN IP4 {HOST}", "s=-", f"c=IN IP4 {HOST}", "t=0 0",
                            f"m=audio {port} RTP/AVP 0 101", "a=rtpmap:0 PCMU/8000",
                            "a=rtpmap:101 telephone-event/8000", ""])
