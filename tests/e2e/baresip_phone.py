"""A real phone for the tests: one baresip process, commanded over its ctrl_tcp module, that records
what it sends and hears as WAV files.
"""

import contextlib
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

from sipp_carrier import HOST, rig

MODULES = "/usr/lib/baresip/modules"
CONFIG = """poll_method epoll
sip_listen {host}:{sip_port}
net_interface {host}
call_local_timeout 120
audio_player aubridge,unheard
audio_source aufile,{tone}
rtp_ports {rtp_first}-{rtp_last}
jitter_buffer_delay 5-50
snd_path {recordings}
ctrl_tcp_listen {host}:{control_port}
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
"""


def free_ports(count):
    """The first of `count` ports in a row that are free for UDP and TCP, below those that the
    kernel and the engine's media give out."""
    while True:
        first = random.randrange(10000, 16000 - count, 2)
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for port in range(first, first + count):
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    probes.enter_context(socket.socket(socket.AF_INET, kind)).bind((HOST, port))
            return first


class Baresip:
    """One process with any number of accounts; events come in with poll()."""

    def __init__(self, name, folder, tone, rtp_ports):
        self.name = name
        self.folder = pathlib.Path(folder) / name
        self.recordings = self.folder / "recordings"
        self.recordings.mkdir(parents=True)
        self.tone = tone
        self.rtp_ports = rtp_ports  # (first, last)
        self.sip_port = free_ports(3)  # the one after it is for TLS
        self.control_port = self.sip_port + 2
        self.events = []  # (monotonic seconds, event)
        self.buffer = b""
        self.process = None

    def start(self, accounts):
        """`accounts`: lines of baresip's accounts file."""
        (self.folder / "config").write_text(CONFIG.format(
            host=HOST, sip_port=self.sip_port, control_port=self.control_port, tone=self.tone,
            rtp_first=self.rtp_ports[0], rtp_last=self.rtp_ports[1], modules=MODULES,
            recordings=self.recordings))
        (self.folder / "accounts").write_text("\n".join(accounts) + "\n")
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(["baresip", "-f", str(self.folder)], stdout=log,
                                            stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT,
                                            env={**os.environ, "HOME": str(self.folder)})
        # A phone is an instrument here: it should not be late because the machine is busy.
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(self.process.pid, os.SCHED_FIFO, os.sched_param(5))
        self.control = rig.wait_until(self._connect, 20, f"{self.name} takes commands")
        self.control.setblocking(False)

    def _connect(self):
        if self.process.poll() is not None:
            raise rig.RigError(f"{self.name} ended:\n{self.log()}")
        with contextlib.suppress(OSError):
            return socket.create_connection((HOST, self.control_port), 1)

    def log(self, size=1500):
        return (self.folder / "log").read_text(errors="replace")[-size:]

    def command(self, name, params=""):
        """Sends a command of baresip's menu and waits until it is done."""
        token = f"{name}-{time.monotonic_ns()}"
        text = json.dumps({"command": name, "params": params, "token": token}).encode()
        self.control.sendall(b"%d:%s," % (len(text), text))
        reply = self.wait(lambda event: event.get("token") == token, f"answer to {name}")
        if not reply["ok"]:
            raise rig.RigError(f"{self.name}: {name} {params}: {reply['data']}")

    def poll(self):
        """Takes in what has arrived; the messages are netstrings of JSON."""
        with contextlib.suppress(BlockingIOError):
            while data := self.control.recv(65536):
                self.buffer += data
        while b":" in self.buffer:
            size, _, rest = self.buffer.partition(b":")
            if len(rest) <= int(size):
                break
            self.events.append((time.monotonic(), json.loads(rest[:int(size)])))
            self.buffer = rest[int(size) + 1:]

    def seen(self, kind):
        """All events of a type so far."""
        self.poll()
        return [event for _, event in self.events if event.get("type") == kind]

    def wait(self, matches, what, seconds=20):
        """The first event, past ones included, that `matches`."""
        def look():
            self.poll()
            return next((event for _, event in self.events if matches(event)), None)
        return rig.wait_until(look, seconds, f"{self.name}: {what}", step=0.01)

    def heard(self):
        """The recordings of what was received, one a call, in order."""
        return sorted(self.recordings.glob("*-dec.wav"))

    def stop(self):
        if self.process is None:
            return
        if hasattr(self, "control"):
            self.control.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
