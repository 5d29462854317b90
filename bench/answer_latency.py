#!/usr/bin/env python3
"""With 100 calls bridged, how long from an answer to the agent's ear?

A simulated carrier answers everything, 100 simulated agents talk. Prints percentiles of
answer_to_bridge (200 OK received -> media path switched) and answer_to_agent (200 OK received ->
first customer packet sent to the agent's leg) of the dial log, in milliseconds, and what the
phones heard. A packet time is 20 ms.

    bench/answer_latency.py [--agents 100] [--seconds 90]
"""

import argparse
import time

from site_of_bench import prepare_engine, rig

PERCENTILES = ("SELECT count(*), "
               + ", ".join(f"percentile_disc({share}) WITHIN GROUP (ORDER BY {field}) / 1000.0"
                           for field in ("answer_to_bridge_us", "answer_to_agent_us")
                           for share in (0.5, 0.99))
               + " FROM attempt_results WHERE treatment = 'bridged' "
                 "AND answer_to_agent_us IS NOT NULL AND answered_at > "
                 "(SELECT min(answered_at) + interval '20 s' FROM attempt_results)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=90)
    options = parser.parse_args()
    with rig.Workspace("latency") as space:
        carrier = space.keep(rig.Carrier(space.path, "--answer", "1", "--machine", "0", "--busy",
                                         "0", "--reject", "0", "--invalid", "0", "--congestion",
                                         "0", "--talk-mean", "30"))
        cluster, engine, tokens, token = prepare_engine(
            space, {"carrier": (carrier.sip_port, 100)}, {"talk": ("carrier", 10000)},
            {"agent": options.agents}, mode=("progressive", 1))
        phones = space.keep(rig.Softphones(space.path, engine, options.agents, tokens[0], "talk",
                                           "--wrap-mean", "0.2"))
        peak = 0
        deadline = time.monotonic() + options.seconds
        while time.monotonic() < deadline:
            time.sleep(1)
            campaigns = engine.live(token)["campaigns"]
            peak = max([peak] + [campaign["lines"]["bridged"] for campaign in campaigns])
        phones.stop()
        rig.wait_until(lambda: "dialer_log_backlog 0" in engine.request("GET", "/metrics")[1], 20,
                       "the log is written")
        calls, *figures = cluster.sql(PERCENTILES)[0]
        totals = phones.report()["totals"]
    print(f"{calls} calls measured, up to {peak} bridged at once")
    print(f"{'ms':18} {'p50':>8} {'p99':>8}")
    print(f"{'answer_to_bridge':18} {float(figures[0]):8.2f} {float(figures[1]):8.2f}")
    print(f"{'answer_to_agent':18} {float(figures[2]):8.2f} {float(figures[3]):8.2f}")
    print(f"phones: {totals['received']} packets, crossed {totals['crossed']}, foreign "
          f"{totals['foreign']}, gaps over 60 ms {totals['gaps_over_60ms']}, sequence jumps "
          f"{totals['sequence_jumps']}")


if __name__ == "__main__":
    main()
