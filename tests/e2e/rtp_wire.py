"""Reads the RTP of the phones off the loopback interface, with the kernel's time of each packet."""

import dataclasses
import select
import socket
import struct
import threading

from loopback import sniffer

SO_TIMESTAMPNS = 35     # socket(7), Linux
AUDIO = 0               # payload type PCMU, RFC 3551 table 4


def expand(code):
    """The value of one mu-law code (ITU-T G.711)."""
    code = ~code & 0xFF
    value = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return -value if code & 0x80 else value


LEVEL = bytes(min(255, abs(expand(code)) >> 6) for code in range(256))  # comparable in one byte


@dataclasses.dataclass
class Packet:
    at: float  # seconds
    source: int
    target: int
    kind: int  # payload type
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    peak: int  # of the audio, in steps of 64, at most 16320


def parse(data, at):
    """An IP packet (no options, UDP) as RTP; None when it is not."""
    if len(data) < 40 or data[28] >> 6 != 2 or 72 <= data[29] & 0x7F <= 76:  # RFC 5761 4: RTCP
        return None
    source, target = struct.unpack_from("!HH", data, 20)
    flags, sequence, timestamp, ssrc = struct.unpack_from("!xBHII", data, 28)
    peak = max(data[40:].translate(LEVEL), default=0) * 64 if flags & 0x7F == AUDIO else 0
    return Packet(at, source, target, flags & 0x7F, bool(flags & 0x80), sequence, timestamp, ssrc,
                  peak)


def filter_of(first, last):
    """Classic BPF: UDP whose source or destination port is in the range."""
    return [(0x30, 0, 0, 9), (0x15, 0, 7, 17),
            (0x28, 0, 0, 20), (0x35, 0, 1, first), (0x25, 0, 3, last),
            (0x28, 0, 0, 22), (0x35, 0, 2, first), (0x25, 1, 0, last),
            (0x06, 0, 0, 0xFFFF), (0x06, 0, 0, 0)]


class RtpWire:
    """All RTP from and to the ports first..last. Needs CAP_NET_RAW; `available` says so."""

    def __init__(self, first, last):
        self.packets = []
        self.running = True
        self.socket = sniffer(filter_of(first, last), [(SO_TIMESTAMPNS, 1)])
        self.available = self.socket is not None
        if not self.available:
            return
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while self.running:
            if not select.select([self.socket], [], [], 0.1)[0]:
                continue
            data, extra, _, _ = self.socket.recvmsg(2048, 64)
            seconds, nanoseconds = struct.unpack("qq", extra[0][2])
            packet = parse(data, seconds + nanoseconds / 1e9)
            if packet:
                self.packets.append(packet)

    def stop(self):
        self.running = False
        if self.available and self.thread.is_alive():
            self.thread.join()
            self.socket.close()
