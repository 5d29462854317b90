-- Why a call was legal: consents, revocations, relationships, emergencies and proclaimed holidays,
-- and on whose behalf and about what each attempt was made.
--
-- Everything here is only ever added to. What was wrong is put right by a further row: a revocation
-- ends a consent, an end ends an emergency. The rows stay for as long as somebody may ask.

-- A seller's offer, above the campaigns and lists it is dialed in: abandoned calls are counted over
-- all of them (FCC 12-21), so that a list that is divided begins no new account.
CREATE TABLE regulatory_campaigns (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    seller text NOT NULL CHECK (seller <> ''),
    offer  text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX regulatory_campaigns_once
    ON regulatory_campaigns (lower(btrim(seller)), lower(btrim(offer)));

-- Two spellings of one seller or subject are one.
CREATE FUNCTION same_party(one text, other text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(btrim(one)) = lower(btrim(other));

-- The regulatory campaign of a seller's offer, made when there is none.
CREATE FUNCTION regulatory_campaign(its_seller text, its_offer text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    INSERT INTO regulatory_campaigns (seller, offer) VALUES (btrim(its_seller), btrim(its_offer))
    ON CONFLICT DO NOTHING;
    SELECT id INTO found FROM regulatory_campaigns
    WHERE lower(btrim(seller)) = lower(btrim(its_seller))
      AND lower(btrim(offer)) = lower(btrim(its_offer));
    RETURN found;
END
$$;

ALTER TABLE campaigns
    ADD COLUMN purpose text NOT NULL DEFAULT 'telemarketing'
        CHECK (purpose IN ('telemarketing', 'informational', 'collections', 'survey', 'nonprofit',
                           'political')),
    ADD COLUMN subject text NOT NULL DEFAULT '', -- of the calls, for caps and consents
    -- Whether a dialer that calls a list counts as an automatic telephone dialing system.
    ADD COLUMN atds_profile text NOT NULL DEFAULT 'strict'
        CHECK (atds_profile IN ('strict', 'duguid')),
    ADD COLUMN regulatory_campaign_id bigint REFERENCES regulatory_campaigns;
-- Sellers without a name were possible once.
UPDATE campaigns SET seller = name WHERE btrim(seller) = '';
UPDATE campaigns SET regulatory_campaign_id = regulatory_campaign(seller, '');
ALTER TABLE campaigns ALTER COLUMN regulatory_campaign_id SET NOT NULL;

CREATE FUNCTION campaigns_regulatory_campaign() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.regulatory_campaign_id := regulatory_campaign(NEW.seller, '');
    RETURN NEW;
END
$$;
CREATE TRIGGER regulatory_campaign BEFORE INSERT ON campaigns
FOR EACH ROW WHEN (NEW.regulatory_campaign_id IS NULL)
EXECUTE FUNCTION campaigns_regulatory_campaign();

-- Settings as they were when the attempt was made: a campaign may change its subject or its offer,
-- and past calls stay what they were. Of attempts older than this file the subject is not known;
-- an empty one counts as any.
ALTER TABLE attempts
    ADD COLUMN seller text NOT NULL DEFAULT '',
    ADD COLUMN subject text NOT NULL DEFAULT '',
    ADD COLUMN purpose text NOT NULL DEFAULT 'telemarketing',
    ADD COLUMN regulatory_campaign_id bigint;
UPDATE attempts a SET seller = c.seller, regulatory_campaign_id = c.regulatory_campaign_id
FROM campaigns c WHERE c.id = a.campaign_id;
-- Caps count a number's calls since an instant.
CREATE INDEX attempts_by_number_and_time ON attempts (number, at);
DROP INDEX attempts_by_number;

-- A person is known by numbers, in whatever campaign.
CREATE INDEX lead_phones_by_number ON lead_phones (number);

CREATE TABLE consents (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number      bigint NOT NULL CHECK (number > 0),
    grade       text NOT NULL CHECK (grade IN ('oral', 'express', 'written')),
    sellers     text[] NOT NULL CHECK (cardinality(sellers) > 0), -- whom it names
    subject     text NOT NULL DEFAULT '', -- empty: any
    debt        text NOT NULL DEFAULT '', -- empty: any
    at          timestamptz NOT NULL,
    expires     timestamptz CHECK (expires > at), -- first instant at which it no longer holds
    -- What proves it: the form as it was shown and when it was given, at least; further members
    -- (page, address, name, recording, ...) as the source had them.
    evidence    jsonb NOT NULL CHECK (jsonb_typeof(evidence) = 'object'
                                      AND btrim(coalesce(evidence ->> 'form', '')) <> ''
                                      AND btrim(coalesce(evidence ->> 'timestamp', '')) <> ''),
    source      text NOT NULL, -- file and line, or who told it
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL
);
-- The same consent loaded again is the same consent.
CREATE FUNCTION texts_key(texts text[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN md5(array_to_string(texts, E'\x1f'));
CREATE UNIQUE INDEX consents_once
    ON consents (number, at, grade, subject, debt, texts_key(sellers), md5(evidence::text));

CREATE TABLE revocations (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id  bigint UNIQUE, -- made by the program; a repeated request is recorded once
    number      bigint NOT NULL CHECK (number > 0),
    at          timestamptz NOT NULL,
    means       text NOT NULL CHECK (means <> ''), -- sms, spoken, letter, ...: any means will do
    scope       text NOT NULL CHECK (scope IN ('seller', 'subject', 'all')),
    seller      text NOT NULL DEFAULT '', -- empty: whoever calls
    subject     text NOT NULL DEFAULT '',
    -- Until then it must be honoured by law (business days); it is honoured at once.
    deadline    date NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    attempt_id  bigint -- the call in which it was said
);
CREATE INDEX revocations_by_number ON revocations (number, id);

CREATE TABLE relationships (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number      bigint NOT NULL CHECK (number > 0),
    seller      text NOT NULL CHECK (seller <> ''),
    kind        text NOT NULL CHECK (kind IN ('purchase', 'inquiry')),
    at          timestamptz NOT NULL,
    proof       jsonb NOT NULL CHECK (jsonb_typeof(proof) = 'object'),
    source      text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL
);
CREATE UNIQUE INDEX relationships_once
    ON relationships (number, at, kind, lower(btrim(seller)), md5(proof::text));

CREATE TABLE emergencies (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region      text NOT NULL CHECK (region ~ '^([A-Z]{2}-)?[A-Z0-9]{1,3}$'), -- "NY"
    from_at     timestamptz NOT NULL,
    to_at       timestamptz CHECK (to_at > from_at), -- null: until somebody says that it is over
    source      text NOT NULL CHECK (source <> ''),
    reviewer    text NOT NULL CHECK (reviewer <> ''),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL
);
-- The latest one counts, also when it makes the emergency longer.
CREATE TABLE emergency_ends (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    emergency_id bigint NOT NULL REFERENCES emergencies,
    to_at        timestamptz NOT NULL,
    source       text NOT NULL CHECK (source <> ''),
    reviewer     text NOT NULL CHECK (reviewer <> ''),
    recorded_at  timestamptz NOT NULL,
    recorded_by  text NOT NULL
);
CREATE INDEX emergency_ends_by_emergency ON emergency_ends (emergency_id, id);

CREATE TABLE proclaimed_holidays (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region      text NOT NULL CHECK (region ~ '^([A-Z]{2}-)?[A-Z0-9]{1,3}$'),
    date        date NOT NULL,
    source      text NOT NULL CHECK (source <> ''),
    reviewer    text NOT NULL CHECK (reviewer <> ''),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    UNIQUE (region, date)
);

-- As suppression_changes do: ids of revocations become visible in their order, so that a reader of
-- the feed misses none.
CREATE FUNCTION revocations_take_turns() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1684630627, 3);
    RETURN NULL;
END
$$;
CREATE TRIGGER take_turns BEFORE INSERT ON revocations
FOR EACH STATEMENT EXECUTE FUNCTION revocations_take_turns();

CREATE FUNCTION ledger_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('dialer_ledger', TG_TABLE_NAME);
    RETURN NULL;
END
$$;
CREATE TRIGGER tell_engines AFTER INSERT ON revocations
FOR EACH STATEMENT EXECUTE FUNCTION ledger_changed();
CREATE TRIGGER tell_engines AFTER INSERT ON emergencies
FOR EACH STATEMENT EXECUTE FUNCTION ledger_changed();
CREATE TRIGGER tell_engines AFTER INSERT ON emergency_ends
FOR EACH STATEMENT EXECUTE FUNCTION ledger_changed();
CREATE TRIGGER tell_engines AFTER INSERT ON proclaimed_holidays
FOR EACH STATEMENT EXECUTE FUNCTION ledger_changed();

-- A lead that was refused for good may be legal with a new consent or relationship: the gate is
-- asked again.
CREATE FUNCTION unblock_leads() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE leads l SET status = 'ready'
    FROM added n JOIN lead_phones p ON p.number = n.number
    WHERE l.id = p.lead_id AND l.status = 'blocked';
    IF FOUND THEN
        PERFORM pg_notify('dialer_leads', '');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER unblock_leads AFTER INSERT ON consents
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION unblock_leads();
CREATE TRIGGER unblock_leads AFTER INSERT ON relationships
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION unblock_leads();

-- What an attempt was to the called person, in the words of the rules on frequency. An attempt
-- without a result, and one whose engine died, may have rung: they count.
CREATE FUNCTION past_outcome(outcome text, treatment text, ringing_at timestamptz,
                             was_answered boolean, was_bridged boolean, was_machine boolean)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN was_machine THEN 'machine'
    WHEN treatment = 'bridged' OR was_bridged THEN 'conversation'
    WHEN treatment IN ('abandoned', 'early_hangup') THEN 'abandoned'
    WHEN outcome = 'answered' THEN 'conversation' -- heard a recorded message
    WHEN was_answered THEN 'abandoned'
    WHEN outcome = 'busy' THEN 'busy'
    WHEN outcome IN ('not_sent', 'invalid_number', 'congestion', 'trunk_failure')
         AND ringing_at IS NULL THEN 'not_alerted'
    ELSE 'no_answer'
END;

GRANT SELECT, INSERT ON
    regulatory_campaigns, consents, revocations, relationships, emergencies, emergency_ends,
    proclaimed_holidays
    TO dialer_engine;
GRANT UPDATE (purpose, subject, atds_profile, regulatory_campaign_id) ON campaigns TO dialer_engine;
