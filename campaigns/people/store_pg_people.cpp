// Campaigns, agents and users: small tables, changed by people.

#include "campaigns/sentence_json.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"
#include "dnc/words.hpp"

#include <openssl/evp.h>
#include <pqxx/except>
#include <pqxx/transaction>

#include <array>

namespace campaigns {

namespace {

// The first call is the head of an index in each month's partition, and of attempts that never left
// the engine there are few.
constexpr const char* kCampaigns = R"sql(
SELECT campaigns.id, name, campaigns.seller, running, mode, lines_per_agent, lines_per_agent_max,
       jurisdiction, pool, priority, share, caller_id, trunks, ring_max_s, wrap_up_max_s,
       attempts_max, retry_after_s, message_file, purpose, subject, atds_profile,
       regulatory_campaign_id, r.offer, calling_hours, hours_zone, lines_max, caller_id_match,
       caller_id_sticky, caller_id_signals, caller_id_rest_s, preview_limit_s, preview_then,
       ARRAY(SELECT record_obstacles(campaigns.id)) AS record_obstacles,
       (SELECT min(f.first_us) FROM campaigns s
        CROSS JOIN LATERAL (
            SELECT (extract(epoch FROM a.at) * 1000000)::bigint AS first_us FROM attempts a
            WHERE a.campaign_id = s.id
              AND a.regulatory_campaign_id = campaigns.regulatory_campaign_id
              AND NOT EXISTS (SELECT FROM attempt_results r
                              WHERE r.attempt_id = a.id AND r.outcome = 'not_sent')
            ORDER BY a.at, a.id LIMIT 1) f
        WHERE same_party(s.seller, campaigns.seller)) AS first_call_us
FROM campaigns JOIN regulatory_campaigns r ON r.id = regulatory_campaign_id
ORDER BY campaigns.id
)sql";
constexpr const char* kCreateCampaign = R"sql(
INSERT INTO campaigns (name, seller, running, mode, lines_per_agent, lines_per_agent_max,
                       jurisdiction, pool, priority, share, caller_id, trunks, ring_max_s,
                       wrap_up_max_s, attempts_max, retry_after_s, message_file, purpose, subject,
                       atds_profile, regulatory_campaign_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        regulatory_campaign($2, $21))
RETURNING id
)sql";
constexpr const char* kSetRunning = "UPDATE campaigns SET running = $2 WHERE name = $1";
constexpr const char* kTellCampaigns = "SELECT pg_notify('dialer_campaigns', $1)";

constexpr const char* kAgents = "SELECT id, name, sip_user, sip_ha1 FROM agents ORDER BY id";
constexpr const char* kAddAgent =
    "INSERT INTO agents (name, sip_user, sip_ha1) VALUES ($1, $2, $3) RETURNING id";

constexpr const char* kAddUser =
    "INSERT INTO users (name, role, agent_id, token_sha256) VALUES ($1, $2, $3, $4)";
constexpr const char* kFindUser =
    "SELECT id, name, role, agent_id FROM users WHERE token_sha256 = $1 AND active";

constexpr const char* kDispositionCodes =
    "SELECT code FROM disposition_codes WHERE active AND campaign_id IS NULL ORDER BY position";

/// Its own hours and lines, how its caller ids are chosen, and how long leads are looked at. Hours
/// that this program does not read never open.
void add_own_limits(Campaign& campaign, const pqxx::row& row) {
    auto hours = read_calling_hours(row["calling_hours"].c_str(), row["hours_zone"].c_str());
    auto* read = std::get_if<CallingHours>(&hours);
    campaign.hours = read != nullptr ? std::move(*read) : CallingHours::never();
    campaign.lines_max = row["lines_max"].as<int>();
    campaign.caller_id_match =
        caller_id_match_from_text(row["caller_id_match"].c_str()).value_or(CallerIdMatch::any);
    campaign.caller_id_sticky = row["caller_id_sticky"].as<bool>();
    campaign.caller_id_signals = caller_id_signals_from_text(row["caller_id_signals"].c_str())
                                     .value_or(CallerIdSignals::rest);
    campaign.caller_id_rest = std::chrono::seconds{row["caller_id_rest_s"].as<int>()};
    campaign.preview_limit = std::chrono::seconds{row["preview_limit_s"].as<int>()};
    campaign.preview_then =
        row["preview_then"].as<std::string>() == "dial" ? PreviewThen::dial : PreviewThen::skip;
}

