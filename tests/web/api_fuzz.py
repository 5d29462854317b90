#!/usr/bin/env python3
"""Goal: no request that somebody who may ask can think of makes the server fail: no 5xx, no status
that the document does not name, no engine that ends, no memory that grows without bound.

Method: one real engine with a campaign that dials; for a minute valid requests made from
openapi.json with one or a few things broken each: values, types, fields, encodings, paths and
queries. Everything that was sent can be made again from the seed that is printed. The last line is
`N passed, N failed`.

    tests/web/api_fuzz.py [--seconds 60] [--seed N] [--connections 4]

Environment: DIALER_BIN is the folder of the binaries, DIALER_KEEP=1 keeps the logs.
"""

import argparse
import collections
import http.client
import json
import random
import sys
import threading
import time

from fuzz_requests import Requests
from web_site import CAMPAIGN, DOCUMENT, GUESSED, HOST, PASSWORD, PERSON_OF, World, ask, rig, run

# Statuses that any route may answer whatever the document says of it: the request as HTTP.
OF_HTTP = {400, 401, 403, 404, 405, 413, 431}
# Two signatures of passwords at once take 64 MiB each; what else grows must stay small.
GROWTH_MAX_MB = 300
FAULTS_SHOWN = 12


class Tally:
    """What came back; one lock, since several threads ask."""

    def __init__(self):
        self.lock = threading.Lock()
        self.statuses = collections.Counter()
        self.routes = collections.Counter()
        self.accepted = collections.Counter()
        self.failed = []
        self.undocumented = []
        self.unclear = []
        self.lost = []

    def add(self, route, sent, status, body):
        with self.lock:
            self.statuses[status] += 1
            self.routes[route.name] += 1
            self.accepted[route.name] += status < 300
            if status >= 500 and not promised(route, status, body):
                self.failed.append(f"{sent} -> {status} {body[:200]!r}")
            elif status not in route.statuses | OF_HTTP:
                self.undocumented.append(f"{sent} -> {status} {body[:200]!r}")
            elif status >= 400 and not is_error(body) and not sent.startswith("HEAD"):
                self.unclear.append(f"{sent} -> {status} {body[:200]!r}")

    def lose(self, sent, error):
        with self.lock:
            self.lost.append(f"{sent} -> {error!r}")


def promised(route, status, body):
    """The one 503 that a healthy engine may give: no room for another stream."""
    return status == 503 and 503 in route.statuses and b"too many event streams" in body


def is_error(body):
    try:
        error = json.loads(body)["error"]
        return bool(error["code"] and error["message"])
    except (ValueError, KeyError, TypeError):
        return False


class Asker:
    """Sends on one connection for as long as the server keeps it."""

    def __init__(self, world, seed, tally):
        self.port = world.port
        self.requests = Requests(json.loads(DOCUMENT.read_text()), random.Random(seed),
                                 world.values)
        self.tokens = {role: world.tokens[name] for role, name in PERSON_OF.items()}
        self.tally = tally
        self.connection = None

    def run(self, until):
        while time.monotonic() < until:
            route, method, target, headers, body = self.requests.make()
            token = self.tokens[self.requests.random.choice(route.roles or ["admin"])]
            headers = {"Authorization": f"Bearer {token}", **headers}
            sent = f"{method} {target[:300]} {headers.get('Content-Type', '')} {body[:500]!r}"
            try:
                status, answer = self.send(method, target, headers, body)
            except (OSError, http.client.HTTPException) as error:
                self.connection = None
                if not self.is_there():
                    self.tally.lose(sent, error)
                    return
                # A body that the server does not want to read may end the connection.
                if len(body) < 65536:
                    self.tally.lose(sent, error)
                continue
            self.tally.add(route, sent, status, answer)

    def send(self, method, target, headers, body):
        if self.connection is None:
            self.connection = http.client.HTTPConnection(HOST, self.port, timeout=90)
            # Odd targets are what this is about.
            self.connection._validate_path = lambda path: None
        self.connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            self.connection.putheader(name, value)
        if method == "POST":
            self.connection.putheader("Content-Length", str(len(body)))
        self.connection.endheaders(body if method == "POST" else None)
        reply = self.connection.getresponse()
        stream = reply.getheader("Content-Type", "").startswith("text/event-stream")
        answer = b"" if stream else reply.read()
        if stream or reply.will_close:
            self.connection.close()
            self.connection = None
        return reply.status, answer

    def is_there(self):
        try:
            return ask(self.port, "GET", "/healthz").status == 200
        except OSError:
            return False


