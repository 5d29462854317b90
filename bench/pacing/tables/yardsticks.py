"""What was measured in an independent simulator, and the goals; idle seconds per served call."""

SIZES = (3, 5, 10, 20, 50, 100, 300, 1000)

# Idle seconds at p = 0.25, and abandonment in percent where it is not the rule's own target.
PEERS = {
    "progressive": {3: 66.4, 5: 66.3, 10: 66.2, 20: 65.9, 50: 65.9, 100: 65.9, 300: 65.9,
                    1000: 66.1},
    "vicidial-average": {3: 68.5, 5: 69.1, 10: 69.1, 20: 68.0, 50: 66.6, 100: 65.6, 300: 65.1,
                         1000: 64.7},
    "vicidial-tuned": {3: 67.8, 10: 50.5, 20: 39.7, 50: 22.1, 100: 13.9, 300: 7.5},
    "ratio-hindsight": {3: 52.5, 10: 30.3, 50: 11.9, 100: 8.4},
    "samuelson": {3: 54.0, 5: 49.4, 10: 36.9, 20: 23.6, 50: 12.3, 100: 7.6, 300: 4.9},
}
VICIDIAL_ABANDONMENT = {3: 9.6, 5: 5.8, 10: 3.3, 20: 3.1, 50: 3.0, 100: 3.1, 300: 3.0, 1000: 3.0}

# The threshold rule that the core starts from.
THRESHOLD = {
    0.25: {3: 43.9, 5: 37.7, 10: 27.4, 20: 18.8, 50: 10.3, 100: 6.2, 300: 2.4, 1000: 0.62},
    0.10: {3: 68.7, 5: 50.8, 10: 32.8, 20: 21.0, 50: 11.1, 100: 6.5, 300: 2.5, 1000: 0.66},
    0.40: {3: 30.6, 5: 28.1, 10: 22.7, 20: 16.6, 50: 9.6, 100: 5.8, 300: 2.3},
}

# G1: idle at most so many times the exact optimum.
OPTIMUM_FACTOR = 1.03
OPTIMUM_WORLDS = (("exp", 3), ("exp", 10), ("exp", 20), ("erlang2", 3), ("erlang2", 10))
OPTIMUM_YARDSTICKS = {("exp", 3): 25.98, ("exp", 10): 19.37, ("exp", 20): 14.28,
                      ("erlang2", 3): 31.94, ("erlang2", 10): 23.26}

# G2: idle at most so long.
IDLE_MAX = {
    (0.25, 3): 44.5, (0.25, 5): 38.0, (0.25, 10): 26.5, (0.25, 20): 18.6, (0.25, 50): 10.1,
    (0.25, 100): 6.0, (0.25, 300): 2.4, (0.25, 1000): 0.63,
    (0.10, 10): 33.0, (0.10, 100): 6.6, (0.40, 10): 22.8, (0.40, 100): 5.8,
}

# G3: so many times fewer idle seconds than the tuned VICIdial-like rule.
GAIN_MIN = {3: 1.5, 10: 1.8, 20: 2.0, 50: 2.1, 100: 2.1, 300: 3.0}

# G4
CAP = 0.03
FIRST_HOUR_MEAN_MAX = 0.030
FIRST_HOUR_WORST_MAX = 0.035
DAY_MODE_IDLE_FACTOR = 1.15

# Extra idle, in percent, without a part of the prediction: at 10 and at 100 agents.
INGREDIENTS = {
    "events": (23, 39), "ring_age": (5, 15), "tolerance": (None, None), "phases": (2, 11),
    "agent_age": (0, 4), "cancelling": (8.7, 6.4), "change": (None, None),
}
NO_WAITING = (4, 28)
STRETCH_GAIN = 0.10

SCENARIOS = ("base", "halved", "boosted", "sine", "breaks", "hetero", "mixed", "amd", "real-talk",
             "shared-pool", "shared-pool-3", "trunk-limited", "leads-run-out", "groups",
             "wrap-signal", "inbound")
