-- What agents say about calls, what they read out and fill in, call records and their faults, and
-- how long all that is kept.

-- Dispositions: words of all campaigns (campaign_id null) and of one.
ALTER TABLE disposition_codes
    DROP CONSTRAINT disposition_codes_pkey,
    DROP CONSTRAINT disposition_codes_position_key,
    ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ADD COLUMN label text NOT NULL DEFAULT '',
    ADD COLUMN category text NOT NULL DEFAULT 'other'
        CHECK (category IN ('sale', 'contact', 'no_contact', 'machine', 'callback', 'do_not_call',
                            'wrong_number', 'other')),
    -- finish: never dialed again; retry: the retry rule of that word; callback: the agent's
    -- callback decides; block_number: not with this number; opt_out: finished.
    ADD COLUMN lead_action text NOT NULL DEFAULT 'finish'
        CHECK (lead_action IN ('finish', 'retry', 'callback', 'block_number', 'opt_out')),
    ADD COLUMN active boolean NOT NULL DEFAULT true,
    ADD COLUMN campaign_id bigint REFERENCES campaigns, -- null: of every campaign
    ADD CONSTRAINT disposition_codes_code CHECK (code ~ '^[a-z0-9_]{1,40}$');
CREATE UNIQUE INDEX disposition_codes_once ON disposition_codes (code, coalesce(campaign_id, 0));
UPDATE disposition_codes c SET label = n.label, category = c.code, lead_action = n.lead_action
FROM (VALUES ('sale', 'Sale', 'finish'), ('contact', 'Contact, no sale', 'finish'),
             ('callback', 'Call back', 'callback'), ('no_contact', 'Not reached', 'retry'),
             ('machine', 'Machine', 'retry'), ('wrong_number', 'Wrong number', 'block_number'),
             ('do_not_call', 'Do not call', 'opt_out')) AS n (code, label, lead_action)
WHERE n.code = c.code;
CREATE TRIGGER log_setting AFTER INSERT OR UPDATE OR DELETE ON disposition_codes
FOR EACH ROW EXECUTE FUNCTION log_setting_change('id');
GRANT INSERT ON disposition_codes TO dialer_engine;
GRANT UPDATE (label, category, lead_action, position, active) ON disposition_codes
    TO dialer_engine;

-- The codes that mean a machine, for each campaign: a campaign's own code hides the one of all.
CREATE VIEW machine_codes AS
SELECT c.id AS campaign_id, d.code
FROM campaigns c
JOIN disposition_codes d
  ON d.campaign_id = c.id
  OR (d.campaign_id IS NULL AND NOT EXISTS (SELECT FROM disposition_codes o
                                            WHERE o.code = d.code AND o.campaign_id = c.id))
WHERE d.category = 'machine';
GRANT SELECT ON machine_codes TO dialer_engine;
DROP INDEX dispositions_machine;
CREATE INDEX dispositions_by_code ON dispositions (code, attempt_id);

-- What the latest disposition of an attempt did to its lead: state, so that it is done once.
CREATE TABLE disposition_effects (
    attempt_id bigint PRIMARY KEY,
    code       text NOT NULL,
    at         timestamptz NOT NULL
);
GRANT SELECT, INSERT ON disposition_effects TO dialer_engine;
GRANT UPDATE (code, at) ON disposition_effects TO dialer_engine;

-- Does to the lead what the code says. The latest disposition of an attempt counts, and does so
-- once. Nothing is done to a lead in somebody's hand: the result of that attempt comes here again
-- (trigger below), and a lead on loan for its next attempt gets that one's word. A disposition of
-- an attempt that is not the lead's latest may end the dialing, but not begin it.
CREATE FUNCTION apply_disposition(its_attempt bigint, its_code text, its_at timestamptz)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    tried    record;
    lead     record;
    action   text;
    had      text;
    latest   boolean;
    agreed   boolean;
