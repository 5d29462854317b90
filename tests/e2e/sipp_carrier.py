"""The carriers of the SIPp tests: SIPp playing one scenario, a socket that never answers, a port
that is closed, and an eye on the loopback wire. Each of them counts INVITEs on its own, without
asking the engine.
"""

import contextlib
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import rig  # noqa: E402

from loopback import sniffer  # noqa: E402

SCENARIOS = pathlib.Path(__file__).resolve().parent / "sipp"
HOST = "127.0.0.1"


def header(message, name):
    """The first value of a header in its long form, or ''."""
    found = re.search(rf"^{name}\s*:\s*(.*?)\s*$", message, re.MULTILINE | re.IGNORECASE)
    return found.group(1) if found else ""


def called_number(message):
    """The digits before the @ of the Request-URI."""
    found = re.match(r"[A-Z]+ sip:\+?(\d+)@", message)
    return found.group(1) if found else ""


class Invites:
    """INVITEs that a carrier saw: a transaction is a Call-ID with a CSeq, the rest are repeats."""

    def __init__(self):
        self.transactions = {}  # (Call-ID, CSeq) -> called number
        self.repeats = {}       # called number -> count

    def add(self, message):
        key = (header(message, "Call-ID"), header(message, "CSeq"))
        number = called_number(message)
        if key in self.transactions:
            self.repeats[number] = self.repeats.get(number, 0) + 1
        else:
            self.transactions[key] = number

    def of(self, numbers):
        return sum(1 for number in self.transactions.values() if number in numbers)

    def repeats_of(self, numbers):
        return sum(self.repeats.get(number, 0) for number in numbers)


def is_first_invite(message):
    """An INVITE outside a dialog; a re-INVITE has a tag in its To."""
    return message.startswith("INVITE ") and ";tag=" not in header(message, "To")


def free_port(even=False):
    """A UDP port that was free a moment ago."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((HOST, 0))
            port = probe.getsockname()[1]
        if not even or (port % 2 == 0 and port < 65000):
            return port


def is_bound(port):
    wanted = f"0100007F:{port:04X}"
    lines = pathlib.Path("/proc/net/udp").read_text().split("\n")[1:]
    return any(line.split()[1] == wanted for line in lines if line)


class Sipp:
    """One SIPp process that plays one scenario to every call it gets."""

    def __init__(self, scenario, folder, keys=None, flags=()):
        self.scenario = scenario
        self.keys = keys or {}
        self.flags = flags
        self.messages_read = None
        self.ending = False
        for _ in range(5):
            if self._start(folder):
                return
        raise rig.RigError(f"SIPp did not start for {scenario}: {self._errors()}")

    def _start(self, folder):
        self.port = free_port()
        base = pathlib.Path(folder) / f"{self.scenario}-{self.port}"
        self.message_file = base.with_suffix(".messages")
        self.error_file = base.with_suffix(".errors")
        self.stat_file = base.with_suffix(".csv")
        command = ["sipp", "-sf", SCENARIOS / f"{self.scenario}.xml", "-i", HOST, "-p", self.port,
                   "-mi", HOST, "-mp", free_port(even=True), "-ci", HOST, "-cp", free_port(),
                   "-nostdin", "-trace_msg", "-message_file", self.message_file, "-trace_err",
                   "-error_file", self.error_file, "-trace_stat", "-stf", self.stat_file, "-fd",
                   "1", *self.flags]
        for key, value in self.keys.items():
            command += ["-key", key, value]
        self.process = subprocess.Popen([str(part) for part in command], cwd=folder,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        rig.wait_until(lambda: is_bound(self.port) or self.process.poll() is not None, 20,
                       f"SIPp has port {self.port}", step=0.02)
        return self.process.poll() is None  # else the port was taken in the meantime

    def _errors(self, size=600):
        with contextlib.suppress(OSError):
            return self.error_file.read_text(errors="replace")[-size:]
        return ""

    def messages(self):
        """(seconds, 'sent' or 'received', message), read once SIPp has ended, else anew."""
        if self.messages_read is not None:
            return self.messages_read
        text = self.message_file.read_text(errors="replace") if self.message_file.exists() else ""
        parts = re.split(r"^-{20,} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\.(\d{6})\n", text,
                         flags=re.MULTILINE)
        result = []
        for day, clock, micros, body in zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4]):
            first, _, message = body.partition("\n\n")
            at = time.mktime(time.strptime(f"{day} {clock}", "%Y-%m-%d %H:%M:%S"))
            direction = "received" if "received" in first else "sent"
            result.append((at + int(micros) / 1e6, direction, message.replace("\r\n", "\n")))
        if self.process.poll() is not None:
            self.messages_read = result
        return result

    def invites(self):
        seen = Invites()
        for _, direction, message in self.messages():
            if direction == "received" and is_first_invite(message):
                seen.add(message)
        return seen

    def first(self, direction, start):
        """When the first message that begins like this was seen; None if there was none."""
        return next((at for at, way, message in self.messages()
                     if way == direction and message.startswith(start)), None)

    def count(self, direction, start):
        return sum(1 for _, way, message in self.messages()
                   if way == direction and message.startswith(start))

    def ask_to_end(self):
        """No further calls; SIPp ends once those in progress have. Asked twice, it would drop
        them."""
        if not self.ending and self.process.poll() is None:
            self.process.send_signal(signal.SIGUSR1)
        self.ending = True

    def stop(self, seconds=10):
        """Lets calls in progress end; returns what is wrong with the scenario, or ''."""
        self.ask_to_end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            return "SIPp still waits in the middle of its scenario"
        return self._verdict()

    def _verdict(self):
        if self.process.returncode != 0:
            return f"SIPp ended {self.process.returncode}: {self._errors()}"
        return ""

    def calls(self):
        """(successful, failed) calls by SIPp's own statistics; it must have ended."""
        lines = self.stat_file.read_text().strip().split("\n")
        row = dict(zip(lines[0].split(";"), lines[-1].split(";")))
        return int(row["SuccessfulCall(C)"]), int(row["FailedCall(C)"])


