// Settings of a campaign as they are, what was changed, and taking a change back.

#include "campaigns/settings/settings.hpp"

#include "campaigns/store_json.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/settings_commands.hpp"
#include "dialer/loop/clock.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>

namespace dialer::commands {

namespace {

namespace json = boost::json;

std::string_view kind_text(campaigns::SettingChange::Kind kind) {
    constexpr std::array<std::string_view, 3> words{"made", "changed", "removed"};
    return words.at(static_cast<std::size_t>(kind));
}

json::array fields_json(const std::vector<campaigns::FieldChange>& fields) {
    json::array array;
    for (const auto& field : fields) {
        array.push_back({{"field", field.field},
                         {"before", json::parse(field.before)},
                         {"after", json::parse(field.after)}});
    }
    return array;
}

json::value or_null(const std::optional<std::int64_t>& id) {
    return id ? json::value(*id) : json::value(nullptr);
}

json::object change_json(const campaigns::SettingChange& change) {
    return {{"id", change.id},
            {"at", campaigns::to_rfc3339(change.at)},
            {"by", change.by},
            {"table", change.table},
            {"key", change.key},
            {"kind", kind_text(change.kind)},
            {"fields", fields_json(change.fields)},
            {"reverts", or_null(change.reverts)},
            {"reverted_by", or_null(change.reverted_by)}};
}

void print_fields(const std::vector<campaigns::FieldChange>& fields) {
    for (const auto& field : fields) {
        fmt::print("        {}: {} -> {}\n", field.field, field.before, field.after);
    }
}

void print_change(const campaigns::SettingChange& change) {
    fmt::print("{:>6}  {}  {}  {} {} {}{}{}\n", change.id,
               campaigns::to_rfc3339(change.at).substr(0, 19) + "Z", change.by, change.table,
               change.key, kind_text(change.kind),
               change.reverts ? fmt::format(", takes back {}", *change.reverts) : "",
               change.reverted_by ? fmt::format(", taken back by {}", *change.reverted_by) : "");
    if (change.kind == campaigns::SettingChange::Kind::changed) {
        print_fields(change.fields);
    }
}

} // namespace

Exit settings_show(const SettingsShowOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    const auto values = campaigns::campaign_settings(store, options.name);
    const auto last = campaigns::last_campaign_change(store, options.name);
    if (options.json) {
        json::object settings;
        for (const auto& [name, value] : values) {
            settings[name] = value;
        }
        fmt::print("{}\n", json::serialize(
                               json::object{{"change", last}, {"settings", std::move(settings)}}));
        return Exit::done;
    }
    for (const auto& [name, value] : values) {
        fmt::print("{:<20} {}\n", name, value.empty() ? "\"\"" : value);
    }
    fmt::print("as of change {}\n", last);
    return Exit::done;
}

Exit settings_history(const SettingsHistoryOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    const auto changes = campaigns::setting_history(store, {.campaign = options.campaign,
                                                            .table = options.table,
                                                            .key = options.key,
                                                            .before = options.before,
                                                            .limit = options.limit});
    for (const auto& change : changes) {
        if (options.json) {
            fmt::print("{}\n", json::serialize(change_json(change)));
        } else {
            print_change(change);
        }
    }
    return Exit::done;
}

Exit settings_revert(const SettingsRevertOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    const auto reverted = campaigns::revert_setting(
        store, options.change, command_actor(options.by),
        options.force ? campaigns::RevertWhen::forced : campaigns::RevertWhen::untouched_since);
    if (options.json) {
        fmt::print("{}\n", json::serialize(json::object{{"change", reverted.change},
                                                        {"table", reverted.table},
                                                        {"key", reverted.key},
                                                        {"fields", fields_json(reverted.fields)}}));
    } else if (reverted.change == 0) {
        fmt::print("nothing to do: {} {} is as it was before change {}\n", reverted.table,
                   reverted.key, options.change);
    } else {
        fmt::print("change {} of {} {} is taken back by change {}\n", options.change,
                   reverted.table, reverted.key, reverted.change);
        print_fields(reverted.fields);
    }
    return Exit::done;
}

} // namespace dialer::commands
