#!/usr/bin/env python3
"""Goal: the real engine over real SIP comes to what the simulated world says it should.

Method: runs the demo with ten and with forty agents and quick distributions, so that many calls
happen in minutes, several demos at once where asked for, and then the simulated world with the same
distributions: those that the carrier was given, and the talk and wrap-up times that the engine
measured (which hold the little that HTTP and the agents' reactions add). Progressive mode comes
first: it says whether engine and world are the same but for the prediction. The predictive demo's
campaign begins with the experience of some simulated days, and its figures leave out the first
minutes; the world's are those of days that follow such days. With --cold both begin with a campaign
that has learnt nothing and dials with the caution of a first hour.

Idle seconds per call and abandonment pass when the engine is within 10 % of the world, or when what
is between them is no more than demos of that length stray by chance (the world's own 95 % spread);
which of the two it was is printed. The last line is `N passed, N failed`.
"""

import argparse
import datetime
import itertools
import json
import math
import pathlib
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import demo  # noqa: E402  (the path comes first)
import rig  # noqa: E402

CLOSE_ENOUGH = 0.10
ANSWER, BUSY = 0.25, 0.10
RING_MEAN, RING_SD, RING_MAX = 5, 2.5, 10
BUSY_MIN, BUSY_MAX = 1, 2
PATIENCE = 20
GIVE_UP_AFTER = 15  # no less is lawful; here the network gives up long before
TALK_MEAN, TALK_CV, WRAP_MEAN, WRAP_CV = 8, 1, 2, 0.8
# The world knows no refusals but busy, and no machines reach its agents.
DEMO = {"answer": ANSWER, "machine": 0, "busy": BUSY, "reject": 0, "invalid": 0,
        "congestion": 0, "press-nine": 0, "ring-mean": RING_MEAN,
        "ring-sd": RING_SD, "ring-max": RING_MAX, "no-answer-after": RING_MAX,
        "busy-min": BUSY_MIN, "busy-max": BUSY_MAX, "patience": PATIENCE, "talk-mean": TALK_MEAN,
        "talk-cv": TALK_CV, "wrap-mean": WRAP_MEAN, "wrap-cv": WRAP_CV,
        "give-up-after": GIVE_UP_AFTER, "retry-after": 60}
WORLD = {"answer": ANSWER, "busy": BUSY, "busy-low": BUSY_MIN, "busy-high": BUSY_MAX,
         "ring-mean": RING_MEAN, "ring-sd": RING_SD, "ring-max": RING_MAX, "patience": PATIENCE,
         "rate": 50}  # calls per second, as the demo's trunk
WARM_UP_S = 120  # of the demo: what it measures itself differs a little from what it was told
DAY_S = 7200
SHORT_DAYS = 60
FIGURES = ["idle_s_per_call", "abandonment"]


def flags(values):
    return [str(part) for name, value in values.items() for part in (f"--{name}", value)]


def run(command, seconds):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                          timeout=seconds)
    if done.returncode != 0:
        raise rig.RigError(f"{pathlib.Path(command[0]).name}: {done.returncode}\n"
                           f"{done.stdout[-1000:]}\n{done.stderr[-1000:]}")
    return done.stdout


def gather_experience(agents, seed, folder):
    """The file with what such a campaign has learnt by the day of the demo."""
    until = datetime.datetime.fromisoformat(demo.CLOCK_START).timestamp()
    path = pathlib.Path(folder) / f"experience-{agents}-{seed}"
    path.write_text(run([rig.BIN / "pacing_warm", "--agents", agents, "--until", round(until),
                         "--days", 2, "--day-seconds", DAY_S, "--seed", seed,
                         "--give-up-after", GIVE_UP_AFTER, "--talk-mean", TALK_MEAN, "--talk-cv",
                         TALK_CV, "--wrap-mean", WRAP_MEAN, "--wrap-cv", WRAP_CV, *flags(WORLD)],
                        300))
    return path


def start_demo(agents, mode, seed, warm, options, folder):
    path = pathlib.Path(folder) / f"demo-{agents}-{mode}-{seed}.json"
    seconds = round(60 * options.minutes) + WARM_UP_S
    command = [sys.executable, ROOT / "tools" / "demo.py", "--agents", agents, "--mode", mode,
               "--seconds", seconds, "--seed", seed, "--http-port", 0, "--summary", path, *warm,
               *flags(DEMO)]
    with open(path.with_suffix(".log"), "w", encoding="utf-8") as log:
        process = subprocess.Popen([str(part) for part in command], stdout=log,
                                   stderr=subprocess.STDOUT)
    return process, path, seconds + 300


def finish_demo(process, path, seconds):
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)  # it stops its parts itself
        process.wait(120)
    if not path.exists():
        log = path.with_suffix(".log").read_text()
        raise rig.RigError(f"the demo made no summary:\n{log[-2000:]}")
    return json.loads(path.read_text())


def run_demos(agents, mode, options, folder):
    """The summaries of several demos that run at the same time with different people."""
    started = []
    for seed in range(options.seed, options.seed + options.runs):
        warm = ["--warm-up", 0 if options.cold else WARM_UP_S]
        if mode == "predictive" and not options.cold:
            warm += ["--experience", gather_experience(agents, seed, folder)]
        started.append(start_demo(agents, mode, seed, warm, options, folder))
    summaries = [finish_demo(*one) for one in started]
    if options.keep:
        for n, summary in enumerate(summaries):
            path = pathlib.Path(options.keep) / f"pacing_agreement-{agents}-{mode}-{n + 1}.json"
            path.write_text(json.dumps(summary, indent=2) + "\n")
    return summaries


