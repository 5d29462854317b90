-- What the engine and the commands may do. Log tables: add and read, nothing else.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dialer_engine') THEN
        RAISE EXCEPTION 'role dialer_engine does not exist'
            USING HINT = 'As a database administrator: CREATE ROLE dialer_engine LOGIN;';
    END IF;
END
$$;

GRANT USAGE ON SCHEMA public TO dialer_engine;
GRANT SELECT ON schema_migrations TO dialer_engine;

GRANT SELECT, INSERT ON
    engine_runs, engine_run_ends, attempts, attempt_events, attempt_results, gate_refusals,
    agent_states, dispositions, suppression_lists, suppression_versions, suppression_numbers,
    suppression_changes, lists, import_refusals, campaigns, leads, lead_phones, agents, users
    TO dialer_engine;
GRANT SELECT ON disposition_codes TO dialer_engine;

GRANT UPDATE (running) ON campaigns TO dialer_engine;
GRANT UPDATE (rows_read, rows_accepted, rows_refused) ON lists TO dialer_engine;
GRANT UPDATE (status, priority, due_at, run_id, leased_until, attempt_id, attempts)
    ON leads TO dialer_engine;
GRANT UPDATE (invalid_attempt) ON lead_phones TO dialer_engine;

-- A loader may want an id before it writes the row that needs it.
GRANT USAGE ON SEQUENCE lists_id_seq, leads_id_seq, suppression_versions_id_seq TO dialer_engine;

REVOKE EXECUTE ON FUNCTION ensure_partitions(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_partitions(timestamptz, integer) TO dialer_engine;
