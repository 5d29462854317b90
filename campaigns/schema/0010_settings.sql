-- Versions of settings and how a change is taken back; all settings of a campaign; the numbers
-- shown to called persons, by what right they are, and what became of calls with them.

ALTER TABLE campaigns
    -- When the campaign wants to call, inside what the law allows: "mon-fri 09:00-17:00". '': at
    -- any time. Read in hours_zone, '': the called person's zone.
    ADD COLUMN calling_hours text NOT NULL DEFAULT '',
    ADD COLUMN hours_zone text NOT NULL DEFAULT '',
    ADD COLUMN lines_max integer NOT NULL DEFAULT 0 -- 0: as many as the engine has
        CHECK (lines_max BETWEEN 0 AND 100000),
    -- How near the shown number shall be to the called person, if the pool has one.
    ADD COLUMN caller_id_match text NOT NULL DEFAULT 'area'
        CHECK (caller_id_match IN ('area', 'state', 'any')),
    ADD COLUMN caller_id_sticky boolean NOT NULL DEFAULT true, -- a person sees one number
    -- What signs of a bad reputation do: nothing, an alarm, or a rest of the number as well.
    ADD COLUMN caller_id_signals text NOT NULL DEFAULT 'rest'
        CHECK (caller_id_signals IN ('off', 'alarm', 'rest')),
    ADD COLUMN caller_id_rest_s integer NOT NULL DEFAULT 86400
        CHECK (caller_id_rest_s BETWEEN 600 AND 2592000),
    -- How long a lead is shown to an agent of a preview campaign before the engine decides for him;
    -- 0: as long as he looks.
    ADD COLUMN preview_limit_s integer NOT NULL DEFAULT 0
        CHECK (preview_limit_s BETWEEN 0 AND 3600),
    ADD COLUMN preview_then text NOT NULL DEFAULT 'skip' CHECK (preview_then IN ('skip', 'dial'));

-- Numbers that may be shown, and by what right. 47 CFR 64.1601(e); 16 CFR 310.5(a)(9) asks for the
-- proof and its period.
CREATE TABLE caller_ids (
    number          bigint PRIMARY KEY CHECK (number > 0), -- E.164 digits
    name            text NOT NULL DEFAULT '',              -- sent with it where carriers do
    owner           text NOT NULL DEFAULT '',              -- who holds it
    -- 'declared': somebody says so, and nothing backs it.
    proof           text NOT NULL CHECK (proof IN ('declared', 'owned', 'contract', 'letter')),
    reference       text NOT NULL DEFAULT '',
    valid_from      date,
    valid_to        date, -- last day
    document_sha256 text NOT NULL DEFAULT '' CHECK (document_sha256 ~ '^([0-9a-f]{64})?$'),
    verified        boolean NOT NULL DEFAULT false, -- somebody compared it with the document
    recorded_at     timestamptz NOT NULL,
    recorded_by     text NOT NULL,
    CONSTRAINT caller_ids_have_reference
        CHECK (proof = 'declared' OR (btrim(reference) <> '' AND btrim(owner) <> '')),
    CONSTRAINT caller_ids_have_period CHECK (valid_to >= valid_from),
    CONSTRAINT caller_ids_contracts_have_period
        CHECK (proof NOT IN ('contract', 'letter') OR (valid_from IS NOT NULL
                                                       AND valid_to IS NOT NULL)),
    CONSTRAINT caller_ids_verified_have_document CHECK (NOT verified OR document_sha256 <> '')
);

-- A campaign without an active row here shows campaigns.caller_id.
CREATE TABLE campaign_caller_ids (
    campaign_id bigint NOT NULL REFERENCES campaigns,
    number      bigint NOT NULL REFERENCES caller_ids,
    weight      smallint NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 100),
    active      boolean NOT NULL DEFAULT true,
    PRIMARY KEY (campaign_id, number)
);
CREATE INDEX campaign_caller_ids_by_number ON campaign_caller_ids (number);

-- What engines noticed about a number. Only added to.
CREATE TABLE caller_id_alarms (
    id          bigint PRIMARY KEY, -- made by the engine, like those of the dial log
    at          timestamptz NOT NULL,
    campaign_id bigint NOT NULL,
    number      bigint NOT NULL,
    trunk       text NOT NULL,
    signal      text NOT NULL CHECK (signal IN ('blocked', 'short_calls', 'answer_rate')),
    detail      text NOT NULL,
    rest_until  timestamptz
);
CREATE INDEX caller_id_alarms_by_number ON caller_id_alarms (number, id);

