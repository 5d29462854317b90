-- The audit log: a Merkle tree (RFC 6962) over everything that must not change unseen.
-- campaigns/audit/AUDIT.md describes what is made from these tables.
--
-- A record is made by a trigger, in the transaction of the row that it records: nothing is durable
-- and not in the log. Its text is made once, and those bytes are what is hashed. Sealing gives
-- records their leaves later, in the order of their transactions.

-- Which log this is; a copy of the database is the same log until somebody signs other heads.
CREATE TABLE audit_log (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    log      text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', '')
             CHECK (log ~ '^[0-9a-f]{32}$')
);
INSERT INTO audit_log DEFAULT VALUES;

CREATE TABLE audit_records (
    id          bigint PRIMARY KEY,
    -- Its transaction: records are sealed when no older transaction can add any.
    xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind        text NOT NULL,
    at          timestamptz NOT NULL, -- of what is recorded, by the program's clock
    subject     text NOT NULL,        -- "attempt 17": the kind and the row's key
    campaign_id bigint,
    number      bigint,
    -- One line of JSON: id, kind, at, subject, body.
    record      text NOT NULL CHECK (strpos(record, E'\n') = 0)
);
CREATE SEQUENCE audit_records_id_seq OWNED BY audit_records.id;
CREATE INDEX audit_records_to_seal ON audit_records (xid, id);
CREATE INDEX audit_records_by_subject ON audit_records (subject, id);
CREATE INDEX audit_records_by_number ON audit_records (number, id) WHERE number IS NOT NULL;

CREATE TABLE audit_leaves (
    leaf      bigint PRIMARY KEY CHECK (leaf >= 0),
    record_id bigint NOT NULL UNIQUE,
    hash      bytea NOT NULL CHECK (length(hash) = 32) -- SHA-256(0x00 || record)
);
-- Roots of complete subtrees of 16, 256, 4096 ... leaves: level 4, 8, 12 ... Those between are
-- made of at most sixteen of them when they are wanted.
CREATE TABLE audit_nodes (
    level smallint NOT NULL CHECK (level > 0 AND level % 4 = 0),
    index bigint NOT NULL CHECK (index >= 0),
    hash  bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, index)
);

-- Numbers of transactions begin anew when a database is restored into another cluster. Then what
-- has no leaf is sealed whatever its number, and the count goes on from `floor`.
CREATE TABLE audit_epochs (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cluster    bigint NOT NULL, -- pg_control_system().system_identifier
    floor      xid8 NOT NULL,   -- older transactions are sealed
    first_leaf bigint NOT NULL  -- the first one whose transaction is of this cluster
);
INSERT INTO audit_epochs (cluster, floor, first_leaf)
SELECT system_identifier, '0', 0 FROM pg_control_system();

-- Public keys, and who vouches for them. The secret ones are never here.
CREATE TABLE audit_keys (
    key         text PRIMARY KEY CHECK (key ~ '^[0-9a-f]{64}$'), -- Ed25519, RFC 8032
    id          text NOT NULL UNIQUE CHECK (id ~ '^[0-9a-f]{16}$'),
    number      bigint GENERATED ALWAYS AS IDENTITY, -- in the order of their introduction
    at          timestamptz NOT NULL,
    by_whom     text NOT NULL,
    statement   text NOT NULL, -- what the endorsing key signed
    endorsed_by text NOT NULL, -- id of the key that signed it; '': nobody
    signature   bytea NOT NULL CHECK (length(signature) = 64)
);

CREATE TABLE audit_heads (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    size      bigint NOT NULL CHECK (size >= 0),
    at        timestamptz NOT NULL,
    closes    date UNIQUE, -- the day (UTC) that had ended
    key_id    text NOT NULL REFERENCES audit_keys (id),
    statement text NOT NULL, -- what was signed
    signature bytea NOT NULL CHECK (length(signature) = 64)
);
CREATE INDEX audit_heads_by_size ON audit_heads (size, id);
CREATE INDEX audit_heads_by_time ON audit_heads (at, id);

-- Who came in, who went, who was turned away.
CREATE TABLE audit_logins (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    user_name text NOT NULL,
    what      text NOT NULL CHECK (what ~ '^[a-z_]{1,40}$'), -- login, logout, refused
    from_addr text NOT NULL
);
CREATE INDEX audit_logins_by_user ON audit_logins (user_name, at);

