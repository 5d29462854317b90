#pragma once

// Settings that act at once, versions of them, and taking a change back.
//
// Every table of settings writes each change of a row into setting_changes by a trigger: who, when,
// before, after. Nothing there is ever changed; taking a change back is a further change.

#include "campaigns/settings/fields.hpp"
#include "campaigns/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace campaigns {

/// One field of a row that a change touched; values as JSON texts, "null" when there was none.
struct FieldChange {
    std::string field;
    std::string before;
    std::string after;
};

/// One version: what somebody did to one row of settings.
struct SettingChange {
    std::int64_t id = 0;
    Instant at{};
    std::string by;
    std::string table; ///< "campaigns", "lists", "caller_ids", ...
    std::string key;   ///< of the row; several columns joined by a bar
    std::optional<CampaignId> campaign;
    enum class Kind { made, changed, removed };
    Kind kind = Kind::changed;
    std::vector<FieldChange> fields; ///< that differ; of a row made or removed: all of them
    std::optional<std::int64_t> reverts;
    std::optional<std::int64_t> reverted_by; ///< the latest change that takes this one back
};

struct HistoryWanted {
    std::string campaign = {}; ///< by name: its own row, and rows that belong to it; empty: all
    std::string table = {};    ///< empty: all
    std::string key = {};      ///< empty: all
    std::optional<std::int64_t> before = {}; ///< only changes older than this one, for paging
    int limit = 100;                         ///< 1 .. 1000
};

/// Newest first. StoreRefusal when there is no such campaign.
[[nodiscard]] std::vector<SettingChange> setting_history(Store& store, const HistoryWanted& wanted);
/// StoreRefusal when there is no such change.
[[nodiscard]] SettingChange setting_change(Store& store, std::int64_t id);
/// The id of the latest change of the campaign's own row: what `if_change` is compared with.
[[nodiscard]] std::int64_t last_campaign_change(Store& store, const std::string& campaign);

struct Reverted {
    std::int64_t change = 0; ///< the change that did it; 0: everything was as before already
    std::string table;
    std::string key;
    std::vector<FieldChange> fields; ///< what it did
};

enum class RevertWhen { untouched_since, forced };

/// Takes back what the change `id` did, and nothing else: only the fields that it touched get their
/// earlier values, so that other changes of the row, before and after it, stay. One transaction;
/// recorded with `reverts`; running engines follow. StoreRefusal, in words, when there is no such
/// change, the row is gone, the row was made by it and may not be removed, an earlier value is no
/// longer allowed, or (unless forced) later changes touched the same fields: these are named.
Reverted revert_setting(Store& store, std::int64_t id, const Actor& actor,
                        RevertWhen when = RevertWhen::untouched_since);

/// Changes what is given and leaves the rest, in one statement; running engines follow within a
/// second. Returns the id of the change (the latest one when nothing differs). StoreRefusal when
/// there is no such campaign, a value is not allowed (settings_fault), or `if_change` is given and
/// is not the latest change of the campaign: who changed what meanwhile is told.
std::int64_t change_campaign(Store& store, const std::string& campaign, const SettingValues& values,
                             const Actor& actor,
                             std::optional<std::int64_t> if_change = std::nullopt);

/// Makes a stopped campaign; what is not given gets its usual value. `values` must have seller and
/// caller_id, whose right to be shown is recorded as declared by the actor when nothing better is
/// on record.
CampaignId create_campaign(Store& store, const std::string& name, const SettingValues& values,
                           const Actor& actor);

/// A stopped campaign with the settings of `from`, its caller ids and what `values` say otherwise;
/// no leads. Returns its id.
CampaignId copy_campaign(Store& store, const std::string& from, const std::string& name,
                         const SettingValues& values, const Actor& actor);

/// All fields of campaign_fields() with their values. StoreRefusal when there is no such campaign.
[[nodiscard]] SettingValues campaign_settings(Store& store, const std::string& campaign);

} // namespace campaigns