BEGIN
    SELECT lead_id, number, campaign_id INTO tried FROM attempts WHERE id = its_attempt;
    IF NOT FOUND OR EXISTS (SELECT FROM dispositions d
                            WHERE d.attempt_id = its_attempt AND d.at > its_at) THEN
        RETURN;
    END IF;
    SELECT * INTO lead FROM leads WHERE id = tried.lead_id FOR NO KEY UPDATE;
    IF NOT FOUND OR lead.run_id IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT code INTO had FROM disposition_effects WHERE attempt_id = its_attempt FOR UPDATE;
    IF had IS NOT DISTINCT FROM its_code THEN
        RETURN;
    END IF;
    SELECT c.lead_action INTO action FROM disposition_codes c
    WHERE c.code = its_code AND (c.campaign_id = tried.campaign_id OR c.campaign_id IS NULL)
    ORDER BY c.campaign_id NULLS LAST LIMIT 1;
    action := coalesce(action, 'finish');
    latest := lead.attempt_id IS NOT DISTINCT FROM its_attempt;

    IF action = 'block_number' THEN
        UPDATE lead_phones SET invalid_attempt = its_attempt
        WHERE lead_id = tried.lead_id AND number = tried.number AND invalid_attempt IS NULL;
    ELSIF had IS NOT NULL THEN
        -- Somebody thought again: the number is the person's after all.
        UPDATE lead_phones SET invalid_attempt = NULL
        WHERE lead_id = tried.lead_id AND number = tried.number AND invalid_attempt = its_attempt
          AND NOT EXISTS (SELECT FROM attempt_results r
                          WHERE r.attempt_id = its_attempt AND r.outcome = 'invalid_number');
    END IF;

    -- A callback agreed in this very call is what the agent wants, whatever the word.
    agreed := action <> 'opt_out'
              AND EXISTS (SELECT FROM callbacks c WHERE c.lead_id = lead.id AND c.status = 'open'
                            AND c.attempt_id = its_attempt);
    IF action IN ('finish', 'opt_out') AND NOT agreed THEN
        UPDATE callbacks SET status = 'cancelled', ended_at = its_at, end_reason = its_code
        WHERE lead_id = lead.id AND status = 'open';
        UPDATE leads SET status = 'finished', stop_reason = its_code WHERE id = lead.id;
    ELSIF latest AND lead.status IN ('ready', 'finished', 'exhausted')
          AND NOT EXISTS (SELECT FROM lists l WHERE l.id = lead.list_id AND l.kind = 'by_hand') THEN
        IF action <> 'block_number'
           OR EXISTS (SELECT FROM lead_phones p
                      WHERE p.lead_id = lead.id AND p.invalid_attempt IS NULL) THEN
            PERFORM rest_lead(lead.id, its_code, its_at);
        ELSE
            UPDATE leads SET status = 'exhausted', stop_reason = its_code WHERE id = lead.id;
        END IF;
    END IF;
    INSERT INTO disposition_effects (attempt_id, code, at) VALUES (its_attempt, its_code, its_at)
    ON CONFLICT (attempt_id) DO UPDATE SET code = excluded.code, at = excluded.at;
END
$$;

-- The agent may say what a call was before it ends: its result comes here again.
CREATE FUNCTION apply_earlier_dispositions() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM apply_disposition(d.attempt_id, d.code, d.at)
    FROM added n CROSS JOIN LATERAL (SELECT * FROM dispositions e
                                     WHERE e.attempt_id = n.attempt_id
                                     ORDER BY e.at DESC LIMIT 1) d;
    RETURN NULL;
END
$$;
CREATE TRIGGER apply_dispositions AFTER INSERT ON attempt_results
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION apply_earlier_dispositions();

-- What agents read out and fill in. A version is never changed; the highest is in force from its
-- instant on.
CREATE TABLE scripts (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id bigint NOT NULL REFERENCES campaigns,
    version     integer NOT NULL CHECK (version > 0),
    text        text NOT NULL CHECK (btrim(text) <> ''),
    form        jsonb NOT NULL CHECK (jsonb_typeof(form) = 'array'),
    at          timestamptz NOT NULL,
    by_whom     text NOT NULL,
    UNIQUE (campaign_id, version)
);
CREATE INDEX scripts_in_force ON scripts (campaign_id, at, version);
CREATE TRIGGER log_setting AFTER INSERT OR UPDATE OR DELETE ON scripts
FOR EACH ROW EXECUTE FUNCTION log_setting_change('campaign_id', 'version');

-- A log table like those of 0002_log. The latest of an attempt counts.
CREATE TABLE form_answers (
    attempt_id bigint NOT NULL,
    agent_id   bigint NOT NULL,
    at         timestamptz NOT NULL,
    script_id  bigint NOT NULL,
    answers    jsonb NOT NULL CHECK (jsonb_typeof(answers) = 'object'),
    PRIMARY KEY (attempt_id, agent_id, at)
) PARTITION BY RANGE (attempt_id);
CREATE TABLE form_answers_other PARTITION OF form_answers DEFAULT;

