-- Counts of leads by what they wait for, kept while they change.
--
-- To count ten million leads takes seconds; a page asks every second. So every statement that
-- changes leads also writes, by trigger, what it changed in the counts: signed changes, one row a
-- group, only ever inserted. Engines, imports and the log never wait for each other there, and what
-- rolls back is not counted. Whoever reads adds up the counts and the changes of one snapshot, so
-- that the sum is exact at any moment, also while other sessions write. fold_lead_counts moves
-- changes into the counts, one session at a time.
--
-- A count is of leads with equal
--   status       as in leads, but 'leased' for 'dialing' too (the call itself knows more), and
--                'for_agent' for ready leads that wait for one agent
--   stop_reason  as in leads; '' while on loan
--   due          the minute from which a ready lead may be dialed; '-infinity' for all others
--   campaign, list, place, priority

CREATE TABLE lead_count_changes (
    campaign_id bigint NOT NULL,
    list_id     bigint NOT NULL,
    place       integer NOT NULL,
    priority    smallint NOT NULL,
    status      text NOT NULL,
    stop_reason text NOT NULL,
    due         timestamptz NOT NULL,
    change      bigint NOT NULL
) WITH (
    -- Rows come and go within a second, and every reader walks over what is left of them.
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = -1,
    autovacuum_vacuum_cost_delay = 0
);

CREATE TABLE lead_counts (
    campaign_id bigint NOT NULL,
    list_id     bigint NOT NULL,
    place       integer NOT NULL,
    status      text NOT NULL,
    stop_reason text NOT NULL,
    leads       bigint NOT NULL,
    PRIMARY KEY (campaign_id, list_id, place, status, stop_reason)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);

-- Ready leads that are due: which groups have something to dial. A table of its own, one row a
-- group however many minutes its leads became due in, because every lease reads it.
CREATE TABLE due_counts (
    campaign_id bigint NOT NULL,
    priority    smallint NOT NULL,
    list_id     bigint NOT NULL,
    place       integer NOT NULL,
    leads       bigint NOT NULL,
    PRIMARY KEY (campaign_id, priority, list_id, place)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);

-- Ready leads that were not due yet when the changes were last moved here.
CREATE TABLE ready_counts (
    due         timestamptz NOT NULL,
    campaign_id bigint NOT NULL,
    priority    smallint NOT NULL,
    list_id     bigint NOT NULL,
    place       integer NOT NULL,
    leads       bigint NOT NULL,
    PRIMARY KEY (due, campaign_id, priority, list_id, place)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);

-- Ready leads that rest, by when and why. Without places: to say when leads come back, a page needs
-- no hundred thousand rows.
CREATE TABLE resting_counts (
    due         timestamptz NOT NULL,
    campaign_id bigint NOT NULL,
    list_id     bigint NOT NULL,
    stop_reason text NOT NULL,
    leads       bigint NOT NULL,
    PRIMARY KEY (due, campaign_id, list_id, stop_reason)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);

