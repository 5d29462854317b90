// What people change on a campaign that exists, and the list of users.

#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"
#include "dnc/words.hpp"

#include <pqxx/transaction>

namespace campaigns {

namespace {

// One statement: two people who change different settings at once do not undo each other.
constexpr const char* kChangeCampaign = R"sql(
UPDATE campaigns
SET mode = coalesce($2, mode),
    lines_per_agent = coalesce($3, lines_per_agent),
    lines_per_agent_max = coalesce($4, lines_per_agent_max),
    jurisdiction = coalesce($5, jurisdiction),
    pool = coalesce($6, pool),
    priority = coalesce($7, priority),
    share = coalesce($8, share),
    purpose = coalesce($9, purpose),
    subject = coalesce($10, subject),
    atds_profile = coalesce($11, atds_profile),
    regulatory_campaign_id = CASE WHEN $12::text IS NULL THEN regulatory_campaign_id
                                  ELSE regulatory_campaign(seller, $12) END
WHERE name = $1
)sql";
constexpr const char* kTellCampaigns = "SELECT pg_notify('dialer_campaigns', $1)";

constexpr const char* kUsers = "SELECT id, name, role, agent_id FROM users ORDER BY id";

template <typename Value>
std::optional<std::string> number_text(const std::optional<Value>& value) {
    return value ? std::optional{pqxx::to_string(*value)} : std::nullopt;
}

template <typename Value, std::size_t kCount>
std::optional<std::string> word_of(const dnc::Words<Value, kCount>& words,
                                   const std::optional<Value>& value) {
    return value ? std::optional{std::string{dnc::to_word(words, *value)}} : std::nullopt;
}

std::optional<std::string> clean(const std::optional<std::string>& text) {
    return text ? std::optional{clean_text(*text)} : std::nullopt;
}

} // namespace

void Store::change_campaign(const std::string& name, const CampaignChange& change) {
    guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        const auto mode =
            change.mode ? std::optional{std::string{to_text(*change.mode)}} : std::nullopt;
        const auto done = work.exec_params(
            kChangeCampaign, clean_text(name), mode, number_text(change.lines_per_agent),
            number_text(change.lines_per_agent_max), clean(change.jurisdiction), clean(change.pool),
            number_text(change.priority), number_text(change.share),
            word_of(dnc::kPurposes, change.purpose), clean(change.subject),
            word_of(dnc::kAtdsProfiles, change.atds_profile), clean(change.offer));
        if (done.affected_rows() == 0) {
            throw StoreRefusal{"there is no campaign named \"" + name + "\""};
        }
        work.exec_params(kTellCampaigns, clean_text(name));
        work.commit();
    });
}

std::vector<User> Store::users() {
    return guarded(*session_, [this] {
        pqxx::work work{session_->connection};
        std::vector<User> users;
        for (const pqxx::row& row : work.exec(kUsers)) {
            User& user = users.emplace_back();
            user.id = row[0].as<std::int64_t>();
            user.name = row[1].as<std::string>();
            user.role = role_from_text(row[2].c_str()).value_or(Role::agent);
            if (!row[3].is_null()) {
                user.agent = AgentId{row[3].as<std::int64_t>()};
            }
        }
        work.commit();
        return users;
    });
}

} // namespace campaigns
