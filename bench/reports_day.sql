-- A day of calls for bench/reports.py: a million attempts with their results, what 300 agents did
-- meanwhile and said about the calls, refusals of the gate and opt-outs. %attempts% and %day% are
-- replaced. Ids are made as the engine makes them (campaigns/ids.hpp).

-- What other rooms do with each row is not the matter here, and takes an hour for a million.
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT tgname, tgrelid::regclass AS tab FROM pg_trigger
             WHERE NOT tgisinternal AND tgparentid = 0 AND tgname NOT LIKE 'report\_%'
               AND tgrelid::regclass::text IN ('attempts', 'attempt_results', 'dispositions',
                                               'agent_states', 'gate_refusals', 'leads',
                                               'suppression_changes') LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', t.tab, t.tgname);
    END LOOP;
END
$$;

SELECT setseed(0.5);
SELECT ensure_partitions('%day%'::timestamptz, 1);

INSERT INTO campaigns (name, seller, running, mode, lines_per_agent, caller_id, trunks, ring_max_s,
                       wrap_up_max_s, attempts_max, retry_after_s, message_file)
SELECT 'campaign ' || i, 'Seller ' || (i + 1) / 2, true, 'predictive', 1, 12125550100 + i,
       '{carrier-a,carrier-b,carrier-c}', 25, 30, 5, 3600, ''
FROM generate_series(1, 4) i;
INSERT INTO agents (name, sip_user, sip_ha1)
SELECT 'Agent ' || i, 'agent' || i, repeat('a', 32) FROM generate_series(1, 300) i;
INSERT INTO lists (campaign_id, file_name, sha256)
SELECT 1 + i % 4, 'list ' || i || '.csv', encode(sha256(('list ' || i)::bytea), 'hex')
FROM generate_series(0, 19) i;
INSERT INTO places (id, key, jurisdictions, zones, number)
SELECT i, 'US,US-S' || i || '|America/New_York', '{US}', '{America/New_York}', 12125550100
FROM generate_series(1, 50) i;
INSERT INTO leads (id, campaign_id, list_id, name, status, attempts, place, stop_reason)
SELECT i, l.campaign_id, l.id, 'Ann ' || i, (ARRAY['ready', 'finished', 'exhausted'])[1 + i % 3],
       i % 5, 1 + i % 50, (ARRAY['no_answer', 'sale', 'busy'])[1 + i % 3]
FROM generate_series(1, %attempts%) i JOIN lists l ON l.id = 1 + i % 20;
ANALYZE leads;

-- What each attempt becomes; a fifth is answered.
CREATE UNLOGGED TABLE day AS
SELECT first_id_at(at) + (4096 + i % 4096) AS id, i, at, u,
       CASE WHEN u < 0.17 THEN 'bridged' WHEN u < 0.174 THEN 'abandoned'
            WHEN u < 0.18 THEN 'early_hangup' ELSE 'none' END AS treatment,
       CASE WHEN u < 0.2 THEN 'answered' WHEN u < 0.75 THEN 'no_answer' WHEN u < 0.85 THEN 'busy'
            WHEN u < 0.93 THEN 'rejected' WHEN u < 0.97 THEN 'invalid_number'
            WHEN u < 0.985 THEN 'congestion' WHEN u < 0.995 THEN 'trunk_failure'
            ELSE 'not_sent' END AS outcome,
       make_interval(secs => 2 + 18 * random()) AS ring,
       make_interval(secs => -60 * ln(1 - random())) AS talk
FROM (SELECT i, '%day%'::timestamptz + i * interval '12 hours' / %attempts% AS at, random() AS u
      FROM generate_series(0, %attempts% - 1) i) d;

INSERT INTO attempts (id, at, lead_id, campaign_id, run_id, number, caller_id, trunk, evidence,
                      seller, regulatory_campaign_id)
SELECT d.id, d.at, l.id, l.campaign_id, 1, 12000000000 + d.i, 12125550100 + d.i % 40,
       (ARRAY['carrier-a', 'carrier-b', 'carrier-c'])[1 + d.i % 3],
       jsonb_build_object(
           'zones', jsonb_build_array(jsonb_build_object('zone', 'America/New_York',
                                                         'local', '2026-11-23T12:00:00-05:00')),
           'lists', jsonb_build_array(
               jsonb_build_object('list', 'company', 'version', 7, 'as_of', '2026-11-20'),
               jsonb_build_object('list', 'national', 'version', 8, 'as_of', '2026-11-20')),
           'tzdb', '2026b', 'rules', repeat('0123456789abcdef', 4)),
       c.seller, c.regulatory_campaign_id
FROM day d JOIN leads l ON l.id = d.i + 1 JOIN campaigns c ON c.id = l.campaign_id
ORDER BY d.id;

INSERT INTO attempt_results (
    attempt_id, outcome, treatment, sip_status, agent_id, ringing_at, answered_at, bridged_at,
    answer_to_bridge_us, answer_to_agent_us, ended_at, ended_by, failover_follows, campaign_id)
