"""The command line of bench/pacing_tables."""

import argparse
import pathlib
import sys

from tables import yardsticks as known
from tables.compliance import Compliance
from tables.goals import Goals
from tables.quality import Quality
from tables.runs import Runs
from tables.worth import Worth

ROOT = pathlib.Path(__file__).resolve().parents[3]


def parse():
    parser = argparse.ArgumentParser(
        description="Makes the tables of the pacing goals. The last line counts the goals.")
    parser.add_argument("--quick", action="store_true",
                        help="fewer days and sizes, under 90 s; figures within noise of a limit "
                             "count as met and are marked ~")
    parser.add_argument("--compliance", action="store_true",
                        help="only G4, with 20 seeds in every scenario")
    parser.add_argument("--all", action="store_true", help="G1 to G3 and G4 with 20 seeds")
    parser.add_argument("--only", metavar="LIST",
                        help="of g1,g2,g3,peers,worth,g4; comma-separated")
    parser.add_argument("--seeds", type=int, help="of G4")
    parser.add_argument("--jobs", type=int, default=2, help="programs at a time (2)")
    parser.add_argument("--bin", default=ROOT / "build" / "bin",
                        help="folder of pacing_world and pacing_optimum (build/bin)")
    return parser.parse_args()


def compliance_tables(arguments, runs, goals):
    full = arguments.compliance or arguments.all
    seeds = arguments.seeds or (20 if full else 2 if arguments.quick else 4)
    sizes = (10, 40) if full else (10,)
    scenarios = known.SCENARIOS if not arguments.quick else (
        "base", "breaks", "shared-pool", "trunk-limited", "leads-run-out")
    compliance = Compliance(runs, goals, seeds, sizes, scenarios)
    hour_sizes = (3, 10, 40) if not arguments.quick else (10,)
    # An hour is short enough for twenty seeds always.
    hours = Compliance(runs, goals, 20, sizes, scenarios)
    return [compliance.month(), hours.first_hour(hour_sizes), compliance.by_day(sizes)]


def chosen_tables(arguments, runs, goals):
    quality = Quality(runs, goals, arguments.quick)
    makers = {
        "g1": lambda: [quality.optimum()],
        "g2": lambda: [quality.reference()],
        "g3": lambda: [quality.against_peers()],
        "peers": lambda: [quality.peers()],
        "worth": lambda: [Worth(runs, arguments.quick).queue()],
        "g4": lambda: compliance_tables(arguments, runs, goals),
    }
    names = list(makers)
    if arguments.compliance:
        names = ["g4"]
    if arguments.only:
        names = arguments.only.split(",")
    unknown = [name for name in names if name not in makers]
    if unknown:
        sys.exit(f"pacing_tables: no table {', '.join(unknown)}; there are {', '.join(makers)}")
    # Everything is queued before the first table waits, so that no processor idles in between.
    return [show for name in names for show in makers[name]()]


def main():
    arguments = parse()
    if not (pathlib.Path(arguments.bin) / "pacing_world").exists():
        sys.exit(f"pacing_tables: no pacing_world in {arguments.bin}; build the release preset "
                 "or give --bin")
    goals = Goals(forgiving=arguments.quick)
    runs = Runs(arguments.bin, arguments.jobs)
    try:
        for show in chosen_tables(arguments, runs, goals):
            show()
    finally:
        runs.stop()
    print(f"\n{runs.done} runs in {runs.seconds():.0f} s")
    for miss in goals.missed:
        print(f"missed: {miss}")
    print(goals.last_line())
    return 0