Campaign campaign_of(const pqxx::row& row) {
    Campaign campaign;
    campaign.id = CampaignId{row["id"].as<std::int64_t>()};
    campaign.name = row["name"].as<std::string>();
    campaign.seller = row["seller"].as<std::string>();
    campaign.offer = row["offer"].as<std::string>();
    campaign.subject = row["subject"].as<std::string>();
    campaign.purpose = dnc::from_word(dnc::kPurposes, row["purpose"].c_str())
                           .value_or(dnc::Purpose::telemarketing);
    campaign.atds_profile = dnc::from_word(dnc::kAtdsProfiles, row["atds_profile"].c_str())
                                .value_or(dnc::AtdsProfile::strict);
    campaign.regulatory_campaign = row["regulatory_campaign_id"].as<std::int64_t>();
    campaign.running = row["running"].as<bool>();
    campaign.mode = dial_mode_from_text(row["mode"].c_str()).value_or(DialMode::progressive);
    campaign.lines_per_agent = row["lines_per_agent"].as<double>();
    campaign.lines_per_agent_max = row["lines_per_agent_max"].as<double>();
    campaign.jurisdiction = row["jurisdiction"].as<std::string>();
    campaign.pool = row["pool"].as<std::string>();
    campaign.priority = row["priority"].as<int>();
    campaign.share = row["share"].as<double>();
    if (!row["first_call_us"].is_null()) {
        campaign.first_call_at = instant_from_micros(row["first_call_us"].as<std::int64_t>());
    }
    campaign.caller_id = {row["caller_id"].as<std::int64_t>()};
    campaign.trunks = texts_of(row["trunks"]);
    campaign.ring_max = std::chrono::seconds{row["ring_max_s"].as<int>()};
    campaign.wrap_up_max = std::chrono::seconds{row["wrap_up_max_s"].as<int>()};
    campaign.attempts_max = row["attempts_max"].as<int>();
    campaign.retry_after = std::chrono::seconds{row["retry_after_s"].as<int>()};
    campaign.message_file = row["message_file"].as<std::string>();
    campaign.record_obstacles = sentences_from_json(texts_of(row["record_obstacles"]));
    add_own_limits(campaign, row);
    return campaign;
}

/// Only the hash of a token is stored: who reads the database cannot sign in with what is there.
std::string token_hash(const std::string& token) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(token.data(), token.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
        1) {
        throw std::runtime_error{"store: SHA-256 is not available in OpenSSL"};
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "\\x"; // PostgreSQL's text form of bytea
    for (unsigned int i = 0; i < length; ++i) {
        text += digits[digest.at(i) >> 4];
        text += digits[digest.at(i) & 15];
    }
    return text;
}

/// Runs one insert; a name that is taken becomes `taken`, for people.
template <typename Insert>
auto insert_unique(Store::Session& session, const std::string& taken, Insert insert) {
    return guarded(session, [&] {
        pqxx::work work{session.connection};
        try {
            auto id = insert(work);
            work.commit();
            return id;
        } catch (const pqxx::unique_violation&) {
            throw StoreRefusal{taken};
        }
    });
}

} // namespace

std::vector<Campaign> Store::campaigns() {
    return guarded(*session_, [this] {
        pqxx::work work{session_->connection};
        std::vector<Campaign> campaigns;
        for (const pqxx::row& row : work.exec(kCampaigns)) {
            campaigns.push_back(campaign_of(row));
        }
        work.commit();
        return campaigns;
    });
}

