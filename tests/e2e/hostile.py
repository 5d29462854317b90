"""What the internet sends to an open SIP port: noise, broken SIP, strangers, password guessers."""

import random
import re
import select
import socket
import uuid

from sipp_carrier import HOST, header

STRANGER = "127.0.0.9"  # loopback, but neither a trunk nor a registered phone
NOISE_PACKETS = 3000
GUESSES = 500


def request(method, source, engine_port, call_id=None, to_tag="", from_tag="stranger", extra=(),
            user="+12125550198", cseq=1):
    address, port = source
    lines = [f"{method} sip:{user}@{HOST}:{engine_port} SIP/2.0",
             f"Via: SIP/2.0/UDP {address}:{port};rport;branch=z9hG4bK{uuid.uuid4().hex}",
             "Max-Forwards: 70", f"From: <sip:{user}@{address}>;tag={from_tag}",
             f"To: <sip:{user}@{HOST}>" + (f";tag={to_tag}" if to_tag else ""),
             f"Call-ID: {call_id or uuid.uuid4().hex}", f"CSeq: {cseq} {method}",
             f"Contact: <sip:{user}@{address}:{port}>", *extra, "Content-Length: 0", "", ""]
    return "\r\n".join(lines).encode()


class Attacker:
    """A UDP socket at some loopback address, aimed at the engine."""

    def __init__(self, address, engine_port):
        self.engine = (HOST, engine_port)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((address, 0))
        self.source = self.socket.getsockname()

    def send(self, data):
        self.socket.sendto(data, self.engine)

    def ask(self, method, **parts):
        self.send(request(method, self.source, self.engine[1], **parts))

    def statuses(self, seconds):
        """Statuses of all responses until nothing came for so long."""
        found = []
        while select.select([self.socket], [], [], seconds)[0]:
            answer = re.match(rb"SIP/2.0 (\d+)", self.socket.recv(65535))
            found.append(int(answer.group(1)) if answer else 0)
        return found

    def nonce(self):
        """The nonce of a fresh challenge to a REGISTER; '' when there is none."""
        self.ask("REGISTER", user="agent001")
        if not select.select([self.socket], [], [], 2)[0]:
            return ""
        found = re.search(rb'nonce="([^"]+)"', self.socket.recv(65535))
        return found.group(1).decode() if found else ""

    def close(self):
        self.socket.close()


def noise(seed):
    """Random bytes, cut-off requests and requests with a few bytes changed."""
    dice = random.Random(seed)
    model = request("INVITE", (STRANGER, 5060), 5060,
                    extra=["Content-Type: application/sdp", "Route: <sip:127.0.0.1;lr>"])
    for _ in range(NOISE_PACKETS):
        kind = dice.randrange(3)
        if kind == 0:
            yield dice.randbytes(dice.randrange(1, 1400))
        elif kind == 1:
            yield model[:dice.randrange(1, len(model))]
        else:
            changed = bytearray(model)
            for _ in range(dice.randrange(1, 12)):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            yield bytes(changed)


def attack(engine_port, carrier, seed=1):
    """Attacks the engine while `carrier` has a call up. Returns what went wrong, in words."""
    wrong = []
    stranger = Attacker(STRANGER, engine_port)
    neighbour = Attacker(HOST, engine_port)  # a trunk's address, but no port or call of a trunk
    for packet in noise(seed):
        stranger.send(packet)
    stranger.statuses(0.2)
    wrong += strangers_are_not_answered(stranger)
    wrong += neighbours_place_no_calls(neighbour)
    wrong += guessers_get_nowhere(stranger)
    end_foreign_call(stranger, carrier)
    for attacker in (stranger, neighbour):
        attacker.close()
    return wrong


def strangers_are_not_answered(stranger):
    for method in ("INVITE", "BYE", "CANCEL", "OPTIONS", "MESSAGE", "DANCE"):
        stranger.ask(method)
    statuses = stranger.statuses(0.5)
    return [f"a stranger got answers: {statuses}"] if statuses else []


def neighbours_place_no_calls(neighbour):
    wrong = []
    for method, tag, expected in (("INVITE", "", 403), ("BYE", "nobody", 481),
                                  ("UPDATE", "nobody", 481), ("REFER", "", 603)):
        neighbour.ask(method, to_tag=tag)
        statuses = neighbour.statuses(0.5)
        if statuses[:1] != [expected]:
            wrong.append(f"{method} from a trunk's address: {statuses}, not {expected}")
    return wrong


def wrong_credentials(nonce, number):
    return [f'Authorization: Digest username="agent001", realm="dialer", nonce="{nonce}", '
            f'uri="sip:x", response="{number:032x}", algorithm=MD5, qop=auth, '
            f'nc={number:08x}, cnonce="c"']


def guessers_get_nowhere(stranger):
    """A flood of REGISTERs with a wrong digest: first on a made-up nonce, then on a good one."""
    for number in range(1, GUESSES):
        stranger.ask("REGISTER", user="agent001", cseq=number,
                     extra=wrong_credentials("made-up", number))
    wrong = [status for status in stranger.statuses(0.5) if status not in (401, 403)]
    nonce = stranger.nonce()
    for number in range(1, GUESSES):
        stranger.ask("REGISTER", user="agent001", cseq=number,
                     extra=wrong_credentials(nonce, number))
    statuses = stranger.statuses(0.5)
    wrong += [status for status in statuses if status not in (401, 403)]
    if 403 not in statuses:
        wrong.append("the guesser is never locked out")
    return [f"REGISTER with a wrong digest: {sorted(set(map(str, wrong)))}"] if wrong else []


def end_foreign_call(stranger, carrier):
    """A BYE and a re-INVITE for the carrier's own call, right in everything but the address."""
    invite = next(message for _, way, message in carrier.messages() if message.startswith("INVITE"))
    engine_tag = re.search(r";tag=(\S+)", header(invite, "From")).group(1)
    for method in ("BYE", "INVITE", "UPDATE"):
        stranger.ask(method, call_id=header(invite, "Call-ID"), to_tag=engine_tag, from_tag="1",
                     cseq=100)
    stranger.statuses(0.3)
