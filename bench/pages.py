#!/usr/bin/env python3
"""With 200 agents at work, how late do 20 open pages see a change, and what do they cost the calls?

A simulated carrier answers everything, simulated agents talk. Every half second one more agent, of
a campaign that stands still, is ready and pauses for another reason; latency is the time from
sending that request until a page has the event that shows it. Pages are connected in every other
phase of the run, so answer_to_agent (200 OK received -> first customer packet sent to the agent's
leg, from the dial log) is compared with and without them in the same run. Goals: event latency p99
at most 1 s, answer_to_agent p99 within 20 %, memory flat.

    bench/pages.py [--agents 200] [--pages 20] [--seconds 600] [--phases 4]
"""

import argparse
import json
import re
import selectors
import socket
import threading
import time
from datetime import datetime

from site_of_bench import prepare_engine, rig

PROBE_EVERY_S = 0.5
MEMORY_EVERY_S = 5
LATENCIES = ("SELECT count(*), "
             + ", ".join(f"percentile_disc({share}) WITHIN GROUP (ORDER BY answer_to_agent_us)"
                         " / 1000.0" for share in (0.5, 0.99))
             + " FROM attempt_results WHERE treatment = 'bridged' AND answer_to_agent_us IS NOT"
               " NULL AND answered_at >= '{}' AND answered_at < '{}'")


class Pages(threading.Thread):
    """Event streams as pages hold them; notes when each first showed which probe."""

    def __init__(self, port, token, count):
        super().__init__(daemon=True)
        self.port, self.token = port, token
        self.count = count
        self.wanted = False  # connected or not
        self.running = True
        self.selector = selectors.DefaultSelector()
        self.seen = []  # (probe, monotonic seconds)
        self.bytes = self.frames = self.lost = 0

    def run(self):
        opened = False
        while self.running:
            if self.wanted and not opened:
                for _ in range(self.count):
                    self.open()
            elif not self.wanted and opened:
                for key in list(self.selector.get_map().values()):
                    self.close(key.fileobj)
            opened = self.wanted
            for key, _ in self.selector.select(0.05):
                self.take(key.fileobj, key.data)

    def open(self):
        stream = socket.create_connection(("127.0.0.1", self.port), 10)
        stream.sendall(f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                       f"{self.token}\r\n\r\n".encode())
        stream.setblocking(False)
        self.selector.register(stream, selectors.EVENT_READ, {"last": -1, "tail": b""})

    def close(self, stream):
        self.selector.unregister(stream)
        stream.close()

    def take(self, stream, state):
        data = stream.recv(1 << 20)
        now = time.monotonic()
        if not data:
            self.lost += 1
            self.close(stream)
            return
        self.bytes += len(data)
        self.frames += data.count(b"event: live")
        data = state["tail"] + data
        for probe in map(int, re.findall(rb'"probe (\d+)"', data)):
            if probe > state["last"]:
                state["last"] = probe
                self.seen.append((probe, now))
        state["tail"] = data[-32:]


class Probes:
    """One agent more, on a pause, who gives another reason again and again."""

    def __init__(self, engine, token):
        self.engine, self.token = engine, token
        self.sent = {}

    def send(self):
        number = len(self.sent)
        self.ask("ready")
        self.sent[number] = time.monotonic()
        self.ask("pause", {"reason": f"probe {number}"})

    def ask(self, what, body=None):
        status, reply = self.engine.request("POST", f"/api/agent/{what}", self.token, body)
        if status != 204:
            raise rig.RigError(f"the probe: {what}: {status} {reply}")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


def engine_now(engine, token):
    return engine.live(token)["at"]


def add_probe(space, engine, tokens, supervisor):
    phones = space.keep(rig.Process(
        "probe-phone", [rig.BIN / "softphones", "--count", 1, "--user-prefix", "probe",
                        "--registrar", f"127.0.0.1:{engine.sip_port}", "--password",
                        rig.AGENT_PASSWORD], space.path))
    phones.first_json_line()
    token = json.loads(tokens.read_text())["probe001"]
    status, reply = engine.request("POST", "/api/campaigns", supervisor,
                                   {"name": "still", "seller": "Example Energy",
                                    "caller_id": "+12125550199"})
    if status != 201:
        raise rig.RigError(f"the probe's campaign: {status} {reply}")

    def signed_in():
        return engine.request("POST", "/api/agent/sign-in", token, {"campaign": "still"})[0] == 204
    rig.wait_until(signed_in, 20, "the probe is signed in", step=0.2)
    return Probes(engine, token)