-- As in 0005_pacing, with the new log table.
CREATE FUNCTION log_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY['attempts', 'attempt_events', 'attempt_results', 'gate_refusals', 'agent_states',
             'dispositions', 'pacing_samples', 'form_answers'];
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
        FOREACH log_table IN ARRAY public.log_tables() LOOP
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

-- Call records, 16 CFR 310.5(a)(2).
ALTER TABLE campaigns
    ADD COLUMN called_party text NOT NULL DEFAULT 'consumer'
        CHECK (called_party IN ('consumer', 'business')),
    ADD COLUMN telemarketer text NOT NULL DEFAULT '', -- who calls; '': the seller
    -- 'tsr': without the ten fields a record is repaired and the campaign stops; 'none': for
    -- campaigns to which that law does not apply.
    ADD COLUMN record_rule text NOT NULL DEFAULT 'tsr' CHECK (record_rule IN ('tsr', 'none'));

-- The recordings that campaigns played, by what is in them: a file of the same name may change.
CREATE TABLE message_files (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id bigint NOT NULL REFERENCES campaigns,
    file_name   text NOT NULL,
    sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes       bigint NOT NULL,
    at          timestamptz NOT NULL, -- from then on
    by_whom     text NOT NULL
);
CREATE INDEX message_files_in_force ON message_files (campaign_id, at, id);

CREATE FUNCTION script_at(campaign bigint, instant timestamptz) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT s.id FROM scripts s WHERE s.campaign_id = campaign AND s.at <= instant
    ORDER BY s.at DESC, s.version DESC LIMIT 1
$$;
CREATE FUNCTION message_at(campaign bigint, instant timestamptz) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT m.id FROM message_files m WHERE m.campaign_id = campaign AND m.at <= instant
    ORDER BY m.at DESC, m.id DESC LIMIT 1
$$;

-- What the record of one finished attempt lacks; one that was never sent needs none. Written so
-- that it becomes a part of the statement that asks, and a text is made only for a fault.
CREATE FUNCTION record_faults_of(tried attempts, outcome text, treatment text, agent_id bigint,
                                 answered_at timestamptz, bridged_at timestamptz,
                                 message_started_at timestamptz, ended_at timestamptz)
RETURNS TABLE (field text, text text)
LANGUAGE sql STABLE AS $$
    SELECT f.field, f.text
    FROM (SELECT FROM campaigns c
          WHERE c.id = (tried).campaign_id AND c.record_rule = 'tsr' AND outcome <> 'not_sent'
            AND (tried).purpose IN ('telemarketing', 'nonprofit')) needed
    CROSS JOIN LATERAL (
        SELECT 'seller' AS field, 'no seller is on record; give his name' AS text
        WHERE btrim((tried).seller) = ''
        UNION ALL
        SELECT 'good', 'no good, service or purpose is on record; give what was offered'
        WHERE btrim((tried).subject) = ''
          AND NOT EXISTS (SELECT FROM regulatory_campaigns g
                          WHERE g.id = (tried).regulatory_campaign_id AND btrim(g.offer) <> '')
        UNION ALL
        SELECT 'script', 'an agent spoke and no script is on record; add one with `dialer script '
                         'add` and say which was used'
        WHERE treatment = 'bridged'
          AND NOT EXISTS (SELECT FROM scripts s
                          WHERE s.campaign_id = (tried).campaign_id AND s.at <= (tried).at)
        UNION ALL
        SELECT 'recording', 'a recorded message was played and its file is not on record; give '
                            'the SHA-256 of the file'
        WHERE message_started_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM message_files m
                          WHERE m.campaign_id = (tried).campaign_id AND m.at <= message_started_at)
        UNION ALL
        SELECT 'caller_id_proof', caller_id_fault((tried).caller_id,
                                                  ((tried).at AT TIME ZONE 'UTC')::date)
                                  || '; record the proof and give its reference'
        WHERE NOT EXISTS (SELECT FROM caller_ids i
                          WHERE i.number = (tried).caller_id
                            AND coalesce(i.valid_from <= ((tried).at AT TIME ZONE 'UTC')::date,
                                         true)
                            AND coalesce(i.valid_to >= ((tried).at AT TIME ZONE 'UTC')::date,
                                         true))
        UNION ALL
        SELECT 'answered_at', 'the call was answered and nobody knows when; give the instant'
        WHERE outcome = 'answered' AND answered_at IS NULL
        UNION ALL
        SELECT 'bridged_at', 'an agent took the call and nobody knows when; give the instant'
        WHERE treatment = 'bridged' AND bridged_at IS NULL
        UNION ALL
        SELECT 'agent', 'an agent took the call and nobody knows who; give his name'
        WHERE treatment = 'bridged' AND agent_id IS NULL
        UNION ALL
        SELECT 'duration', 'the call ended before it was answered: the clock was set in between; '
                           'give its length in seconds'
        WHERE ended_at < answered_at
    ) f
