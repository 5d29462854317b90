-- Predictive pacing: modes and caps of a campaign, what its pacing has learnt, why it decided as it
-- did, and what the dial log says about abandoned calls. Also numbers that agents dial by hand.

-- Campaigns that are there keep their mode; the other settings get the values that change nothing
-- for them.
ALTER TABLE campaigns
    DROP CONSTRAINT campaigns_mode_check,
    ADD CONSTRAINT campaigns_mode_check
        CHECK (mode IN ('manual', 'preview', 'progressive', 'predictive', 'ratio', 'agentless')),
    ADD COLUMN lines_per_agent_max double precision NOT NULL DEFAULT 12
        CHECK (lines_per_agent_max BETWEEN 1 AND 50),
    ADD COLUMN jurisdiction text NOT NULL DEFAULT 'US' -- of dnc/packs/abandonment.json
        CHECK (jurisdiction ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'),
    ADD COLUMN pool text NOT NULL DEFAULT '', -- campaigns of one pool share agents; '': its own
    ADD COLUMN priority integer NOT NULL DEFAULT 0 CHECK (priority BETWEEN -100 AND 100),
    ADD COLUMN share double precision NOT NULL DEFAULT 1 CHECK (share BETWEEN 0.01 AND 100);

-- Numbers dialed by hand are leads too, of one list a campaign that comes from no file. A lead of
-- it is 'by_hand' when nobody has it in hand: no mode but the agent's own hand ever dials it.
ALTER TABLE lists
    ADD COLUMN kind text NOT NULL DEFAULT 'file' CHECK (kind IN ('file', 'by_hand')),
    ALTER COLUMN sha256 DROP NOT NULL,
    ADD CONSTRAINT lists_file_has_hash CHECK ((kind = 'file') = (sha256 IS NOT NULL));
CREATE UNIQUE INDEX lists_by_hand ON lists (campaign_id) WHERE kind = 'by_hand';

-- Any lead that is in no hand may be taken by hand, a finished one too. It must not come back as
-- ready: then the engine would call somebody again who has had his conversation.
ALTER TABLE leads
    DROP CONSTRAINT leads_status_check,
    ADD CONSTRAINT leads_status_check
        CHECK (status IN ('ready', 'leased', 'dialing', 'exhausted', 'finished', 'blocked',
                          'by_hand')),
    ADD COLUMN after_loan text -- status to go back to; null: what the retry rule says
        CHECK (after_loan IN ('exhausted', 'finished', 'blocked', 'by_hand')),
    ADD CONSTRAINT leads_after_loan_on_loan CHECK (after_loan IS NULL OR run_id IS NOT NULL);

-- Whose answers these are, repeated from the attempt: the budgets are counted at every start over
-- two months of results, and a look-up of each attempt would take minutes. Results that are there
-- already get theirs now; nothing else of them changes.
ALTER TABLE attempt_results ADD COLUMN campaign_id bigint;
UPDATE attempt_results r SET campaign_id = a.campaign_id FROM attempts a WHERE a.id = r.attempt_id;
CREATE INDEX attempt_results_answers ON attempt_results (campaign_id, answered_at)
    INCLUDE (attempt_id, treatment) WHERE treatment <> 'none';
-- Calls that were open when their engine died: their events say whether somebody had answered.
CREATE INDEX attempt_results_interrupted ON attempt_results (campaign_id, ended_at)
    WHERE outcome = 'interrupted';
CREATE INDEX dispositions_machine ON dispositions (attempt_id) WHERE code = 'machine';

-- Which campaign the agent was signed in to; null in rows older than this file.
ALTER TABLE agent_states ADD COLUMN campaign_id bigint;
CREATE INDEX agent_states_by_time ON agent_states (at, id);

-- What a campaign's pacing has learnt, as text that only pacing reads. Not a log: replaced.
CREATE TABLE pacing_states (
    campaign_id bigint PRIMARY KEY REFERENCES campaigns,
    state       text NOT NULL,
    at          timestamptz NOT NULL
);

-- One decision of pacing in a while, with what it was made from. A log table like those of
-- 0002_log.
CREATE TABLE pacing_samples (
    id          bigint PRIMARY KEY,
    at          timestamptz NOT NULL,
    campaign_id bigint NOT NULL,
    explanation jsonb NOT NULL
) PARTITION BY RANGE (id);
CREATE INDEX pacing_samples_by_campaign ON pacing_samples (campaign_id, at);
CREATE TABLE pacing_samples_other PARTITION OF pacing_samples DEFAULT;

-- As in 0002_log, with the new log table.
CREATE OR REPLACE FUNCTION ensure_partitions(from_at timestamptz, months integer) RETURNS integer
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
                                         'gate_refusals', 'agent_states', 'dispositions',
                                         'pacing_samples'] LOOP
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

GRANT SELECT, INSERT ON pacing_states, pacing_samples TO dialer_engine;
GRANT UPDATE (state, at) ON pacing_states TO dialer_engine;
GRANT UPDATE (after_loan) ON leads TO dialer_engine;
-- What sales ops change while a campaign runs. Its name, seller and caller id stay what they are.
GRANT UPDATE (mode, lines_per_agent, lines_per_agent_max, jurisdiction, pool, priority, share)
    ON campaigns TO dialer_engine;
