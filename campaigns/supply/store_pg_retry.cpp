// Settings of the supply that people change: retry rules, limits of attempts, rules of callbacks.

#include "campaigns/store_json.hpp"
#include "campaigns/supply/callbacks.hpp"
#include "campaigns/supply/retry.hpp"
#include "campaigns/supply/store_pg_supply.hpp"

#include <pqxx/transaction>

namespace campaigns {

namespace {

constexpr const char* kRules = R"sql(
SELECT DISTINCT ON (r.outcome) r.outcome, coalesce(c.name, '') AS campaign, r.delay_s, r.tries_max,
       r.other_phone, r.spread
FROM retry_rules r LEFT JOIN campaigns c ON c.id = r.campaign_id
WHERE r.campaign_id IS NULL OR r.campaign_id = $1
ORDER BY r.outcome, r.campaign_id NULLS LAST
)sql";
constexpr const char* kSetRule = R"sql(
INSERT INTO retry_rules (campaign_id, outcome, delay_s, tries_max, other_phone, spread)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (outcome, coalesce(campaign_id, 0)) DO UPDATE
SET delay_s = excluded.delay_s, tries_max = excluded.tries_max,
    other_phone = excluded.other_phone, spread = excluded.spread
)sql";
constexpr const char* kDropRule = "DELETE FROM retry_rules WHERE campaign_id = $1 AND outcome = $2";

constexpr const char* kLimits =
    "SELECT attempts_per_day, attempts_per_week FROM campaigns WHERE id = $1";
constexpr const char* kSetLimits =
    "UPDATE campaigns SET attempts_per_day = $2, attempts_per_week = $3 WHERE id = $1";
constexpr const char* kCallbackRule =
    "SELECT callback_grace_s, callback_opens FROM campaigns WHERE id = $1";
constexpr const char* kSetCallbackRule =
    "UPDATE campaigns SET callback_grace_s = $2, callback_opens = $3 WHERE id = $1";

void require(bool holds, const std::string& what) {
    if (!holds) {
        throw StoreRefusal{what};
    }
}

void check(const RetryRule& rule) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    bool fine = !rule.outcome.empty() && rule.outcome.size() <= 40;
    for (const char c : rule.outcome) {
        fine = fine && plain(c);
    }
    require(fine, "an outcome is written in lower case, like busy or no_answer");
    const auto delay = rule.delay.value_or(std::chrono::seconds{0});
    require(delay >= std::chrono::seconds{0} && delay <= std::chrono::days{365},
            "the delay lies between 0 s and 365 days");
    const int tries = rule.tries_max.value_or(1);
    require(tries >= 1 && tries <= 100, "the number of tries lies between 1 and 100");
}

/// Null for the rules of every campaign.
std::optional<std::int64_t> campaign_of(pqxx::transaction_base& work, const std::string& name) {
    return name.empty() ? std::nullopt
                        : std::optional{static_cast<std::int64_t>(campaign_named(work, name))};
}

/// Runs `change` as the actor and tells the engines.
template <typename Change>
void change_as(Store& store, const std::string& campaign, const Actor& actor, Change change) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        change(work);
        tell_campaigns(work, campaign);
        work.commit();
    });
}

} // namespace

std::vector<RetryRule> retry_rules(Store& store, const std::string& campaign) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<RetryRule> rules;
        for (const pqxx::row& row : work.exec_params(kRules, campaign_of(work, campaign))) {
            RetryRule& rule = rules.emplace_back();
            rule.outcome = row[0].as<std::string>();
            rule.campaign = row[1].as<std::string>();
            rule.own = !rule.campaign.empty();
            if (!row[2].is_null()) {
                rule.delay = std::chrono::seconds{row[2].as<int>()};
            }
            if (!row[3].is_null()) {
                rule.tries_max = row[3].as<int>();
            }
            rule.other_phone = row[4].as<bool>();
            rule.spread = row[5].as<bool>();
        }
        return rules;
    });
}

void set_retry_rule(Store& store, const RetryRule& rule, const Actor& actor) {
    check(rule);
    change_as(store, rule.campaign, actor, [&](pqxx::transaction_base& work) {
        const auto delay =
            rule.delay ? std::optional<std::int64_t>{rule.delay->count()} : std::nullopt;
        work.exec_params(kSetRule, campaign_of(work, rule.campaign), rule.outcome, delay,
                         rule.tries_max, rule.other_phone, rule.spread);
    });
}

void drop_retry_rule(Store& store, const std::string& campaign, const std::string& outcome,
                     const Actor& actor) {
    require(!campaign.empty(), "the rules of every campaign can be changed, not dropped");
    change_as(store, campaign, actor, [&](pqxx::transaction_base& work) {
        const auto dropped =
            work.exec_params(kDropRule, campaign_of(work, campaign), clean_text(outcome));
        require(dropped.affected_rows() > 0,
                "the campaign has no rule of its own for \"" + clean_text(outcome) + "\"");
    });
}

AttemptLimits attempt_limits(Store& store, const std::string& campaign) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const pqxx::row row = work.exec_params1(kLimits, campaign_of(work, campaign));
        return AttemptLimits{row[0].as<int>(), row[1].as<int>()};
    });
}

void set_attempt_limits(Store& store, const std::string& campaign, AttemptLimits limits,
                        const Actor& actor) {
    const auto fits = [](int limit) { return limit >= 0 && limit <= 100; };
    require(fits(limits.per_day) && fits(limits.per_week),
            "a limit of attempts lies between 1 and 100; 0: none");
    change_as(store, campaign, actor, [&](pqxx::transaction_base& work) {
        work.exec_params(kSetLimits, static_cast<std::int64_t>(campaign_named(work, campaign)),
                         limits.per_day, limits.per_week);
    });
}

CallbackRule callback_rule(Store& store, const std::string& campaign) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const pqxx::row row = work.exec_params1(
            kCallbackRule, static_cast<std::int64_t>(campaign_named(work, campaign)));
        return CallbackRule{std::chrono::seconds{row[0].as<int>()}, row[1].as<bool>()};
    });
}

void set_callback_rule(Store& store, const std::string& campaign, const CallbackRule& rule,
                       const Actor& actor) {
    require(rule.grace >= std::chrono::seconds{0} && rule.grace <= std::chrono::days{1},
            "the grace of callbacks lies between 0 s and a day");
    change_as(store, campaign, actor, [&](pqxx::transaction_base& work) {
        work.exec_params(kSetCallbackRule,
                         static_cast<std::int64_t>(campaign_named(work, campaign)),
                         rule.grace.count(), rule.opens);
    });
}

} // namespace campaigns