$$;

CREATE FUNCTION record_faults(attempt bigint) RETURNS TABLE (field text, text text)
LANGUAGE sql STABLE AS $$
    SELECT f.field, f.text
    FROM attempts a JOIN attempt_results r ON r.attempt_id = a.id
    CROSS JOIN LATERAL record_faults_of(a, r.outcome, r.treatment, r.agent_id, r.answered_at,
                                        r.bridged_at, r.message_started_at, r.ended_at) f
    WHERE a.id = attempt
$$;

-- The repair queue: found once, put right by a further row.
CREATE TABLE record_repairs (
    attempt_id  bigint NOT NULL,
    field       text NOT NULL,
    campaign_id bigint NOT NULL,
    text        text NOT NULL,
    found_at    timestamptz NOT NULL,
    PRIMARY KEY (attempt_id, field)
);
CREATE INDEX record_repairs_by_campaign ON record_repairs (campaign_id, field, attempt_id);
CREATE TABLE record_repair_values (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    attempt_id bigint NOT NULL,
    field      text NOT NULL,
    value      text NOT NULL CHECK (btrim(value) <> ''),
    note       text NOT NULL,
    at         timestamptz NOT NULL,
    by_whom    text NOT NULL,
    FOREIGN KEY (attempt_id, field) REFERENCES record_repairs
);
CREATE INDEX record_repair_values_by_record ON record_repair_values (attempt_id, field, id);

-- Every result is checked as it is written, in one statement for all of them. The new rows stand in
-- the place of the table, so that this costs the same in any month.
CREATE FUNCTION check_new_records() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO record_repairs (attempt_id, field, campaign_id, text, found_at)
    SELECT a.id, f.field, a.campaign_id, f.text, r.ended_at
    FROM added r
    CROSS JOIN LATERAL (SELECT * FROM attempts WHERE id = r.attempt_id LIMIT 1) a
    CROSS JOIN LATERAL record_faults_of(a, r.outcome, r.treatment, r.agent_id, r.answered_at,
                                        r.bridged_at, r.message_started_at, r.ended_at) f
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM pg_notify('dialer_campaigns', '');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER check_records AFTER INSERT ON attempt_results
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_new_records();

-- Checks records that are there already, e.g. of times before this file. Returns how many were
-- added to the queue.
CREATE FUNCTION check_records_between(first_attempt bigint, past_attempt bigint,
                                      instant timestamptz)
RETURNS TABLE (checked bigint, faulty bigint)
LANGUAGE plpgsql AS $$
BEGIN
    SELECT count(*) INTO checked FROM attempt_results r
    WHERE r.attempt_id >= first_attempt AND r.attempt_id < past_attempt;
    INSERT INTO record_repairs (attempt_id, field, campaign_id, text, found_at)
    SELECT a.id, f.field, a.campaign_id, f.text, instant
    FROM attempts a JOIN attempt_results r ON r.attempt_id = a.id
    CROSS JOIN LATERAL record_faults_of(a, r.outcome, r.treatment, r.agent_id, r.answered_at,
                                        r.bridged_at, r.message_started_at, r.ended_at) f
    WHERE a.id >= first_attempt AND a.id < past_attempt
      AND r.attempt_id >= first_attempt AND r.attempt_id < past_attempt
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS faulty = ROW_COUNT;
    IF faulty > 0 THEN
        PERFORM pg_notify('dialer_campaigns', '');
    END IF;
    RETURN NEXT;
END
$$;

CREATE VIEW open_record_repairs AS
SELECT r.* FROM record_repairs r
WHERE NOT EXISTS (SELECT FROM record_repair_values v
                  WHERE v.attempt_id = r.attempt_id AND v.field = r.field);

