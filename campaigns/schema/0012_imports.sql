-- Imports: how files of a source are read, what came of each, what was undone.

-- Which column of a source's files is what, as a person chose it once.
CREATE TABLE import_sources (
    name       text PRIMARY KEY CHECK (btrim(name) <> '' AND length(name) <= 100),
    columns    jsonb NOT NULL, -- [{"field": "phone", "column": "Cell"}, ...] in order
    headers    text[] NOT NULL, -- of the file that it was chosen for
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL
);
CREATE TRIGGER log_setting AFTER INSERT OR UPDATE OR DELETE ON import_sources
FOR EACH ROW EXECUTE FUNCTION log_setting_change('name');

-- One row a file that somebody began to import, whatever came of it. The row is there before the
-- first lead; its leads come with the transaction that makes it 'held' or 'done', or not at all.
CREATE TABLE imports (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id bigint NOT NULL REFERENCES campaigns,
    list_id     bigint REFERENCES lists, -- null: no row was taken
    file_name   text NOT NULL,
    bytes       bigint NOT NULL,
    sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    source      text NOT NULL DEFAULT '',
    by_whom     text NOT NULL,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    -- 'running' while its program holds the advisory lock import_running(id); without that it was
    -- broken off and left nothing.
    status      text NOT NULL DEFAULT 'running'
                CHECK (status IN ('running',
                                  'held',    -- waits for somebody to accept it
                                  'done',
                                  'refused', -- the file as a whole, or each of its rows
                                  'failed',  -- for a reason that is not in the file
                                  'undone')),
    rows        bigint NOT NULL DEFAULT 0,
    accepted    bigint NOT NULL DEFAULT 0,
    refused     bigint NOT NULL DEFAULT 0,
    consents    bigint NOT NULL DEFAULT 0, -- recorded with it
    refusals    jsonb NOT NULL DEFAULT '{}', -- rows by reason
    warnings    jsonb NOT NULL DEFAULT '{}',
    columns     jsonb NOT NULL DEFAULT '[]',
    notices     jsonb NOT NULL DEFAULT '[]',
    scrub       jsonb, -- what the gate said of the leads then
    error       text NOT NULL DEFAULT '',
    undone_at   timestamptz,
    undone_by   text NOT NULL DEFAULT '',
    taken_back  bigint NOT NULL DEFAULT 0, -- leads that an undo took out of supply
    kept        bigint NOT NULL DEFAULT 0  -- leads that had been dialed by then
);
CREATE INDEX imports_by_campaign ON imports (campaign_id, id);
CREATE INDEX imports_by_list ON imports (list_id);

-- True while the program of the import lives: it holds this lock with its session.
CREATE FUNCTION import_running(import bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE l.locktype = 'advisory' AND d.datname = current_database() AND l.objsubid = 2
          AND l.classid = 1684630640 AND l.objid = (import % 2147483647)::integer::oid)
$$;

-- Rows of a file without any lead are told as well, so a finding is of an import and not of a list.
-- Findings that are older than this file have their list only.
ALTER TABLE import_refusals
    ALTER COLUMN list_id DROP NOT NULL,
    ADD COLUMN import_id bigint,
    ADD CONSTRAINT import_refusals_of_something CHECK (num_nonnulls(list_id, import_id) >= 1);
CREATE INDEX import_refusals_by_import ON import_refusals (import_id, line)
    WHERE import_id IS NOT NULL;

-- The file of an import that was undone is welcome again.
ALTER TABLE lists DROP CONSTRAINT lists_campaign_id_sha256_key;
CREATE UNIQUE INDEX lists_once ON lists (campaign_id, sha256) WHERE status <> 'undone';
CREATE INDEX lists_by_source ON lists (source) WHERE source <> '';
CREATE TRIGGER log_setting AFTER INSERT OR DELETE OR UPDATE OF source, weight, priority, status
ON lists FOR EACH ROW EXECUTE FUNCTION log_setting_change('id');

-- Numbers of leads that an undo took back: another import of the campaign may have them again.
CREATE TABLE lead_phones_undone (
    lead_id     bigint NOT NULL,
    position    smallint NOT NULL,
    campaign_id bigint NOT NULL,
    number      bigint NOT NULL,
    undone_at   timestamptz NOT NULL,
    PRIMARY KEY (lead_id, position)
);
CREATE INDEX lead_phones_undone_by_number ON lead_phones_undone (number);

