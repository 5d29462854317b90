// Users whom an identity provider knows.

#include "campaigns/people/identities.hpp"
#include "campaigns/people/secrets.hpp"
#include "campaigns/people/store_pg_sign_in.hpp"
#include "campaigns/people/users.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/except>

namespace campaigns {

namespace {

constexpr const char* kTied = R"sql(
SELECT id, active, identity_made FROM users WHERE identity_issuer = $1 AND identity_subject = $2
FOR UPDATE
)sql";
// Of two who come with one address at once, one is the first.
constexpr const char* kTie = R"sql(
UPDATE users SET identity_issuer = $1, identity_subject = $2
WHERE identity_email = $3 AND identity_subject IS NULL AND active
RETURNING id
)sql";
constexpr const char* kMake = R"sql(
INSERT INTO users (name, role, identity_issuer, identity_subject, identity_email, identity_made)
VALUES ($1, $2, $3, $4, nullif($5, ''), true)
ON CONFLICT DO NOTHING
RETURNING id
)sql";
constexpr const char* kFollow = "UPDATE users SET role = $2 WHERE id = $1 AND role <> $2";
constexpr const char* kUser = "SELECT id, name, role, agent_id FROM users WHERE id = $1";
constexpr const char* kBegin = R"sql(
INSERT INTO sessions (token_sha256, user_id, at, address, browser, seen_at)
VALUES ($1, $2, $3, $4, $5, $3)
)sql";
constexpr const char* kSet = R"sql(
UPDATE users SET identity_email = nullif($2, ''), identity_subject = nullif($3, ''),
    identity_issuer = CASE WHEN $3 = '' THEN NULL ELSE $4 END, identity_made = false
WHERE lower(name) = lower($1)
RETURNING id, name
)sql";
constexpr const char* kEndAll =
    "UPDATE sessions SET ended_at = $2, ended_by = $3 WHERE user_id = $1 AND ended_at IS NULL";

/// The user of that identity; ties or makes him when he is wanted here.
std::optional<std::int64_t> find_user(pqxx::work& work, const Identity& who) {
    const pqxx::result tied = work.exec_params(kTied, who.issuer, who.subject);
    if (!tied.empty()) {
        const auto id = tied[0]["id"].as<std::int64_t>();
        const bool made = tied[0]["identity_made"].as<bool>();
        if (!tied[0]["active"].as<bool>() || (made && !who.role)) {
            return std::nullopt;
        }
        if (made) {
            work.exec_params(kFollow, id, std::string{to_text(*who.role)});
        }
        return id;
    }
    if (!who.email.empty()) {
        const pqxx::result invited = work.exec_params(kTie, who.issuer, who.subject, who.email);
        if (!invited.empty()) {
            return invited[0][0].as<std::int64_t>();
        }
    }
    const auto name = clean_text(who.name, kUserNameBytesMax);
    // An agent needs a desk, which no group can give.
    if (!who.role || *who.role == Role::agent || name.empty()) {
        return std::nullopt;
    }
    const pqxx::result made = work.exec_params(kMake, name, std::string{to_text(*who.role)},
                                               who.issuer, who.subject, who.email);
    return made.empty() ? std::nullopt : std::optional{made[0][0].as<std::int64_t>()};
}

Session begin_session(pqxx::work& work, std::int64_t user, const Browser& from, Instant now) {
    Session begun{new_secret(), user_of(work.exec_params1(kUser, user))};
    work.exec_params(kBegin, secret_digest(begun.token), user, to_rfc3339(now), from.address,
                     from.name);
    note_sign_in(work, name_of_try(begun.user.name), from.address, "signed_in", now);
    return begun;
}

void change_identity(Store& store, const std::string& name, const IdentityWish& wish,
                     const Actor& actor) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        try {
            const pqxx::result changed =
                work.exec_params(kSet, clean_text(name), wish.email, wish.subject, wish.issuer);
            if (changed.empty()) {
                throw StoreRefusal{"there is no user named \"" + name + "\""};
            }
            // Whoever finds an administrator's desk unlocked must not be able to keep the account.
            if (changed[0]["name"].as<std::string>() == actor.name) {
                throw StoreRefusal{"nobody changes how he himself signs in elsewhere; ask another "
                                   "administrator"};
            }
            work.exec_params(kEndAll, changed[0]["id"].as<std::int64_t>(), to_rfc3339(actor.at),
                             clean_text(actor.name));
            work.commit();
        } catch (const pqxx::unique_violation&) {
            throw StoreRefusal{"another user has this identity already"};
        }
    });
}

} // namespace

std::variant<Session, SignInRefused> sign_in_by_identity(Store& store, const Identity& identity,
                                                         const Browser& browser, Instant now) {
    return guarded(store.session(), [&]() -> std::variant<Session, SignInRefused> {
        const Browser from{clean_text(browser.address, 100), clean_text(browser.name, 300)};
        const auto who = name_of_try(identity.subject + " at " + identity.issuer);
        pqxx::work work{store.session().connection};
        act_as(work, {"identity provider", now});
        if (const auto wait = locked_for(work, who, from.address, now)) {
            note_sign_in(work, who, from.address, "locked", now);
            work.commit();
            return SignInRefused{true, *wait};
        }
        const auto user = find_user(work, identity);
        if (!user) {
            note_sign_in(work, who, from.address, "wrong", now);
            work.commit();
            return SignInRefused{};
        }
        auto begun = begin_session(work, *user, from, now);
        work.commit();
        return begun;
    });
}

void set_identity(Store& store, const std::string& name, const IdentityWish& wish,
                  const Actor& actor) {
    if (wish.email.empty() == wish.subject.empty()) {
        throw StoreRefusal{"an identity is an e-mail address or a subject"};
    }
    change_identity(store, name, {name_of_try(wish.email), wish.subject, wish.issuer}, actor);
}

void remove_identity(Store& store, const std::string& name, const Actor& actor) {
    change_identity(store, name, {}, actor);
}

} // namespace campaigns
