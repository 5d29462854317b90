#!/usr/bin/env python3
"""How long does a lease of 50 leads take with ten million leads, and with a hundred thousand?

Makes one private cluster with both (a campaign each), 50 million suppressed numbers in blocks, and
runs bench_lease: plainly, over 50 lists times 60 places, with half of the places closed, with a
filter that few leads pass (before and after the sweep), and 60 s of attempts. Prints JSON lines.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import rig  # noqa: E402

CAMPAIGN = """
INSERT INTO campaigns (name, seller, running, mode, lines_per_agent, caller_id, trunks, ring_max_s,
                       wrap_up_max_s, attempts_max, retry_after_s, message_file)
VALUES ('{name}', 'Bench', true, 'predictive', 1, 12125550199, '{{}}', 25, 30, 9, 3600, '');
"""
PLACES = """
INSERT INTO places (id, key, jurisdictions, zones, number)
SELECT i, 'place ' || i, '{US}', '{America/New_York}', 12125550100 FROM generate_series(1, 60) i;
"""
# Numbers are made up: each lead of each campaign has its own.
LEADS = """
INSERT INTO lists (campaign_id, file_name, sha256)
SELECT c.id, 'list ' || i, encode(sha256((c.name || i)::bytea), 'hex')
FROM campaigns c, generate_series(1, {lists}) i WHERE c.name = '{name}';
CREATE TEMP TABLE base AS SELECT c.id AS campaign,
    (SELECT array_agg(id ORDER BY id) FROM lists WHERE campaign_id = c.id) AS lists,
    (SELECT coalesce(max(id), 0) FROM leads) AS id
FROM campaigns c WHERE c.name = '{name}';
INSERT INTO leads (id, campaign_id, list_id, name, region, postal_code, place, custom)
SELECT base.id + i, campaign, lists[1 + i % {lists}], 'Lead ' || i,
       (ARRAY['FL', 'GA', 'NY', 'CA', 'TX'])[1 + i % 5], lpad((i % 99999)::text, 5, '0'),
       {place}, jsonb_build_object('income', i::bigint * 7919 % 100000)
FROM base, generate_series(1, {leads}) i;
INSERT INTO lead_phones (lead_id, position, campaign_id, number)
SELECT base.id + i, 0, campaign, 12000000000 + base.id + i FROM base, generate_series(1, {leads}) i;
SELECT setval('leads_id_seq', (SELECT max(id) FROM leads));
DROP TABLE base;
"""
SUPPRESSED = """
INSERT INTO suppression_lists (name, kind, country) VALUES ('national', 'national', 'US')
ON CONFLICT DO NOTHING;
INSERT INTO suppression_versions (list_id, as_of, source, sha256, rows)
SELECT id, '2026-11-20', 'bench', repeat('b', 64), 50000000 FROM suppression_lists
WHERE name = 'national';
INSERT INTO suppression_blocks (version_id, block, many)
SELECT (SELECT max(id) FROM suppression_versions), 1200000 + i,
       decode(repeat('55', 1250), 'hex') FROM generate_series(1, 10000) i;
"""


def bench(cluster, name, label, *arguments):
    campaign = cluster.sql(f"SELECT id FROM campaigns WHERE name = '{name}'")[0][0]
    began = time.monotonic()
    done = subprocess.run([rig.BIN / "bench_lease", "--dsn", cluster.user_dsn("dialer_engine"),
                           "--campaign", str(campaign), *map(str, arguments)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    figures = {"case": label, "campaign": name, **json.loads(done.stdout)}
    figures["whole_s"] = round(time.monotonic() - began, 1)
    print(json.dumps(figures), flush=True)
    return figures


def timed(label, action):
    began = time.monotonic()
    result = action()
    print(json.dumps({"step": label, "seconds": round(time.monotonic() - began, 1)}), flush=True)
    return result


def fold(cluster):
    cluster.sql("SELECT fold_lead_counts('2026-11-23 17:00Z')")
    cluster.sql("VACUUM ANALYZE lead_count_changes")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=10_000_000)
    parser.add_argument("--few", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=60, help="of attempts")
    parser.add_argument("--folder", default="/tmp")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(dir=options.folder))
    folder.chmod(0o755)
    cluster = rig.Cluster(folder / "cluster")
    try:
        rig.dialer("migrate", "--store", cluster.user_dsn("dialer_owner"))
        cluster.sql(PLACES)
        timed("50 M suppressed numbers", lambda: cluster.sql(SUPPRESSED))
        for name, leads, lists, place in (
                ("few", options.few, 1, "1 + i % 60"),
                ("many", options.leads, 1, "1 + i % 60"),
                ("wide", options.leads // 10, 50, "1 + (i / 50) % 60")):
            cluster.sql(CAMPAIGN.format(name=name))
            timed(f"{leads} leads of {name}",
                  lambda sql=LEADS.format(name=name, leads=leads, lists=lists, place=place):
                  cluster.sql(sql))
            fold(cluster)
        timed("analyze", lambda: cluster.sql("VACUUM ANALYZE leads; ") or
              cluster.sql("VACUUM ANALYZE lead_phones"))
        for name in ("few", "many", "wide"):
            bench(cluster, name, "first leases, to warm up", "--leases", 50)
            fold(cluster)
        for name in ("few", "many", "few", "many", "wide"):
            bench(cluster, name, "50 leads", "--leases", 400)
            fold(cluster)
        for name in ("few", "many", "wide"):
            bench(cluster, name, "half of the places closed", "--leases", 200, "--closed", 30)
            fold(cluster)
        for name in ("many",):
            cluster.sql(f"UPDATE campaigns SET filter = 'custom.income < 1000' "
                        f"WHERE name = '{name}'")
            bench(cluster, name, "1 in 100 passes the filter, not swept", "--leases", 50)
            fold(cluster)
            cluster.sql(f"UPDATE campaigns SET filter = '' WHERE name = '{name}'")
        bench(cluster, "many", "attempts", "--attempts", options.seconds)
    finally:
        cluster.destroy()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
