#!/usr/bin/env python3
"""Runs Catch2 programs and counts their test cases: `run_catch.py [--jobs N] PROGRAM...`.

N programs at a time, one if not said. Prints each failing case in full. The last line is
`N passed, N failed`. A program that crashes or runs no case counts as one failure.
"""

import argparse
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

SECONDS_MAX = 420


def failures(report):
    """A few lines for each case that failed: its name, and what was expected where."""
    for case in report.iter("TestCase"):
        if case.find("OverallResult").get("success") == "true":
            continue
        yield f"FAILED {case.get('name')}\n"
        for found in case.iter("Expression"):
            if found.get("success") == "false":
                expanded = (found.findtext("Expanded") or "").strip()[:500]
                yield f"  {found.get('filename')}:{found.get('line')}: {expanded}\n"
        for found in list(case.iter("Exception")) + list(case.iter("Failure")):
            yield f"  {found.get('filename')}:{found.get('line')}: {(found.text or '').strip()}\n"


def run(program):
    """(passed, failed) test cases of one program, and what there is to tell."""
    name = pathlib.Path(program).name
    started = time.monotonic()
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        try:
            done = subprocess.run([program, "-r", "xml", "-o", report.name], capture_output=True,
                                  text=True, errors="replace", timeout=SECONDS_MAX)
            code, output = done.returncode, done.stdout[-4000:] + done.stderr[-8000:]
        except subprocess.TimeoutExpired:
            code, output = -1, f"not done within {SECONDS_MAX} s"
        except OSError as error:
            code, output = -1, str(error)
        text = pathlib.Path(report.name).read_text(errors="replace")
    try:
        report = ElementTree.fromstring(text)
        cases = report.find("OverallResultsCases")
        passed, failed = int(cases.get("successes")), int(cases.get("failures"))
        told = "".join(failures(report))
    except (ElementTree.ParseError, AttributeError, TypeError):
        passed, failed, told = 0, 1, ""
    if code != 0 and failed == 0:
        failed = 1  # a crash or a sanitizer's report after the last case
    if passed + failed == 0:
        failed = 1
    if failed:
        told += output + "\n"
    return passed, failed, (f"{told}  {name}: {passed} passed, {failed} failed "
                            f"({time.monotonic() - started:.1f} s)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for one_passed, one_failed, told in pool.map(run, options.programs):
            print(told, flush=True)
            passed, failed = passed + one_passed, failed + one_failed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
