-- Suppression lists at full size: whose they are, versions made of changes, numbers in blocks, the
-- files that engines map, and answers of the reassigned-numbers database.

-- Two names of a seller that differ by case and blanks are one seller.
ALTER TABLE suppression_lists
    DROP CONSTRAINT suppression_lists_kind_check,
    ADD CONSTRAINT suppression_lists_kind_check
        CHECK (kind IN ('national', 'company', 'other', 'state', 'preference', 'litigator',
                        'wireless', 'ported', 'landline')),
    ADD COLUMN country text NOT NULL DEFAULT '' CHECK (country ~ '^([A-Z]{2})?$'),
    ADD COLUMN region text NOT NULL DEFAULT '' CHECK (region ~ '^[A-Z0-9]{0,3}$'), -- "MA"
    ADD COLUMN seller text NOT NULL DEFAULT ''; -- whose list; '': every seller's
UPDATE suppression_lists SET country = 'US' WHERE kind = 'national';

-- A full version says whom it holds; a change version says how it differs from the one before it,
-- and both stay. The numbers of a change version are those of its base and the changes of all
-- versions from there up to it.
ALTER TABLE suppression_versions
    ADD COLUMN after_version bigint UNIQUE REFERENCES suppression_versions, -- null: full
    ADD COLUMN base_version bigint REFERENCES suppression_versions,         -- null: full
    ADD COLUMN changes bigint NOT NULL DEFAULT 0,                           -- rows of changes
    ADD COLUMN bad bigint NOT NULL DEFAULT 0,                               -- lines left out
    ADD COLUMN area_codes smallint[], -- that it covers; null: all
    ADD CONSTRAINT suppression_versions_chain
        CHECK ((after_version IS NULL) = (base_version IS NULL));

-- Ten thousand numbers a row: `block` is the number without its last four digits. Few of them stand
-- as the last four digits, many as a bitmap (bit i: the number ending in i). 250 million numbers
-- take half a gigabyte instead of sixteen, and are there in seconds instead of hours. Versions that
-- are older than this table have their numbers in suppression_numbers.
CREATE TABLE suppression_blocks (
    version_id bigint NOT NULL,
    block      bigint NOT NULL CHECK (block >= 0),
    few        smallint[],
    many       bytea CHECK (length(many) = 1250),
    CHECK ((few IS NULL) <> (many IS NULL)),
    PRIMARY KEY (version_id, block)
);
-- A row is smaller than the limit beyond which values are moved out; nor is anything gained by
-- trying to compress it.
ALTER TABLE suppression_blocks ALTER COLUMN many SET STORAGE PLAIN;

-- What a change version added and took away, in the order of its file.
CREATE TABLE suppression_version_changes (
    base_version bigint NOT NULL,
    version_id   bigint NOT NULL,
    seq          bigint NOT NULL, -- from 1
    number       bigint NOT NULL CHECK (number > 0),
    listed       boolean NOT NULL,
    at           timestamptz, -- when, if the file says
    PRIMARY KEY (base_version, version_id, seq)
);
CREATE INDEX suppression_version_changes_by_number
    ON suppression_version_changes (number, base_version, version_id, seq);

-- True when the version lists the number.
CREATE FUNCTION suppression_listed(version bigint, wanted bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        (SELECT c.listed FROM suppression_version_changes c
         WHERE c.number = wanted AND c.base_version = v.base_version AND c.version_id <= v.id
         ORDER BY c.version_id DESC, c.seq DESC LIMIT 1),
        (SELECT CASE WHEN b.many IS NULL THEN (wanted % 10000)::smallint = ANY (b.few)
                     ELSE get_bit(b.many, wanted % 10000) = 1 END
         FROM suppression_blocks b
         WHERE b.version_id = coalesce(v.base_version, v.id) AND b.block = wanted / 10000),
        EXISTS (SELECT FROM suppression_numbers n
                WHERE n.version_id = coalesce(v.base_version, v.id) AND n.number = wanted))
    FROM suppression_versions v WHERE v.id = version
$$;

-- The seal of the file that an engine made of a version's numbers: the same on every machine of one
-- byte order. A file with another one is not used.
CREATE TABLE suppression_files (
    version_id bigint NOT NULL REFERENCES suppression_versions,
    format     integer NOT NULL,
    byte_order text NOT NULL CHECK (byte_order IN ('little', 'big')),
    seal       text NOT NULL CHECK (seal ~ '^[0-9a-f]{64}$'),
    made_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (version_id, format, byte_order)
);

-- Answers of the reassigned-numbers database, 47 CFR 64.1200(m): was the number disconnected for
-- good after that date? Each load is kept, each answer with the day on which it was given.
CREATE TABLE reassigned_loads (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    as_of     date NOT NULL,
    sha256    text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    rows      bigint NOT NULL,
    bad       bigint NOT NULL,
    source    text NOT NULL, -- file name
    loaded_at timestamptz NOT NULL,
    UNIQUE (as_of, sha256)
);
CREATE TABLE reassigned_answers (
    load_id      bigint NOT NULL, -- no foreign key: the load is written when its rows are counted
    number       bigint NOT NULL CHECK (number > 0),
    consent_date date NOT NULL, -- that was asked about
    answer       text NOT NULL CHECK (answer IN ('yes', 'no', 'no_data')),
    queried_at   timestamptz NOT NULL
);
CREATE INDEX reassigned_answers_by_number ON reassigned_answers (number, queried_at);

GRANT SELECT, INSERT ON
    suppression_blocks, suppression_version_changes, suppression_files, reassigned_loads,
    reassigned_answers
    TO dialer_engine;
GRANT USAGE ON SEQUENCE reassigned_loads_id_seq TO dialer_engine;
