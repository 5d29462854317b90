"""What each part of the prediction is worth: the same days with and without it."""

from tables import yardsticks as known
from tables.goals import Table, abandonment, idle

# The scenario in which a part shows, where it does nothing in the base world.
OWN_SCENARIO = {"groups": "groups", "wrap_signal": "wrap-signal", "inbound": "inbound",
                "change": "halved"}
STRETCH = ("groups", "wrap_signal")
# What the law's two seconds themselves are worth: a world in which nobody waits at all.
NO_WAITING = "waiting at all"


class Worth:
    def __init__(self, runs, quick):
        self.runs = runs
        self.quick = quick
        self.sizes = (10,) if quick else (10, 100)
        self.days = {"days": 4, "warm_up": 1} if quick else {"days": 20}

    def core(self, agents, **more):
        return self.runs.world("predictive", agents=agents, **self.days, **more)

    def queue(self):
        parts = [*known.INGREDIENTS, "groups", "wrap_signal", "inbound"]
        if self.quick:
            parts = ["ring_age", "tolerance", "cancelling", "groups", "wrap_signal"]
        queued = [(NO_WAITING, agents, self.core(agents), self.core(agents, tolerance=0))
                  for agents in self.sizes]
        for part in parts:
            for agents in self.sizes:
                same = {"scenario": OWN_SCENARIO.get(part, "base")}
                queued.append((part, agents, self.core(agents, **same),
                               self.core(agents, without=part, **same)))

        def show():
            table = Table("What each part of the prediction is worth",
                          ["without", "world", "N", "idle with", "idle without", "extra %",
                           "in pacing.md %", "abandoned % with", "without", "stretch goal"])
            for part, agents, with_run, without_run in queued:
                table.add(*row(part, agents, with_run.result(), without_run.result()))
            table.print()

        return show


def row(part, agents, with_it, without):
    extra = without["idle_s_per_call"] / with_it["idle_s_per_call"] - 1
    yardstick = known.INGREDIENTS.get(part, (None, None))
    if part == NO_WAITING:
        yardstick = known.NO_WAITING
    expected = {10: yardstick[0], 100: yardstick[1]}.get(agents)
    stretch = ""
    if part in STRETCH:
        less = 1 - with_it["idle_s_per_call"] / without["idle_s_per_call"]
        stretch = f"{100 * less:.1f} % less" + (" met" if less >= known.STRETCH_GAIN else "")
    return (part, OWN_SCENARIO.get(part, "base"), agents, idle(with_it), idle(without),
            f"{100 * extra:+.1f}", "-" if expected is None else f"{expected:+g}",
            abandonment(with_it), abandonment(without), stretch)
