-- People who sign in with a password, their sessions, and guesses that failed.

-- A user has a token (a program), a password (a person), an identity elsewhere, or several.
ALTER TABLE users
    ALTER COLUMN token_sha256 DROP NOT NULL,
    ADD COLUMN password_hash text, -- Argon2id with salt and cost; null: has no password
    ADD COLUMN active boolean NOT NULL DEFAULT true,
    -- At an OpenID Connect provider. With an address and no subject the user is invited.
    ADD COLUMN identity_email text CHECK (identity_email = lower(identity_email)),
    ADD COLUMN identity_issuer text,
    ADD COLUMN identity_subject text,
    ADD COLUMN identity_made boolean NOT NULL DEFAULT false, -- by the provider's groups
    ADD CHECK ((identity_issuer IS NULL) = (identity_subject IS NULL)),
    ADD UNIQUE (identity_issuer, identity_subject);
CREATE UNIQUE INDEX users_invited ON users (identity_email) WHERE identity_subject IS NULL;
-- Names are what people type: case makes no other user.
CREATE UNIQUE INDEX users_by_name ON users (lower(name));

-- The secret itself is only with the browser.
CREATE TABLE sessions (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    user_id      bigint NOT NULL REFERENCES users,
    at           timestamptz NOT NULL,
    address      text NOT NULL, -- of the browser
    browser      text NOT NULL, -- as it calls itself
    seen_at      timestamptz NOT NULL,
    ended_at     timestamptz,
    ended_by     text -- 'user', 'password', or who ended it
);
CREATE INDEX sessions_open ON sessions (user_id) WHERE ended_at IS NULL;

-- Failed tries lock a name out for a while; nothing is ever changed here.
CREATE TABLE sign_ins (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    name    text NOT NULL, -- as it was typed, in lower case
    address text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('signed_in', 'wrong', 'locked'))
);
CREATE INDEX sign_ins_by_name ON sign_ins (name, at);
CREATE INDEX sign_ins_by_address ON sign_ins (address, at);

-- Who may do what is a setting; hashes of secrets are none that a log should keep.
CREATE FUNCTION log_user_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    was jsonb;
    is_ jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        was := to_jsonb(OLD) - '{token_sha256,password_hash}'::text[]
            || jsonb_build_object('secrets', md5(concat(OLD.token_sha256, OLD.password_hash)));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        is_ := to_jsonb(NEW) - '{token_sha256,password_hash}'::text[]
            || jsonb_build_object('secrets', md5(concat(NEW.token_sha256, NEW.password_hash)));
    END IF;
    IF was IS NOT DISTINCT FROM is_ THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.setting_changes (at, by_whom, table_name, row_key, before, after)
    VALUES (coalesce(nullif(current_setting('dialer.at', true), '')::timestamptz,
                     clock_timestamp()),
            coalesce(nullif(current_setting('dialer.by', true), ''), 'database ' || session_user),
            TG_TABLE_NAME, (coalesce(is_, was) ->> 'id'), was, is_);
    RETURN NULL;
END
$$;
CREATE TRIGGER log_setting AFTER INSERT OR UPDATE OR DELETE ON users
FOR EACH ROW EXECUTE FUNCTION log_user_change();

-- The audit log says what a user is now, and not only what he was made as.
UPDATE audit_sources SET is_state = true WHERE table_name = 'users';
CREATE TRIGGER audit_change AFTER UPDATE ON users REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION audit_rows('users');

GRANT SELECT, INSERT ON sessions, sign_ins TO dialer_engine;
GRANT UPDATE (seen_at, ended_at, ended_by) ON sessions TO dialer_engine;
GRANT UPDATE (token_sha256, password_hash, active, role, agent_id, identity_email, identity_issuer,
              identity_subject, identity_made) ON users TO dialer_engine;
