// Versions of settings: what was changed, by whom, and taking it back.

#include "campaigns/settings/settings.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <pqxx/transaction>

#include <algorithm>

namespace campaigns {

namespace {

// One row a field that differs, at least one a change.
constexpr const char* kHistory = R"sql(
SELECT c.id, (extract(epoch FROM c.at) * 1000000)::bigint, c.by_whom, c.table_name, c.row_key,
       c.campaign_id, c.reverts, (SELECT max(r.id) FROM setting_changes r WHERE r.reverts = c.id),
       c.before IS NULL, c.after IS NULL, f.name, coalesce(f.before::text, 'null'),
       coalesce(f.after::text, 'null')
FROM (
    SELECT * FROM setting_changes
    WHERE ($1::bigint IS NULL OR campaign_id = $1) AND ($2::text IS NULL OR table_name = $2)
      AND ($3::text IS NULL OR row_key = $3) AND ($4::bigint IS NULL OR id < $4)
      AND ($5::bigint IS NULL OR id = $5)
    ORDER BY id DESC LIMIT $6
) c
LEFT JOIN LATERAL (
    SELECT k.name, c.before -> k.name AS before, c.after -> k.name AS after
    FROM (SELECT jsonb_object_keys(c.before) UNION SELECT jsonb_object_keys(c.after)) k (name)
    WHERE c.before -> k.name IS DISTINCT FROM c.after -> k.name
) f ON true
ORDER BY c.id DESC, f.name
)sql";
constexpr const char* kCampaignId = "SELECT id FROM campaigns WHERE name = $1";
constexpr const char* kRevert = "SELECT revert_setting_change($1, $2)";
// Weights of lists and rules of supply act through the leads that are leased next.
constexpr const char* kTellAll =
    "SELECT pg_notify('dialer_campaigns', ''), pg_notify('dialer_leads', '')";

std::optional<std::string> wanted_text(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{clean_text(text)};
}

std::int64_t id_of(pqxx::transaction_base& work, const std::string& campaign) {
    const pqxx::result rows = work.exec_params(kCampaignId, clean_text(campaign));
    if (rows.empty()) {
        throw StoreRefusal{"there is no campaign named \"" + campaign + "\""};
    }
    return rows[0][0].as<std::int64_t>();
}

SettingChange change_of(const pqxx::row& row) {
    SettingChange change;
    change.id = row[0].as<std::int64_t>();
    change.at = instant_from_micros(row[1].as<std::int64_t>());
    change.by = row[2].as<std::string>();
    change.table = row[3].as<std::string>();
    change.key = row[4].as<std::string>();
    if (!row[5].is_null()) {
        change.campaign = CampaignId{row[5].as<std::int64_t>()};
    }
    if (!row[6].is_null()) {
        change.reverts = row[6].as<std::int64_t>();
    }
    if (!row[7].is_null()) {
        change.reverted_by = row[7].as<std::int64_t>();
    }
    using enum SettingChange::Kind;
    change.kind = row[8].as<bool>() ? made : row[9].as<bool>() ? removed : changed;
    return change;
}

std::vector<SettingChange> changes_of(const pqxx::result& rows) {
    std::vector<SettingChange> changes;
    for (const pqxx::row& row : rows) {
        if (changes.empty() || changes.back().id != row[0].as<std::int64_t>()) {
            changes.push_back(change_of(row));
        }
        if (!row[10].is_null()) {
            changes.back().fields.push_back(
                {row[10].as<std::string>(), row[11].as<std::string>(), row[12].as<std::string>()});
        }
    }
    return changes;
}

SettingChange find_change(pqxx::transaction_base& work, std::int64_t id) {
    const std::optional<std::string> none;
    auto found = changes_of(work.exec_params(kHistory, none, none, none, none, id, 1));
    if (found.empty()) {
        throw StoreRefusal{fmt::format("there is no change {}", id)};
    }
    return std::move(found.front());
}

/// The text of a setting as fault_of reads it.
std::string setting_text(const std::string& json_text) {
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(json_text, error);
    if (error) {
        return json_text;
    }
    if (const auto* text = value.if_string()) {
        return {text->c_str(), text->size()};
    }
    return value.is_array() || value.is_null() ? std::string{} : json_text;
}

/// Whether a list is loading, active or undone goes with its leads, which no version of a setting
/// brings back.
void refuse_list_states(const SettingChange& change) {
    const bool state = std::ranges::any_of(
        change.fields, [](const FieldChange& field) { return field.field == "status"; });
    if (change.table == "lists" && change.kind == SettingChange::Kind::changed && state) {
        throw StoreRefusal{fmt::format("change {} is a step of an import and is not taken back "
                                       "here; imports are accepted and undone as a whole",
                                       change.id)};
    }
}

/// What was legal when it was set need not be legal now: the table's ranges are wider than ours.
void check_earlier_values(const SettingChange& change) {
    if (change.table != "campaigns" || change.kind != SettingChange::Kind::changed) {
        return;
    }
    for (const FieldChange& field : change.fields) {
        const CampaignField* known = find_campaign_field(field.field);
        if (known == nullptr || known->kind == FieldKind::texts) {
            continue;
        }
        if (const auto fault = fault_of(*known, setting_text(field.before))) {
            throw StoreRefusal{fmt::format("change {} cannot be taken back: the earlier value is "
                                           "no longer allowed: {}",
                                           change.id, *fault)};
        }
    }
}

} // namespace

std::vector<SettingChange> setting_history(Store& store, const HistoryWanted& wanted) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::optional<std::int64_t> campaign;
        if (!wanted.campaign.empty()) {
            campaign = id_of(work, wanted.campaign);
        }
        auto changes = changes_of(work.exec_params(
            kHistory, campaign, wanted_text(wanted.table), wanted_text(wanted.key), wanted.before,
            std::optional<std::int64_t>{}, std::clamp(wanted.limit, 1, 1000)));
        work.commit();
        return changes;
    });
}

SettingChange setting_change(Store& store, std::int64_t id) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        auto change = find_change(work, id);
        work.commit();
        return change;
    });
}

Reverted revert_setting(Store& store, std::int64_t id, const Actor& actor, RevertWhen when) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const SettingChange change = find_change(work, id);
        refuse_list_states(change);
        check_earlier_values(change);
        act_as(work, actor);
        Reverted reverted;
        reverted.table = change.table;
        reverted.key = change.key;
        reverted.change =
            work.exec_params1(kRevert, id, when == RevertWhen::forced)[0].as<std::int64_t>();
        if (reverted.change != 0) {
            reverted.fields = find_change(work, reverted.change).fields;
            work.exec(kTellAll);
        }
        work.commit();
        return reverted;
    });
}

} // namespace campaigns
