"""What must hold in the store at any instant at which nobody writes: each change is there wholly,
or not at all.

Each query returns a line for every fault. They ask about the parts that one change consists of: the
result of an attempt and what it does to its lead, its callback, its record in the audit log and the
reports; a callback and the lead that waits for it; a setting, its version and its record.
"""

# Words that only results leave in a lead's tries; dispositions count there too, by their codes.
COUNTED = ("r.outcome <> 'not_sent'", "CASE WHEN r.treatment IN ('abandoned', 'early_hangup')"
           " THEN r.treatment ELSE r.outcome END")

AT_REST = {
    "an attempt that is over left its lead dialing": """
        SELECT l.id, a.id FROM leads l JOIN attempts a ON a.id = l.attempt_id
        JOIN attempt_results r ON r.attempt_id = a.id
        WHERE l.status = 'dialing' AND NOT r.failover_follows""",
    "an attempt that is open has let its lead go": """
        SELECT a.id, l.id, l.status FROM attempts a JOIN leads l ON l.id = a.lead_id
        WHERE NOT EXISTS (SELECT FROM attempt_results r WHERE r.attempt_id = a.id)
          AND NOT (l.status = 'dialing' AND l.attempt_id = a.id)""",
    "the attempts of a lead are not those that count": """
        SELECT l.id, l.attempts, count(a.id) FROM leads l
        LEFT JOIN attempts a ON a.lead_id = l.id AND a.failover_of IS NULL
             AND NOT EXISTS (SELECT FROM attempt_results r
                             WHERE r.attempt_id = a.id AND r.outcome = 'not_sent')
        GROUP BY l.id HAVING l.attempts <> count(a.id)""",
    "the turn of a lead's phones is not that of its results": f"""
        SELECT l.id, l.phone_turn, count(r.attempt_id) FROM leads l
        LEFT JOIN attempts a ON a.lead_id = l.id
        LEFT JOIN attempt_results r ON r.attempt_id = a.id AND {COUNTED[0]}
        GROUP BY l.id HAVING l.phone_turn <> count(r.attempt_id)""",
    "the tries of a lead are not its results": f"""
        SELECT l.id, w.word, l.tries ->> w.word, w.tries
        FROM (SELECT a.lead_id, {COUNTED[1]} AS word, count(*) AS tries
              FROM attempts a JOIN attempt_results r ON r.attempt_id = a.id
              WHERE {COUNTED[0]} GROUP BY 1, 2) w
        JOIN leads l ON l.id = w.lead_id
        WHERE NOT EXISTS (SELECT FROM disposition_codes d WHERE d.code = w.word)
          AND coalesce((l.tries ->> w.word)::bigint, 0) <> w.tries""",
    "a disposition is there, and what it does is not": """
        SELECT d.attempt_id, d.code FROM dispositions d JOIN attempts a ON a.id = d.attempt_id
        JOIN attempt_results r ON r.attempt_id = a.id JOIN leads l ON l.id = a.lead_id
        WHERE l.attempt_id = a.id AND l.run_id IS NULL
          AND NOT EXISTS (SELECT FROM disposition_effects e WHERE e.attempt_id = d.attempt_id)""",
    "a result is not once in the reports": """
        SELECT r.attempt_id, count(c.attempt_id) FROM attempt_results r
        LEFT JOIN report_calls c ON c.attempt_id = r.attempt_id
        GROUP BY 1 HAVING count(c.attempt_id) <> 1""",
    "a row is not once in the audit log": """
        SELECT w.subject, count(x.id)
        FROM (SELECT 'attempt ' || attempt_id AS subject FROM attempt_results
              UNION ALL SELECT 'refusal ' || id FROM gate_refusals
              UNION ALL SELECT 'setting ' || id FROM setting_changes) w
        LEFT JOIN audit_records x ON x.subject = w.subject
        GROUP BY 1 HAVING count(x.id) <> 1""",
    "the audit log knows of what is not there": """
        SELECT x.subject FROM audit_records x
        WHERE (x.kind = 'attempt' AND NOT EXISTS (
                  SELECT FROM attempt_results r WHERE x.subject = 'attempt ' || r.attempt_id))
           OR (x.kind = 'setting' AND NOT EXISTS (
                  SELECT FROM setting_changes c WHERE x.subject = 'setting ' || c.id))""",
    "versions of a setting do not follow each other": """
        SELECT id, table_name, row_key
        FROM (SELECT *, lag(after) OVER row_of AS earlier, row_number() OVER row_of AS nth
              FROM setting_changes
              WHERE table_name IN ('campaigns', 'retry_rules', 'campaign_caller_ids')
              WINDOW row_of AS (PARTITION BY table_name, row_key ORDER BY id)) c
        WHERE nth > 1 AND earlier IS DISTINCT FROM before""",
    "versions of a list do not follow each other": """
        SELECT id, row_key
        FROM (SELECT *, lag(after) OVER row_of AS earlier, row_number() OVER row_of AS nth
              FROM setting_changes WHERE table_name = 'lists'
              WINDOW row_of AS (PARTITION BY row_key ORDER BY id)) c
        WHERE nth > 1 AND (earlier -> 'weight', earlier -> 'priority')
                          IS DISTINCT FROM (before -> 'weight', before -> 'priority')""",
    "the last version of a campaign is not the campaign": """
        SELECT c.id FROM campaigns c
        WHERE to_jsonb(c) IS DISTINCT FROM (
            SELECT s.after FROM setting_changes s
            WHERE s.table_name = 'campaigns' AND s.row_key = c.id::text ORDER BY s.id DESC LIMIT 1)
        """,
    "two callbacks are open for one lead": """
        SELECT lead_id, count(*) FROM callbacks WHERE status = 'open'
        GROUP BY 1 HAVING count(*) > 1""",
    "a lead does not wait for its callback": """
        SELECT l.id, l.status, l.priority, l.due_at, l.for_agent, l.stop_reason, b.id, b.due_at,
               b.agent_id, b.opened_at
        FROM callbacks b JOIN leads l ON l.id = b.lead_id
        WHERE b.status = 'open' AND l.run_id IS NULL
          AND (l.status <> 'ready' OR l.priority <> 9 OR l.due_at < b.due_at
               OR l.for_agent IS DISTINCT FROM CASE WHEN b.opened_at IS NULL THEN b.agent_id END)
        """,
    "a lead waits for a callback that is not open": """
        SELECT l.id, l.status, l.stop_reason FROM leads l
        WHERE (l.for_agent IS NOT NULL OR l.priority = 9
               OR (l.status = 'ready' AND l.stop_reason = 'callback'))
          AND NOT EXISTS (SELECT FROM callbacks b WHERE b.lead_id = l.id AND b.status = 'open')""",
    "a callback is done by no call, or by one that is not over": """
        SELECT b.id, b.end_attempt FROM callbacks b
        WHERE b.status = 'done' AND NOT EXISTS (
            SELECT FROM attempts a JOIN attempt_results r ON r.attempt_id = a.id
            WHERE a.id = b.end_attempt AND a.lead_id = b.lead_id)""",
    "the funnel does not count what is there": """
        SELECT status, l.leads, c.leads
        FROM (SELECT CASE WHEN status = 'dialing' THEN 'leased'
                          WHEN status = 'ready' AND for_agent IS NOT NULL THEN 'for_agent'
                          ELSE status END AS status, count(*) AS leads
              FROM leads GROUP BY 1) l
        FULL JOIN (SELECT status, sum(leads) AS leads
                   FROM (SELECT status, leads FROM lead_counts
                         UNION ALL SELECT status, change FROM lead_count_changes) b
                   GROUP BY 1) c USING (status)
        WHERE coalesce(l.leads, 0) <> coalesce(c.leads, 0)""",
}
# The sweep that applies a filter to leads comes after it, and is whole in the end.
SWEPT = """
SELECT 1 FROM campaigns c JOIN filter_sweeps s ON s.campaign_id = c.id
WHERE c.filter = s.filter AND s.done_at IS NOT NULL
"""
SHOWN = 3
# What happened to a lead, so that a fault can be understood from its print.
HISTORY = """
SELECT at, what FROM (
    SELECT a.at, 'attempt ' || a.id || ' of run ' || a.run_id AS what FROM attempts a
    WHERE a.lead_id = {lead}
    UNION ALL
    SELECT r.ended_at, 'attempt ' || r.attempt_id || ' ended: ' || r.outcome || ' ' || r.treatment
    FROM attempts a JOIN attempt_results r ON r.attempt_id = a.id WHERE a.lead_id = {lead}
    UNION ALL
    SELECT c.at, 'callback ' || c.id || ' agreed for ' || c.due_at || ', lead was '
                 || c.was_status || ' due ' || c.was_due FROM callbacks c WHERE c.lead_id = {lead}
    UNION ALL
    SELECT c.ended_at, 'callback ' || c.id || ' ' || c.status || ': ' || c.end_reason
    FROM callbacks c WHERE c.lead_id = {lead} AND c.ended_at IS NOT NULL
    UNION ALL
    SELECT d.at, 'attempt ' || d.attempt_id || ' called ' || d.code
    FROM attempts a JOIN dispositions d ON d.attempt_id = a.id WHERE a.lead_id = {lead}
) h ORDER BY at
"""

