// Versions of scripts with their forms, and what agents filled in.

#include "campaigns/records/scripts_store.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <boost/json.hpp>
#include <pqxx/transaction>

namespace campaigns {

namespace {

constexpr const char* kCampaign = "SELECT id FROM campaigns WHERE name = $1 FOR KEY SHARE";
// Two people who save at once take turns, so that each version has its number.
constexpr const char* kTakeTurns = "SELECT pg_advisory_xact_lock(1684630627, 11)";
constexpr const char* kLatest = R"sql(
SELECT id, version, text = $2 AND form = $3::jsonb AS same FROM scripts
WHERE campaign_id = $1 ORDER BY version DESC LIMIT 1
)sql";
constexpr const char* kAdd = R"sql(
INSERT INTO scripts (campaign_id, version, text, form, at, by_whom)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
)sql";
constexpr const char* kTellCampaigns = "SELECT pg_notify('dialer_campaigns', $1)";
constexpr const char* kCustomNames = R"sql(
SELECT DISTINCT k.name
FROM (SELECT custom FROM leads WHERE campaign_id = $1 AND custom IS NOT NULL LIMIT 200) l
CROSS JOIN LATERAL jsonb_object_keys(l.custom) AS k (name)
)sql";
constexpr const char* kVersions = R"sql(
SELECT s.id, s.campaign_id, s.version, s.text, s.form, s.by_whom,
       (extract(epoch FROM s.at) * 1000000)::bigint AS at_us
FROM scripts s
)sql";
constexpr const char* kLead = R"sql(
SELECT l.name, l.email, l.address, l.city, l.region, l.county, l.country, l.postal_code,
       l.time_zone, l.debt, l.external_id, coalesce(l.custom, '{}')::text AS custom,
       coalesce((SELECT '+' || p.number FROM lead_phones p WHERE p.lead_id = l.id
                 ORDER BY p.invalid_attempt IS NOT NULL, p.position LIMIT 1), '') AS phone
FROM leads l WHERE l.id = $1
)sql";
constexpr const char* kFormOfAttempt = R"sql(
SELECT s.form, s.campaign_id = a.campaign_id AS same
FROM attempts a CROSS JOIN scripts s WHERE a.id = $1 AND s.id = $2
)sql";
constexpr const char* kAnswer = R"sql(
INSERT INTO form_answers (attempt_id, agent_id, at, script_id, answers)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
)sql";
constexpr const char* kAnswers = R"sql(
SELECT agent_id, (extract(epoch FROM at) * 1000000)::bigint, script_id, answers
FROM form_answers WHERE attempt_id = $1 ORDER BY at DESC LIMIT 1
)sql";

std::int64_t campaign_id(pqxx::transaction_base& work, const std::string& name) {
    const auto rows = work.exec_params(kCampaign, clean_text(name));
    if (rows.empty()) {
        throw StoreRefusal{"there is no campaign named \"" + clean_text(name, 200) + "\""};
    }
    return rows[0][0].as<std::int64_t>();
}

std::vector<FormField> stored_form(const pqxx::field& field) {
    auto form = read_form(field.as<std::string>());
    if (const auto* fault = std::get_if<FormFault>(&form)) {
        throw StoreRefusal{"a stored form cannot be read: " + fault->text};
    }
    return std::get<std::vector<FormField>>(std::move(form));
}

ScriptVersion version_of(const pqxx::row& row) {
    ScriptVersion version;
    version.id = row["id"].as<std::int64_t>();
    version.campaign = CampaignId{row["campaign_id"].as<std::int64_t>()};
    version.version = row["version"].as<int>();
    version.text = row["text"].as<std::string>();
    version.form = stored_form(row["form"]);
    version.by = row["by_whom"].as<std::string>();
    version.at = instant_from_micros(row["at_us"].as<std::int64_t>());
    return version;
}

std::optional<ScriptVersion> one_version(Store& store, const std::string& condition,
                                         std::int64_t id) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto rows = work.exec_params(kVersions + condition, id);
        work.commit();
        return rows.empty() ? std::nullopt : std::optional{version_of(rows[0])};
    });
}

void add_name_parts(LeadFields& fields) {
    const std::string& name = fields["name"];
    const std::size_t blank = name.find(' ');
    const std::string first = name.substr(0, blank);
    fields["last_name"] = blank == std::string::npos ? "" : name.substr(name.find_last_of(' ') + 1);
    fields["first_name"] = first;
}

void add_custom(LeadFields& fields, const std::string& custom) {
    const boost::json::value parsed = boost::json::parse(custom);
    for (const auto& member : parsed.as_object()) {
        const std::string name = "custom." + std::string{member.key()};
        const auto* const text = member.value().if_string();
        fields[name] = text != nullptr ? std::string{text->data(), text->size()}
                                       : boost::json::serialize(member.value());
    }
}

} // namespace

