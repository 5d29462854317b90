-- What reports are counted from: the dial log again, narrow. A report over a day of a million
-- attempts has no time to fetch each attempt's evidence and its lead, so the few columns that
-- reports divide and sum by are put together when the result comes, in the same transaction: the
-- reports are exact at any moment. Everything here can be made again from the log, and is
-- written by triggers of the log alone.

-- One row an attempt that has its result. In the order in which results came, so that a period is a
-- range of the table.
CREATE TABLE report_calls (
    attempt_id             bigint NOT NULL,
    at                     timestamptz NOT NULL, -- of the attempt
    answered_at            timestamptz, -- also of calls that were open when their engine died
    campaign_id            bigint NOT NULL,
    regulatory_campaign_id bigint,
    list_id                bigint,
    lead_id                bigint NOT NULL,
    agent_id               bigint,
    caller_id              bigint NOT NULL,
    answered_us            bigint,           -- answer to end; null: not answered, or not known
    place                  integer NOT NULL, -- 0: nobody has looked it up
    ring_ms                integer,          -- ringing to answer or end
    talk_ms                integer,          -- bridge to end
    to_agent_us            integer,          -- answer to agent, at most 35 minutes
    to_bridge_us           integer,
    attempt_no             smallint NOT NULL, -- of the lead, from 1; a failover has its call's
    sip_status             smallint NOT NULL,
    bridged                boolean NOT NULL,
    person_left            boolean NOT NULL, -- the called person ended the call
    outcome                text NOT NULL,
    -- As in attempt_results; of a call that was open when its engine died, what its events say.
    treatment              text NOT NULL,
    trunk                  text NOT NULL
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02);
CREATE INDEX report_calls_by_time ON report_calls USING brin (at)
    WITH (pages_per_range = 64, autosummarize = on);
-- The abandonment of a month is read from here alone.
CREATE INDEX report_calls_answers ON report_calls (regulatory_campaign_id, answered_at)
    INCLUDE (attempt_id, campaign_id, answered_us, to_agent_us, bridged, person_left, outcome)
    WHERE treatment <> 'none';

-- What came after the call: the latest word of the agent, and how long he took. State, since both
-- come when they come.
CREATE TABLE report_outcomes (
    attempt_id bigint PRIMARY KEY,
    code       text,        -- null: nothing said yet
    code_at    timestamptz,
    code_by    bigint,      -- of two said at once, the one of the smaller id counts
    wrap_up_ms integer
) WITH (fillfactor = 90);

-- One row a stretch of time that an agent spent in one state other than offline.
CREATE TABLE report_spells (
    agent_id    bigint NOT NULL,
    campaign_id bigint,        -- signed in to
    state       text NOT NULL, -- 'unknown': the engine died in it, and nobody knows until when
    reason      text NOT NULL, -- of a pause
    from_at     timestamptz NOT NULL,
    to_at       timestamptz NOT NULL,
    next_state  text NOT NULL,
    attempt_id  bigint
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02);
CREATE INDEX report_spells_by_time ON report_spells USING brin (from_at, to_at)
    WITH (pages_per_range = 64, autosummarize = on);

-- The state in which each agent was last seen.
CREATE TABLE report_agents (
    agent_id    bigint PRIMARY KEY,
    state_id    bigint NOT NULL, -- of agent_states
    state       text NOT NULL,
    reason      text NOT NULL,
    since       timestamptz NOT NULL,
    campaign_id bigint,
    attempt_id  bigint
) WITH (fillfactor = 20); -- changed at every turn of a call: old versions stay on the page

