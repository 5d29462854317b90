#!/usr/bin/env python3
"""What does an attempt cost in the whole engine, against a bare nta caller?

Both call the same simulated carrier (486 at once) at the same rate in the same run; the engine with
its gate, durable rows in PostgreSQL, media ports and log, the caller with sofia-sip alone. Prints
the rate reached and the process CPU time per call of each, and the ratio.

    bench/engine_rate.py [--rate 500] [--seconds 60]
"""

import argparse
import csv
import json
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import rig  # noqa: E402

CLOCK_START = "2026-11-23T15:00:00-05:00"
AGENTS = 6
# Their Monday has not begun, or has ended, when it is 15:00 in New York.
FAR_AWAY = {"AS", "GU", "MP"}


def write_leads(path, count):
    """`count` leads with distinct fictional numbers over the area codes of the United States."""
    table = (line for line in open(rig.ROOT / "dnc/geo/nanp.csv", encoding="utf-8")
             if not line.startswith("#"))
    codes = [row["code"] for row in csv.DictReader(table)
             if row["country"] == "US" and row["geographic"] in ("1", "true", "yes")
             and not FAR_AWAY & set(row["regions"].split("|"))]
    with open(path, "w", encoding="utf-8") as file:
        file.write("name,phone\n")
        numbers = (f"+1{code}55501{last:02d}" for last in range(100) for code in codes)
        for index, number in zip(range(count), numbers):
            file.write(f"Lead {index},{number}\n")
    return path


def prepare_engine(space, trunk_ports, campaigns, agents_of, engine_settings=None):
    """A cluster with campaigns of leads, and the running engine. `campaigns`: name -> leads."""
    folder = space.path
    cluster = space.keep(rig.Cluster(folder / "cluster"))
    trunks = [{"name": name, "host": "127.0.0.1", "port": port, "calls_per_second_max": rate,
               "channels_max": 20000, "options_interval_s": 0}
              for name, (port, rate) in trunk_ports.items()]
    config = rig.write_config(folder / "dialer.toml", cluster, trunks, clock_start_at=CLOCK_START,
                              engine={"lines_max": 20000, **(engine_settings or {})},
                              media={"silence_limit_ms": 600000})
    rig.dialer("migrate", "--config", config)
    national = folder / "national.txt"
    national.write_text("+12125550199\n")
    rig.dialer("dnc", "load", national, "--config", config, "--list", "national", "--as-of",
               "2026-11-20")
    tokens = rig.add_agents(config, agents_of, folder)
    token = rig.add_user(config, "supervisor", "supervisor")
    for name, (trunk, count) in campaigns.items():
        rig.dialer("campaign", "create", name, "--config", config, "--seller", "Example Energy",
                   "--caller-id", "+12125550199", "--mode", "ratio", "--lines-per-agent", 10,
                   "--trunk", trunk, "--attempts-max", 1, "--ring-max", 120)
        rig.dialer("import", write_leads(folder / f"{name}.csv", count), "--config", config,
                   "--campaign", name)
        rig.dialer("campaign", "start", name, "--config", config)
    engine = space.keep(rig.Engine(config, folder))
    return cluster, engine, tokens, token


def bare_caller(carrier, rate, seconds):
    done = subprocess.run([rig.BIN / "bench_bare_caller", "--carrier",
                           f"127.0.0.1:{carrier.sip_port}", "--rate", str(rate), "--seconds",
                           str(seconds)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["cpu_us_per_call"]


def attempts(engine, token):
    return sum(campaign["attempts"] for campaign in engine.live(token)["campaigns"])


def engine_cost(space, carrier, rate, seconds):
    """(attempts per second, CPU microseconds per attempt) over `seconds`, one value a tenth."""
    leads = int(rate * (seconds + 15))
    _, engine, tokens, token = prepare_engine(
        space, {"carrier": (carrier.sip_port, rate * 1.05)}, {"rate": ("carrier", leads)}, AGENTS)
    space.keep(rig.Softphones(space.path, engine, AGENTS, tokens, "rate"))
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
