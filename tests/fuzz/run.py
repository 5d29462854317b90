#!/usr/bin/env python3
"""Runs the fuzz targets named, two at a time, for DIALER_FUZZ_SECONDS (60) each.

Each starts from its corpus in tests/fuzz/corpus; what it finds new stays in the build folder. The
last line is `N passed, N failed`.
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS = int(os.environ.get("DIALER_FUZZ_SECONDS", "60"))


def fuzz(name):
    """True when the target ran clean for its time."""
    corpus = ROOT / "tests" / "fuzz" / "corpus" / name.removeprefix("fuzz_")
    with tempfile.TemporaryDirectory() as found:
        done = subprocess.run(
            [ROOT / "build" / "fuzz" / "bin" / name, f"-max_total_time={SECONDS}",
             "-rss_limit_mb=2048", "-timeout=10", "-print_final_stats=1",
             f"-artifact_prefix={found}/", found, corpus],
            capture_output=True, text=True, errors="replace", cwd=found)
        runs = [line for line in done.stderr.split("\n") if "number_of_executed_units" in line]
        print(f"  {name}: {'clean' if done.returncode == 0 else 'FAILED'}; "
              f"{runs[0].split()[-1] if runs else '?'} inputs in {SECONDS} s", flush=True)
        if done.returncode != 0:
            print(done.stderr[-6000:])
        return done.returncode == 0


def main():
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(fuzz, sys.argv[1:]))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
