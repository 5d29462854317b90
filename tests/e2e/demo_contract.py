#!/usr/bin/env python3
"""Goal: the demo keeps its contract: it ends by itself, and its summary says what happened.

Method: runs tools/demo.py for half a minute with five agents, then reads the summary as a stranger
would. The last line is `N passed, N failed`.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS = 40
NAMES = ["leads_read", "leads_accepted", "leads_refused", "attempts", "outcomes", "answered_live",
         "bridged", "abandoned", "refused_at_gate", "answer_to_bridge_ms", "answer_to_agent_ms",
         "agent_idle_s_per_call", "dialed_twice", "blocked_dialed", "log_rows",
         "log_matches_carrier", "mode", "agents", "answered", "idle_s_per_call", "utilisation",
         "abandonment", "pacing", "budget", "distributions"]


def checks(done, summary):
    """(name, holds) of each promise."""
    beats = re.findall(r"^ *(\d+) s  attempts", done.stdout, re.MULTILINE)
    yield "it ends with 0", done.returncode == 0
    yield "it tells the address of the wallboard", (
        re.search(r"http://127\.0\.0\.1:\d+/wallboard", done.stdout) is not None)
    yield "it prints a line of status every five seconds", len(beats) == SECONDS // 5
    yield "the summary has every figure", all(name in summary for name in NAMES)
    yield "5,000 ugly leads are read", summary["leads_read"] == 5000
    refused = sum(summary["leads_refused"].values())
    yield "each lead is accepted or refused with a reason", (
        summary["leads_accepted"] + refused == summary["leads_read"]
        and len(summary["leads_refused"]) >= 5)
    yield "calls are bridged", summary["bridged"] > 0
    yield "outcomes add up to the attempts", (
        sum(summary["outcomes"].values()) == summary["attempts"] == summary["log_rows"])
    yield "nobody is dialed twice", summary["dialed_twice"] == 0
    yield "nobody on a list is dialed", summary["blocked_dialed"] == 0
    yield "the log agrees with the carrier", summary["log_matches_carrier"] is True
    yield "it dials predictively and says why it dials as it does", (
        summary["mode"] == "predictive"
        and re.search("agents? free", summary["pacing"]) is not None)
    yield "the legal periods are told with what they leave", (
        len(summary["budget"]) == 2 and all(period["met"] for period in summary["budget"]))
    yield "agents' time is idle, talk or wrap-up", (
        summary["idle_s_per_call"] > 0 and 0 < summary["utilisation"] < 1
        and 0 <= summary["abandonment"] <= 1)
    yield "the latencies are there", (
        summary["answer_to_bridge_ms"]["p50"] <= summary["answer_to_bridge_ms"]["p99"]
        and summary["answer_to_agent_ms"]["p50"] > 0)


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "summary.json"
        done = subprocess.run(
            [sys.executable, ROOT / "tools" / "demo.py", "--seconds", str(SECONDS), "--agents", "5",
             "--summary", path], capture_output=True, text=True, timeout=300)
        if not path.exists():
            print(done.stdout[-2000:], done.stderr[-2000:])
            print("0 passed, 1 failed")
            return 1
        results = list(checks(done, json.loads(path.read_text())))
    for name, holds in results:
        print(f"{'ok' if holds else 'FAILED'} {name}")
    failed = sum(1 for _, holds in results if not holds)
    if failed:
        print(done.stdout[-3000:], done.stderr[-2000:])
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