-- Only added to; the latest of a number counts. until_at = from_at: it was woken up.
CREATE TABLE caller_id_rests (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number   bigint NOT NULL REFERENCES caller_ids,
    from_at  timestamptz NOT NULL,
    until_at timestamptz NOT NULL CHECK (until_at >= from_at),
    by_whom  text NOT NULL,
    why      text NOT NULL,
    alarm_id bigint UNIQUE REFERENCES caller_id_alarms
);
CREATE INDEX caller_id_rests_by_number ON caller_id_rests (number, id);

-- Calls of a number on a trunk, by UTC day of their end; what the engine compares today with.
CREATE TABLE caller_id_days (
    day         date NOT NULL,
    number      bigint NOT NULL,
    trunk       text NOT NULL,
    calls       bigint NOT NULL,
    answered    bigint NOT NULL,
    short_calls bigint NOT NULL,
    blocked     bigint NOT NULL,
    PRIMARY KEY (day, number, trunk)
);

-- Whoever gives a campaign a number says that he may: it is on record from then on, as his word.
CREATE FUNCTION declare_caller_id() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO caller_ids (number, proof, recorded_at, recorded_by)
    VALUES (NEW.caller_id, 'declared',
            coalesce(nullif(current_setting('dialer.at', true), '')::timestamptz,
                     clock_timestamp()),
            coalesce(nullif(current_setting('dialer.by', true), ''), 'database ' || session_user))
    ON CONFLICT DO NOTHING;
    RETURN NEW;
END
$$;
CREATE TRIGGER declare_caller_id BEFORE INSERT OR UPDATE OF caller_id ON campaigns
FOR EACH ROW EXECUTE FUNCTION declare_caller_id();
INSERT INTO caller_ids (number, proof, recorded_at, recorded_by)
SELECT DISTINCT ON (caller_id) caller_id, 'declared', created_at, 'campaign ' || name
FROM campaigns ORDER BY caller_id, created_at;
ALTER TABLE campaigns
    ADD CONSTRAINT campaigns_caller_id_fkey FOREIGN KEY (caller_id) REFERENCES caller_ids;

-- Why the number must not be shown on that day, for people; null when it may.
CREATE FUNCTION caller_id_fault(wanted bigint, on_day date) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN c.number IS NULL THEN 'caller id +' || wanted || ' has no proof on record'
        WHEN c.valid_from > on_day
            THEN 'the right to show caller id +' || wanted || ' begins on ' || c.valid_from
        WHEN c.valid_to < on_day
            THEN 'the right to show caller id +' || wanted || ' ended on ' || c.valid_to
    END
    FROM (SELECT wanted AS number) w LEFT JOIN caller_ids c ON c.number = w.number
$$;

-- A sentence of the engine as its key and its values: people read it in their own language.
CREATE FUNCTION said(key text, "values" jsonb DEFAULT '{}') RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$ SELECT jsonb_build_object('key', key, 'values', "values") $$;

CREATE FUNCTION caller_id_fault_said(wanted bigint, on_day date) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN c.number IS NULL
            THEN said('caller_id_no_proof', jsonb_build_object('number', '+' || wanted))
        WHEN c.valid_from > on_day
            THEN said('caller_id_begins',
                      jsonb_build_object('number', '+' || wanted, 'day', c.valid_from))
        WHEN c.valid_to < on_day
            THEN said('caller_id_ended',
                      jsonb_build_object('number', '+' || wanted, 'day', c.valid_to))
    END
    FROM (SELECT wanted AS number) w LEFT JOIN caller_ids c ON c.number = w.number
$$;

