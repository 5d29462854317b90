"""The servers of browsers' phones, on loopback: Kamailio takes their SIP over WebSocket, rtpengine
their media. Templates and what they do: tools/browser_phone.
"""

import os
import pathlib
import secrets
import shutil
import socket

import rig

HOST = rig.HOST
CONFIG = rig.ROOT / "tools" / "browser_phone" / "kamailio.cfg"
# Debian has the daemons where only root looks.
SEARCH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
MEDIA_PORTS = 400  # four to a call


def program(name):
    found = shutil.which(name, path=SEARCH)
    if not found:
        raise rig.RigError(f"{name} is not installed; run: tools/install browser")
    return found


class BrowserPhones:
    """Ports and the secret first, since the engine's configuration names them; `start` when the
    engine is there."""

    def __init__(self, workspace, certificate=None):
        """`certificate`: paths of a certificate and its key, for wss."""
        self.space, self.folder = workspace, pathlib.Path(workspace.path)
        self.certificate = certificate
        self.ng_port, self.sip_port, self.ws_port = rig.free_ports(
            socket.SOCK_DGRAM, socket.SOCK_DGRAM, socket.SOCK_STREAM)
        self.url = f"{'wss' if certificate else 'ws'}://{HOST}:{self.ws_port}"
        self.secret = secrets.token_hex(32)
        self.secret_path = self.folder / "phones.secret"
        self.secret_path.touch(mode=0o600)
        self.secret_path.write_text(self.secret + "\n")
        self.kamailio = self.rtpengine = None

    def table(self, **more):
        """Of [browser_phones] in the engine's configuration."""
        return {"url": self.url, "proxy": HOST, "proxy_port": self.sip_port,
                "secret_file": str(self.secret_path), **more}

    def start(self, engine):
        media_first = rig.free_ports(in_a_row=MEDIA_PORTS)[0]
        self.rtpengine = self.space.keep(rig.Process("rtpengine", [
            program("rtpengine"), "--foreground", "--log-stderr", "--log-level=5", "--table=-1",
            f"--interface={HOST}", f"--listen-ng={HOST}:{self.ng_port}",
            f"--port-min={media_first}", f"--port-max={media_first + MEDIA_PORTS - 1}",
            "--num-threads=1", "--delete-delay=0"], self.folder))
        # First: Kamailio gives a relay that does not answer up for a minute.
        rig.wait_until(self.media_is_up, 15, "rtpengine answers")
        self.start_proxy(engine)

    def start_proxy(self, engine):
        run = self.folder / "kamailio"
        run.mkdir(exist_ok=True)
        self.kamailio = self.space.keep(rig.Process("kamailio", [
            program("kamailio"), "-DD", "-E", "-f", CONFIG, "-Y", run, "-m", "32", "-M", "8",
            *(["-A", "WITH_TLS"] if self.certificate else [])],
            self.folder, self.environment(engine)))
        rig.wait_until(self.proxy_is_up, 15, "Kamailio takes connections")

    def environment(self, engine):
        certificate, key = self.certificate or ("", "")
        return {"PHONES_SIP": f"{HOST}:{self.sip_port}", "PHONES_WS": f"{HOST}:{self.ws_port}",
                "PHONES_DIALER_HOST": HOST, "PHONES_DIALER_PORT": str(engine.sip_port),
                "PHONES_REALM": "dialer", "PHONES_RTPENGINE": f"udp:{HOST}:{self.ng_port}",
                "PHONES_SECRET": self.secret, "PHONES_CERTIFICATE": str(certificate),
                "PHONES_KEY": str(key)}

    def media_is_up(self):
        self.check(self.rtpengine)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.2)
            probe.connect((HOST, self.ng_port))
            try:
                probe.send(b"1 d7:command4:pinge")
                return b"pong" in probe.recv(1000)
            except OSError:
                return False

    def proxy_is_up(self):
        self.check(self.kamailio)
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.ws_port)) == 0

    @staticmethod
    def check(part):
        if not part.alive():
            raise rig.RigError(f"{part.name} ended:\n{part.tail()}")

    def stop_proxy(self):
        """Cuts the connections of all browsers; their media go on."""
        self.space.parts.remove(self.kamailio)
        self.kamailio.stop()
