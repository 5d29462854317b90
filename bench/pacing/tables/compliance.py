"""G4: the caps hold in every scenario and seed."""

from tables import yardsticks as known
from tables.goals import Table, percent, worst_campaign

DAYS = 30


class Compliance:
    """A new campaign's first thirty days, without any day to warm up. Decisions a second apart
    when nothing happens, instead of a quarter: four times as fast, and no easier to comply."""

    def __init__(self, runs, goals, seeds, sizes, scenarios):
        self.runs = runs
        self.goals = goals
        self.seeds = range(1, seeds + 1)
        self.sizes = sizes
        self.scenarios = scenarios

    def month(self):
        queued = [(scenario, agents,
                   [self.runs.world("predictive", scenario=scenario, agents=agents, seed=seed,
                                    days=DAYS, warm_up=0, tick=1) for seed in self.seeds])
                  for agents in self.sizes for scenario in self.scenarios]

        def show():
            table = Table(f"G4: {DAYS} days from the first call, {len(self.seeds)} seeds, "
                          "the worst campaign of each",
                          ["scenario", "N", "idle s", "mean %", "worst seed %", "cap",
                           "first day's first hour, mean %"])
            for scenario, agents, group in queued:
                results = [run.result() for run in group]
                shares = [worst_campaign(result) for result in results]
                table.add(scenario, agents, f"{mean_of(results, 'idle_s_per_call'):.2f}",
                          f"{100 * sum(shares) / len(shares):.3f}", f"{100 * max(shares):.3f}",
                          self.goals.at_most(f"G4 {scenario} N={agents} 30 days", max(shares),
                                             known.CAP),
                          percent(mean_of(results, "first_hour_first_day")))
            table.print()

        return show

    def first_hour(self, sizes):
        """Every seed is a new campaign that works for an hour."""
        queued = [(answer, agents,
                   [self.runs.world("predictive", scenario="cold", agents=agents, answer=answer,
                                    seed=seed, days=1, day_seconds=3600) for seed in self.seeds])
                  for answer in (0.10, 0.25, 0.40) for agents in sizes]

        def show():
            table = Table(f"G4: the first hour of a new campaign, {len(self.seeds)} seeds",
                          ["p", "N", "idle s", "all together %", "", "worst seed %", ""])
            for answer, agents, group in queued:
                results = [run.result() for run in group]
                together = (sum(result["abandoned"] for result in results) /
                            max(1, sum(result["answered"] for result in results)))
                worst = max(result["abandonment"] for result in results)
                name = f"G4 first hour p={answer} N={agents}"
                table.add(answer, agents, f"{mean_of(results, 'idle_s_per_call'):.2f}",
                          percent(together),
                          self.goals.at_most(f"{name} mean", together, known.FIRST_HOUR_MEAN_MAX),
                          percent(worst),
                          self.goals.at_most(f"{name} worst", worst, known.FIRST_HOUR_WORST_MAX))
            table.print()

        return show

    def by_day(self, sizes):
        seeds = list(self.seeds)[:max(1, len(self.seeds) // 4)]
        queued = [(agents,
                   [[self.runs.world("predictive", agents=agents, seed=seed, days=DAYS, tick=1,
                                     warm_up=0, mode=mode) for seed in seeds]
                    for mode in ("day", "campaign")])
                  for agents in sizes]

        def show():
            table = Table(f"G4: 24-hour periods, {DAYS} days, {len(seeds)} seeds",
                          ["N", "idle s", "of 30-day periods", "factor", "", "abandoned %",
                           "days over", "worst day %", ""])
            for agents, (daily, monthly) in queued:
                by_day = [run.result() for run in daily]
                by_month = [run.result() for run in monthly]
                idle_day = mean_of(by_day, "idle_s_per_call")
                idle_month = mean_of(by_month, "idle_s_per_call")
                over = sum(result["days_over"] for result in by_day)
                table.add(agents, f"{idle_day:.2f}", f"{idle_month:.2f}",
                          f"{idle_day / idle_month:.3f}",
                          self.goals.at_most(f"G4 day mode N={agents} idle factor",
                                             idle_day / idle_month, known.DAY_MODE_IDLE_FACTOR),
                          percent(mean_of(by_day, "abandonment")), over,
                          percent(max(result["worst_day"] for result in by_day)),
                          self.goals.at_most(f"G4 day mode N={agents} days over", over, 0))
            table.print()

        return show


def mean_of(results, key):
    return sum(result[key] for result in results) / len(results)