SELECT d.id, outcome, treatment,
       CASE outcome WHEN 'answered' THEN 200 WHEN 'busy' THEN 486 WHEN 'no_answer' THEN 487
            WHEN 'rejected' THEN (ARRAY[603, 607, 608, 403])[1 + i % 4]
            WHEN 'invalid_number' THEN 404 ELSE 503 END,
       CASE WHEN treatment = 'bridged' THEN 1 + i % 300 END,
       CASE WHEN u < 0.85 THEN d.at + interval '1 second' END,
       CASE WHEN u < 0.2 THEN d.at + ring END,
       CASE WHEN u < 0.17 THEN d.at + ring + make_interval(secs => 1.3 * (i % 10) / 10.0) END,
       CASE WHEN u < 0.17 THEN 400 + i % 2000 END,
       CASE WHEN u < 0.17 THEN 130000 * (i % 10) + i % 1000 END,
       d.at + ring + CASE WHEN u < 0.2 THEN talk ELSE interval '0' END,
       CASE WHEN i % 2 = 0 THEN 'customer' ELSE 'engine' END, false, a.campaign_id
FROM day d JOIN attempts a ON a.id = d.id ORDER BY d.id;

INSERT INTO dispositions (attempt_id, agent_id, at, code, note)
SELECT id, 1 + i % 300, at + ring + talk + interval '10 seconds',
       (ARRAY['sale', 'contact', 'contact', 'callback', 'no_contact', 'machine', 'machine',
              'wrong_number', 'do_not_call', 'contact'])[1 + i % 10], ''
FROM day WHERE treatment = 'bridged' AND i % 50 > 0 ORDER BY id;

-- Each agent: four changes a call. Calls of one agent may overlap here; states take the time of the
-- call that began last.
CREATE UNLOGGED TABLE day_states AS
SELECT row_number() OVER (ORDER BY at, step) AS n,
       first_id_at(at) + (8192 + (row_number() OVER (ORDER BY at, step)) % 4096) AS id, agent, at,
       lag(state, 1, 'offline') OVER w AS from_state, state AS to_state,
       CASE WHEN state = 'paused' THEN 'break' ELSE '' END AS reason, id AS attempt_id,
       1 + agent % 4 AS campaign_id
FROM (SELECT 1 + d.i % 300 AS agent, d.id, step, state, d.at + d.ring + step * d.talk / 3 AS at
      FROM day d
      CROSS JOIN LATERAL (VALUES (0, 'reserved'), (1, 'talking'), (2, 'wrap_up'),
                                 (3, CASE WHEN d.i % 20 = 0 THEN 'paused' ELSE 'ready' END))
          AS s (step, state)
      WHERE d.treatment = 'bridged') s
WINDOW w AS (PARTITION BY agent ORDER BY at, step);
CREATE INDEX ON day_states (n);
ANALYZE day_states;
-- In batches like the engine's, each a transaction.
DO $$
BEGIN
    FOR batch IN 0 .. (SELECT max(n) / 500 FROM day_states) LOOP
        INSERT INTO agent_states (id, agent_id, at, from_state, to_state, reason, attempt_id,
                                  campaign_id)
        SELECT id, agent, at, from_state, to_state, reason, attempt_id, campaign_id
        FROM day_states WHERE n >= batch * 500 AND n < (batch + 1) * 500 ORDER BY n;
        COMMIT;
    END LOOP;
END
$$;
DROP TABLE day_states;

INSERT INTO gate_refusals (id, at, campaign_id, lead_id, number, verdict, until, last_phone,
                           reasons, evidence)
SELECT d.id + 1, d.at, 1 + d.i % 4, d.i, 12000000000 + d.i,
       CASE WHEN d.i % 3 = 0 THEN 'deny' ELSE 'defer' END, NULL, true,
       CASE WHEN d.i % 2 = 0
            THEN '[{"code": "hours", "rule": "US-HRS", "cite": "47 CFR 64.1200(c)(1)",
                    "detail": "It is 21:05 there."},
                   {"code": "frequency", "rule": "FL-CAP", "cite": "Fla. Stat. 501.616(6)(b)",
                    "detail": "Three calls within 24 hours."}]'
            ELSE '[{"code": "national_list", "rule": "US-DNC", "cite": "47 CFR 64.1200(c)(2)",
                    "detail": "The number is on the list."}]' END::jsonb, '{}'
FROM day d WHERE d.i % 5 = 0;

INSERT INTO suppression_changes (list_id, number, listed, at, source, attempt_id)
SELECT l.id, 12000000000 + d.i, true, d.at + d.ring + d.talk, 'agent', d.id
FROM day d CROSS JOIN (SELECT min(id) AS id FROM suppression_lists WHERE kind = 'company') l
WHERE d.treatment = 'bridged' AND d.i % 10 = 8 ORDER BY d.id;

DROP TABLE day;
VACUUM (ANALYZE);
