// Disposition codes: settings of all campaigns and of one.

#include "campaigns/records/dispositions.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

#include <algorithm>

namespace campaigns {

namespace {

constexpr const char* kCodes = R"sql(
SELECT d.code, c.name AS campaign, d.label, d.category, d.lead_action, d.position, d.active
FROM disposition_codes d LEFT JOIN campaigns c ON c.id = d.campaign_id
WHERE ($2 OR d.active)
  AND ($1::text IS NULL OR d.campaign_id IS NULL OR c.name = $1)
  AND ($1::text IS NULL OR d.campaign_id IS NOT NULL
       OR NOT EXISTS (SELECT FROM disposition_codes o JOIN campaigns n ON n.id = o.campaign_id
                      WHERE o.code = d.code AND n.name = $1))
ORDER BY d.position, d.code, d.campaign_id NULLS FIRST
)sql";
constexpr const char* kAdd = R"sql(
INSERT INTO disposition_codes (code, campaign_id, label, category, lead_action, position, active)
SELECT $1, (SELECT id FROM campaigns WHERE name = $2), $3, $4, $5,
       CASE WHEN $6::int > 0 THEN $6::int
            ELSE (SELECT coalesce(max(position), 0) + 1 FROM disposition_codes) END, $7
)sql";
constexpr const char* kIsThere = R"sql(
SELECT EXISTS (SELECT FROM campaigns WHERE name = $2),
       EXISTS (SELECT FROM disposition_codes d LEFT JOIN campaigns c ON c.id = d.campaign_id
               WHERE d.code = $1 AND c.name IS NOT DISTINCT FROM $2)
)sql";
constexpr const char* kChange = R"sql(
UPDATE disposition_codes d
SET label = coalesce($3, label), category = coalesce($4, category),
    lead_action = coalesce($5, lead_action), position = coalesce($6::int, position),
    active = coalesce($7::boolean, active)
WHERE d.code = $1
  AND d.campaign_id IS NOT DISTINCT FROM (SELECT id FROM campaigns WHERE name = $2)
)sql";
// A code that is hidden by the campaign's own one of the same name counts as that one.
constexpr const char* kIsCode = R"sql(
SELECT active FROM disposition_codes
WHERE code = $2 AND (campaign_id = $1 OR campaign_id IS NULL)
ORDER BY campaign_id NULLS LAST LIMIT 1
)sql";
constexpr const char* kTellCampaigns = "SELECT pg_notify('dialer_campaigns', '')";

bool is_code(std::string_view code) {
    return !code.empty() && code.size() <= 40 && std::all_of(code.begin(), code.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::string name_of(const std::string& code, const std::optional<std::string>& campaign) {
    return "disposition \"" + code + "\"" +
           (campaign ? " of campaign \"" + *campaign + "\"" : " of all campaigns");
}

std::optional<std::string> cleaned(const std::optional<std::string>& text) {
    return text ? std::optional{clean_text(*text)} : std::nullopt;
}

} // namespace

std::vector<DispositionCode>
disposition_codes_of(Store& store, const std::optional<std::string>& campaign, bool with_inactive) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<DispositionCode> codes;
        for (const pqxx::row& row : work.exec_params(kCodes, cleaned(campaign), with_inactive)) {
            DispositionCode& code = codes.emplace_back();
            code.code = row[0].as<std::string>();
            if (!row[1].is_null()) {
                code.campaign = row[1].as<std::string>();
            }
            code.label = row[2].as<std::string>();
            code.label = code.label.empty() ? code.code : code.label;
            code.category =
                disposition_category_from_text(row[3].c_str()).value_or(DispositionCategory::other);
            code.lead_action = lead_action_from_text(row[4].c_str()).value_or(LeadAction::finish);
            code.position = row[5].as<int>();
            code.active = row[6].as<bool>();
        }
        work.commit();
        return codes;
    });
}

void add_disposition_code(Store& store, const DispositionCode& code, const Actor& actor) {
    if (!is_code(code.code)) {
        throw StoreRefusal{"a disposition's code has at most 40 lower-case letters, digits and "
                           "'_', not \"" +
                           clean_text(code.code, 100) + "\""};
    }
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        const auto campaign = cleaned(code.campaign);
        const pqxx::row known = work.exec_params1(kIsThere, code.code, campaign);
        if (campaign && !known[0].as<bool>()) {
            throw StoreRefusal{"there is no campaign named \"" + *campaign + "\""};
        }
        if (known[1].as<bool>()) {
            throw StoreRefusal{"there is a " + name_of(code.code, campaign) +
                               " already; change it with `dialer disposition set`"};
        }
        work.exec_params0(kAdd, code.code, campaign, clean_text(code.label, 200),
                          std::string{to_text(code.category)},
                          std::string{to_text(code.lead_action)}, code.position, code.active);
        work.exec(kTellCampaigns);
        work.commit();
    });
}

void change_disposition_code(Store& store, const std::string& code,
                             const std::optional<std::string>& campaign,
                             const DispositionChange& change, const Actor& actor) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        const auto word = [](const auto& value) {
            return value ? std::optional{std::string{to_text(*value)}} : std::nullopt;
        };
        const auto known = work.exec_params1(kIsThere, clean_text(code), cleaned(campaign));
        if (!known[1].as<bool>()) {
            throw StoreRefusal{"there is no " + name_of(clean_text(code, 100), campaign)};
        }
        work.exec_params0(kChange, clean_text(code), cleaned(campaign), cleaned(change.label),
                          word(change.category), word(change.lead_action), change.position,
                          change.active);
        work.exec(kTellCampaigns);
        work.commit();
    });
}

bool is_disposition_of(Store& store, CampaignId campaign, const std::string& code) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto rows =
            work.exec_params(kIsCode, static_cast<std::int64_t>(campaign), clean_text(code));
        work.commit();
        return !rows.empty() && rows[0][0].as<bool>();
    });
}

} // namespace campaigns
