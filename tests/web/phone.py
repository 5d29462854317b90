#!/usr/bin/env python3
"""Goal: an agent talks in the browser. The desk's own phone registers with a login that the dialer
made, takes the engine's call by itself, and audio flows both ways; mute, hold and keys do what they
say; a cut between browser and Kamailio ends nothing; and nobody else gets in.

Method: a real engine, Kamailio, rtpengine and the simulated carrier. Chromium's microphone plays
one tone, each simulated customer another, and both ends are searched for them: the carrier's report
says what customers heard, Web Audio what the page hears (phone.mjs). The last line is
`N passed, N failed`.

    tests/web/phone.py [--tls]    # over wss, with a certificate made for the test
"""

import argparse
import json
import math
import os
import struct
import subprocess
import sys
import threading
import wave

import phone_strangers
from stage import describe, install_modules
from web_site import CAMPAIGN, HERE, World, rig

import rig_phones

AGENT = "ann"
AGENT_TONE_HZ = 1500  # of the band that the carrier knows agents by
FLOW_SECONDS = 240
RATE_HZ = 48000


def write_tone(path, hz, seconds=30):
    """Whole periods, so that the loop has no seam."""
    second = struct.pack(f"<{RATE_HZ}h", *(
        round(4000 * math.sin(2 * math.pi * hz * index / RATE_HZ)) for index in range(RATE_HZ)))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(second * seconds)


def make_certificate(folder):
    """(certificate, key) that no browser trusts unless it is told to."""
    files = folder / "phones.pem", folder / "phones.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    return files


class PhoneWorld(World):
    """With browser phones, and no other phones at all."""

    def __init__(self, space, tls):
        super().__init__(space)
        certificate = make_certificate(self.folder) if tls else None
        self.browsers = rig_phones.BrowserPhones(space, certificate)

    def write_config(self, behind_proxy=False):
        super().write_config(behind_proxy)
        lines = [f"{key} = {json.dumps(value)}" for key, value in self.browsers.table().items()]
        with self.config.open("a") as file:
            file.write("\n[browser_phones]\n" + "\n".join(lines) + "\n")

    def start(self, name="engine"):
        super().start(name)
        self.browsers.start(self.engine)


def obey(world, order):
    """What the program in the browser cannot do itself."""
    if order == "cut":
        world.browsers.stop_proxy()
    elif order == "mend":
        world.browsers.start_proxy(world.engine)
    else:
        raise rig.RigError(f"no such order: {order}")


def run_browser(world, described):
    """Passes the program's lines on and does what it asks for; (passed, failed)."""
    program = subprocess.Popen(
        ["node", "phone.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        bufsize=1, env={**os.environ, "DIALER_STAGE": str(described)})
    # Ends the reading below, which has no deadline of its own.
    watchdog = threading.Timer(FLOW_SECONDS, program.kill)
    watchdog.start()
    passed = failed = 0
    for line in program.stdout:
        if line.startswith("order "):
            obey(world, line.split()[1])
            program.stdin.write("done\n")
            program.stdin.flush()
            continue
        print(line, end="", flush=True)
        passed += line.startswith("ok ")
        failed += line.startswith("FAILED ")
    watchdog.cancel()
    if program.wait() != 0:
        print(f"FAILED phone.mjs ended with {program.returncode}")
        failed += 1
    return passed, failed


def what_customers_heard(world):
    """Once all calls are over: the agent's tone, no echo of their own, and the keys."""
    world.space.parts.remove(world.carrier)
    world.carrier.stop()
    numbers = world.carrier.report()["numbers"].values()
    calls = sorted((call for number in numbers for call in number["calls"] if call["heard"]),
                   key=lambda call: call["id"])
    print("  customers: " + "; ".join(
        f"{call['tone_hz']} Hz heard {call['rtp']['tones']}, keys {call['rtp']['keys']!r}, largest "
        f"gap {call['rtp']['largest_gap_ms']:.0f} ms" for call in calls))
    if len(calls) < 2:
        yield f"only {len(calls)} customers heard anybody"
    for call in calls:
        rtp = call["rtp"]
        if rtp["tones"] != [AGENT_TONE_HZ] or rtp["foreign"] or rtp["strangers"]:
            yield f"a customer heard {rtp}"
    if "".join(call["rtp"]["keys"] for call in calls) != "159#":
        yield f"keys: {[call['rtp']['keys'] for call in calls]}"


def check(name, faults):
    faults = list(faults)
    print(f"FAILED {name}: {'; '.join(faults)}" if faults else f"ok {name}", flush=True)
    return not faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tls", action="store_true", help="over wss")
    tls = parser.parse_args().tls
    install_modules()
    results = []
    with rig.Workspace("phone") as space:
        world = PhoneWorld(space, tls)
        world.prepare()
        world.make_campaign(leads=20)
        tone = world.folder / "tone.wav"
        write_tone(tone, AGENT_TONE_HZ)
        described = describe(world)
        described.write_text(json.dumps({
            **json.loads(described.read_text()), "agent": AGENT, "tone": str(tone),
            "campaign": CAMPAIGN, "journal": str(world.carrier.journal_path), "tls": tls}))
        results.append(check("only a login that is good registers, and browsers cannot call",
                             phone_strangers.faults(world, AGENT)))
        passed, failed = run_browser(world, described)
        results += [True] * passed + [False] * failed
        for part in (world.browsers.kamailio, world.browsers.rtpengine):
            print(f"  {part.name}: {part.memory_mb():.0f} MB, {part.cpu_seconds():.1f} s CPU")
        results.append(check("customers hear the agent and nobody else",
                             what_customers_heard(world)))
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
