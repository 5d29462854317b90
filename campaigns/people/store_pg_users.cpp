// Users as an administrator sees and changes them.

#include "campaigns/people/secrets.hpp"
#include "campaigns/people/sign_in.hpp"
#include "campaigns/people/users.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/except>
#include <pqxx/transaction>

namespace campaigns {

namespace {

// Two administrators who switch each other off at once take turns: one of them stays.
constexpr const char* kTakeTurns = "SELECT pg_advisory_xact_lock(1684630627, 15)";
constexpr const char* kPeople = R"sql(
SELECT u.id, u.name, u.role, u.agent_id, coalesce(a.name, '') AS agent, u.active,
       u.password_hash IS NOT NULL AS password, u.token_sha256 IS NOT NULL AS token,
       u.identity_email, u.identity_subject,
       (extract(epoch FROM last.at) * 1000000)::bigint AS last_us,
       (SELECT count(*) FROM sessions s
        WHERE s.user_id = u.id AND s.ended_at IS NULL AND u.active AND s.seen_at > $1
          AND s.at > $2) AS sessions
FROM users u
LEFT JOIN agents a ON a.id = u.agent_id
LEFT JOIN LATERAL (SELECT t.at FROM sign_ins t
                   WHERE t.name = lower(u.name) AND t.outcome = 'signed_in'
                   ORDER BY t.at DESC LIMIT 1) last ON true
ORDER BY lower(u.name)
)sql";
constexpr const char* kAdd = R"sql(
INSERT INTO users (name, role, agent_id, token_sha256, password_hash, identity_email)
VALUES ($1, $2, $3, $4, $5, lower(nullif($6, '')))
)sql";
constexpr const char* kOne =
    "SELECT id, name, role, agent_id, active FROM users WHERE lower(name) = lower($1)";
constexpr const char* kChange =
    "UPDATE users SET role = $2, agent_id = $3, active = $4 WHERE id = $1";
constexpr const char* kAnAdministrator = R"sql(
SELECT EXISTS (SELECT FROM users WHERE role = 'admin' AND active
               AND (password_hash IS NOT NULL OR token_sha256 IS NOT NULL))
)sql";
constexpr const char* kSetToken =
    "UPDATE users SET token_sha256 = $2 WHERE lower(name) = lower($1) RETURNING id";
constexpr const char* kEndAll =
    "UPDATE sessions SET ended_at = $2, ended_by = $3 WHERE user_id = $1 AND ended_at IS NULL";

[[noreturn]] void no_such_user(const std::string& name) {
    throw StoreRefusal{"there is no user named \"" + name + "\""};
}

void check_desk(Role role, const std::optional<AgentId>& agent) {
    if ((role == Role::agent) != agent.has_value()) {
        throw StoreRefusal{"a user of the role agent needs an agent's desk, and nobody else has "
                           "one"};
    }
}

/// PostgreSQL's text form; nullptr is null.
struct IdText {
    explicit IdText(const std::optional<AgentId>& id)
        : text{id ? std::to_string(static_cast<std::int64_t>(*id)) : std::string{}} {}
    [[nodiscard]] const char* value() const { return text.empty() ? nullptr : text.c_str(); }

    std::string text;
};

/// Runs one change; what the constraints of the table forbid is said in words.
template <typename Change> auto changed(Store& store, const Actor& actor, Change change) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        work.exec(kTakeTurns);
        try {
            auto result = change(work);
            work.commit();
            return result;
        } catch (const pqxx::unique_violation&) {
            throw StoreRefusal{"there is a user of this name or with this invitation already"};
        } catch (const pqxx::foreign_key_violation&) {
            throw StoreRefusal{"there is no such agent"};
        }
    });
}

Person person_of(const pqxx::row& row) {
    Person person;
    person.id = row["id"].as<std::int64_t>();
    person.name = row["name"].as<std::string>();
    person.role = role_from_text(row["role"].c_str()).value_or(Role::agent);
    if (!row["agent_id"].is_null()) {
        person.agent = AgentId{row["agent_id"].as<std::int64_t>()};
    }
    person.active = row["active"].as<bool>();
    return person;
}

