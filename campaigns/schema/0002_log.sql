-- The dial log: what was dialed, why it was allowed, how it ended, and what was refused.
--
-- Append-only: the engine's role may INSERT and SELECT, nothing else. Ids are made by the engine
-- (41 bits of milliseconds since 2024, 10 of node, 12 of sequence), so they rise with time, and the
-- tables are partitioned by ranges of the id, one a month. Partitioning by the id and not by a time
-- column keeps the id alone the primary key: an attempt and its result are unique over all months,
-- and a look-up by id reads one partition.
--
-- Hot tables have no foreign keys: their rows are written under the row lock of the lead that they
-- name, and nobody who writes them can delete a lead, a campaign or a run.

CREATE TABLE engine_runs (
    id            bigint PRIMARY KEY,
    at            timestamptz NOT NULL,
    node          text NOT NULL,
    clock_shift   interval NOT NULL, -- 0 but in demos on loopback
    tzdb_version  text NOT NULL,
    rules_version text NOT NULL
);

-- A run without a row here and without its advisory lock has died.
CREATE TABLE engine_run_ends (
    run_id          bigint PRIMARY KEY REFERENCES engine_runs,
    at              timestamptz NOT NULL,
    attempts_closed bigint NOT NULL -- open at its death
);

CREATE TABLE attempts (
    id          bigint PRIMARY KEY,
    at          timestamptz NOT NULL, -- of the gate's decision
    lead_id     bigint NOT NULL,
    campaign_id bigint NOT NULL,
    run_id      bigint NOT NULL,
    number      bigint NOT NULL,
    caller_id   bigint NOT NULL,
    trunk       text NOT NULL,
    failover_of bigint,
    evidence    jsonb NOT NULL -- zones with their local times, list versions, tzdb, rules
) PARTITION BY RANGE (id);
CREATE INDEX attempts_by_campaign ON attempts (campaign_id, at, id);
CREATE INDEX attempts_by_lead ON attempts (lead_id);
CREATE INDEX attempts_by_number ON attempts (number);
CREATE INDEX attempts_by_run ON attempts (run_id);

CREATE TABLE attempt_events (
    attempt_id bigint NOT NULL,
    seq        integer NOT NULL,
    at         timestamptz NOT NULL,
    kind       text NOT NULL,
    detail     text NOT NULL,
    PRIMARY KEY (attempt_id, seq)
) PARTITION BY RANGE (attempt_id);

CREATE TABLE attempt_results (
    attempt_id          bigint PRIMARY KEY,
    outcome             text NOT NULL
                        CHECK (outcome IN ('answered', 'busy', 'no_answer', 'rejected',
                                           'invalid_number', 'congestion', 'trunk_failure',
                                           'cancelled', 'not_sent', 'interrupted')),
    treatment           text NOT NULL
                        CHECK (treatment IN ('none', 'bridged', 'abandoned', 'early_hangup')),
    sip_status          integer NOT NULL,
    agent_id            bigint,
    ringing_at          timestamptz,
    answered_at         timestamptz,
    bridged_at          timestamptz,
    first_audio_at      timestamptz,
    message_started_at  timestamptz,
    message_ended_at    timestamptz,
    answer_to_bridge_us bigint, -- monotonic clock
    answer_to_agent_us  bigint, -- monotonic clock
    ended_at            timestamptz NOT NULL,
    ended_by            text NOT NULL,
    failover_follows    boolean NOT NULL -- the lead went on to another trunk
) PARTITION BY RANGE (attempt_id);

CREATE TABLE gate_refusals (
    id          bigint PRIMARY KEY,
    at          timestamptz NOT NULL,
    campaign_id bigint NOT NULL,
    lead_id     bigint NOT NULL,
    number      bigint NOT NULL,
    verdict     text NOT NULL CHECK (verdict IN ('deny', 'defer')),
    until       timestamptz,
    last_phone  boolean NOT NULL, -- no further number of the lead was left to try
    reasons     jsonb NOT NULL,
    evidence    jsonb NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX gate_refusals_by_campaign ON gate_refusals (campaign_id, at);
CREATE INDEX gate_refusals_by_lead ON gate_refusals (lead_id);
CREATE INDEX gate_refusals_by_number ON gate_refusals (number);

CREATE TABLE agent_states (
    id         bigint PRIMARY KEY,
    agent_id   bigint NOT NULL,
    at         timestamptz NOT NULL,
    from_state text NOT NULL,
    to_state   text NOT NULL,
    reason     text NOT NULL,
    attempt_id bigint
) PARTITION BY RANGE (id);
CREATE INDEX agent_states_by_agent ON agent_states (agent_id, at);

-- An agent who thinks again adds a row; the latest counts.
CREATE TABLE dispositions (
    attempt_id bigint NOT NULL,
    agent_id   bigint NOT NULL,
    at         timestamptz NOT NULL,
    code       text NOT NULL,
    note       text NOT NULL,
    PRIMARY KEY (attempt_id, agent_id, at)
) PARTITION BY RANGE (attempt_id);

-- Rows whose month has no partition (a clock far off) are kept all the same.
CREATE TABLE attempts_other PARTITION OF attempts DEFAULT;
CREATE TABLE attempt_events_other PARTITION OF attempt_events DEFAULT;
CREATE TABLE attempt_results_other PARTITION OF attempt_results DEFAULT;
CREATE TABLE gate_refusals_other PARTITION OF gate_refusals DEFAULT;
CREATE TABLE agent_states_other PARTITION OF agent_states DEFAULT;
CREATE TABLE dispositions_other PARTITION OF dispositions DEFAULT;

-- The smallest id that the engine can make at an instant; campaigns/ids.hpp has the layout.
CREATE FUNCTION first_id_at(at timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT
RETURN (extract(epoch FROM at - timestamptz '2024-01-01 00:00:00+00') * 1000)::bigint << 22;

-- Makes the missing partitions of `months` months from the month of `from_at`; returns how many.
-- Runs with the owner's rights, since the engine may not make tables. A month is skipped when rows
-- of it already lie in the default partition, and everything when somebody holds the table for
-- long: partitions are made ahead, and the next start tries again.
CREATE FUNCTION ensure_partitions(from_at timestamptz, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET lock_timeout = '2s'
AS $$
DECLARE
    log_table text;
    month     timestamp;
    part      text;
    made      integer := 0;
BEGIN
    FOR i IN 0 .. least(months, 24) - 1 LOOP
        month := date_trunc('month', from_at AT TIME ZONE 'UTC') + make_interval(months => i);
        FOREACH log_table IN ARRAY ARRAY['attempts', 'attempt_events', 'attempt_results',
                                         'gate_refusals', 'agent_states', 'dispositions'] LOOP
            part := log_table || to_char(month, '_YYYY_MM');
            CONTINUE WHEN to_regclass('public.' || part) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I '
                               'FOR VALUES FROM (%s) TO (%s)', part, log_table,
                               public.first_id_at(month AT TIME ZONE 'UTC'),
                               public.first_id_at((month + interval '1 month') AT TIME ZONE 'UTC'));
                made := made + 1;
            EXCEPTION WHEN check_violation OR lock_not_available OR duplicate_table THEN
                NULL;
            END;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;

-- RFC 3339 in UTC with microseconds, for exports.
CREATE FUNCTION rfc3339(at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE STRICT
RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