AddedScript add_script(Store& store, const std::string& campaign, const std::string& text,
                       const std::string& form_text, const Actor& actor) {
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
        throw StoreRefusal{"the script has no text"};
    }
    if (text.size() > kScriptBytesMax) {
        throw StoreRefusal{"the script is longer than 256 KiB"};
    }
    const auto form = read_form(form_text.empty() ? "[]" : form_text);
    if (const auto* fault = std::get_if<FormFault>(&form)) {
        throw StoreRefusal{fault->text};
    }
    const std::string stored_form = form_json(std::get<std::vector<FormField>>(form));
    const std::string clean = clean_text(text, kScriptBytesMax);
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        work.exec(kTakeTurns);
        const std::int64_t id = campaign_id(work, campaign);
        std::vector<std::string> custom;
        for (const pqxx::row& row : work.exec_params(kCustomNames, id)) {
            custom.push_back(row[0].as<std::string>());
        }
        AddedScript added;
        added.warnings = script_warnings(clean, custom);
        const auto latest = work.exec_params(kLatest, id, clean, stored_form);
        if (!latest.empty() && latest[0]["same"].as<bool>()) {
            added.id = latest[0]["id"].as<std::int64_t>();
            added.version = latest[0]["version"].as<int>();
            added.unchanged = true;
            work.commit();
            return added;
        }
        added.version = latest.empty() ? 1 : latest[0]["version"].as<int>() + 1;
        added.id = work.exec_params1(kAdd, id, added.version, clean, stored_form,
                                     to_rfc3339(actor.at), clean_text(actor.name))[0]
                       .as<std::int64_t>();
        work.exec_params(kTellCampaigns, clean_text(campaign));
        work.commit();
        return added;
    });
}

std::vector<ScriptVersion> scripts_of(Store& store, const std::string& campaign) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const std::int64_t id = campaign_id(work, campaign);
        std::vector<ScriptVersion> versions;
        for (const pqxx::row& row : work.exec_params(
                 std::string{kVersions} + "WHERE s.campaign_id = $1 ORDER BY s.version DESC", id)) {
            versions.push_back(version_of(row));
        }
        work.commit();
        return versions;
    });
}

std::optional<ScriptVersion> script_in_force(Store& store, CampaignId campaign) {
    return one_version(store, "WHERE s.campaign_id = $1 ORDER BY s.version DESC LIMIT 1",
                       static_cast<std::int64_t>(campaign));
}

std::optional<ScriptVersion> script_version(Store& store, std::int64_t id) {
    return one_version(store, "WHERE s.id = $1", id);
}

LeadFields lead_fields(Store& store, LeadId lead) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto rows = work.exec_params(kLead, static_cast<std::int64_t>(lead));
        work.commit();
        if (rows.empty()) {
            throw StoreRefusal{"there is no such lead"};
        }
        LeadFields fields;
        for (const pqxx::field& field : rows[0]) {
            fields[field.name()] = field.as<std::string>();
        }
        add_custom(fields, fields["custom"]);
        fields.erase("custom");
        add_name_parts(fields);
        return fields;
    });
}

void save_form_answers(Store& store, const FormAnswers& given) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto attempt = static_cast<std::int64_t>(given.attempt);
        const auto rows = work.exec_params(kFormOfAttempt, attempt, given.script);
        if (rows.empty() || !rows[0]["same"].as<bool>()) {
            throw StoreRefusal{"there is no such call, or the form is not one of its campaign"};
        }
        std::string wrong;
        for (const AnswerFault& fault :
             check_answers(stored_form(rows[0]["form"]), given.answers)) {
            wrong += (wrong.empty() ? "" : "; ") + fault.field + (fault.field.empty() ? "" : " ") +
                     fault.text;
        }
        if (!wrong.empty()) {
            throw StoreRefusal{wrong};
        }
        work.exec_params0(kAnswer, attempt, static_cast<std::int64_t>(given.agent),
                          to_rfc3339(given.at), given.script, given.answers);
        work.commit();
    });
}

std::optional<FormAnswers> form_answers_of(Store& store, AttemptId attempt) {
    return guarded(store.session(), [&]() -> std::optional<FormAnswers> {
        pqxx::work work{store.session().connection};
        const auto rows = work.exec_params(kAnswers, static_cast<std::int64_t>(attempt));
        work.commit();
        if (rows.empty()) {
            return std::nullopt;
        }
        FormAnswers answers;
        answers.attempt = attempt;
        answers.agent = AgentId{rows[0][0].as<std::int64_t>()};
        answers.at = instant_from_micros(rows[0][1].as<std::int64_t>());
        answers.script = rows[0][2].as<std::int64_t>();
        answers.answers = rows[0][3].as<std::string>();
        return answers;
    });
}

} // namespace campaigns