-- What is recorded, and how. `keys` name the row; `recorded` may leave rows out; rows of tables
-- that hold state, and not records, are recorded again when they change.
CREATE TABLE audit_sources (
    table_name text PRIMARY KEY,
    kind       text NOT NULL UNIQUE,
    at         text NOT NULL,              -- expressions over the row r
    keys       text NOT NULL,
    campaign   text NOT NULL DEFAULT 'NULL',
    number     text NOT NULL DEFAULT 'NULL',
    body       text NOT NULL DEFAULT 'audit_body(to_jsonb(r))',
    recorded   text NOT NULL DEFAULT 'true',
    is_state   boolean NOT NULL DEFAULT false
);

-- A row as it is recorded: numbers beyond 2^53, which many readers of JSON would round, become
-- texts, and what opens doors stays out of a log that is handed around.
CREATE FUNCTION audit_body(its_row jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE
        WHEN jsonb_typeof(value) = 'number' AND abs(value::numeric) > 9007199254740991
            THEN to_jsonb(value::text)
        WHEN key IN ('before', 'after') AND jsonb_typeof(value) = 'object'
            THEN value - '{sip_ha1,token_sha256,password,password_hash,secret}'::text[]
        ELSE value END), '{}')
    FROM jsonb_each(its_row - '{sip_ha1,token_sha256,password,password_hash,secret}'::text[])
$$;

-- As rfc3339, which the planner cannot unfold.
CREATE FUNCTION audit_instant(at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- An attempt with all that is known when it is over: why it was allowed, what happened, how it
-- ended. One expression, so that it is planned as a part of the statement that needs it.
CREATE FUNCTION audit_attempt(a attempts, r attempt_results) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'attempt', (r).attempt_id::text, 'at', audit_instant((a).at), 'run', (a).run_id::text,
        'campaign', (a).campaign_id, 'lead', (a).lead_id, 'number', '+' || (a).number,
        'caller_id', '+' || (a).caller_id, 'trunk', (a).trunk,
        'failover_of', (a).failover_of::text, 'seller', (a).seller, 'subject', (a).subject,
        'purpose', (a).purpose, 'regulatory_campaign', (a).regulatory_campaign_id,
        'evidence', (a).evidence, 'outcome', (r).outcome, 'treatment', (r).treatment,
        'sip_status', (r).sip_status, 'agent', (r).agent_id,
        'ringing_at', audit_instant((r).ringing_at),
        'answered_at', audit_instant((r).answered_at),
        'bridged_at', audit_instant((r).bridged_at),
        'first_audio_at', audit_instant((r).first_audio_at),
        'message_started_at', audit_instant((r).message_started_at),
        'message_ended_at', audit_instant((r).message_ended_at),
        'answer_to_bridge_us', (r).answer_to_bridge_us,
        'answer_to_agent_us', (r).answer_to_agent_us,
        'ended_at', audit_instant((r).ended_at), 'ended_by', (r).ended_by,
        'failover_follows', (r).failover_follows)
$$;
CREATE FUNCTION audit_refusal(r gate_refusals) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'refusal', (r).id::text, 'at', audit_instant((r).at), 'campaign', (r).campaign_id,
        'lead', (r).lead_id, 'number', '+' || (r).number, 'verdict', (r).verdict,
        'until', audit_instant((r).until), 'last_phone', (r).last_phone, 'reasons', (r).reasons,
        'evidence', (r).evidence)
$$;

-- When rows are made that have no time of their own: as in log_setting_change.
CREATE FUNCTION audit_now() RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(nullif(current_setting('dialer.at', true), '')::timestamptz,
                    clock_timestamp())
$$;

