// Settings of campaigns: all that can be changed while they run, made anew, and copied.

#include "campaigns/settings/settings.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"
#include "dnc/number.hpp"

#include <fmt/format.h>
#include <pqxx/except>
#include <pqxx/transaction>

#include <algorithm>
#include <array>

namespace campaigns {

namespace {

constexpr const char* kLock = "SELECT id, mode FROM campaigns WHERE name = $1 FOR UPDATE";
constexpr const char* kLastChange = "SELECT coalesce(max(id), 0) FROM setting_changes "
                                    "WHERE table_name = 'campaigns' AND row_key = $1::bigint::text";
// What happened to the row after the version that somebody looked at.
constexpr const char* kSince = R"sql(
SELECT c.id, c.by_whom, (extract(epoch FROM c.at) * 1000000)::bigint,
       (SELECT string_agg(k, ', ' ORDER BY k) FROM jsonb_object_keys(c.after) k
        WHERE c.before -> k IS DISTINCT FROM c.after -> k)
FROM setting_changes c
WHERE c.table_name = 'campaigns' AND c.row_key = $1::bigint::text AND c.id > $2
ORDER BY c.id LIMIT 3
)sql";
constexpr const char* kZoneKnown = "SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = $1)";
constexpr const char* kTell = "SELECT pg_notify('dialer_campaigns', $1)";
constexpr const char* kCopy = "SELECT copy_campaign($1, $2)";
constexpr const char* kOffer =
    "(SELECT r.offer FROM regulatory_campaigns r WHERE r.id = regulatory_campaign_id)";

// In the order of FieldKind.
constexpr std::array<std::string_view, 10> kTypes{"text", "boolean", "integer", "double precision",
                                                  "text", "text[]",  "bigint",  "text",
                                                  "text", "text"};

/// A statement under way: its parameters, and the placeholder of each value with its type.
struct Statement {
    std::vector<std::string> parameters;

    std::string placeholder(const CampaignField& field, std::string value) {
        parameters.push_back(std::move(value));
        return fmt::format("${}::{}", parameters.size(),
                           kTypes.at(static_cast<std::size_t>(field.kind)));
    }
};

/// The value as its column has it.
std::string stored(const CampaignField& field, const std::string& value) {
    if (field.kind == FieldKind::texts) {
        return text_array(split_texts(value));
    }
    if (field.kind == FieldKind::number) {
        return std::to_string(std::get<dnc::Number>(dnc::read_number(value)).e164);
    }
    if (field.kind == FieldKind::hours) {
        return to_text(std::get<CallingHours>(read_calling_hours(value)));
    }
    return clean_text(value);
}

void check(pqxx::transaction_base& work, const SettingValues& values, const std::string& mode) {
    if (const auto fault = settings_fault(values, mode)) {
        throw StoreRefusal{*fault};
    }
    for (const auto& [name, value] : values) {
        const bool zone = find_campaign_field(name)->name == "hours_zone" && !value.empty();
        if (zone && !work.exec_params1(kZoneKnown, clean_text(value))[0].as<bool>()) {
            throw StoreRefusal{fmt::format("--hours-zone \"{}\": there is no such time zone; write "
                                           "for example America/Chicago",
                                           value)};
        }
    }
}

void refuse_stale(pqxx::transaction_base& work, const std::string& campaign, std::int64_t id,
                  std::int64_t seen) {
    std::string told;
    for (const pqxx::row& row : work.exec_params(kSince, id, seen)) {
        told +=
            fmt::format("{}{} changed {} at {} (change {})", told.empty() ? "" : "; ",
                        row[1].c_str(), row[3].c_str(),
                        to_rfc3339(instant_from_micros(row[2].as<std::int64_t>())), row[0].c_str());
    }
    if (!told.empty()) {
        throw StoreRefusal{
            fmt::format("campaign {} was changed meanwhile: {}; look at it again", campaign, told)};
    }
}

/// "mode = $2::text, ring_max_s = $3::integer, ...".
std::string assignments(Statement& statement, const SettingValues& values) {
    std::string sets;
    std::string seller;
    std::string offer;
    for (const auto& [name, value] : values) {
        const CampaignField& field = *find_campaign_field(name);
        const std::string placeholder = statement.placeholder(field, stored(field, value));
        if (field.kind == FieldKind::offer) {
            offer = placeholder;
            continue;
        }
        seller = field.name == "seller" ? placeholder : seller;
        sets += fmt::format("{}{} = {}", sets.empty() ? "" : ", ", field.name, placeholder);
    }
    if (!seller.empty() || !offer.empty()) {
        sets += fmt::format("{}regulatory_campaign_id = regulatory_campaign({}, {})",
                            sets.empty() ? "" : ", ", seller.empty() ? "seller" : seller,
                            offer.empty() ? kOffer : offer);
    }
    return sets;
}

pqxx::result run(pqxx::transaction_base& work, const std::string& text,
                 const Statement& statement) {
    return work.exec_params(text, pqxx::prepare::make_dynamic_params(statement.parameters.begin(),
                                                                     statement.parameters.end()));
}

void update(pqxx::transaction_base& work, std::int64_t id, const SettingValues& values) {
    Statement statement;
    statement.parameters.push_back(std::to_string(id));
    const std::string sets = assignments(statement, values);
    if (!sets.empty()) {
        run(work, "UPDATE campaigns SET " + sets + " WHERE id = $1::bigint", statement);
    }
}

/// The given values, and the usual ones of all other fields.
SettingValues completed(const std::string& name, const SettingValues& given) {
    SettingValues all;
    for (const CampaignField& field : campaign_fields()) {
        const auto found = std::find_if(given.rbegin(), given.rend(), [&](const auto& value) {
            return find_campaign_field(value.first) == &field;
        });
        const bool own = field.name == "name" || field.name == "running";
        all.emplace_back(field.name,
                         own || found == given.rend() ? std::string{field.usual} : found->second);
    }
    all.front().second = name;
    return all;
}

CampaignId insert(pqxx::transaction_base& work, const SettingValues& values) {
    Statement statement;
    std::string columns;
    std::string row;
    std::string seller;
    std::string offer;
    for (const auto& [name, value] : values) {
        const CampaignField& field = *find_campaign_field(name);
        const std::string placeholder = statement.placeholder(field, stored(field, value));
        seller = field.name == "seller" ? placeholder : seller;
        offer = field.kind == FieldKind::offer ? placeholder : offer;
        if (field.kind != FieldKind::offer) {
            columns += std::string{field.name} + ", ";
            row += placeholder + ", ";
        }
    }
    const auto made = run(work,
                          fmt::format("INSERT INTO campaigns ({}regulatory_campaign_id) VALUES "
                                      "({}regulatory_campaign({}, {})) RETURNING id",
                                      columns, row, seller, offer),
                          statement);
    return CampaignId{made[0][0].as<std::int64_t>()};
}

/// Runs `work` in one transaction; a name that is taken is told in words.
template <typename Work>
auto named_once(Store& store, const std::string& name, const Actor& actor, Work act) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        try {
            auto result = act(work);
            work.exec_params(kTell, clean_text(name));
            work.commit();
            return result;
        } catch (const pqxx::unique_violation&) {
            throw StoreRefusal{"a campaign named \"" + name + "\" exists already"};
        }
    });
}

