#!/usr/bin/env python3
"""How much memory does the engine need for 5,000 held calls and 500 attempts a second?

One campaign holds 5,000 ringing calls (500 agents at ten lines each), another makes 500 attempts a
second that are busy at once. Prints the engine's memory every ten seconds of the load and after it.

    bench/held_calls.py [--held 5000] [--rate 500] [--seconds 60]
"""

import argparse
import time

from site_of_bench import prepare_engine, rig

FAST_AGENTS = 6


def figures(engine, token):
    """(calls held, attempts of the fast campaign)."""
    by_name = {campaign["name"]: campaign for campaign in engine.live(token)["campaigns"]}
    if "fast" not in by_name:
        return 0, 0  # the engine is still starting
    return by_name["hold"]["lines"]["ringing"], by_name["fast"]["attempts"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--held", type=int, default=5000)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    holders = options.held // 10
    with rig.Workspace("held") as space:
        busy = space.keep(rig.Carrier(space.path, "--instant", 486, name="busy"))
        rings = space.keep(rig.Carrier(space.path, "--answer", "0", "--machine", "0", "--busy", "0",
                                       "--reject", "0", "--invalid", "0", "--congestion", "0",
                                       "--early-media", "0", name="rings"))
        _, engine, tokens, token = prepare_engine(
            space, {"rings": (rings.sip_port, 1000), "busy": (busy.sip_port, options.rate * 1.05)},
            {"hold": ("rings", options.held + 2000), "fast": ("busy", 37000)},
            {"hold": holders, "fast": FAST_AGENTS})
        print(f"engine alone: {engine.memory_mb():.0f} MB")
        space.keep(rig.Softphones(space.path, engine, holders, tokens[0], "hold", "--user-prefix",
                                  "hold", name="holders"))
        rig.wait_until(lambda: figures(engine, token)[0] >= options.held * 0.98, 90, "calls held")
        print(f"{figures(engine, token)[0]} calls held: {engine.memory_mb():.0f} MB")
        fast = space.keep(rig.Softphones(space.path, engine, FAST_AGENTS, tokens[1], "fast",
                                         "--user-prefix", "fast", name="callers"))
        rig.wait_until(lambda: figures(engine, token)[1] > options.rate, 60, "full rate")
        before, started = figures(engine, token)[1], time.monotonic()
        while time.monotonic() < started + options.seconds:
            time.sleep(10)
            held, made = figures(engine, token)
            elapsed = time.monotonic() - started
            print(f"{elapsed:4.0f} s  {held} held  {(made - before) / elapsed:4.0f} attempts/s  "
                  f"{engine.memory_mb():4.0f} MB", flush=True)
        fast.stop()
        for _ in range(4):
            time.sleep(10)
            print(f"after  {figures(engine, token)[0]} held  {engine.memory_mb():4.0f} MB")


if __name__ == "__main__":
    main()
