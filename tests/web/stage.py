#!/usr/bin/env python3
"""Goal: people of every role do their work on the pages of a real engine in a real browser: lists
go in, agents take calls, the wallboard moves, compliance finds the call; every page is accessible
in both themes, usable by keyboard, and says so when the network, a session or a phone is lost.

Method: one real engine with its pages, a carrier where everybody answers, phones that send and
count tones; each file of FLOWS is a Node program that drives Chromium through playwright-core and
prints a line a test. Pictures of every page are left in build/screenshots. The last line is
`N passed, N failed`.

    tests/web/stage.py [--only FLOW ...] [--pictures FOLDER]

Environment: DIALER_BIN is the folder of the binaries, DIALER_CHROMIUM the browser (else
/usr/bin/chromium), DIALER_KEEP=1 keeps the logs.
"""

import argparse
import filecmp
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import time

from web_site import (AGENTS, CAMPAIGN, PASSWORD, PEOPLE, World, rig, tables)

HERE = pathlib.Path(__file__).resolve().parent
SCREENSHOTS = rig.ROOT / "build/screenshots"
FLOWS = ["signing", "languages", "main_flow", "two_agents", "network", "revoked", "ugly_files",
         "keyboard", "walk"]
FLOW_SECONDS = 900  # a flow that takes longer hangs
# What README.md shows: name of the picture there -> of the walk.
PICTURES = {"desk": "desk-call-light", "wallboard": "wallboard-call-dark",
            "campaign": "campaigns-name-light", "call": "compliance-calls-attempt-light"}


def install_modules():
    """npm ci, when the lock file is another one than last time."""
    lock, mark = HERE / "package-lock.json", HERE / "node_modules/.installed-from"
    if mark.exists() and filecmp.cmp(lock, mark, shallow=False):
        return
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
                    "--loglevel=error"], cwd=HERE, check=True, stdout=sys.stderr)
    shutil.copyfile(lock, mark)


def describe(world):
    """The file that the Node programs find their world in."""
    told = tables()
    everybody = {**PEOPLE, **{name: "agent" for name in AGENTS}}
    path = world.folder / "stage.json"
    path.write_text(json.dumps({
        "url": world.engine.url, "campaign": CAMPAIGN, "pages": told["pages"],
        "texts": told["languages"]["en"], "languages": told["languages"],
        "screenshots": str(SCREENSHOTS), "ugly": str(rig.ROOT / "tests/data/ugly"),
        "folder": str(world.folder),
        "people": {name: {"role": role, "password": PASSWORD, "token": world.tokens[name]}
                   for name, role in everybody.items()},
    }))
    return path


def run_flow(flow, described):
    """Passes a program's lines on; (passed, failed)."""
    process = subprocess.Popen(
        ["node", f"{flow}.mjs"], cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, env={**os.environ, "DIALER_STAGE": str(described)})
    passed, failed, rest = 0, 0, b""
    deadline = time.monotonic() + FLOW_SECONDS
    while time.monotonic() < deadline:
        if not select.select([process.stdout], [], [], 1)[0]:
            continue
        chunk = os.read(process.stdout.fileno(), 65536)
        if not chunk:
            break
        *lines, rest = (rest + chunk).split(b"\n")
        for line in (each.decode(errors="replace") for each in lines):
            print(f"{line}" if line.startswith(("ok", "FAILED")) else f"  {line}", flush=True)
            passed += line.startswith("ok ")
            failed += line.startswith("FAILED ")
    else:
        process.kill()
        print(f"FAILED {flow}: not over after {FLOW_SECONDS} s", flush=True)
        failed += 1
    process.stdout.close()
    if process.wait() != 0 and not failed:
        print(f"FAILED {flow}: ended with {process.returncode} {rest.decode(errors='replace')}")
        failed += 1
    if passed + failed == 0:
        print(f"FAILED {flow}: it has no test")
        failed += 1
    return passed, failed


def what_the_phones_heard(world):
    """One more test, once all calls are over: the tones that the phones and the carrier's people
    sent each other."""
    world.space.parts.remove(world.phones)
    world.phones.stop()
    totals = json.loads((world.folder / "phones.json").read_text())["totals"]
    print(f"  phones: {totals}")
    return totals["received"] > 0 and totals["crossed"] == 0 and totals["foreign"] == 0


def keep_pictures(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, shown in PICTURES.items():
        source = SCREENSHOTS / f"{shown}.png"
        if source.exists():
            shutil.copyfile(source, folder / f"{name}.png")
        else:
            print(f"  there is no picture {shown}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", choices=FLOWS, default=FLOWS, metavar="FLOW",
                        help=", ".join(FLOWS))
    parser.add_argument("--pictures", type=pathlib.Path, metavar="FOLDER",
                        help="copies the pictures that README.md shows here")
    options = parser.parse_args()
    began = time.monotonic()
    install_modules()
    for old in SCREENSHOTS.glob("*.png"):
        old.unlink()
    passed = failed = 0
    with rig.Workspace("stage") as space:
        world = World(space)
        world.prepare()
        world.make_campaign(leads=90)
        world.start_phones()
        described = describe(world)
        for flow in options.only:
            counts = run_flow(flow, described)
            passed, failed = passed + counts[0], failed + counts[1]
        if "main_flow" in options.only:
            heard = what_the_phones_heard(world)
            print(f"{'ok' if heard else 'FAILED'} every phone heard its own calls and no other")
            passed, failed = passed + heard, failed + (not heard)
        if not world.engine.alive():
            print(f"FAILED the engine ended:\n{world.engine.tail()}")
            failed += 1
    if options.pictures:
        keep_pictures(options.pictures)
    print(f"  {time.monotonic() - began:.0f} s; pictures in {SCREENSHOTS.relative_to(rig.ROOT)}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
