"""What must hold of the dial log and the carrier's journal, however often the engine died.

Each check returns a list of faults, empty when all is well.
"""

import collections
import dataclasses

# The pauses of the retry rule (campaigns/store_pg_log.cpp): trouble of ours is tried again sooner.
OUR_TROUBLE = {"trunk_failure", "congestion", "not_sent"}
OUR_TROUBLE_PAUSE_S = 60
# An INVITE that had left before the opt-out may be journalled this much after its answer.
DELIVERY_MS = 250
KEY_AT_MS = 2700  # after the answer; the message starts 2 s after it


@dataclasses.dataclass
class Attempt:
    """One row of the log with its result; instants in seconds of the engine's clock."""
    id: str
    at: float
    lead: str
    number: str
    run: str
    failover_of: str
    challenged: int
    results: int
    outcome: str
    treatment: str
    ended_at: float
    ended_by: str
    wish: str  # what the agent's disposition means for the lead: finish, retry, ...


ATTEMPTS = """
SELECT a.id, extract(epoch FROM a.at), a.lead_id, a.number, a.run_id, coalesce(a.failover_of, 0),
       (SELECT count(*) FROM attempt_events e WHERE e.attempt_id = a.id AND e.kind = 'challenged'),
       (SELECT count(*) FROM attempt_results c WHERE c.attempt_id = a.id),
       coalesce(r.outcome, ''), coalesce(r.treatment, ''),
       coalesce(extract(epoch FROM r.ended_at), 0), coalesce(r.ended_by, ''),
       coalesce((SELECT c.lead_action FROM dispositions d JOIN disposition_codes c USING (code)
                 WHERE d.attempt_id = a.id ORDER BY d.at DESC LIMIT 1), '')
FROM attempts a LEFT JOIN attempt_results r ON r.attempt_id = a.id ORDER BY a.id
"""


def read_attempts(cluster):
    return [Attempt(row[0], float(row[1]), row[2], row[3], row[4], row[5], int(row[6]),
                    int(row[7]), row[8], row[9], float(row[10]), row[11], row[12])
            for row in cluster.sql(ATTEMPTS)]


def logged(attempts, invites):
    """Every INVITE has its row, every row that was sent its INVITE, and never two."""
    faults = []
    rows = {attempt.id: attempt for attempt in attempts}
    seen = collections.Counter(invite["x_attempt"] for invite in invites)
    for attempt_id, count in seen.items():
        row = rows.get(attempt_id)
        if row is None:
            faults.append(f"INVITE of attempt {attempt_id} has no row")
        elif row.outcome == "not_sent":
            faults.append(f"attempt {attempt_id} is logged as not sent, but was")
        elif count > 1 + row.challenged:
            faults.append(f"attempt {attempt_id}: {count} INVITEs, {row.challenged} challenged")
    return faults


def all_sent(attempts, invites):
    """Every row but `not_sent` and `interrupted` ones has its INVITE."""
    seen = {invite["x_attempt"] for invite in invites}
    return [f"attempt {attempt.id} ({attempt.outcome}) never reached the carrier"
            for attempt in attempts
            if attempt.outcome not in ("not_sent", "interrupted") and attempt.id not in seen]


def numbers_match(attempts, invites):
    """The number on the wire is the number of the row."""
    rows = {attempt.id: attempt.number for attempt in attempts}
    return [f"attempt {invite['x_attempt']} dialed {invite['number']}" for invite in invites
            if rows.get(invite["x_attempt"]) not in (None, invite["number"].lstrip("+"))]


def one_result_each(attempts):
    return [f"attempt {attempt.id} has {attempt.results} results" for attempt in attempts
            if attempt.results != 1]


