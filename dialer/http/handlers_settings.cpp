// Settings of campaigns: made from templates or copies, changed while they run, with every version
// and the way back.

#include "campaigns/settings/settings.hpp"
#include "campaigns/settings/templates.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"

#include <array>
#include <limits>

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::CampaignField;
using campaigns::FieldKind;
using campaigns::SettingChange;
using campaigns::SettingValues;
using campaigns::Store;

constexpr std::size_t kSettingBytesMax = 4000;
constexpr std::int64_t kHistoryMax = 1000;

json::value json_of_setting(const CampaignField& field, const std::string& value) {
    switch (field.kind) {
    case FieldKind::flag:
        return value == "true";
    case FieldKind::integer:
    case FieldKind::real:
        return json_inside(value);
    case FieldKind::texts:
        return json_list(campaigns::split_texts(value),
                         [](const std::string& text) { return json::value(text); });
    default:
        return json::string{value};
    }
}

json::object json_of_settings(const SettingValues& values) {
    json::object settings;
    for (const auto& [name, value] : values) {
        const auto* const field = campaigns::find_campaign_field(name);
        settings[name] = field == nullptr ? json::value(value) : json_of_setting(*field, value);
    }
    return settings;
}

std::string_view kind_text(FieldKind kind) {
    constexpr std::array<std::string_view, 10> kNames{"text",  "flag",  "integer", "real",
                                                      "word",  "texts", "number",  "jurisdiction",
                                                      "hours", "offer"};
    return kNames.at(static_cast<std::size_t>(kind));
}

json::value json_of_field(const CampaignField& field) {
    json::object told{{"name", field.name},
                      {"kind", kind_text(field.kind)},
                      {"low", field.low},
                      {"high", field.high},
                      {"usual", json_of_setting(field, std::string{field.usual})},
                      {"help", field.help}};
    told["words"] = json_list(field.words, [](std::string_view word) { return json::value(word); });
    return told;
}

json::value json_of_field_change(const campaigns::FieldChange& change) {
    return json::object{{"field", change.field},
                        {"before", json_inside(change.before)},
                        {"after", json_inside(change.after)}};
}

json::value json_of_change(const SettingChange& change) {
    constexpr std::array<std::string_view, 3> kKinds{"made", "changed", "removed"};
    return json::object{{"id", change.id},
                        {"at", json_of_instant(change.at)},
                        {"by", change.by},
                        {"table", change.table},
                        {"key", change.key},
                        {"campaign", json_of_id(change.campaign)},
                        {"kind", kKinds.at(static_cast<std::size_t>(change.kind))},
                        {"fields", json_list(change.fields, json_of_field_change)},
                        {"reverts", json_of_id(change.reverts)},
                        {"reverted_by", json_of_id(change.reverted_by)}};
}

/// All fields of the body that are left, as settings; each is judged by itself.
SettingValues read_settings(Body& body) {
    SettingValues values;
    for (auto& [name, value] : body.rest(kSettingBytesMax)) {
        const auto* const field = campaigns::find_campaign_field(name);
        if (field == nullptr || field->name != name) {
            body.blame(name, "There is no setting of that name.");
        } else if (const auto fault = campaigns::fault_of(*field, value)) {
            body.blame(name, *fault);
        }
        values.emplace_back(std::move(name), std::move(value));
    }
    return values;
}

json::object json_of_campaign(Store& store, const std::string& name) {
    const auto campaign = campaign_named(store, name);
    return {{"id", json_of_id(campaign.id)},
            {"name", campaign.name},
            {"running", campaign.running},
            {"regulatory_campaign", campaign.regulatory_campaign},
            {"first_call_at", json_of_instant(campaign.first_call_at)},
            {"settings", json_of_settings(campaigns::campaign_settings(store, name))},
            {"change", campaigns::last_campaign_change(store, name)}};
}

campaigns::HistoryWanted read_history_query(Query& query) {
    campaigns::HistoryWanted wanted;
    wanted.table = query.optional_text("table", InputMax::name);
    wanted.key = query.optional_text("key", InputMax::name);
    const auto before =
        query.whole_number("before", 1, std::numeric_limits<std::int64_t>::max(), 0);
    if (before > 0) {
        wanted.before = before;
    }
    wanted.limit = static_cast<int>(query.whole_number("limit", 1, kHistoryMax, 100));
    return wanted;
}

Response history_page(Store& store, const campaigns::HistoryWanted& wanted) {
    const auto changes = campaigns::setting_history(store, wanted);
    const bool full = changes.size() == static_cast<std::size_t>(wanted.limit);
    return ok(json::object{{"changes", json_list(changes, json_of_change)},
                           {"next_before", full ? json::value(changes.back().id) : nullptr}});
}