-- The numbers that a campaign shows: its active pool, else its one number.
CREATE FUNCTION caller_id_numbers(campaign bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE AS $$
    SELECT p.number FROM campaign_caller_ids p WHERE p.campaign_id = campaign AND p.active
    UNION ALL
    SELECT c.caller_id FROM campaigns c
    WHERE c.id = campaign
      AND NOT EXISTS (SELECT FROM campaign_caller_ids p
                      WHERE p.campaign_id = campaign AND p.active)
$$;

-- Why the campaign has no number to show at that instant; no row when it has one.
CREATE FUNCTION caller_id_obstacles(campaign bigint, at timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE AS $$
    WITH shown AS (
        SELECT n.number, caller_id_fault_said(n.number, (at AT TIME ZONE 'UTC')::date) AS fault,
               (SELECT r.until_at FROM caller_id_rests r
                WHERE r.number = n.number ORDER BY r.id DESC LIMIT 1) AS rests_until
        FROM caller_id_numbers(campaign) AS n (number)
    )
    SELECT coalesce(fault, said('caller_id_rests', jsonb_build_object(
        'number', '+' || number, 'until', jsonb_build_object('at', rfc3339(rests_until)))))
    FROM shown
    WHERE NOT EXISTS (SELECT FROM shown WHERE fault IS NULL
                      AND (rests_until IS NULL OR rests_until <= at))
    ORDER BY number
$$;

-- What holds at any time: the parts that depend on the hour are the engine's, which has the clock.
CREATE FUNCTION caller_id_obstacles(campaign bigint) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT caller_id_fault(n.number, NULL) FROM caller_id_numbers(campaign) AS n (number)
    WHERE NOT EXISTS (SELECT FROM caller_id_numbers(campaign) AS o (number)
                      WHERE caller_id_fault(o.number, NULL) IS NULL)
$$;

CREATE TRIGGER log_setting AFTER INSERT OR UPDATE OR DELETE ON caller_ids
FOR EACH ROW EXECUTE FUNCTION log_setting_change('number');
CREATE TRIGGER log_setting AFTER INSERT OR UPDATE OR DELETE ON campaign_caller_ids
FOR EACH ROW EXECUTE FUNCTION log_setting_change('campaign_id', 'number');

-- The latest later word on the field, for people.
CREATE FUNCTION setting_touched(touched setting_changes, field text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT format('%s (by %s at %s, change %s)', field, c.by_whom, rfc3339(c.at), c.id)
    FROM setting_changes c
    WHERE c.table_name = touched.table_name AND c.row_key = touched.row_key
      AND c.id > touched.id AND c.before -> field IS DISTINCT FROM c.after -> field
    ORDER BY c.id DESC LIMIT 1
$$;

-- The row that the change speaks of, locked, and the condition that finds it; `row_now` is null
-- when the row is gone.
CREATE FUNCTION setting_row(touched setting_changes, OUT row_now jsonb, OUT key_is text)
LANGUAGE plpgsql AS $$
DECLARE
    keys text[];
BEGIN
    SELECT array_remove(string_to_array(encode(t.tgargs, 'escape'), '\000'), '') INTO keys
    FROM pg_trigger t
    WHERE t.tgrelid = to_regclass(format('public.%I', touched.table_name))
      AND t.tgname = 'log_setting';
    IF keys IS NULL THEN
        RAISE EXCEPTION 'change % cannot be taken back: there is no table of settings named % any '
                        'more', touched.id, touched.table_name;
    END IF;
    SELECT string_agg(format('t.%1$I = r.%1$I', k), ' AND ') INTO key_is FROM unnest(keys) k;
    EXECUTE format('SELECT to_jsonb(t) FROM public.%1$I t, '
                   'jsonb_populate_record(NULL::public.%1$I, $1) r WHERE %2$s FOR UPDATE OF t',
                   touched.table_name, key_is)
    INTO row_now USING coalesce(touched.after, touched.before);
END
$$;

-- Gives the fields that the change touched their earlier values, whoever changed what else since.
CREATE FUNCTION revert_setting_fields(touched setting_changes, current jsonb, key_is text,
                                      forced boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    fields text[];
    later  text;
BEGIN
    SELECT array_agg(a.attname ORDER BY a.attname) INTO fields
    FROM pg_attribute a
    WHERE a.attrelid = to_regclass(format('public.%I', touched.table_name)) AND a.attnum > 0
      AND NOT a.attisdropped AND a.attgenerated = ''
      AND touched.before ? a.attname::text AND touched.after ? a.attname::text
      AND touched.before -> a.attname::text IS DISTINCT FROM touched.after -> a.attname::text
      AND current -> a.attname::text IS DISTINCT FROM touched.before -> a.attname::text;
    IF fields IS NULL THEN
        RETURN;
    END IF;
    SELECT string_agg(coalesce(setting_touched(touched, f), f), '; ') INTO later
    FROM unnest(fields) f WHERE current -> f IS DISTINCT FROM touched.after -> f;
    IF later IS NOT NULL AND NOT forced THEN
        RAISE EXCEPTION 'change % was changed again since: %', touched.id, later;
    END IF;
    EXECUTE format('UPDATE public.%1$I t SET %2$s FROM '
                   'jsonb_populate_record(NULL::public.%1$I, $1) r WHERE %3$s',
                   touched.table_name,
                   (SELECT string_agg(format('%1$I = r.%1$I', f), ', ') FROM unnest(fields) f),
                   key_is)
    USING touched.before;
EXCEPTION
    WHEN check_violation OR foreign_key_violation OR not_null_violation OR unique_violation THEN
        RAISE EXCEPTION 'change % cannot be taken back: the earlier value is no longer allowed: %',
                        touched.id, SQLERRM;
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'change % cannot be taken back: these fields of % are set once and never '
                        'changed', touched.id, touched.table_name;
END
$$;

-- Removes the row that the change made, or makes the one that it removed.
CREATE FUNCTION revert_setting_row(touched setting_changes, current jsonb, key_is text,
                                   forced boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF touched.before IS NULL AND current IS NOT NULL THEN
        IF current IS DISTINCT FROM touched.after AND NOT forced THEN
            RAISE EXCEPTION 'the row that change % made was changed since', touched.id;
        END IF;
        EXECUTE format('DELETE FROM public.%1$I t USING '
                       'jsonb_populate_record(NULL::public.%1$I, $1) r WHERE %2$s',
                       touched.table_name, key_is) USING touched.after;
    ELSIF touched.after IS NULL AND current IS NULL THEN
        EXECUTE format('INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE SELECT r.* FROM '
                       'jsonb_populate_record(NULL::public.%1$I, $1) r', touched.table_name)
        USING touched.before;
    END IF;
EXCEPTION
    WHEN insufficient_privilege OR foreign_key_violation THEN
        RAISE EXCEPTION 'change % made or removed a whole row of %, of which calls and records may '
                        'speak: that is not taken back; change the row instead',
                        touched.id, touched.table_name;
END
$$;

-- Takes one change back; the id of the change that does it, 0 when nothing was left to do.
CREATE FUNCTION revert_setting_change(change bigint, forced boolean) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    touched setting_changes;
    place   record;
    newest  bigint;
BEGIN
    SELECT * INTO touched FROM setting_changes WHERE id = change;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no change %', change;
    END IF;
    place := setting_row(touched);
    SELECT max(id) INTO newest FROM setting_changes;
    PERFORM set_config('dialer.reverts', change::text, true);
    IF touched.before IS NULL OR touched.after IS NULL THEN
        PERFORM revert_setting_row(touched, place.row_now, place.key_is, forced);
    ELSIF place.row_now IS NULL THEN
        RAISE EXCEPTION 'change % cannot be taken back: its row of % is gone', change,
                        touched.table_name;
    ELSE
        PERFORM revert_setting_fields(touched, place.row_now, place.key_is, forced);
    END IF;
    PERFORM set_config('dialer.reverts', '', true);
    RETURN coalesce((SELECT max(id) FROM setting_changes WHERE reverts = change AND id > newest),
                    0);
END
$$;

-- A stopped campaign like another one, with that one's caller ids and retry rules; its id. All
-- columns there are, also those of later files.
CREATE FUNCTION copy_campaign(source bigint, its_name text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    columns text;
    made    bigint;
BEGIN
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
    FROM pg_attribute
    WHERE attrelid = 'public.campaigns'::regclass AND attnum > 0 AND NOT attisdropped
      AND attgenerated = '' AND attname NOT IN ('id', 'name', 'running', 'created_at');
    EXECUTE format('INSERT INTO public.campaigns (name, running, created_at, %1$s) '
                   'SELECT $2, false, coalesce($3, clock_timestamp()), %1$s '
                   'FROM public.campaigns WHERE id = $1 RETURNING id', columns)
    INTO made
    USING source, its_name, nullif(current_setting('dialer.at', true), '')::timestamptz;
    INSERT INTO campaign_caller_ids (campaign_id, number, weight, active)
    SELECT made, number, weight, active FROM campaign_caller_ids WHERE campaign_id = source;
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
    FROM pg_attribute
    WHERE attrelid = 'public.retry_rules'::regclass AND attnum > 0 AND NOT attisdropped
      AND attgenerated = '' AND attname NOT IN ('id', 'campaign_id');
    EXECUTE format('INSERT INTO public.retry_rules (campaign_id, %1$s) '
                   'SELECT $2, %1$s FROM public.retry_rules WHERE campaign_id = $1', columns)
    USING source, made;
    RETURN made;
END
$$;

GRANT SELECT, INSERT ON
    caller_ids, campaign_caller_ids, caller_id_alarms, caller_id_rests, caller_id_days
    TO dialer_engine;
GRANT UPDATE (name, owner, proof, reference, valid_from, valid_to, document_sha256, verified,
              recorded_at, recorded_by) ON caller_ids TO dialer_engine;
GRANT UPDATE (weight, active) ON campaign_caller_ids TO dialer_engine;
GRANT UPDATE (calls, answered, short_calls, blocked) ON caller_id_days TO dialer_engine;
-- All settings of a campaign may be changed while it runs.
GRANT UPDATE (name, seller, caller_id, trunks, ring_max_s, wrap_up_max_s, attempts_max,
              retry_after_s, message_file, calling_hours, hours_zone, lines_max, caller_id_match,
              caller_id_sticky, caller_id_signals, caller_id_rest_s, attempts_per_day,
              attempts_per_week, callback_grace_s, callback_opens, preview_limit_s, preview_then)
    ON campaigns TO dialer_engine;