def watch(engine, token, pages, probes, options):
    """Runs the phases; [(with pages, from, to, RSS at the end)]."""
    phases, memory = [], []
    for phase in range(options.phases):
        pages.wanted = phase % 2 == 1
        began, since = engine_now(engine, token), time.monotonic()
        rest = since + options.seconds / options.phases
        next_memory = since
        while time.monotonic() < rest:
            probes.send()
            if time.monotonic() >= next_memory:
                memory.append((pages.wanted, engine.memory_mb()))
                next_memory += MEMORY_EVERY_S
            time.sleep(PROBE_EVERY_S)
        phases.append((pages.wanted, began, engine_now(engine, token), engine.memory_mb()))
    return phases, memory


def print_latency(pages, probes):
    late = [(at - probes.sent[probe]) * 1000 for probe, at in pages.seen
            if probe in probes.sent and at >= probes.sent[probe]]
    print(f"{len(late)} events of {pages.frames} frames, {pages.bytes / 1e6:.0f} MB, streams lost"
          f" {pages.lost}")
    print(f"{'event latency':24} p50 {percentile(late, 0.5):7.0f} ms  p99"
          f" {percentile(late, 0.99):7.0f} ms  max {max(late, default=float('nan')):7.0f} ms")


def print_calls(cluster, phases):
    """Each arm over all of its phases."""
    for wanted, name in ((False, "without pages"), (True, "with pages")):
        count, halves, ends = 0, [], []
        for with_pages, began, ended, _ in phases:
            if with_pages == wanted:
                found = cluster.sql(LATENCIES.format(began, ended))[0]
                count += int(found[0])
                halves.append(f"{float(found[1]):.2f}")
                ends.append(f"{float(found[2]):.2f}")
        print(f"answer_to_agent {name:15} {count:6} calls  p50 {'/'.join(halves)} ms  p99"
              f" {'/'.join(ends)} ms by phase")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--phases", type=int, default=4)
    options = parser.parse_args()
    with rig.Workspace("pages") as space:
        carrier = space.keep(rig.Carrier(space.path, "--answer", "1", "--machine", "0", "--busy",
                                         "0", "--reject", "0", "--invalid", "0", "--congestion",
                                         "0", "--talk-mean", "25"))
        cluster, engine, tokens, token = prepare_engine(
            space, {"carrier": (carrier.sip_port, 100)}, {"talk": ("carrier", 20000)},
            {"agent": options.agents, "probe": 1}, mode=("progressive", 1))
        phones = space.keep(rig.Softphones(space.path, engine, options.agents, tokens[0], "talk",
                                           "--wrap-mean", "4"))
        probes = add_probe(space, engine, tokens[1], token)
        rig.wait_until(lambda: engine.live(token)["campaigns"][0]["lines"]["bridged"]
                       > options.agents / 2, 90, "half of the agents talk", step=0.5)
        pages = Pages(engine.http_port, token, options.pages)
        pages.start()
        cpu, since = engine.cpu_seconds(), time.monotonic()
        phases, memory = watch(engine, token, pages, probes, options)
        cpu = (engine.cpu_seconds() - cpu) / (time.monotonic() - since)
        pages.running = False
        pages.join()
        phones.stop()
        rig.wait_until(lambda: "dialer_log_backlog 0" in engine.request("GET", "/metrics")[1], 20,
                       "the log is written")
        print(f"{options.agents} agents, {options.pages} pages, {options.seconds:.0f} s,"
              f" {datetime.now():%Y-%m-%d}; the engine took {cpu:.2f} cores")
        print_latency(pages, probes)
        print_calls(cluster, phases)
        print("RSS MB " + ", ".join(f"{'with' if wanted else 'without'} pages {mb:.0f}"
                                    for wanted, _, _, mb in phases)
              + f"; at most {max(mb for _, mb in memory):.0f}")


if __name__ == "__main__":
    main()