CampaignId Store::create_campaign(const Campaign& campaign) {
    return insert_unique(
        *session_, "a campaign named \"" + campaign.name + "\" exists already", [&](auto& work) {
            const pqxx::row row = work.exec_params1(
                kCreateCampaign, clean_text(campaign.name), clean_text(campaign.seller),
                campaign.running, std::string{to_text(campaign.mode)}, campaign.lines_per_agent,
                campaign.lines_per_agent_max, clean_text(campaign.jurisdiction),
                clean_text(campaign.pool), campaign.priority, campaign.share,
                campaign.caller_id.e164, text_array(campaign.trunks), campaign.ring_max.count(),
                campaign.wrap_up_max.count(), campaign.attempts_max, campaign.retry_after.count(),
                clean_text(campaign.message_file),
                std::string{dnc::to_word(dnc::kPurposes, campaign.purpose)},
                clean_text(campaign.subject),
                std::string{dnc::to_word(dnc::kAtdsProfiles, campaign.atds_profile)},
                clean_text(campaign.offer));
            work.exec_params(kTellCampaigns, clean_text(campaign.name));
            return CampaignId{row[0].template as<std::int64_t>()};
        });
}

void Store::set_campaign_running(const std::string& name, bool running) {
    guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        if (work.exec_params(kSetRunning, clean_text(name), running).affected_rows() == 0) {
            throw StoreRefusal{"there is no campaign named \"" + name + "\""};
        }
        work.exec_params(kTellCampaigns, clean_text(name));
        work.commit();
    });
}

std::vector<Agent> Store::agents() {
    return guarded(*session_, [this] {
        pqxx::work work{session_->connection};
        std::vector<Agent> agents;
        for (const pqxx::row& row : work.exec(kAgents)) {
            agents.push_back({AgentId{row[0].as<std::int64_t>()}, row[1].as<std::string>(),
                              row[2].as<std::string>(), row[3].as<std::string>()});
        }
        work.commit();
        return agents;
    });
}

AgentId Store::add_agent(const Agent& agent) {
    return insert_unique(
        *session_, "an agent with the phone user \"" + agent.sip_user + "\" exists already",
        [&](auto& work) {
            const pqxx::row row = work.exec_params1(kAddAgent, clean_text(agent.name),
                                                    clean_text(agent.sip_user), agent.sip_ha1);
            return AgentId{row[0].template as<std::int64_t>()};
        });
}

void Store::add_user(const User& user, const std::string& token) {
    insert_unique(
        *session_, "a user named \"" + user.name + "\" (or with this token) exists already",
        [&](auto& work) {
            const std::string agent =
                user.agent ? std::to_string(static_cast<std::int64_t>(*user.agent)) : "";
            work.exec_params(kAddUser, clean_text(user.name), std::string{to_text(user.role)},
                             user.agent ? agent.c_str() : nullptr, token_hash(token));
            return true;
        });
}

std::optional<User> Store::find_user(const std::string& token) {
    return guarded(*session_, [&]() -> std::optional<User> {
        pqxx::work work{session_->connection};
        const pqxx::result rows = work.exec_params(kFindUser, token_hash(token));
        work.commit();
        if (rows.empty()) {
            return std::nullopt;
        }
        User user;
        user.id = rows[0][0].as<std::int64_t>();
        user.name = rows[0][1].as<std::string>();
        user.role = role_from_text(rows[0][2].c_str()).value_or(Role::agent);
        if (!rows[0][3].is_null()) {
            user.agent = AgentId{rows[0][3].as<std::int64_t>()};
        }
        return user;
    });
}

std::vector<std::string> Store::disposition_codes() {
    return guarded(*session_, [this] {
        pqxx::work work{session_->connection};
        std::vector<std::string> codes;
        for (const pqxx::row& row : work.exec(kDispositionCodes)) {
            codes.push_back(row[0].as<std::string>());
        }
        work.commit();
        return codes;
    });
}

} // namespace campaigns
