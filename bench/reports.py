#!/usr/bin/env python3
"""Does each report over a day of a million attempts come within two seconds?

Makes a private cluster on disk (as tools/cluster sets it up: one core a query), fills it with one
day by bench/reports_day.sql, and times every report with bench_reports: warm, and cold, after a
restart of the server with the cluster's files dropped from the kernel's cache. Prints JSON lines.
What the triggers that reports are counted from cost each result is measured as well.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import rig  # noqa: E402

DAY = "2026-11-23 08:00-05"
FROM = "2026-11-23T00:00:00-05:00"
NOW = "2026-11-24T12:00:00-05:00"
# Results of calls that exist already are written once more, in batches like the engine's.
TRIGGER_COST = """
BEGIN;
SET LOCAL session_replication_role = replica;
CREATE TEMPORARY TABLE sample AS SELECT * FROM attempt_results LIMIT 50000;
DELETE FROM attempt_results r USING sample s WHERE r.attempt_id = s.attempt_id;
SET LOCAL session_replication_role = origin;
EXPLAIN (ANALYZE, FORMAT JSON) INSERT INTO attempt_results SELECT * FROM sample;
ROLLBACK;
"""


def psql(dsn, text):
    return subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", dsn],
                          input=text, check=True, capture_output=True, text=True).stdout


def forget_files(folder):
    """Drops the kernel's copies of the cluster's files, so that they are read from disk again."""
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            try:
                os.fsync(file)
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(file)


def timed(bench, dsn, state, repeats, *arguments):
    done = subprocess.run([bench, "--store", dsn, "--from", FROM, "--now", NOW, "--packs",
                           str(ROOT / "dnc" / "packs"), "--repeats", str(repeats), *arguments],
                          check=True, capture_output=True, text=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        print(json.dumps({"state": state, **row}), flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", default=str(ROOT / "build/bin/bench_reports"))
    parser.add_argument("--attempts", type=int, default=1_000_000)
    parser.add_argument("--folder", default=None, help="on a disk with 5 GB left; /tmp by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder or "/tmp") as folder:
        os.chmod(folder, 0o755)  # the server may run as a user of its own
        cluster = rig.Cluster(pathlib.Path(folder) / "cluster")
        try:
            rig.dialer("migrate", "--store", cluster.user_dsn("dialer_owner"))
            sql = (ROOT / "bench/reports_day.sql").read_text(encoding="utf-8")
            psql(cluster.user_dsn("postgres"),
                 sql.replace("%attempts%", str(options.attempts)).replace("%day%", DAY))
            dsn = cluster.user_dsn("dialer_engine")
            warm = timed(options.bench, dsn, "warm", 4)
            names = sorted({row["report"] for row in warm})
            for name in names:
                cluster.stop()
                forget_files(folder)
                cluster.start()
                timed(options.bench, dsn, "cold", 1, "--only", name)
            plan = psql(cluster.user_dsn("postgres"), TRIGGER_COST)
            cost = re.search(r'"Trigger Name": "report_results"[^}]*?"Time": ([0-9.]+)', plan)
            print(json.dumps({
                "attempts": options.attempts,
                "slowest_warm_ms": max(row["worst_ms"] for row in warm),
                "trigger_us_a_result": round(float(cost.group(1)) * 1000 / 50000, 1)}))
        finally:
            cluster.destroy()


if __name__ == "__main__":
    main()
