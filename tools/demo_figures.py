"""What a run came to, from the engine's own log: how long agents waited, talked and wrapped up.

The figures are taken between two instants of the engine's clock, so that the log-in at the start
and the end of dialing do not count.
"""

import datetime
import math

STATES = """
SELECT agent_id, extract(epoch FROM at), to_state FROM agent_states ORDER BY agent_id, at, id
"""
# A call that an agent found to be a machine was answered by nobody.
ANSWERS = """
SELECT extract(epoch FROM r.answered_at), r.treatment,
       extract(epoch FROM r.ended_at - r.bridged_at)
FROM attempt_results r
WHERE r.answered_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM dispositions d WHERE d.attempt_id = r.attempt_id AND d.code = 'machine')
"""


def seconds_of(instant):
    """Unix time of an RFC 3339 text."""
    return datetime.datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp()


def stretches(rows):
    """(agent, state, from, to) of every state that ended."""
    for before, after in zip(rows, rows[1:]):
        if before[0] == after[0]:
            yield before[0], before[2], float(before[1]), float(after[1])


def all_ready(rows):
    """When the last agent was ready for the first time."""
    first = {}
    for agent, at, state in rows:
        if state == "ready":
            first.setdefault(agent, float(at))
    return max(first.values(), default=0.0)


def overlap(start, end, window):
    return max(0.0, min(end, window[1]) - max(start, window[0]))


def spread(values):
    """Mean and coefficient of variation; nothing without values."""
    if not values:
        return {"n": 0, "mean": None, "cv": None}
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / max(1, len(values) - 1)
    return {"n": len(values), "mean": round(mean, 3),
            "cv": round(math.sqrt(variance) / mean, 3) if mean > 0 else None}


def ratio(part, whole, digits):
    return round(part / whole, digits) if whole else None


def figures(cluster, seconds, until, warm_up_s):
    """The run's figures from `warm_up_s` after all agents were ready, or without agents after
    dialing began `seconds` before, to `until` (Unix time)."""
    rows = cluster.sql(STATES)
    window = ((all_ready(rows) or until - seconds) + warm_up_s, until)
    spent = {"ready": 0.0, "talking": 0.0, "wrap_up": 0.0}
    whole = {"talking": [], "wrap_up": []}
    served = 0
    for _, state, start, end in stretches(rows):
        if state in spent:
            spent[state] += overlap(start, end, window)
        inside = window[0] <= start < window[1]
        served += inside and state == "talking"
        if inside and state in whole:
            whole[state].append(end - start)
    answers = [row for row in cluster.sql(ANSWERS) if window[0] <= float(row[0]) < window[1]]
    treatments = [row[1] for row in answers]
    lost = treatments.count("abandoned") + treatments.count("early_hangup")
    work = spent["talking"] + spent["wrap_up"]
    return {
        "from_s_after_ready": warm_up_s,
        "seconds": round(max(0.0, window[1] - window[0]), 1),
        "served": served,
        "idle_s": round(spent["ready"], 3),
        "work_s": round(work, 3),
        "abandoned": lost,
        "answered": len(answers),
        "idle_s_per_call": ratio(spent["ready"], served, 3),
        "utilisation": ratio(work, work + spent["ready"], 4),
        # The cautious reading, and pacing's: who left while nobody was there was abandoned too.
        "abandonment": ratio(lost, len(answers), 5),
        "talk_s": spread(whole["talking"]),
        "wrap_up_s": spread(whole["wrap_up"]),
    }