-- One index for both questions: who has the number, and who has it in this campaign.
ALTER TABLE lead_phones
    DROP CONSTRAINT lead_phones_campaign_id_number_key,
    ADD CONSTRAINT lead_phones_number_campaign_id_key UNIQUE (number, campaign_id);
DROP INDEX lead_phones_by_number;

-- Foreign keys ask once a row, which takes more than half of the time of a large import. These ask
-- the same once a statement, and more: a phone is of its lead's campaign.
ALTER TABLE lead_phones DROP CONSTRAINT lead_phones_lead_id_fkey;
ALTER TABLE leads DROP CONSTRAINT leads_list_id_campaign_id_fkey;

-- As one hash join over the range of the statement's leads: rows of a long import are none to
-- ANALYZE, and a planner that takes leads for empty would as soon walk a whole index for each.
CREATE FUNCTION lead_phones_have_leads() RETURNS trigger
LANGUAGE plpgsql
SET enable_hashjoin = on
SET enable_mergejoin = off
SET enable_nestloop = off
AS $$
DECLARE
    stray   bigint;
    lowest  bigint;
    highest bigint;
BEGIN
    SELECT min(lead_id), max(lead_id) INTO lowest, highest FROM added;
    SELECT a.lead_id INTO stray
    FROM added a
    LEFT JOIN leads l ON l.id = a.lead_id AND l.campaign_id = a.campaign_id
                     AND l.id BETWEEN lowest AND highest
    WHERE l.id IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('lead_phones: there is no lead %s of that campaign', stray);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER have_leads AFTER INSERT ON lead_phones
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION lead_phones_have_leads();

CREATE FUNCTION leads_have_lists() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    stray bigint;
BEGIN
    SELECT a.list_id INTO stray
    FROM (SELECT DISTINCT list_id, campaign_id FROM added) a
    WHERE NOT EXISTS (SELECT FROM lists s WHERE s.id = a.list_id AND s.campaign_id = a.campaign_id)
    LIMIT 1;
    IF FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('leads: there is no list %s of that campaign', stray);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER have_lists AFTER INSERT ON leads
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION leads_have_lists();

-- No program deletes leads or lists; an owner who does leaves nothing without its like.
CREATE FUNCTION leads_take_phones_along() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM lead_phones p USING gone g WHERE p.lead_id = g.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER take_phones_along AFTER DELETE ON leads
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION leads_take_phones_along();
CREATE FUNCTION lists_keep_leads() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM leads l JOIN gone g ON l.list_id = g.id) THEN
        RAISE foreign_key_violation USING MESSAGE = 'lists: the list has leads';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_leads AFTER DELETE ON lists
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION lists_keep_leads();
-- What a lead and a phone are of never changes.
CREATE FUNCTION stay_where_it_belongs() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % keeps its lead, its list and its campaign', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER stay BEFORE UPDATE OF id, list_id, campaign_id ON leads
FOR EACH ROW WHEN (OLD.id <> NEW.id OR OLD.list_id <> NEW.list_id
                   OR OLD.campaign_id <> NEW.campaign_id)
EXECUTE FUNCTION stay_where_it_belongs();
CREATE TRIGGER stay BEFORE UPDATE OF lead_id, campaign_id ON lead_phones
FOR EACH ROW WHEN (OLD.lead_id <> NEW.lead_id OR OLD.campaign_id <> NEW.campaign_id)
EXECUTE FUNCTION stay_where_it_belongs();

