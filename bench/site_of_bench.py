"""An engine with campaigns of leads on loopback, for the benches."""

import csv
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import rig  # noqa: E402

CLOCK_START = "2026-11-23T15:00:00-05:00"
# Their Monday has not begun, or has ended, when it is 15:00 in New York; or a state's rules ask for
# a consent of each person, or for an answer about a new owner.
LEFT_OUT = {"AS", "GU", "MP", "CT", "FL", "MD", "ME", "OK", "UT"}


def write_leads(path, count):
    """`count` leads with distinct fictional numbers over the area codes of the United States."""
    table = (line for line in open(rig.ROOT / "dnc/geo/nanp.csv", encoding="utf-8")
             if not line.startswith("#"))
    codes = [row["code"] for row in csv.DictReader(table)
             if row["country"] == "US" and row["geographic"] in ("1", "true", "yes")
             and not LEFT_OUT & set(row["regions"].split("|"))]
    with open(path, "w", encoding="utf-8") as file:
        file.write("name,phone\n")
        numbers = (f"+1{code}55501{last:02d}" for last in range(100) for code in codes)
        for index, number in zip(range(count), numbers):
            file.write(f"Lead {index},{number}\n")
    return path


def prepare_engine(space, trunk_ports, campaigns, agents, mode=("ratio", 10)):
    """A cluster with campaigns of leads, and the running engine.

    `trunk_ports`: name -> (port, calls per second); `campaigns`: name -> (trunk, leads); `agents`:
    prefix of their users -> how many. Returns (cluster, engine, token files, supervisor's token).
    """
    folder = space.path
    cluster = space.keep(rig.Cluster(folder / "cluster"))
    trunks = [{"name": name, "host": "127.0.0.1", "port": port, "calls_per_second_max": rate,
               "channels_max": 20000, "options_interval_s": 0}
              for name, (port, rate) in trunk_ports.items()]
    config = rig.write_config(folder / "dialer.toml", cluster, trunks, clock_start_at=CLOCK_START,
                              engine={"lines_max": 20000},
                              media={"silence_limit_ms": 600000})
    rig.dialer("migrate", "--config", config)
    rig.load_law(config, folder)
    tokens = [rig.add_agents(config, count, folder, prefix) for prefix, count in agents.items()]
    token = rig.add_user(config, "supervisor", "supervisor")
    for name, (trunk, count) in campaigns.items():
        rig.dialer("campaign", "create", name, "--config", config, "--seller", "Example Energy",
                   "--caller-id", "+12125550199", "--mode", mode[0], "--lines-per-agent",
                   mode[1], "--trunk", trunk, "--attempts-max", 1, "--ring-max", 120)
        rig.give_scripts(cluster)
        rig.dialer("import", write_leads(folder / f"{name}.csv", count), "--config", config,
                   "--campaign", name)
        rig.dialer("campaign", "start", name, "--config", config)
    engine = space.keep(rig.Engine(config, folder))
    return cluster, engine, tokens, token


def attempts(engine, token):
    return sum(campaign["attempts"] for campaign in engine.live(token)["campaigns"])