def pauses_kept(attempts, retry_after_s):
    """A lead is dialed again only after its pause, and after a conversation only when the agent
    said so."""
    faults = []
    by_lead = collections.defaultdict(list)
    for attempt in attempts:
        by_lead[attempt.lead].append(attempt)
    for lead, own in by_lead.items():
        for before, after in zip(own, own[1:]):
            if after.failover_of == before.id:
                continue
            pause = OUR_TROUBLE_PAUSE_S if before.outcome in OUR_TROUBLE else retry_after_s
            if before.treatment == "bridged" and before.wish not in ("retry", "callback"):
                faults.append(f"lead {lead} was dialed again after a conversation")
            elif after.at < before.ended_at + pause:
                faults.append(f"lead {lead}: attempt {after.id} {after.at - before.ended_at:.3f} s "
                              f"after the end ({before.outcome}) of {before.id}")
    return faults


def leads_settled(cluster):
    rows = cluster.sql("SELECT id, status, attempt_id FROM leads "
                       "WHERE status IN ('leased', 'dialing') ORDER BY id")
    return [f"lead {lead} is still {status} (attempt {attempt})" for lead, status, attempt in rows]


def runs_buried(cluster, last_runs=1):
    """All runs but the last have their end."""
    rows = cluster.sql("SELECT count(*) FROM engine_runs r WHERE NOT EXISTS "
                       "(SELECT FROM engine_run_ends e WHERE e.run_id = r.id)")
    return [] if int(rows[0][0]) <= last_runs else [f"{rows[0][0]} runs have no end"]


def changes_of(cluster, source):
    """number -> instant of its first opt-out by that source."""
    return {number: float(at) for number, at in cluster.sql(
        "SELECT number, min(extract(epoch FROM at)) FROM suppression_changes "
        f"WHERE listed AND source = '{source}' GROUP BY number")}


def opt_outs_stand(cluster, attempts, invites, acknowledged):
    """`acknowledged`: number -> wall clock in milliseconds of the engine's answer."""
    faults = []
    stored = changes_of(cluster, "api")
    for number in acknowledged:
        if number.lstrip("+") not in stored:
            faults.append(f"the opt-out of {number} was acknowledged and is lost")
    for invite in invites:
        at_ms = acknowledged.get(invite["number"])
        if at_ms is not None and invite["t"] > at_ms + DELIVERY_MS:
            faults.append(f"{invite['number']} was dialed {invite['t'] - at_ms:.0f} ms after its "
                          "opt-out")
    return faults + none_after(attempts, stored)


def none_after(attempts, stored):
    """No decision to dial is later than the opt-out, by the engine's own clock."""
    return [f"attempt {attempt.id} to {attempt.number} was decided "
            f"{attempt.at - stored[attempt.number]:.3f} s after its opt-out"
            for attempt in attempts
            if attempt.number in stored and attempt.at > stored[attempt.number]]


def pressed_and_hung_up(journal, scripted, until_ms):
    """Calls of people who pressed 9 in the message and whom the engine then let go."""
    calls, answered, done = {}, {}, []
    for entry in journal:
        if entry["ev"] == "invite" and entry["number"] in scripted:
            calls[entry["id"]] = entry
        elif entry["ev"] == "answer":
            answered[entry["id"]] = entry["t"]
        elif entry["ev"] == "bye_in" and entry["id"] in calls and entry["t"] < until_ms:
            if entry["t"] - answered.get(entry["id"], entry["t"]) >= KEY_AT_MS - 100:
                done.append(calls[entry["id"]])
    return done


def key_opt_outs_stand(cluster, attempts, let_go):
    stored = changes_of(cluster, "key_press")
    faults = [f"{call['number']} pressed 9, got the BYE, and is not on the list"
              for call in let_go if call["number"].lstrip("+") not in stored]
    return faults + none_after(attempts, stored)


def refused_for_opt_out(cluster, numbers):
    """How often the gate refused one of the numbers: that the opt-outs were put to the test."""
    wanted = ",".join(number.lstrip("+") for number in numbers) or "0"
    return int(cluster.sql(f"SELECT count(*) FROM gate_refusals WHERE number IN ({wanted})")[0][0])