-- Takes the leads of a list out of supply, in the caller's transaction. Those that were never
-- dialed give their numbers back. Rows that an engine may wait for, leads on loan, come last. Runs
-- as the owner: nobody else may take a number from a lead.
CREATE FUNCTION take_back_list(its_list bigint, its_at timestamptz,
                               OUT taken bigint, OUT dialed bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET enable_nestloop = off -- right after an import the planner may take its million leads for none
AS $$
DECLARE
    more bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM public.lists WHERE id = its_list AND status IN ('active', 'loading')
                   AND kind = 'file') THEN
        RAISE EXCEPTION 'list % is no list of an import that is in force', its_list;
    END IF;
    UPDATE public.lists SET status = 'undone' WHERE id = its_list;
    WITH held AS (
        UPDATE public.leads SET status = 'held', stop_reason = 'undone'
        WHERE list_id = its_list AND run_id IS NULL AND attempt_id IS NULL
        RETURNING id
    ), freed AS (
        DELETE FROM public.lead_phones p USING held h WHERE p.lead_id = h.id
        RETURNING p.lead_id, p.position, p.campaign_id, p.number
    ), kept AS (
        INSERT INTO public.lead_phones_undone (lead_id, position, campaign_id, number, undone_at)
        SELECT lead_id, position, campaign_id, number, its_at FROM freed
    )
    SELECT count(*) INTO taken FROM held;
    -- Dialed before: they keep their numbers, which their log speaks of.
    UPDATE public.leads SET status = 'held', stop_reason = 'undone'
    WHERE list_id = its_list AND run_id IS NULL AND attempt_id IS NOT NULL;
    GET DIAGNOSTICS dialed = ROW_COUNT;
    -- On loan. What is leased goes from its engine, which gets no ticket for it any more; a call
    -- that is placed is ended by its people, and then the lead is held.
    PERFORM FROM public.leads WHERE list_id = its_list AND run_id IS NOT NULL
    ORDER BY id FOR UPDATE;
    WITH held AS (
        UPDATE public.leads SET status = 'held', stop_reason = 'undone', run_id = NULL,
               leased_until = NULL, after_loan = NULL
        WHERE list_id = its_list AND status = 'leased' AND attempt_id IS NULL
        RETURNING id
    ), freed AS (
        DELETE FROM public.lead_phones p USING held h WHERE p.lead_id = h.id
        RETURNING p.lead_id, p.position, p.campaign_id, p.number
    ), kept AS (
        INSERT INTO public.lead_phones_undone (lead_id, position, campaign_id, number, undone_at)
        SELECT lead_id, position, campaign_id, number, its_at FROM freed
    )
    SELECT count(*) INTO more FROM held;
    taken := taken + more;
    UPDATE public.leads
    SET status = CASE WHEN status = 'leased' THEN 'held' ELSE status END,
        after_loan = CASE WHEN status = 'leased' THEN NULL ELSE 'held' END,
        run_id = CASE WHEN status = 'leased' THEN NULL ELSE run_id END,
        leased_until = CASE WHEN status = 'leased' THEN NULL ELSE leased_until END,
        stop_reason = 'undone'
    WHERE list_id = its_list AND run_id IS NOT NULL;
    GET DIAGNOSTICS more = ROW_COUNT;
    dialed := dialed + more;
    UPDATE public.callbacks c SET status = 'cancelled', ended_at = its_at,
           end_reason = 'the import of the lead was undone'
    FROM public.leads l WHERE l.id = c.lead_id AND l.list_id = its_list AND c.status = 'open';
END
$$;
REVOKE EXECUTE ON FUNCTION take_back_list(bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_back_list(bigint, timestamptz) TO dialer_engine;

-- Takes leads out again that this transaction itself has brought in: while it wrote the file, other
-- leads got their numbers. Nobody has seen them. Runs as the owner: nobody else deletes a lead.
CREATE FUNCTION leave_out_leads(its_list bigint, ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.lists s
                   WHERE s.id = its_list AND s.kind = 'file'
                     AND s.xmin = pg_current_xact_id()::xid
                     AND NOT EXISTS (SELECT FROM public.imports i WHERE i.list_id = s.id)) THEN
        RAISE EXCEPTION 'list % is no list of an import that is being written', its_list;
    END IF;
    DELETE FROM public.leads
    WHERE id = ANY (ids) AND list_id = its_list AND run_id IS NULL AND attempt_id IS NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION leave_out_leads(bigint, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION leave_out_leads(bigint, bigint[]) TO dialer_engine;

-- Few at any time: leads dialed by hand, and those of older programs until somebody looks.
CREATE INDEX leads_without_place ON leads (id) WHERE place = 0;

GRANT SELECT ON lead_phones_undone TO dialer_engine;
GRANT SELECT, INSERT ON import_sources, imports TO dialer_engine;
GRANT UPDATE (columns, headers, changed_at, changed_by) ON import_sources TO dialer_engine;
GRANT UPDATE (list_id, ended_at, status, rows, accepted, refused, consents, refusals, warnings,
              columns, notices, scrub, error, undone_at, undone_by, taken_back, kept)
    ON imports TO dialer_engine;