-- Why the campaign must not dial as long as its records would be, or are, incomplete. For people.
CREATE FUNCTION record_obstacles(campaign bigint) RETURNS SETOF jsonb
LANGUAGE sql STABLE AS $$
    SELECT o.said
    FROM campaigns c
    LEFT JOIN regulatory_campaigns g ON g.id = c.regulatory_campaign_id
    CROSS JOIN LATERAL (
        SELECT said('record_no_seller') AS said WHERE btrim(c.seller) = ''
        UNION ALL
        SELECT said('record_no_offer')
        WHERE btrim(coalesce(g.offer, '')) = '' AND btrim(c.subject) = ''
        UNION ALL
        SELECT said('record_no_script')
        WHERE c.mode <> 'agentless' AND NOT EXISTS (SELECT FROM scripts s
                                                    WHERE s.campaign_id = c.id)
        UNION ALL
        SELECT said('record_no_message')
        WHERE c.mode = 'agentless' AND btrim(c.message_file) = ''
        UNION ALL
        SELECT said('record_lacks', jsonb_build_object('n', count(*), 'field', r.field))
        FROM open_record_repairs r WHERE r.campaign_id = c.id GROUP BY r.field
    ) o
    WHERE c.id = campaign AND c.record_rule = 'tsr' AND c.purpose IN ('telemarketing', 'nonprofit')
$$;

-- The ten fields in their order, then the instants that prove how a call was answered.
CREATE VIEW call_records AS
SELECT a.id AS attempt_id,
       coalesce(nullif(btrim(c.telemarketer), ''), a.seller) AS telemarketer, -- (i)
       g.name AS agent,
       a.seller,                                                              -- (ii)
       coalesce(nullif(btrim(o.offer), ''), a.subject) AS good,               -- (iii)
       a.purpose,
       c.called_party,                                                        -- (iv)
       true AS outbound,                                                      -- (v)
       r.message_started_at IS NOT NULL AS prerecorded,                       -- (vi)
       '+' || a.caller_id AS calling_number, '+' || a.number AS called_number, -- (vii)
       a.at AS at,
       extract(epoch FROM r.ended_at - coalesce(r.answered_at, r.ended_at))::double precision
           AS duration_s,
       s.id AS script_id, s.version AS script_version, md5(s.text) AS script_md5, -- (viii)
       CASE WHEN r.message_started_at IS NOT NULL THEN m.file_name END AS recording,
       CASE WHEN r.message_started_at IS NOT NULL THEN m.sha256 END AS recording_sha256,
       i.name AS caller_id_name, i.proof AS caller_id_proof,                  -- (ix)
       i.reference AS caller_id_reference, i.valid_from AS caller_id_from,
       i.valid_to AS caller_id_to,
       r.outcome, r.treatment, d.code AS disposition, d.note,                 -- (x)
       c.name AS campaign, a.campaign_id, a.regulatory_campaign_id, a.lead_id, a.failover_of,
       a.trunk, r.sip_status, r.ended_by,
       r.ringing_at, r.answered_at, r.bridged_at, r.first_audio_at, r.message_started_at,
       r.message_ended_at, r.ended_at, r.answer_to_bridge_us, r.answer_to_agent_us,
       a.evidence
FROM attempts a
JOIN attempt_results r ON r.attempt_id = a.id
JOIN campaigns c ON c.id = a.campaign_id
LEFT JOIN regulatory_campaigns o ON o.id = a.regulatory_campaign_id
LEFT JOIN agents g ON g.id = r.agent_id
LEFT JOIN caller_ids i ON i.number = a.caller_id
LEFT JOIN scripts s ON s.id = script_at(a.campaign_id, a.at)
LEFT JOIN message_files m ON m.id = message_at(a.campaign_id, r.message_started_at)
LEFT JOIN LATERAL (SELECT e.code, e.note FROM dispositions e WHERE e.attempt_id = a.id
                   ORDER BY e.at DESC LIMIT 1) d ON true
WHERE r.outcome <> 'not_sent';

