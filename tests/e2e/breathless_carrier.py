"""A carrier for a race that SIPp cannot run: it answers and hangs up in one breath, so that its BYE
is on the wire before the ACK to its 200 can be.
"""

import select
import socket
import threading

from sipp_carrier import HOST, Invites, called_number, header, is_first_invite, rig


class BreathlessCarrier:
    """Own thread; takes any number of calls, each over at once."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.port = self.socket.getsockname()[1]
        self.seen = Invites()
        self.acks = 0
        self.bye_statuses = []
        self.running = True
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def invites(self):
        return self.seen

    def stop(self):
        """Waits for the end of its calls; returns what is missing."""
        calls = len(self.seen.transactions)
        try:
            rig.wait_until(lambda: len(self.bye_statuses) >= calls and self.acks >= calls, 5,
                           "ACK and the answer to BYE")
        except rig.RigError as error:
            return f"{error}: {self.acks} ACKs, answers to BYE {self.bye_statuses}"
        finally:
            self.running = False
            self.thread.join()
            self.socket.close()
        return "" if set(self.bye_statuses) <= {200} else f"BYE: {self.bye_statuses}"

    def _run(self):
        while self.running:
            if not select.select([self.socket], [], [], 0.1)[0]:
                continue
            data, engine = self.socket.recvfrom(65535)
            message = data.decode(errors="replace").replace("\r\n", "\n")
            if message.startswith("SIP/2.0 "):
                self.bye_statuses.append(int(message.split(" ", 2)[1]))
            elif message.startswith("ACK "):
                self.acks += 1
            elif is_first_invite(message):
                self._answer_and_hang_up(message, engine)

    def _answer_and_hang_up(self, invite, engine):
        known = len(self.seen.transactions)
        self.seen.add(invite)
        if len(self.seen.transactions) == known:
            return
        for packet in (self._response(invite, "180 Ringing", ""),
                       self._response(invite, "200 OK", self._session()), self._bye(invite)):
            self.socket.sendto(packet.encode(), engine)

    def _response(self, invite, status, body):
        media = ["Content-Type: application/sdp"] if body else []
        return "\r\n".join([f"SIP/2.0 {status}", f"Via: {header(invite, 'Via')}",
                            f"From: {header(invite, 'From')}", f"To: {header(invite, 'To')};tag=1",
                            f"Call-ID: {header(invite, 'Call-ID')}",
                            f"CSeq: {header(invite, 'CSeq')}",
                            f"Contact: <sip:{HOST}:{self.port}>", *media,
                            f"Content-Length: {len(body)}", "", body])

    def _bye(self, invite):
        target = header(invite, "Contact").strip("<>")
        branch = f"z9hG4bKbye{called_number(invite)}"
        return "\r\n".join([f"BYE {target} SIP/2.0",
                            f"Via: SIP/2.0/UDP {HOST}:{self.port};branch={branch}",
                            "Max-Forwards: 70", f"From: {header(invite, 'To')};tag=1",
                            f"To: {header(invite, 'From')}",
                            f"Call-ID: {header(invite, 'Call-ID')}", "CSeq: 1 BYE",
                            "Content-Length: 0", "", ""])

    def _session(self):
        return "\r\n".join(["v=0", f"o=carrier 1 1 IN IP4 {HOST}", "s=-", f"c=IN IP4 {HOST}",
                            "t=0 0", f"m=audio {self.port} RTP/AVP 0", ""])