void require_change(Store& store, std::int64_t id) {
    try {
        (void)campaigns::setting_change(store, id);
    } catch (const campaigns::StoreRefusal&) {
        throw NotThere{"There is no change of that id."};
    }
}

/// What a new campaign is made of.
struct NewCampaign {
    std::string name;
    std::string based_on; ///< template
    std::string from;     ///< campaign
    SettingValues values;
};

/// The template's values, and over them those given.
SettingValues with_template(const NewCampaign& wish, const World& world) {
    if (wish.based_on.empty()) {
        return wish.values;
    }
    for (const auto& known : world.templates) {
        if (known.name == wish.based_on) {
            SettingValues values = known.values;
            for (const auto& [name, value] : wish.values) {
                std::erase_if(values, [&name](const auto& pair) { return pair.first == name; });
                values.emplace_back(name, value);
            }
            return values;
        }
    }
    throw WrongInput{"template", "There is no template of that name."};
}

Response make_campaign(Store& store, const World& world, const NewCampaign& wish,
                       const campaigns::Actor& actor) {
    if (wish.from.empty()) {
        campaigns::create_campaign(store, wish.name, with_template(wish, world), actor);
    } else {
        (void)campaign_named(store, wish.from);
        campaigns::copy_campaign(store, wish.from, wish.name, wish.values, actor);
    }
    return created(json_of_campaign(store, wish.name));
}

} // namespace

void create_campaign(const Call& call, const Reply& reply) {
    Body body{call.body};
    NewCampaign wish;
    wish.name = body.text("name", InputMax::name);
    wish.based_on = body.optional_text("template", InputMax::name);
    wish.from = body.optional_text("from", InputMax::name);
    if (!wish.based_on.empty() && !wish.from.empty()) {
        body.blame("from", "Either a template or another campaign is copied.");
    }
    wish.values = read_settings(body);
    if (!is_refused(body, reply)) {
        ask_store(call, reply,
                  [wish, &control = call.control, actor = actor_of(call)](Store& store) {
                      return make_campaign(store, control.world(), wish, actor);
                  });
    }
}

void get_campaign(const Call& call, const Reply& reply) {
    ask_store(call, reply, [name = call.arguments.at(0)](Store& store) {
        return ok(json_of_campaign(store, name));
    });
}

void change_campaign_settings(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto if_change =
        body.maybe_whole_number("if_change", 1, std::numeric_limits<std::int64_t>::max());
    const auto values = read_settings(body);
    if (values.empty()) {
        body.blame({}, "Nothing is given to change.");
    }
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [=, name = call.arguments.at(0), actor = actor_of(call)](Store& store) {
        (void)campaign_named(store, name);
        const auto change = campaigns::change_campaign(store, name, values, actor, if_change);
        return ok(json::object{{"change", change}});
    });
}

void get_campaign_history(const Call& call, const Reply& reply) {
    Query query{call.query};
    auto wanted = read_history_query(query);
    wanted.campaign = call.arguments.at(0);
    if (!is_refused(query, reply)) {
        ask_store(call, reply, [wanted](Store& store) {
            (void)campaign_named(store, wanted.campaign);
            return history_page(store, wanted);
        });
    }
}

void get_setting_history(const Call& call, const Reply& reply) {
    Query query{call.query};
    const auto wanted = read_history_query(query);
    if (!is_refused(query, reply)) {
        ask_store(call, reply, [wanted](Store& store) { return history_page(store, wanted); });
    }
}

void revert_setting_change(const Call& call, const Reply& reply) {
    Body body{call.body};
    const bool force = body.optional_flag("force", false);
    const auto id = id_in_path(call, 0, reply);
    if (!id || is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [id = *id, force, actor = actor_of(call)](Store& store) {
        require_change(store, id);
        const auto when =
            force ? campaigns::RevertWhen::forced : campaigns::RevertWhen::untouched_since;
        const auto done = campaigns::revert_setting(store, id, actor, when);
        return ok(json::object{{"change", done.change},
                               {"table", done.table},
                               {"key", done.key},
                               {"fields", json_list(done.fields, json_of_field_change)}});
    });
}

void get_setting_fields(const Call& /*call*/, const Reply& reply) {
    reply(ok(json::object{{"fields", json_list(campaigns::campaign_fields(), json_of_field)}}));
}

void get_templates(const Call& call, const Reply& reply) {
    const auto form = [](const campaigns::CampaignTemplate& known) {
        return json::object{{"name", known.name},
                            {"title", known.title},
                            {"note", known.note},
                            {"settings", json_of_settings(known.values)}};
    };
    reply(ok(json::object{{"templates", json_list(call.control.world().templates, form)}}));
}

} // namespace dialer::http
