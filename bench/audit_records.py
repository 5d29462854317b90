#!/usr/bin/env python3
"""What do the audit log's records cost the database when results of attempts are written?

Writes batches of results into a private cluster, in turn with and without the trigger that makes
records, in one run on one table, and compares the processor time of the database session (the
machine may have other things to do). Then seals what was recorded and prints what that took.

    bench/audit_records.py [--batches N] [--rows N] [--dialer build/bin/dialer]
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TICK = os.sysconf("SC_CLK_TCK")

EVIDENCE = """jsonb_build_object('tzdb', '2026a', 'rules', repeat('rule ', 40),
    'zones', jsonb_build_array(jsonb_build_object('zone', 'America/New_York',
                                                  'local', '2026-11-23T12:00:00')),
    'lists', jsonb_build_array(jsonb_build_object('list', 'national', 'version', 7),
                               jsonb_build_object('list', 'company', 'version', 8)),
    'basis', repeat('evidence ', 30))"""


class Session:
    def __init__(self, dsn, user):
        self.psql = subprocess.Popen(["psql", "-X", "-q", "-At", f"{dsn} user={user}"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = int(self.run("SELECT pg_backend_pid()"))

    def run(self, sql):
        self.psql.stdin.write(sql + ";\n\\echo --end--\n")
        self.psql.stdin.flush()
        lines = []
        for line in self.psql.stdout:
            if line.strip() == "--end--":
                return "\n".join(lines)
            lines.append(line.strip())
        raise SystemExit("psql ended: " + sql)

    def cpu(self):
        stat = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(stat[11]) + int(stat[12])) / TICK


def results(first, count):
    return (f"INSERT INTO attempt_results (attempt_id, outcome, treatment, sip_status, ringing_at, "
            f"ended_at, ended_by, failover_follows, campaign_id) "
            f"SELECT id, 'no_answer', 'none', 487, at, at + interval '20 s', 'engine', false, 1 "
            f"FROM attempts WHERE id >= {first} AND id < {first + count}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--batches", type=int, default=400)
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--dialer", default=str(ROOT / "build/bin/dialer"))
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="dialer-bench-audit-")
    cluster = str(ROOT / "tools/cluster")
    try:
        if os.geteuid() == 0:
            os.chmod(folder, 0o755)
        dsn = subprocess.run([cluster, "start", folder, "--volatile"], check=True,
                             capture_output=True, text=True).stdout.strip()
        subprocess.run([args.dialer, "migrate", "--store", dsn + " user=dialer_owner"],
                       check=True, stdout=subprocess.DEVNULL)
        measure(args, dsn)
    finally:
        subprocess.run([cluster, "destroy", folder], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def measure(args, dsn):
    owner, engine = Session(dsn, "postgres"), Session(dsn, "dialer_engine")
    owner.run("SELECT ensure_partitions('2026-11-01', 2)")
    owner.run("INSERT INTO campaigns (name, seller, mode, lines_per_agent, caller_id, trunks, "
              "ring_max_s, wrap_up_max_s, attempts_max, retry_after_s, message_file) VALUES "
              "('bench', 'Bench', 'ratio', 1, 12125550199, '{}', 25, 30, 3, 3600, '')")
    first = int(owner.run("SELECT first_id_at('2026-11-23 17:00Z')"))
    total = args.batches * args.rows
    owner.run(f"INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, caller_id, "
              f"trunk, evidence, seller, purpose) "
              f"SELECT {first} + n, '2026-11-23 17:00Z', n, 1, 1, 12125550100 + n % 100, "
              f"12125550199, 'a', {EVIDENCE}, 'Bench', 'informational' "
              f"FROM generate_series(0, {total} - 1) AS n")
    owner.run("ANALYZE attempts")
    cpu = {"DISABLE": 0.0, "ENABLE": 0.0}
    for batch in range(args.batches):
        switch = "ENABLE" if batch % 2 else "DISABLE"
        owner.run(f"ALTER TABLE attempt_results {switch} TRIGGER audit")
        before = engine.cpu()
        engine.run(results(first + batch * args.rows, args.rows))
        cpu[switch] += engine.cpu() - before
    rows = total / 2
    for switch, name in (("DISABLE", "without records"), ("ENABLE", "with records")):
        print(f"{name:<16} {cpu[switch]:8.2f} s of processor, {rows / cpu[switch]:10.0f} rows/s, "
              f"{1e6 * cpu[switch] / rows:6.1f} us a row")
    print(f"ratio            {cpu['ENABLE'] / cpu['DISABLE']:8.2f}")
    size = owner.run("SELECT pg_size_pretty(pg_total_relation_size('audit_records')), count(*), "
                     "avg(length(record))::int FROM audit_records").split("|")
    print(f"audit_records    {size[0]} for {size[1]} records of {size[2]} bytes")
    begin = time.monotonic()
    out = subprocess.run([args.dialer, "audit", "seal", "--json", "--store",
                          dsn + " user=dialer_engine"], check=True, capture_output=True, text=True)
    sealed = int(re.search(r'"sealed":(\d+)', out.stdout)[1])
    wall = time.monotonic() - begin
    print(f"sealing          {sealed} records in {wall:.2f} s, {sealed / wall:.0f} a second")


if __name__ == "__main__":
    main()