Person find_person(pqxx::work& work, const std::string& name) {
    const pqxx::result found = work.exec_params(kOne, clean_text(name));
    if (found.empty()) {
        no_such_user(name);
    }
    return person_of(found[0]);
}

} // namespace

std::vector<Person> people(Store& store, Instant now) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<Person> all;
        for (const pqxx::row& row : work.exec_params(kPeople, to_rfc3339(now - kSessionIdleMax),
                                                     to_rfc3339(now - kSessionMax))) {
            Person& person = all.emplace_back(person_of(row));
            person.agent_name = row["agent"].as<std::string>();
            person.has_password = row["password"].as<bool>();
            person.has_token = row["token"].as<bool>();
            person.identity_email = row["identity_email"].as<std::string>("");
            person.identity_subject = row["identity_subject"].as<std::string>("");
            person.sessions = row["sessions"].as<std::int64_t>();
            if (!row["last_us"].is_null()) {
                person.signed_in_at = instant_from_micros(row["last_us"].as<std::int64_t>());
            }
        }
        work.commit();
        return all;
    });
}

std::string add_person(Store& store, const NewPerson& person, const Actor& actor) {
    const std::string name = clean_text(person.name, kUserNameBytesMax);
    check_desk(person.role, person.agent);
    std::string hash;
    if (person.password) {
        check_password(name, *person.password);
        hash = password_hash(*person.password);
    }
    const bool is_person = person.password || !person.invited_email.empty();
    const std::string token = is_person && !person.with_token ? "" : new_secret();
    const std::string digest = token.empty() ? "" : secret_digest(token);
    return changed(store, actor, [&](pqxx::work& work) {
        work.exec_params(kAdd, name, std::string{to_text(person.role)},
                         IdText{person.agent}.value(), digest.empty() ? nullptr : digest.c_str(),
                         hash.empty() ? nullptr : hash.c_str(), person.invited_email);
        return token;
    });
}

void change_person(Store& store, const std::string& name, const PersonChange& change,
                   const Actor& actor) {
    changed(store, actor, [&](pqxx::work& work) {
        const Person was = find_person(work, name);
        const Role role = change.role.value_or(was.role);
        // Who becomes an agent says of which desk; who stops being one has none.
        const auto agent = change.agent || role != Role::agent ? change.agent : was.agent;
        const bool active = change.active.value_or(was.active);
        check_desk(role, agent);
        if (role == was.role && agent == was.agent && active == was.active) {
            return false;
        }
        if (was.name == actor.name) {
            throw StoreRefusal{"nobody changes his own role or switches himself off; ask another "
                               "administrator"};
        }
        work.exec_params(kChange, was.id, std::string{to_text(role)}, IdText{agent}.value(),
                         active);
        const bool administered = was.role == Role::admin && was.active;
        if (administered && !work.exec1(kAnAdministrator)[0].as<bool>()) {
            throw StoreRefusal{"this is the last administrator: without him nobody could manage "
                               "users; make another one first"};
        }
        work.exec_params(kEndAll, was.id, to_rfc3339(actor.at), clean_text(actor.name));
        return true;
    });
}

std::string renew_token(Store& store, const std::string& name, const Actor& actor) {
    const std::string token = new_secret();
    return changed(store, actor, [&](pqxx::work& work) {
        if (work.exec_params(kSetToken, clean_text(name), secret_digest(token)).empty()) {
            no_such_user(name);
        }
        return token;
    });
}

std::int64_t end_sessions(Store& store, const std::string& name, const Actor& actor) {
    return changed(store, actor, [&](pqxx::work& work) {
        const Person person = find_person(work, name);
        const auto ended =
            work.exec_params(kEndAll, person.id, to_rfc3339(actor.at), clean_text(actor.name));
        return static_cast<std::int64_t>(ended.affected_rows());
    });
}

} // namespace campaigns