std::string new_name(const SettingValues& values, const std::string& campaign) {
    const auto found = std::ranges::find(values, "name", &SettingValues::value_type::first);
    return found == values.end() ? campaign : found->second;
}

} // namespace

std::int64_t change_campaign(Store& store, const std::string& campaign, const SettingValues& values,
                             const Actor& actor, std::optional<std::int64_t> if_change) {
    return named_once(store, new_name(values, campaign), actor, [&](pqxx::work& work) {
        const pqxx::result row = work.exec_params(kLock, clean_text(campaign));
        if (row.empty()) {
            throw StoreRefusal{"there is no campaign named \"" + campaign + "\""};
        }
        const auto id = row[0][0].as<std::int64_t>();
        if (if_change) {
            refuse_stale(work, campaign, id, *if_change);
        }
        check(work, values, row[0][1].as<std::string>());
        update(work, id, values);
        return work.exec_params1(kLastChange, id)[0].as<std::int64_t>();
    });
}

std::int64_t last_campaign_change(Store& store, const std::string& campaign) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const pqxx::result row =
            work.exec_params("SELECT id FROM campaigns WHERE name = $1", clean_text(campaign));
        if (row.empty()) {
            throw StoreRefusal{"there is no campaign named \"" + campaign + "\""};
        }
        const auto last =
            work.exec_params1(kLastChange, row[0][0].as<std::int64_t>())[0].as<std::int64_t>();
        work.commit();
        return last;
    });
}

CampaignId create_campaign(Store& store, const std::string& name, const SettingValues& values,
                           const Actor& actor) {
    return named_once(store, name, actor, [&](pqxx::work& work) {
        const SettingValues all = completed(name, values);
        check(work, values, ""); // names that are unknown, too
        check(work, all, "");
        return insert(work, all);
    });
}

CampaignId copy_campaign(Store& store, const std::string& from, const std::string& name,
                         const SettingValues& values, const Actor& actor) {
    return named_once(store, name, actor, [&](pqxx::work& work) {
        if (const auto fault = fault_of(*find_campaign_field("name"), name)) {
            throw StoreRefusal{*fault};
        }
        const pqxx::result row = work.exec_params(kLock, clean_text(from));
        if (row.empty()) {
            throw StoreRefusal{"there is no campaign named \"" + from + "\""};
        }
        check(work, values, row[0][1].as<std::string>());
        const auto id = work.exec_params1(kCopy, row[0][0].as<std::int64_t>(), clean_text(name))[0]
                            .as<std::int64_t>();
        update(work, id, values);
        return CampaignId{id};
    });
}

SettingValues campaign_settings(Store& store, const std::string& campaign) {
    std::string columns;
    for (const CampaignField& field : campaign_fields()) {
        columns += columns.empty() ? "" : ", ";
        columns += field.kind == FieldKind::offer ? kOffer : std::string{field.name};
    }
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const pqxx::result rows = work.exec_params(
            "SELECT " + columns + " FROM campaigns WHERE name = $1", clean_text(campaign));
        if (rows.empty()) {
            throw StoreRefusal{"there is no campaign named \"" + campaign + "\""};
        }
        SettingValues values;
        int column = 0;
        for (const CampaignField& field : campaign_fields()) {
            const pqxx::field value = rows[0][column++];
            std::string text = value.c_str();
            if (field.kind == FieldKind::texts) {
                text = join_texts(texts_of(value));
            } else if (field.kind == FieldKind::flag) {
                text = value.as<bool>() ? "true" : "false";
            } else if (field.kind == FieldKind::number) {
                text = dnc::to_e164({value.as<std::int64_t>()});
            }
            values.emplace_back(field.name, std::move(text));
        }
        work.commit();
        return values;
    });
}

} // namespace campaigns