def values_of(world):
    """What is there, so that broken requests are about something."""
    log = ask(world.port, "GET", f"/api/log?campaign={CAMPAIGN}&from=2026-11-23T00:00:00Z",
              world.bearer("carla")).body.decode()
    attempts = [json.loads(line)["attempt"] for line in log.split("\n") if line]
    lists = world.get(f"/api/campaigns/{CAMPAIGN}/lists")["lists"]
    leads = [int(row[0]) for row in world.cluster.sql("SELECT id FROM leads LIMIT 5")]
    uploads = [ask(world.port, "POST", f"/api/uploads?name={name}.csv", world.bearer(name),
                   b"phone,name\n+16465550190,Ana\n").json()["upload"]
               for name in ("olga", "sam", "adam")]
    return {
        "name": [CAMPAIGN, CAMPAIGN, GUESSED], "campaign": [CAMPAIGN], "from": [CAMPAIGN],
        "upload": uploads,
        "attempt": attempts[:5], "list": [each["id"] for each in lists], "lead": leads,
        "number": ["+16465550100", "+12125550199"], "report":
        [each["name"] for each in world.get("/api/reports")["reports"]],
        "template": [each["name"] for each in world.get("/api/templates")["templates"]],
        "code": ["sale", "callback", "do_not_call"], "category": ["contact", "sale"],
        "?from": ["2026-11-23", "2026-11-23T00:00:00Z"], "?to": ["2026-11-24"], "sheet": [""],
        "?limit": [1, 20], "days": [7], "dedupe": ["none", "file,list"], "field": ["phone", "name"],
        "column": ["phone", "name"], "password": [PASSWORD], "reason": ["lunch"],
        "outcome": ["busy", "no_answer", "answered"], "zone": ["America/New_York", "UTC"],
        "by": ["campaign", "list,hour", "agent"], "which": ["open", "all"], "agent": [1, 2],
        "id": [1, 2, *leads, *(each["id"] for each in lists)], "change": [1, 2, 3],
        "text": ["custom.income > 10", "Hello {{name}}", "region = \"NY\""], "script": [1],
        "fields": [each["name"] for each in world.get("/api/settings/fields")["fields"]],
    }


def a_minute_of_broken_requests_fails_nothing(world):
    began = time.monotonic()
    askers = [Asker(world, world.seed + index, world.tally)
              for index in range(world.options.connections)]
    threads = [threading.Thread(target=each.run, args=(began + world.options.seconds,))
               for each in askers]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        threads[0].join(1)
        if world.engine.alive():
            world.rss_peak = max(world.rss_peak, world.engine.memory_mb())
    tally = world.tally
    total = sum(tally.statuses.values())
    print(f"  {total} requests in {time.monotonic() - began:.0f} s, seed {world.seed}: "
          + ", ".join(f"{status}: {count}" for status, count in sorted(tally.statuses.items())))
    yield from shown(tally.failed)


def every_answer_is_one_that_the_document_names(world):
    yield from shown(world.tally.undocumented)


def every_refusal_says_what_it_is(world):
    yield from shown(world.tally.unclear)


def no_connection_is_lost(world):
    yield from shown(world.tally.lost)


def every_route_was_asked_and_most_were_carried_out(world):
    tally = world.tally
    names = {route.name for route in Requests(json.loads(DOCUMENT.read_text()), random.Random(0),
                                              world.values).routes}
    if names - set(tally.routes):
        yield f"never asked: {sorted(names - set(tally.routes))}"
    never = sorted(name for name in names if not tally.accepted[name])
    print(f"  never carried out: {', '.join(never) or 'none'}")
    if len(never) > len(names) / 2:
        yield f"{len(never)} of {len(names)} routes never carried anything out"


def the_engine_is_well_and_its_memory_bounded(world):
    rig.wait_until(lambda: ask(world.port, "GET", "/healthz").status == 200, 20, "it is healthy")
    after = world.engine.memory_mb()
    print(f"  RSS {world.rss_before:.0f} MB before, {world.rss_peak:.0f} MB at most,"
          f" {after:.0f} MB after")
    if after - world.rss_before > GROWTH_MAX_MB:
        yield f"the memory grew by {after - world.rss_before:.0f} MB"
    differences = world.post("/api/audit/check", None, "carla")["differences"]
    if differences:
        yield f"the database and its log: {differences}"
    world.space.parts.remove(world.engine)
    code = world.engine.stop()
    if code != 0:
        yield f"it ended with {code}:\n{world.engine.tail() if code else ''}"


CHECKS = [a_minute_of_broken_requests_fails_nothing, every_answer_is_one_that_the_document_names,
          every_refusal_says_what_it_is, no_connection_is_lost,
          every_route_was_asked_and_most_were_carried_out,
          the_engine_is_well_and_its_memory_bounded]


def shown(faults):
    """The first of each kind; a fault may come a thousand times."""
    kinds = {}
    for fault in faults:
        kinds.setdefault((fault.split(" ")[0], fault.split(" -> ")[-1][:80]), fault)
    for fault in list(kinds.values())[:FAULTS_SHOWN]:
        yield f"\n    {fault}"
    if len(faults) > FAULTS_SHOWN:
        yield f"\n    {len(faults)} in all"


def prepare(world, options):
    world.options = options
    world.seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    world.tally = Tally()
    world.prepare()
    world.make_campaign()
    world.start_phones()
    world.post("/api/agent/sign-in", {"campaign": CAMPAIGN, "ready": True}, "ann", 204)
    world.wait_for_desk("ann", "talking")
    world.values = values_of(world)
    world.rss_before = world.rss_peak = world.engine.memory_mb()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--connections", type=int, default=4)
    options = parser.parse_args()
    results = []
    with rig.Workspace("fuzz") as space:
        world = World(space)
        prepare(world, options)
        results = list(run(CHECKS, world))
        if not all(results):
            print(f"  again with: --seed {world.seed} --connections {options.connections}")
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