-- Retention. Company opt-outs, consents and what proves settings are not in it: they stay.
CREATE TABLE retention_terms (
    kind       text PRIMARY KEY, -- a table of the log
    keep_years integer NOT NULL CHECK (keep_years BETWEEN 5 AND 100), -- 16 CFR 310.5(b)
    source     text NOT NULL
);
INSERT INTO retention_terms (kind, keep_years, source)
SELECT kind, 5, '16 CFR 310.5(b)' FROM unnest(log_tables()) AS kind;
CREATE TRIGGER log_setting AFTER INSERT OR UPDATE OR DELETE ON retention_terms
FOR EACH ROW EXECUTE FUNCTION log_setting_change('kind');

CREATE TABLE litigation_holds (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number      bigint CHECK (number > 0),
    campaign_id bigint REFERENCES campaigns,
    why         text NOT NULL CHECK (btrim(why) <> ''),
    at          timestamptz NOT NULL,
    by_whom     text NOT NULL,
    CHECK (number IS NULL OR campaign_id IS NULL) -- neither: everything
);
CREATE TABLE litigation_hold_releases (
    hold_id bigint PRIMARY KEY REFERENCES litigation_holds,
    why     text NOT NULL CHECK (btrim(why) <> ''),
    at      timestamptz NOT NULL,
    by_whom text NOT NULL
);
CREATE TABLE retention_drops (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    part    text NOT NULL,
    from_at timestamptz NOT NULL,
    to_at   timestamptz NOT NULL,
    bytes   bigint NOT NULL,
    source  text NOT NULL, -- of the term
    at      timestamptz NOT NULL,
    by_whom text NOT NULL
);

-- Why nothing of these ids may be dropped; null: nothing holds them. All partitions of a month have
-- the same range.
CREATE FUNCTION held_by(first_id bigint, past_id bigint) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT 'hold ' || h.id || ': ' || h.why
    FROM litigation_holds h
    WHERE NOT EXISTS (SELECT FROM litigation_hold_releases r WHERE r.hold_id = h.id)
      AND ((h.number IS NULL AND h.campaign_id IS NULL)
           OR EXISTS (SELECT FROM attempts a WHERE a.id >= first_id AND a.id < past_id
                      AND (a.number = h.number OR a.campaign_id = h.campaign_id))
           OR EXISTS (SELECT FROM gate_refusals g WHERE g.id >= first_id AND g.id < past_id
                      AND (g.number = h.number OR g.campaign_id = h.campaign_id)))
    ORDER BY h.id LIMIT 1
$$;

-- Every month of every table of the log.
CREATE FUNCTION retention_items(instant timestamptz)
RETURNS TABLE (log_table text, part text, from_at timestamptz, to_at timestamptz,
               keep_until timestamptz, source text, bytes bigint, expired boolean, held text)
LANGUAGE sql STABLE AS $$
    WITH parts AS (
        SELECT t.kind, c.relname::text AS part, pg_total_relation_size(c.oid) AS bytes,
               to_timestamp(right(c.relname, 7) || ' 01', 'YYYY_MM DD')::date::timestamp
                   AT TIME ZONE 'UTC' AS from_at
        FROM unnest(log_tables()) AS t (kind)
        JOIN pg_inherits i ON i.inhparent = to_regclass('public.' || t.kind)
        JOIN pg_class c ON c.oid = i.inhrelid
        WHERE c.relname ~ '_[0-9]{4}_[0-9]{2}$'
    ), months AS (
        SELECT p.*, (p.from_at AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC' AS to_at
        FROM parts p
    ), terms AS (
        SELECT m.*, (m.to_at AT TIME ZONE 'UTC'
                     + make_interval(years => coalesce(r.keep_years, 100)))
                        AT TIME ZONE 'UTC' AS keep_until,
               coalesce(r.source, 'no term on record') AS source
        FROM months m LEFT JOIN retention_terms r ON r.kind = m.kind
    )
    SELECT kind, part, from_at, to_at, keep_until, source, bytes, keep_until <= instant,
           CASE WHEN keep_until <= instant
                THEN coalesce(held_by(first_id_at(from_at), first_id_at(to_at)), '') ELSE '' END
    FROM terms ORDER BY from_at, part
$$;

GRANT SELECT, INSERT ON
    scripts, form_answers, message_files, record_repairs, record_repair_values, litigation_holds,
    litigation_hold_releases, retention_terms
    TO dialer_engine;
GRANT SELECT ON open_record_repairs, call_records, retention_drops TO dialer_engine;
GRANT UPDATE (keep_years, source) ON retention_terms TO dialer_engine;
GRANT UPDATE (called_party, telemarketer, record_rule) ON campaigns TO dialer_engine;