class SilentTrunk:
    """A port that takes everything and answers nothing."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((HOST, 0))
        self.port = self.socket.getsockname()[1]
        self.seen = Invites()
        self.requests = 0

    def _drain(self):
        while select.select([self.socket], [], [], 0)[0]:
            message = self.socket.recv(65535).decode(errors="replace").replace("\r\n", "\n")
            self.requests += 1
            if is_first_invite(message):
                self.seen.add(message)

    def invites(self):
        self._drain()
        return self.seen

    def stop(self):
        self._drain()
        self.socket.close()
        return ""


class ClosedPort:
    """A port that answers with ICMP "port unreachable", and that nobody else can take: a UDP
    socket that is connected to one peer is closed to all others."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((HOST, 0))
        self.port = self.socket.getsockname()[1]
        self.socket.connect((HOST, self.port))

    def invites(self):
        return None  # only the wire knows

    def stop(self):
        self.socket.close()
        return ""


class Wire:
    """Every INVITE on the loopback interface that leaves one SIP port, whoever listens or not.

    Needs CAP_NET_RAW; `available` is False without it.
    """

    def __init__(self, from_port):
        self.by_port = {}  # destination port -> Invites
        self.running = True
        # UDP without IP options from our port; RTP must not reach Python.
        self.socket = sniffer([(0x30, 0, 0, 9), (0x15, 0, 3, 17), (0x28, 0, 0, 20),
                               (0x15, 0, 1, from_port), (0x06, 0, 0, 0xFFFF), (0x06, 0, 0, 0)])
        self.available = self.socket is not None
        if not self.available:
            return
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while self.running:
            if not select.select([self.socket], [], [], 0.1)[0]:
                continue
            packet = self.socket.recv(65535)
            port = int.from_bytes(packet[22:24], "big")
            message = packet[28:].decode(errors="replace").replace("\r\n", "\n")
            if is_first_invite(message):
                self.by_port.setdefault(port, Invites()).add(message)

    def invites(self, port):
        return self.by_port.get(port, Invites())

    def stop(self):
        self.running = False
        if self.available:
            self.thread.join()
            self.socket.close()


def write_tone(folder):
    """Ten seconds of a square wave as raw mu-law, which the scenarios stream as tone.ulaw."""
    path = pathlib.Path(folder) / "tone.ulaw"
    path.write_bytes((bytes([0x20]) * 10 + bytes([0xA0]) * 10) * 4000)
    os.chmod(path, 0o644)