-- As much as fits; of nothing, nothing (least and greatest would make something of it).
CREATE FUNCTION report_int(value numeric) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN least(greatest(value, 0), 2147483647)::integer;
CREATE FUNCTION report_ms(from_at timestamptz, to_at timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN report_int(extract(epoch FROM to_at - from_at) * 1000);

-- Single look-ups by index for each new row, whatever the planner believes of the tables.
CREATE FUNCTION report_results() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO report_calls (
        attempt_id, at, answered_at, campaign_id, regulatory_campaign_id, list_id, lead_id,
        agent_id, caller_id, answered_us, place, ring_ms, talk_ms, to_agent_us, to_bridge_us,
        attempt_no, sip_status, bridged, person_left, outcome, treatment, trunk)
    SELECT n.attempt_id, a.at, t.answered_at, a.campaign_id, a.regulatory_campaign_id, l.list_id,
           a.lead_id, n.agent_id, a.caller_id,
           CASE WHEN n.outcome <> 'interrupted'
                THEN (extract(epoch FROM n.ended_at - t.answered_at) * 1000000)::bigint END,
           coalesce(l.place, 0),
           CASE WHEN n.outcome <> 'interrupted'
                THEN report_ms(n.ringing_at, coalesce(t.answered_at, n.ended_at)) END,
           CASE WHEN n.outcome <> 'interrupted' THEN report_ms(t.bridged_at, n.ended_at) END,
           CASE WHEN t.bridged_at IS NOT NULL
                THEN report_int(coalesce(n.answer_to_agent_us,
                                         extract(epoch FROM t.bridged_at - t.answered_at)
                                             * 1000000)) END,
           report_int(n.answer_to_bridge_us),
           least(greatest(coalesce(l.attempts, 1)
                          + CASE WHEN n.outcome = 'not_sent' AND a.failover_of IS NULL
                                 THEN 1 ELSE 0 END, 1), 32767),
           least(greatest(n.sip_status, 0), 32767), t.bridged_at IS NOT NULL,
           n.ended_by = 'customer', n.outcome,
           CASE WHEN n.outcome <> 'interrupted' THEN n.treatment
                WHEN t.bridged_at IS NOT NULL THEN 'bridged'
                WHEN t.answered_at IS NOT NULL THEN 'abandoned' ELSE 'none' END,
           a.trunk
    FROM added n
    CROSS JOIN LATERAL (SELECT * FROM attempts WHERE id = n.attempt_id LIMIT 1) a
    LEFT JOIN LATERAL (SELECT list_id, place, attempts FROM leads WHERE id = a.lead_id LIMIT 1) l
        ON true
    LEFT JOIN LATERAL (SELECT min(at) FILTER (WHERE kind = 'answered') AS answered_at,
                              min(at) FILTER (WHERE kind = 'bridged') AS bridged_at
                       FROM attempt_events
                       WHERE attempt_id = n.attempt_id AND n.outcome = 'interrupted') e ON true
    CROSS JOIN LATERAL (SELECT coalesce(n.answered_at, e.answered_at) AS answered_at,
                               coalesce(n.bridged_at, e.bridged_at) AS bridged_at) t;
    RETURN NULL;
END
$$;
CREATE TRIGGER report_results AFTER INSERT ON attempt_results
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION report_results();

CREATE FUNCTION report_dispositions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO report_outcomes AS o (attempt_id, code, code_at, code_by)
    SELECT DISTINCT ON (attempt_id) attempt_id, code, at, agent_id FROM added
    ORDER BY attempt_id, at DESC, agent_id
    ON CONFLICT (attempt_id) DO UPDATE
    SET code = excluded.code, code_at = excluded.code_at, code_by = excluded.code_by
    WHERE o.code IS NULL OR excluded.code_at > o.code_at
          OR (excluded.code_at = o.code_at AND excluded.code_by < o.code_by);
    RETURN NULL;
END
$$;
CREATE TRIGGER report_dispositions AFTER INSERT ON dispositions
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION report_dispositions();

-- A row that does not begin where the one before it ended was written by an engine that knew
-- nothing of that one: its engine had died.
CREATE FUNCTION report_agent_states() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    change agent_states;
    was    report_agents;
    ended  timestamptz;
BEGIN
    FOR change IN SELECT * FROM added ORDER BY id LOOP
        SELECT * INTO was FROM report_agents WHERE agent_id = change.agent_id FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            INSERT INTO report_agents VALUES (
                change.agent_id, change.id, change.to_state, change.reason, change.at,
                change.campaign_id, change.attempt_id)
            ON CONFLICT DO NOTHING;
            CONTINUE;
        END IF;
        CONTINUE WHEN change.id <= was.state_id;
        ended := greatest(change.at, was.since); -- a clock that was put back makes no time
        IF was.state <> 'offline' AND ended > was.since THEN
            INSERT INTO report_spells VALUES (
                change.agent_id, was.campaign_id,
                CASE WHEN was.state = change.from_state THEN was.state ELSE 'unknown' END,
                was.reason, was.since, ended, change.to_state, was.attempt_id);
        END IF;
        IF was.state = 'wrap_up' AND change.from_state = 'wrap_up'
           AND coalesce(was.attempt_id, change.attempt_id) IS NOT NULL THEN
            INSERT INTO report_outcomes AS o (attempt_id, wrap_up_ms)
            VALUES (coalesce(was.attempt_id, change.attempt_id), report_ms(was.since, ended))
            ON CONFLICT (attempt_id) DO UPDATE
            SET wrap_up_ms = coalesce(o.wrap_up_ms, 0) + excluded.wrap_up_ms;
        END IF;
        UPDATE report_agents
        SET state_id = change.id, state = change.to_state, reason = change.reason, since = ended,
            campaign_id = change.campaign_id, attempt_id = change.attempt_id
        WHERE agent_id = change.agent_id;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER report_agent_states AFTER INSERT ON agent_states
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION report_agent_states();

-- The log that is there already.
INSERT INTO report_calls (
    attempt_id, at, answered_at, campaign_id, regulatory_campaign_id, list_id, lead_id, agent_id,
    caller_id, answered_us, place, ring_ms, talk_ms, to_agent_us, to_bridge_us, attempt_no,
    sip_status, bridged, person_left, outcome, treatment, trunk)
SELECT r.attempt_id, a.at, t.answered_at, a.campaign_id, a.regulatory_campaign_id, l.list_id,
       a.lead_id, r.agent_id, a.caller_id,
       CASE WHEN r.outcome <> 'interrupted'
            THEN (extract(epoch FROM r.ended_at - t.answered_at) * 1000000)::bigint END,
       coalesce(l.place, 0),
       CASE WHEN r.outcome <> 'interrupted'
            THEN report_ms(r.ringing_at, coalesce(t.answered_at, r.ended_at)) END,
       CASE WHEN r.outcome <> 'interrupted' THEN report_ms(t.bridged_at, r.ended_at) END,
       CASE WHEN t.bridged_at IS NOT NULL
            THEN report_int(coalesce(r.answer_to_agent_us,
                                     extract(epoch FROM t.bridged_at - t.answered_at)
                                         * 1000000)) END,
       report_int(r.answer_to_bridge_us),
       least(a.attempt_no, 32767), least(greatest(r.sip_status, 0), 32767),
       t.bridged_at IS NOT NULL, r.ended_by = 'customer', r.outcome,
       CASE WHEN r.outcome <> 'interrupted' THEN r.treatment
            WHEN t.bridged_at IS NOT NULL THEN 'bridged'
            WHEN t.answered_at IS NOT NULL THEN 'abandoned' ELSE 'none' END,
       a.trunk
FROM (SELECT id, at, campaign_id, regulatory_campaign_id, lead_id, caller_id, trunk,
             greatest(1, count(*) FILTER (WHERE failover_of IS NULL)
                             OVER (PARTITION BY lead_id ORDER BY id)) AS attempt_no
      FROM attempts) a
JOIN attempt_results r ON r.attempt_id = a.id
LEFT JOIN leads l ON l.id = a.lead_id
LEFT JOIN LATERAL (SELECT min(at) FILTER (WHERE kind = 'answered') AS answered_at,
                          min(at) FILTER (WHERE kind = 'bridged') AS bridged_at
                   FROM attempt_events
                   WHERE attempt_id = r.attempt_id AND r.outcome = 'interrupted') e ON true
CROSS JOIN LATERAL (SELECT coalesce(r.answered_at, e.answered_at) AS answered_at,
                           coalesce(r.bridged_at, e.bridged_at) AS bridged_at) t
ORDER BY r.attempt_id;

INSERT INTO report_outcomes (attempt_id, code, code_at, code_by)
SELECT DISTINCT ON (attempt_id) attempt_id, code, at, agent_id FROM dispositions
ORDER BY attempt_id, at DESC, agent_id;

CREATE TEMPORARY TABLE report_changes ON COMMIT DROP AS
SELECT agent_id, id, at, from_state, lag(campaign_id) OVER w AS campaign_id,
       lag(to_state) OVER w AS state, lag(reason) OVER w AS reason, lag(at) OVER w AS since,
       to_state AS next_state, coalesce(lag(attempt_id) OVER w, attempt_id) AS attempt_id
FROM agent_states
WINDOW w AS (PARTITION BY agent_id ORDER BY id);
INSERT INTO report_spells
SELECT agent_id, campaign_id, CASE WHEN state = from_state THEN state ELSE 'unknown' END, reason,
       since, at, next_state, attempt_id
FROM report_changes WHERE state <> 'offline' AND at > since ORDER BY at;
INSERT INTO report_outcomes AS o (attempt_id, wrap_up_ms)
SELECT attempt_id, sum(report_ms(since, at)) FROM report_changes
WHERE state = 'wrap_up' AND from_state = 'wrap_up' AND attempt_id IS NOT NULL AND at >= since
GROUP BY attempt_id
ON CONFLICT (attempt_id) DO UPDATE SET wrap_up_ms = excluded.wrap_up_ms;
INSERT INTO report_agents
SELECT DISTINCT ON (agent_id) agent_id, id, to_state, reason, at, campaign_id, attempt_id
FROM agent_states ORDER BY agent_id, id DESC;

-- Opt-outs and revocations of a period.
CREATE INDEX suppression_changes_by_time ON suppression_changes (at);
CREATE INDEX revocations_by_time ON revocations (at);

-- The first attempt of a regulatory campaign that was sent: it begins the first of the successive
-- periods of abandonment. null: none was.
CREATE FUNCTION first_call_of(its_offer bigint, its_seller text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT min(a.at)
    FROM campaigns s
    JOIN LATERAL (SELECT a.at FROM attempts a JOIN attempt_results r ON r.attempt_id = a.id
                  WHERE a.campaign_id = s.id AND a.regulatory_campaign_id = its_offer
                    AND r.outcome <> 'not_sent'
                  ORDER BY a.at, a.id LIMIT 1) a ON true
    WHERE same_party(s.seller, its_seller)
$$;

GRANT SELECT ON report_calls, report_outcomes, report_spells, report_agents TO dialer_engine;