CREATE FUNCTION counted_status(status text, for_agent bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN status = 'dialing' THEN 'leased'
            WHEN status = 'ready' AND for_agent IS NOT NULL THEN 'for_agent'
            ELSE status END;

CREATE FUNCTION counted_reason(status text, stop_reason text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN status IN ('leased', 'dialing') THEN '' ELSE stop_reason END;

CREATE FUNCTION counted_due(status text, due_at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN status = 'ready'
            THEN date_bin('1 minute', due_at, timestamptz '2000-01-01 00:00:00+00')
            ELSE timestamptz '-infinity' END;

CREATE FUNCTION count_leads_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO public.lead_count_changes
    SELECT campaign_id, list_id, place, priority, public.counted_status(status, for_agent),
           public.counted_reason(status, stop_reason), public.counted_due(status, due_at), count(*)
    FROM added
    GROUP BY 1, 2, 3, 4, 5, 6, 7;
    RETURN NULL;
END
$$;

CREATE FUNCTION count_leads_removed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO public.lead_count_changes
    SELECT campaign_id, list_id, place, priority, public.counted_status(status, for_agent),
           public.counted_reason(status, stop_reason), public.counted_due(status, due_at),
           -count(*)
    FROM removed
    GROUP BY 1, 2, 3, 4, 5, 6, 7;
    RETURN NULL;
END
$$;

CREATE FUNCTION count_leads_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO public.lead_count_changes
    SELECT campaign_id, list_id, place, priority, status, stop_reason, due, sum(change)
    FROM (
        SELECT campaign_id, list_id, place, priority,
               public.counted_status(status, for_agent) AS status,
               public.counted_reason(status, stop_reason) AS stop_reason,
               public.counted_due(status, due_at) AS due, 1 AS change
        FROM after_it
        UNION ALL
        SELECT campaign_id, list_id, place, priority, public.counted_status(status, for_agent),
               public.counted_reason(status, stop_reason), public.counted_due(status, due_at), -1
        FROM before_it
    ) AS both_sides
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING sum(change) <> 0;
    RETURN NULL;
END
$$;

CREATE TRIGGER count_added AFTER INSERT ON leads
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION count_leads_added();
CREATE TRIGGER count_changed AFTER UPDATE ON leads
REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION count_leads_changed();
CREATE TRIGGER count_removed AFTER DELETE ON leads
REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION count_leads_removed();

-- The creation of the triggers keeps writers away until this is committed.
INSERT INTO lead_counts
SELECT campaign_id, list_id, place, counted_status(status, for_agent),
       counted_reason(status, stop_reason), count(*)
FROM leads GROUP BY 1, 2, 3, 4, 5;
INSERT INTO due_counts
SELECT campaign_id, priority, list_id, place, count(*)
FROM leads WHERE counted_status(status, for_agent) = 'ready' AND due_at = '-infinity'
GROUP BY 1, 2, 3, 4;
INSERT INTO ready_counts
SELECT counted_due(status, due_at), campaign_id, priority, list_id, place, count(*)
FROM leads WHERE counted_status(status, for_agent) = 'ready' AND due_at > '-infinity'
GROUP BY 1, 2, 3, 4, 5;
INSERT INTO resting_counts
SELECT counted_due(status, due_at), campaign_id, list_id, stop_reason, count(*)
FROM leads
WHERE counted_status(status, for_agent) = 'ready' AND due_at > '-infinity'
GROUP BY 1, 2, 3, 4;

-- Moves changes into the counts, and what is due at `at` to what is due; returns how many rows of
-- changes it moved, null when another session is at it. There may be more; call it again then.
-- `at` is the program's clock. Only while one session folds are counts changed, so that no one ever
-- waits for a row of them. Call it in a transaction of its own that ends soon.
CREATE FUNCTION fold_lead_counts(at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    moved bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(1684630627, 9) THEN
        RETURN NULL;
    END IF;
    -- So many at a time, that nobody's time limit is met after an import of millions.
    WITH taken AS (
        DELETE FROM public.lead_count_changes
        WHERE ctid = ANY (ARRAY(SELECT ctid FROM public.lead_count_changes LIMIT 20000))
        RETURNING *
    ), net AS MATERIALIZED (
        SELECT campaign_id, list_id, place, priority, status, stop_reason, due,
               sum(change)::bigint AS change
        FROM taken GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(change) <> 0
    ), counted AS (
        INSERT INTO public.lead_counts AS c
        SELECT campaign_id, list_id, place, status, stop_reason, sum(change)
        FROM net GROUP BY 1, 2, 3, 4, 5 HAVING sum(change) <> 0
        ON CONFLICT (campaign_id, list_id, place, status, stop_reason)
        DO UPDATE SET leads = c.leads + excluded.leads
    ), due_now AS (
        INSERT INTO public.due_counts AS c
        SELECT campaign_id, priority, list_id, place, sum(change)
        FROM net WHERE status = 'ready' AND due <= at
        GROUP BY 1, 2, 3, 4 HAVING sum(change) <> 0
        ON CONFLICT (campaign_id, priority, list_id, place)
        DO UPDATE SET leads = c.leads + excluded.leads
    ), ready AS (
        INSERT INTO public.ready_counts AS c
        SELECT due, campaign_id, priority, list_id, place, sum(change)
        FROM net WHERE status = 'ready' AND due > at
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(change) <> 0
        ON CONFLICT (due, campaign_id, priority, list_id, place)
        DO UPDATE SET leads = c.leads + excluded.leads
    ), resting AS (
        INSERT INTO public.resting_counts AS c
        SELECT due, campaign_id, list_id, stop_reason, sum(change)
        FROM net WHERE status = 'ready' AND due > at GROUP BY 1, 2, 3, 4 HAVING sum(change) <> 0
        ON CONFLICT (due, campaign_id, list_id, stop_reason)
        DO UPDATE SET leads = c.leads + excluded.leads
    )
    SELECT count(*) INTO moved FROM taken;

    DELETE FROM public.resting_counts WHERE due <= at;
    WITH passed AS (
        DELETE FROM public.ready_counts WHERE due <= at RETURNING *
    )
    INSERT INTO public.due_counts AS c
    SELECT campaign_id, priority, list_id, place, sum(leads)
    FROM passed GROUP BY 1, 2, 3, 4
    ON CONFLICT (campaign_id, priority, list_id, place)
    DO UPDATE SET leads = c.leads + excluded.leads;
    IF FOUND THEN -- at most once a minute: dues are minutes
        DELETE FROM public.lead_counts WHERE leads = 0;
        DELETE FROM public.due_counts WHERE leads = 0;
        DELETE FROM public.ready_counts WHERE leads = 0;
        DELETE FROM public.resting_counts WHERE leads = 0;
    END IF;
    RETURN moved;
END
$$;

-- For the supply: the groups of a campaign that have ready leads due at `at`, by the snapshot of
-- the statement that asks. Leads that wait for one agent are not among them. One row a group and
-- what changed since the last fold; never a lead.
CREATE FUNCTION ready_groups(of_campaign bigint, at timestamptz)
RETURNS TABLE (priority smallint, list_id bigint, place integer, leads bigint)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    -- As integers, whose sum is ten times as fast as that of bigints.
    SELECT g.priority, g.list_id, g.place, sum(g.leads)
    FROM (
        SELECT c.priority, c.list_id, c.place, c.leads::integer
        FROM due_counts c WHERE c.campaign_id = of_campaign
        UNION ALL
        SELECT c.priority, c.list_id, c.place, c.leads::integer
        FROM ready_counts c WHERE c.due <= at AND c.campaign_id = of_campaign
        UNION ALL
        SELECT d.priority, d.list_id, d.place, d.change::integer
        FROM lead_count_changes d
        WHERE d.campaign_id = of_campaign AND d.status = 'ready' AND d.due <= at
    ) AS g
    GROUP BY g.priority, g.list_id, g.place
    HAVING sum(g.leads) > 0
$$;

-- People ask about a lead by the name that their own system has for it.
CREATE INDEX leads_by_external_id ON leads (external_id) WHERE external_id <> '';

GRANT SELECT ON lead_count_changes, lead_counts, due_counts, ready_counts, resting_counts
    TO dialer_engine;
REVOKE EXECUTE ON FUNCTION fold_lead_counts(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fold_lead_counts(timestamptz) TO dialer_engine;
