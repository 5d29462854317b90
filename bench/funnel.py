#!/usr/bin/env python3
"""How long does the funnel take with --leads leads, and what do its counts cost those who write?

Makes a private cluster and a campaign of leads in every state, runs bench_funnel on it, counts the
leads themselves for comparison, and then times a lease of 50 and an import of 100,000 with the
triggers that keep the counts and without them, in turns. Prints JSON lines.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import rig  # noqa: E402

COUNT_LEADS = """SELECT list_id, place, status, stop_reason, due_at <= '2026-11-23 17:00Z', count(*)
FROM leads WHERE campaign_id = (SELECT id FROM campaigns WHERE name = 'bench')
GROUP BY 1, 2, 3, 4, 5"""

# What an engine does to leads: 50 of the head of the line go on loan.
LEASE = """UPDATE leads SET status = 'leased', run_id = 1, leased_until = '2026-11-23 18:00Z'
WHERE id IN (SELECT id FROM leads WHERE status = 'ready' AND due_at = '-infinity'
             AND id >= {first} ORDER BY id LIMIT 50)"""

# As an import writes: COPY, here from a file that the server reads.
COPY = """COPY leads (campaign_id, list_id, name, region, postal_code, place) FROM '{file}'"""


def timed(cluster, statements, triggers):
    """Milliseconds of the last of `statements`, in a transaction that is rolled back."""
    script = "BEGIN;\n"
    if not triggers:
        script += "".join(f"ALTER TABLE leads DISABLE TRIGGER {name};\n"
                          for name in ("count_added", "count_changed", "count_removed"))
    script += "".join(f"{one};\n" for one in statements[:-1])
    script += "\\timing on\n" + statements[-1] + ";\n\\timing off\nROLLBACK;\n"
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d",
                           cluster.user_dsn("postgres")], input=script, capture_output=True,
                          text=True, check=True)
    return float(done.stdout.split("Time: ")[1].split(" ms")[0])


def compare(cluster, name, statements_of, rounds):
    times = {True: [], False: []}
    for round_ in range(rounds):
        for triggers in ((True, False), (False, True))[round_ % 2]:
            times[triggers].append(timed(cluster, statements_of(round_), triggers))
    with_ms, without_ms = (statistics.median(times[key]) for key in (True, False))
    print(json.dumps({"what": name, "with_counts_ms": round(with_ms, 2),
                      "without_ms": round(without_ms, 2),
                      "ratio": round(with_ms / without_ms, 3)}), flush=True)


def write_rows(cluster, path, rows):
    ids = cluster.sql("SELECT c.id, (SELECT min(id) FROM lists), (SELECT min(id) FROM places "
                      "WHERE id > 0) FROM campaigns c WHERE c.name = 'bench'")[0]
    campaign, first_list, first_place = map(int, ids)
    with open(path, "w", encoding="ascii") as file:
        for i in range(rows):
            file.write(f"{campaign}\t{first_list}\tName {i}\tNY\t10001\t{first_place + i % 64}\n")
    path.chmod(0o644)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--folder", default="/dev/shm", help="where the cluster may lie")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)  # the server may run as a user of its own
        cluster = rig.Cluster(folder / "cluster", volatile=True)
        try:
            rig.dialer("migrate", "--store", cluster.user_dsn("dialer_owner"))
            subprocess.run(["psql", "-X", "-q", "-o", "/dev/null", "-d",
                            cluster.user_dsn("postgres"), "-v", f"leads={options.leads}", "-f",
                            rig.ROOT / "bench" / "funnel_fill.sql"], check=True)
            subprocess.run([rig.BIN / "bench_funnel", "--dsn", cluster.user_dsn("dialer_engine"),
                            "--law", rig.ROOT / "dnc"], check=True)
            began = time.monotonic()
            cluster.sql(COUNT_LEADS, "postgres")
            print(json.dumps({"what": "baseline: counting the leads",
                              "ms": round((time.monotonic() - began) * 1000)}), flush=True)
            compare(cluster, "lease of 50",
                    lambda i: [LEASE.format(first=i * 1000 + 500), LEASE.format(first=i * 1000)],
                    options.rounds)
            write_rows(cluster, folder / "rows", 100_000)
            compare(cluster, "import of 100,000",
                    lambda i: [COPY.format(file=folder / "rows")], options.rounds)
        finally:
            cluster.destroy()


if __name__ == "__main__":
    main()
