-- One campaign with :leads leads on 50 lists and in 64 places, in every state, three tenths of them
-- resting at a quarter of an hour of the next two days.
\set ON_ERROR_STOP on
INSERT INTO campaigns (name, seller, mode, lines_per_agent, caller_id, trunks, ring_max_s,
                       wrap_up_max_s, attempts_max, retry_after_s, message_file, running)
VALUES ('bench', 'Bench', 'predictive', 1, 12125550199, '{}', 25, 30, 3, 3600, '', true);
INSERT INTO lists (campaign_id, file_name, sha256)
SELECT c.id, 'list-' || i || '.csv', encode(sha256(i::text::bytea), 'hex')
FROM campaigns c, generate_series(1, 50) i WHERE c.name = 'bench';
INSERT INTO places (key, jurisdictions, zones, number)
SELECT 'US,US-' || i || '|' || zone, ARRAY['US', 'US-' || i], ARRAY[zone],
       10005550100 + code * 10000000::bigint
FROM (SELECT i,
             (ARRAY['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles',
                    'America/Phoenix', 'Pacific/Honolulu'])[1 + i % 6] AS zone,
             (ARRAY[212, 312, 303, 310, 602, 808])[1 + i % 6] AS code
      FROM generate_series(1, 64) i) AS p;
SELECT setseed(0.42);
INSERT INTO leads (campaign_id, list_id, name, region, postal_code, place, status, stop_reason,
                   attempts, due_at, priority)
SELECT c.id, l.first + floor(random() * 50)::bigint, 'Name ' || i, 'NY', '10001',
       p.first + floor(random() * 64)::integer,
       CASE WHEN r < 0.65 THEN 'ready' WHEN r < 0.80 THEN 'exhausted' WHEN r < 0.90 THEN 'finished'
            WHEN r < 0.97 THEN 'blocked' ELSE 'filtered' END,
       CASE WHEN r < 0.35 THEN ''
            WHEN r < 0.65 THEN (ARRAY['no_answer', 'busy', 'rejected', 'congestion'])[1 + i % 4]
            WHEN r < 0.80 THEN (ARRAY['no_answer', 'busy', 'machine'])[1 + i % 3]
            WHEN r < 0.90 THEN (ARRAY['sale', 'contact', 'bridged'])[1 + i % 3]
            WHEN r < 0.97 THEN (ARRAY['LIST_NATIONAL', 'COMPANY_DNC', 'CONSENT_STATE',
                                      'LINE_WIRELESS', 'LIST_STATE'])[1 + i % 5]
            ELSE 'filtered' END,
       CASE WHEN r < 0.35 THEN 0 ELSE 1 END,
       CASE WHEN r BETWEEN 0.35 AND 0.65
            THEN timestamptz '2026-11-23 17:15Z' + floor(random() * 192) * interval '15 minutes'
            ELSE '-infinity' END,
       CASE WHEN i % 20 = 0 THEN 5 ELSE 0 END
FROM (SELECT i, random() AS r FROM generate_series(1, :leads) i) AS g,
     (SELECT id FROM campaigns WHERE name = 'bench') AS c,
     (SELECT min(id) AS first FROM lists) AS l,
     (SELECT min(id) AS first FROM places WHERE id > 0) AS p;
SELECT fold_lead_counts('2026-11-23 17:00Z') FROM generate_series(1, 200);
VACUUM ANALYZE leads;
VACUUM ANALYZE lead_counts;
VACUUM ANALYZE due_counts;
VACUUM ANALYZE ready_counts;
VACUUM ANALYZE resting_counts;
VACUUM lead_count_changes;