-- The statement that makes records of the rows of `rows_from`.
CREATE FUNCTION audit_statement(source audit_sources, rows_from text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT format(
        'INSERT INTO public.audit_records (id, kind, at, subject, campaign_id, number, record) '
        'SELECT id, %1$L, at, subject, campaign, number, '
        '''{"id":'' || id || '',"kind":"%1$s","at":"'' || coalesce(rfc3339(at), '''') '
        '|| ''","subject":'' || to_json(subject) || '',"body":'' || body || ''}'' '
        'FROM (SELECT nextval(''public.audit_records_id_seq'') AS id, %2$s AS at, '
        '%1$L || '' '' || concat_ws(''|'', %3$s) AS subject, (%4$s)::bigint AS campaign, '
        '(%5$s)::bigint AS number, (%6$s)::text AS body FROM %7$s r WHERE %8$s) AS made',
        source.kind, source.at, source.keys, source.campaign, source.number, source.body,
        rows_from, source.recorded)
$$;

-- Statement by statement: one look at the transition table, however many rows came.
CREATE FUNCTION audit_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
    source audit_sources;
BEGIN
    SELECT * INTO STRICT source FROM audit_sources WHERE table_name = TG_ARGV[0];
    EXECUTE audit_statement(source, 'added');
    RETURN NULL;
END
$$;

-- The two tables that grow with every call have their statement at hand, planned once a session:
-- the same as audit_statement would make. The rows are read from the table itself, whose type the
-- functions know.
CREATE FUNCTION audit_attempt_results() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_seqscan = off
AS $$
BEGIN
    INSERT INTO audit_records (id, kind, at, subject, campaign_id, number, record)
    SELECT m.id, 'attempt', m.at, 'attempt ' || m.attempt_id, m.campaign_id, m.number,
           '{"id":' || m.id || ',"kind":"attempt","at":"' || audit_instant(m.at)
           || '","subject":"attempt ' || m.attempt_id || '","body":' || m.body || '}'
    FROM (SELECT nextval('audit_records_id_seq') AS id, r.ended_at AS at, r.attempt_id,
                 r.campaign_id, a.number, audit_attempt(a, r)::text AS body
          FROM added n
          JOIN attempt_results r ON r.attempt_id = n.attempt_id
          LEFT JOIN attempts a ON a.id = n.attempt_id) AS m;
    RETURN NULL;
END
$$;
CREATE FUNCTION audit_gate_refusals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_seqscan = off
AS $$
BEGIN
    INSERT INTO audit_records (id, kind, at, subject, campaign_id, number, record)
    SELECT m.id, 'refusal', m.at, 'refusal ' || m.refusal, m.campaign_id, m.number,
           '{"id":' || m.id || ',"kind":"refusal","at":"' || audit_instant(m.at)
           || '","subject":"refusal ' || m.refusal || '","body":' || m.body || '}'
    FROM (SELECT nextval('audit_records_id_seq') AS id, r.at, r.id AS refusal, r.campaign_id,
                 r.number, audit_refusal(r)::text AS body
          FROM added n JOIN gate_refusals r ON r.id = n.id) AS m;
    RETURN NULL;
END
$$;

-- Records a table from now on, and what it has already. Tables that are not there are left out.
CREATE FUNCTION audit_watch(wanted audit_sources, made_by text DEFAULT 'audit_rows')
RETURNS void
LANGUAGE plpgsql
SET timezone = 'UTC'
AS $$
BEGIN
    IF to_regclass('public.' || wanted.table_name) IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO audit_sources SELECT wanted.*;
    EXECUTE audit_statement(wanted, format('public.%I', wanted.table_name));
    EXECUTE format('CREATE TRIGGER audit AFTER INSERT ON public.%I REFERENCING NEW TABLE AS added '
                   'FOR EACH STATEMENT EXECUTE FUNCTION public.%I(%L)',
                   wanted.table_name, made_by, wanted.table_name);
    IF wanted.is_state THEN
        EXECUTE format('CREATE TRIGGER audit_change AFTER UPDATE ON public.%I '
                       'REFERENCING NEW TABLE AS added '
                       'FOR EACH STATEMENT EXECUTE FUNCTION public.audit_rows(%L)',
                       wanted.table_name, wanted.table_name);
    END IF;
END
$$;
CREATE FUNCTION audit_watch(its_table text, its_kind text, its_at text, its_keys text,
                            its_campaign text DEFAULT 'NULL', its_number text DEFAULT 'NULL',
                            its_condition text DEFAULT 'true', is_state boolean DEFAULT false)
RETURNS void
LANGUAGE sql AS $$
    SELECT audit_watch(ROW(its_table, its_kind, its_at, its_keys, its_campaign, its_number,
                           'audit_body(to_jsonb(r))', its_condition, is_state)::audit_sources)
$$;

SELECT audit_watch('engine_runs', 'run', 'r.at', 'r.id');
SELECT audit_watch('engine_run_ends', 'run_end', 'r.at', 'r.run_id');
SELECT audit_watch('agents', 'agent', 'audit_now()', 'r.id');
SELECT audit_watch('users', 'user', 'audit_now()', 'r.id');
SELECT audit_watch('regulatory_campaigns', 'offer', 'audit_now()', 'r.id');
SELECT audit_watch('suppression_lists', 'list', 'audit_now()', 'r.id');
SELECT audit_watch('suppression_versions', 'list_version', 'r.loaded_at', 'r.id');
SELECT audit_watch('suppression_changes', 'opt_out', 'r.at', 'r.id', its_number => 'r.number');
SELECT audit_watch('reassigned_loads', 'reassigned_load', 'r.loaded_at', 'r.id');
SELECT audit_watch('consents', 'consent', 'r.recorded_at', 'r.id', its_number => 'r.number');
SELECT audit_watch('revocations', 'revocation', 'r.recorded_at', 'r.id',
                   its_number => 'r.number');
SELECT audit_watch('relationships', 'relationship', 'r.recorded_at', 'r.id',
                   its_number => 'r.number');
SELECT audit_watch('emergencies', 'emergency', 'r.recorded_at', 'r.id');
SELECT audit_watch('emergency_ends', 'emergency_end', 'r.recorded_at', 'r.id');
SELECT audit_watch('proclaimed_holidays', 'holiday', 'r.recorded_at', 'r.id');
SELECT audit_watch('setting_changes', 'setting', 'r.at', 'r.id', its_campaign => 'r.campaign_id');
SELECT audit_watch('caller_id_alarms', 'caller_id_alarm', 'r.at', 'r.id',
                   its_campaign => 'r.campaign_id');
SELECT audit_watch('caller_id_rests', 'caller_id_rest', 'r.from_at', 'r.id');
SELECT audit_watch('imports', 'import', 'coalesce(r.undone_at, r.ended_at, r.started_at)', 'r.id',
                   its_campaign => 'r.campaign_id', its_condition => $$r.status <> 'running'$$,
                   is_state => true);
SELECT audit_watch('lead_edits', 'lead_edit', 'r.at', 'r.id', its_campaign => 'r.campaign_id');
SELECT audit_watch('message_files', 'message_file', 'r.at', 'r.id',
                   its_campaign => 'r.campaign_id');
SELECT audit_watch('record_repairs', 'record_fault', 'r.found_at', 'r.attempt_id, r.field',
                   its_campaign => 'r.campaign_id');
SELECT audit_watch('record_repair_values', 'record_repair', 'r.at', 'r.id');
SELECT audit_watch('litigation_holds', 'hold', 'r.at', 'r.id', its_campaign => 'r.campaign_id',
                   its_number => 'r.number');
SELECT audit_watch('litigation_hold_releases', 'hold_release', 'r.at', 'r.hold_id');
SELECT audit_watch('retention_drops', 'retention_drop', 'r.at', 'r.id');
SELECT audit_watch('form_answers', 'form_answer', 'r.at',
                   'r.attempt_id, r.agent_id, rfc3339(r.at)');
SELECT audit_watch('audit_keys', 'audit_key', 'r.at', 'r.id');
SELECT audit_watch('audit_logins', 'login', 'r.at', 'r.id');
SELECT audit_watch('dispositions', 'disposition', 'r.at',
                   'r.attempt_id, r.agent_id, rfc3339(r.at)',
                   its_number => '(SELECT a.number FROM attempts a WHERE a.id = r.attempt_id)',
                   its_campaign =>
                       '(SELECT a.campaign_id FROM attempts a WHERE a.id = r.attempt_id)');
SELECT audit_watch(ROW('gate_refusals', 'refusal', 'r.at', 'r.id', 'r.campaign_id', 'r.number',
                       'audit_refusal(r)', 'true', false)::audit_sources,
                   'audit_gate_refusals');
SELECT audit_watch(ROW('attempt_results', 'attempt', 'r.ended_at', 'r.attempt_id',
                       'r.campaign_id',
                       '(SELECT a.number FROM attempts a WHERE a.id = r.attempt_id)',
                       '(SELECT audit_attempt(a, r) FROM (SELECT) AS one '
                       'LEFT JOIN attempts a ON a.id = r.attempt_id)',
                       'true', false)::audit_sources,
                   'audit_attempt_results');

-- Not even the owner changes the log by mistake. (Who owns a table can take its triggers away; the
-- signed heads are what shows it.)
CREATE FUNCTION audit_is_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING
        MESSAGE = format('%s is only ever added to', TG_TABLE_NAME);
END
$$;
DO $$
DECLARE
    log_table text;
BEGIN
    FOREACH log_table IN ARRAY ARRAY['audit_log', 'audit_records', 'audit_leaves', 'audit_nodes',
                                     'audit_epochs', 'audit_keys', 'audit_heads', 'audit_logins']
    LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE '
                       'ON public.%I FOR EACH STATEMENT '
                       'EXECUTE FUNCTION audit_is_append_only()', log_table);
    END LOOP;
END
$$;

-- Records come from triggers alone, which have the owner's rights.
GRANT SELECT ON audit_log, audit_records, audit_leaves, audit_nodes, audit_epochs, audit_keys,
    audit_heads, audit_logins, audit_sources TO dialer_engine;
GRANT INSERT ON audit_leaves, audit_nodes, audit_epochs, audit_keys, audit_heads, audit_logins
    TO dialer_engine;
