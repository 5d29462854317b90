#!/usr/bin/env python3
"""What does an attempt cost in the whole engine, against a bare nta caller?

Both call the same simulated carrier (486 at once) at the same rate in the same run; the engine with
its gate, durable rows in PostgreSQL, media ports and log, the caller with sofia-sip alone. Prints
the rate reached and the process CPU time per call of each, and the ratio.

    bench/engine_rate.py [--rate 500] [--seconds 60]
"""

import argparse
import json
import statistics
import subprocess
import time

from site_of_bench import attempts, prepare_engine, rig

AGENTS = 6


def bare_caller(carrier, rate, seconds):
    done = subprocess.run([rig.BIN / "bench_bare_caller", "--carrier",
                           f"127.0.0.1:{carrier.sip_port}", "--rate", str(rate), "--seconds",
                           str(seconds)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["cpu_us_per_call"]


def engine_cost(space, carrier, rate, seconds):
    """(attempts per second, CPU microseconds per attempt) over `seconds`, one value a tenth."""
    leads = int(rate * (seconds + 15))
    _, engine, tokens, token = prepare_engine(
        space, {"carrier": (carrier.sip_port, rate * 1.05)}, {"rate": ("carrier", leads)},
        {"agent": AGENTS})
    space.keep(rig.Softphones(space.path, engine, AGENTS, tokens[0], "rate"))
    rig.wait_until(lambda: attempts(engine, token) > rate, 60, "dialing at full rate")
    first = last = (time.monotonic(), attempts(engine, token), engine.cpu_seconds())
    costs = []
    while last[0] - first[0] < seconds:
        time.sleep(seconds / 10)
        now = (time.monotonic(), attempts(engine, token), engine.cpu_seconds())
        costs.append((now[2] - last[2]) / max(1, now[1] - last[1]) * 1e6)
        last = now
    return (last[1] - first[1]) / (last[0] - first[0]), statistics.median(costs), engine


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    with rig.Workspace("rate") as space:
        carrier = space.keep(rig.Carrier(space.path, "--instant", 486))
        bare = [bare_caller(carrier, options.rate, options.seconds / 6) for _ in range(3)]
        rate, cost, engine = engine_cost(space, carrier, options.rate, options.seconds)
        bare += [bare_caller(carrier, options.rate, options.seconds / 6)]
        print(f"{'':24} {'attempts/s':>10} {'CPU us/attempt':>15} {'ratio':>6}")
        base = statistics.median(bare)
        print(f"{'bare nta caller':24} {options.rate:10.0f} {base:15.1f} {1:6.2f}")
        print(f"{'engine, durable rows':24} {rate:10.0f} {cost:15.1f} {cost / base:6.2f}")
        print(f"engine memory {engine.memory_mb():.0f} MB after {options.seconds:.0f} s")


if __name__ == "__main__":
    main()
