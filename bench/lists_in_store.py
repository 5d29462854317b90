#!/usr/bin/env python3
"""How fast do lists reach PostgreSQL and come back, and how soon does an opt-out act elsewhere?

Makes a private cluster, loads a flat registry file of --numbers numbers with `dialer dnc load`, a
list of changes on top of it, and runs bench_opt_outs without and with load. Prints JSON lines.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import rig  # noqa: E402


def write_flat(path, numbers, seed):
    """Ascending numbers over 350 area codes, in the exchanges that exist."""
    draw = random.Random(seed)
    per_code = numbers // 340
    with open(path, "w", encoding="ascii") as file:
        for code in (code for code in range(201, 551) if code % 100 != 11):
            lines = sorted(draw.sample(range(2000000, 9999999), per_code))
            file.write("".join(f"{code},{line:07d}\n" for line in lines
                               if line // 10000 % 100 != 11))


def write_changes(path, count, seed):
    draw = random.Random(seed)
    with open(path, "w", encoding="ascii") as file:
        for _ in range(count):
            file.write(f"{draw.choice([212, 305, 415])},{draw.randrange(2000000, 9999999):07d},"
                       f"2026-11-21T10:00:00Z,{draw.choice('AD')}\n")


def timed_load(dsn, path, *arguments):
    began = time.monotonic()
    done = rig.dialer("dnc", "load", path, "--store", dsn, "--list", "national", "--json",
                      "--quiet", "--allow-bad", *arguments)
    seconds = time.monotonic() - began
    summary = json.loads(done.stdout)
    print(json.dumps({"load": arguments[-1], "lines": summary["lines"],
                      "numbers": summary["numbers"], "seconds": round(seconds, 2),
                      "lines_per_s": round(summary["lines"] / seconds)}), flush=True)
    return summary


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--numbers", type=int, default=5_000_000)
    parser.add_argument("--changes", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)  # the server may run as a user of its own
        cluster = rig.Cluster(folder / "cluster")
        try:
            rig.dialer("migrate", "--store", cluster.user_dsn("dialer_owner"))
            dsn = cluster.user_dsn("dialer_engine")
            for idle in (["--idle"], []):
                subprocess.run([rig.BIN / "bench_opt_outs", "--dsn", dsn, "--folder", folder,
                                "--seconds", str(options.seconds), *idle], check=True)
            write_flat(folder / "full.txt", options.numbers, 1)
            full = timed_load(dsn, folder / "full.txt", "--as-of", "2026-11-20")
            size = cluster.sql("SELECT pg_total_relation_size('suppression_blocks')")[0][0]
            print(json.dumps({"blocks_bytes": int(size)}), flush=True)
            write_changes(folder / "changes.txt", options.changes, 2)
            timed_load(dsn, folder / "changes.txt", "--change", "--after",
                       full["version"], "--as-of", "2026-11-21")
        finally:
            cluster.destroy()


if __name__ == "__main__":
    main()
