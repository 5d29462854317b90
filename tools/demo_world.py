"""The simulated world of the demo: what its people do, as flags, and what the flags mean.

One table says it once for the demo's command line, the carrier, the softphones, and the summary.
"""

# flag, default, of whom, what it is.
CARRIER = "carrier"
PHONES = "softphones"
WORLD = [
    ("answer", 0.25, CARRIER, "share of calls that a person answers"),
    ("machine", 0.35, CARRIER, "share that a machine answers; agents know it by its beep"),
    ("busy", 0.10, CARRIER, "share that is busy (486)"),
    ("reject", 0.02, CARRIER, "share that is declined after 3 to 12 s (603)"),
    ("invalid", 0.01, CARRIER, "share of unknown numbers (404)"),
    ("congestion", 0.01, CARRIER, "share of congested calls (503)"),
    ("press-nine", 0.02, CARRIER, "share of people who press 9 two seconds after the answer"),
    ("ring-mean", 11, CARRIER, "seconds from INVITE to a person's answer: gamma of this mean"),
    ("ring-sd", 5, CARRIER, "standard deviation of that gamma"),
    ("ring-max", 22, CARRIER, "nobody answers from here on; draws above are drawn again"),
    ("machine-ring-mean", 18, CARRIER, "seconds to a machine's answer: normal of this mean"),
    ("machine-ring-sd", 2, CARRIER, "standard deviation of that normal"),
    ("machine-ring-min", 8, CARRIER, "no machine answers before; draws below are drawn again"),
    ("busy-min", 2, CARRIER, "seconds to the busy answer: uniform from here"),
    ("busy-max", 4, CARRIER, "... to here"),
    ("no-answer-after", 60, CARRIER, "seconds until the network gives an unanswered call up"),
    ("talk-mean", 20, CARRIER, "seconds from hearing somebody to hanging up: lognormal"),
    ("talk-cv", 1, CARRIER, "coefficient of variation of the talk"),
    ("patience", 20, CARRIER, "mean seconds a person listens to nothing: exponential"),
    ("wrap-mean", 4, PHONES, "seconds of wrap-up: lognormal of this mean"),
    ("wrap-cv", 0.8, PHONES, "coefficient of variation of the wrap-up"),
    ("wrap-signal", 0, PHONES, "agents announce its end so many seconds ahead; 0: they do not"),
    ("machine-wrap", 3, PHONES, "seconds of wrap-up after a machine"),
    ("preview-mean", 4, PHONES, "seconds an agent looks at a lead in preview mode: lognormal"),
    ("preview-cv", 0.5, PHONES, "coefficient of variation of that look"),
    ("preview-skip", 0.05, PHONES, "share of leads that agents skip"),
]


def add_arguments(parser):
    group = parser.add_argument_group("the simulated world")
    for name, default, _, meaning in WORLD:
        group.add_argument(f"--{name}", type=float, default=default, metavar="X",
                           help=f"{meaning} (default {default})")


def value(options, name):
    return getattr(options, name.replace("-", "_"))


def flags(options, whose):
    """The command line of one of the simulated parts."""
    return [part for name, _, owner, _ in WORLD if owner == whose
            for part in (f"--{name}", value(options, name))]


def distributions(options):
    """All figures by name, for the summary."""
    return {name.replace("-", "_"): value(options, name) for name, _, _, _ in WORLD}