def pooled_spread(spreads):
    count = sum(one["n"] for one in spreads)
    mean = sum(one["n"] * one["mean"] for one in spreads) / count
    square = sum(one["n"] * one["mean"] ** 2 * (1 + one["cv"] ** 2) for one in spreads) / count
    return {"n": count, "mean": round(mean, 4),
            "cv": round(math.sqrt(max(0.0, square - mean ** 2)) / mean, 4)}


def pooled(summaries):
    """What the demos measured, as if they were one."""
    each = [summary["measured"] for summary in summaries]
    if not all(one["served"] > 1 for one in each):
        raise rig.RigError("a demo served nobody")
    total = {name: sum(one[name] for one in each)
             for name in ("seconds", "served", "answered", "abandoned", "idle_s", "work_s")}
    return {**total,
            "idle_s_per_call": total["idle_s"] / total["served"],
            "abandonment": total["abandoned"] / total["answered"],
            "utilisation": total["work_s"] / (total["work_s"] + total["idle_s"]),
            "talk_s": pooled_spread([one["talk_s"] for one in each]),
            "wrap_up_s": pooled_spread([one["wrap_up_s"] for one in each])}


def ask_world(agents, mode, measured, days, day_s, how):
    talk, wrap = measured["talk_s"], measured["wrap_up_s"]
    return json.loads(run(
        [rig.BIN / "pacing_world", "--policy", mode, "--json", "--agents", agents, "--days", days,
         "--day-seconds", day_s, "--machine", 0, "--talk-mean", talk["mean"], "--talk-cv",
         talk["cv"], "--wrap-mean", wrap["mean"], "--wrap-cv", wrap["cv"], *how, *flags(WORLD)],
        900))


def run_world(agents, mode, measured, options):
    """The world's figures, and how far demos of that length and number stray from each (95 %)."""
    each_s = measured["seconds"] / options.runs
    how = ["--seed", options.seed, *(["--scenario", "cold"] if options.cold else ["--warm-up", 2])]
    # Days as short as a demo tell how far one strays. What they come to on the whole is told by
    # long days, which do not begin with an empty pipeline every few minutes.
    short = ask_world(agents, mode, measured, SHORT_DAYS, each_s, how)
    world = short if options.cold else ask_world(agents, mode, measured, 20, DAY_S, how)
    fewer = math.sqrt(SHORT_DAYS / options.runs)
    return world, {name: short[f"{name}_half_width"] * fewer for name in FIGURES}


def compare(name, engine, world, strays):
    """(holds, sentence) of one figure."""
    away = abs(engine - world) / world if world > 0 else math.inf
    said = (f"{name}: engine {engine:.4f}, world {world:.4f} (by chance +- {strays:.4f}), "
            f"{100 * away:.1f} % apart")
    if away <= CLOSE_ENOUGH:
        return True, f"{said}: within {100 * CLOSE_ENOUGH:.0f} %"
    if abs(engine - world) <= strays:
        return True, f"{said}: more than 10 %, but no more than chance"
    return False, f"{said}: NOT the same"


def checks(agents, mode, options, folder):
    summaries = run_demos(agents, mode, options, folder)
    what = f"{agents} agents, {mode}"
    yield (all(summary["log_matches_carrier"] for summary in summaries),
           f"{what}: the log agrees with the carrier")
    measured = pooled(summaries)
    print(f"   {what}, {measured['seconds']:.0f} s: {measured['answered']} answered, "
          f"{measured['served']} served, utilisation {100 * measured['utilisation']:.1f} %, talk "
          f"{measured['talk_s']['mean']} s (cv {measured['talk_s']['cv']}), wrap-up "
          f"{measured['wrap_up_s']['mean']} s (cv {measured['wrap_up_s']['cv']})\n"
          f"   at the end: {summaries[0]['pacing']}", flush=True)
    world, strays = run_world(agents, mode, measured, options)
    for figure in FIGURES if mode == "predictive" else FIGURES[:1]:
        yield compare(f"{what}, {figure}", measured[figure], world[figure], strays[figure])


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10,
                        help="of each demo, after its warm-up (default 10)")
    parser.add_argument("--agents", type=int, nargs="+", default=[10, 40])
    parser.add_argument("--modes", nargs="+", default=["progressive", "predictive"],
                        choices=["progressive", "predictive"])
    parser.add_argument("--runs", type=int, default=2, help="demos at a time (default 2)")
    parser.add_argument("--cold", action="store_true", help="campaigns that have learnt nothing")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", metavar="FOLDER", help="keep the demos' summaries here")
    return parser.parse_args()


def main():
    options = parse_arguments()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for agents, mode in itertools.product(options.agents, options.modes):
            try:
                for holds, sentence in checks(agents, mode, options, folder):
                    results.append(holds)
                    print(f"{'ok' if holds else 'FAILED'} {sentence}", flush=True)
            except (rig.RigError, subprocess.TimeoutExpired) as error:
                results.append(False)
                print(f"FAILED {agents} agents, {mode}: {error}", flush=True)
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
