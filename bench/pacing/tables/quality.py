"""G1 to G3: how good the core is, against the optimum, its own yardsticks and other rules."""

from tables import yardsticks as known
from tables.goals import Table, abandonment, idle, percent, worst_campaign


class Quality:
    def __init__(self, runs, goals, quick):
        self.runs = runs
        self.goals = goals
        self.quick = quick

    def days(self, agents):
        """So many that the interval of idle time is a few hundredths of it."""
        if not self.quick:
            return {"days": 60 if agents <= 20 else 20 if agents <= 100 else
                    10 if agents <= 300 else 6}
        return {"days": 10 if agents <= 20 else 4 if agents <= 100 else 2, "warm_up": 1}

    def core(self, agents, answer=0.25, **more):
        return self.runs.world("predictive", agents=agents, answer=answer,
                               **{**self.days(agents), **more})

    # G1
    def optimum(self):
        worlds = [pair for pair in known.OPTIMUM_WORLDS if not self.quick or pair[1] < 20]
        days = {"days": 20, "warm_up": 1} if self.quick else {"days": 150}
        queued = [(world, agents, self.runs.optimum(world, agents),
                   self.core(agents, scenario=f"memoryless-{world}", **days))
                  for world, agents in worlds]

        def show():
            table = Table("G1: memoryless worlds against the exact optimum (idle s per call)",
                          ["world", "N", "optimum", "in pacing.md", "core", "ratio",
                           "abandoned %", "idle", "cap"])
            for world, agents, optimum_run, core_run in queued:
                best, core = optimum_run.result(), core_run.result()
                name = f"G1 {world} N={agents}"
                limit = known.OPTIMUM_FACTOR * best["idle_s_per_call"]
                value = core["idle_s_per_call"]
                table.add(world, agents, f"{best['idle_s_per_call']:.2f}",
                          known.OPTIMUM_YARDSTICKS[(world, agents)], idle(core),
                          f"{value / best['idle_s_per_call']:.3f}", abandonment(core),
                          self.goals.at_most(f"{name} idle", value, limit,
                                             core["idle_s_per_call_half_width"]),
                          self.cap(name, core))
            table.print()

        return show

    def cap(self, name, result):
        return self.goals.at_most(f"{name} abandonment", worst_campaign(result), known.CAP,
                                  result["abandonment_half_width"])

    # G2
    def reference(self):
        sizes = {0.25: known.SIZES, 0.10: (3, 10, 50, 100, 300), 0.40: (3, 10, 50, 100, 300)}
        if self.quick:
            sizes = {0.25: (3, 10, 20, 50, 100), 0.10: (10,), 0.40: (10,)}
        queued = [(answer, agents, self.core(agents, answer))
                  for answer, row in sizes.items() for agents in row]

        def show():
            table = Table("G2: the reference world (idle s per call)",
                          ["p", "N", "core", "threshold rule", "goal", "abandoned %",
                           "worst day %", "utilisation %", "decision us", "idle", "cap"])
            for answer, agents, run in queued:
                result = run.result()
                name = f"G2 p={answer} N={agents}"
                limit = known.IDLE_MAX.get((answer, agents))
                verdict = "" if limit is None else self.goals.at_most(
                    f"{name} idle", result["idle_s_per_call"], limit,
                    result["idle_s_per_call_half_width"])
                table.add(answer, agents, idle(result),
                          known.THRESHOLD[answer].get(agents, "-"), limit or "",
                          abandonment(result), percent(result["worst_day"]),
                          percent(result["utilisation"]), f"{result['decision_us']:.2f}", verdict,
                          self.cap(name, result))
            table.print()

        return show

    # G3
    def against_peers(self):
        sizes = (3, 10, 50) if self.quick else tuple(known.GAIN_MIN)
        queued = []
        for agents in sizes:
            # A search runs the same days some forty times over.
            same = {"days": 20 if agents <= 100 else 10}
            if self.quick:
                same = {"days": 4, "warm_up": 1}
            queued.append((agents, self.core(agents, **same),
                           self.runs.world("vicidial-average", agents=agents, hindsight=True,
                                           **same),
                           self.runs.world("ratio-hindsight", agents=agents, **same)))

        def show():
            table = Table("G3: against rules whose knob was tuned in hindsight on the same days",
                          ["N", "core", "VICIdial tuned", "level", "in pacing.md", "gain", "goal",
                           "", "best ratio", "ratio", "in pacing.md", ""])
            for agents, core_run, tuned_run, ratio_run in queued:
                core, tuned, ratio = core_run.result(), tuned_run.result(), ratio_run.result()
                gain = tuned["idle_s_per_call"] / core["idle_s_per_call"]
                goal = known.GAIN_MIN[agents]
                table.add(
                    agents, idle(core), idle(tuned), f"{tuned['chosen']:.2f}",
                    known.PEERS["vicidial-tuned"].get(agents, "-"), f"{gain:.2f}", goal,
                    self.goals.at_most(f"G3 N={agents} idle of the core over that of VICIdial",
                                       1 / gain, 1 / goal,
                                       core["idle_s_per_call_half_width"] /
                                       tuned["idle_s_per_call"]),
                    idle(ratio), f"{ratio['chosen']:.2f}",
                    known.PEERS["ratio-hindsight"].get(agents, "-"),
                    self.goals.at_most(f"G3 N={agents} idle against the best ratio",
                                       core["idle_s_per_call"], ratio["idle_s_per_call"],
                                       core["idle_s_per_call_half_width"]))
            table.print()

        return show

    def peers(self):
        """Every rule as it comes, beside what the independent simulator found."""
        sizes = (10,) if self.quick else (3, 10, 20, 100, 300)
        policies = ("progressive", "vicidial-average", "vicidial-tapered", "vicidial-hard",
                    "issabel", "webitel", "samuelson", "small-group", "erlang", "predictive")
        days = {"days": 10, "warm_up": 1} if self.quick else {"days": 20}
        queued = {(policy, agents): self.runs.world(policy, agents=agents, **days)
                  for policy in policies for agents in sizes}

        def show():
            table = Table("Rules as they come: idle s per call [in pacing.md] / abandoned %",
                          ["rule", *[f"N={agents}" for agents in sizes]])
            for policy in policies:
                cells = []
                for agents in sizes:
                    result = queued[(policy, agents)].result()
                    yardstick = known.PEERS.get(policy, {}).get(agents)
                    beside = f" [{yardstick}]" if yardstick else ""
                    cells.append(f"{idle(result)}{beside} / {percent(result['abandonment'])}")
                table.add(policy, *cells)
            table.print()

        return show