# Between two attempts at a lead lies the pause of the first, unless a callback is being kept.
TOO_SOON = """
SELECT a.lead_id, a.id, b.id, b.outcome, round(extract(epoch FROM a.at - b.ended_at)::numeric, 3)
FROM attempts a
CROSS JOIN LATERAL (
    SELECT e.id, r.outcome, r.treatment, r.ended_at FROM attempts e
    LEFT JOIN attempt_results r ON r.attempt_id = e.id
    WHERE e.lead_id = a.lead_id AND e.id < a.id ORDER BY e.id DESC LIMIT 1) b
WHERE a.failover_of IS NULL
  AND (b.ended_at IS NULL OR a.at < b.ended_at + make_interval(secs => {pause_s}))
  AND NOT EXISTS (SELECT FROM callbacks c
                  WHERE c.lead_id = a.lead_id AND c.at < a.at AND c.due_at <= a.at
                    AND b.ended_at <= a.at AND coalesce(c.ended_at, 'infinity') >= a.at)
"""
# A person is not called before the instant that was agreed.
TOO_EARLY = """
SELECT a.id, c.id, c.at, c.due_at, a.at FROM attempts a JOIN callbacks c ON c.lead_id = a.lead_id
WHERE c.at + interval '2 seconds' < a.at AND a.at < c.due_at
  AND coalesce(c.ended_at, 'infinity') > a.at
"""


def at_rest(cluster):
    """Faults of the store while no engine runs and no command."""
    faults = []
    for what, query in AT_REST.items():
        rows = cluster.sql(query)
        if rows:
            faults.append(f"{what}: {len(rows)} rows, such as {rows[:SHOWN]}")
    return faults


def dialed_once(cluster, pause_s):
    """Faults of the whole log: leads that were called twice for one due instant, or too early."""
    twice = cluster.sql(TOO_SOON.format(pause_s=pause_s))
    early = cluster.sql(TOO_EARLY)
    return ([f"dialed again within the pause: {twice[:SHOWN]}"
             + "".join(f"\n    {at}  {what}" for at, what in
                       cluster.sql(HISTORY.format(lead=twice[0][0])))] if twice else []) \
        + ([f"dialed before the callback's time: {early[:SHOWN]}"] if early else [])
