// What agents say, read out and fill in: dispositions, scripts and forms of campaigns.

#include "campaigns/records/dispositions.hpp"
#include "campaigns/records/scripts_store.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::DispositionCode;
using campaigns::ScriptVersion;
using campaigns::Store;

constexpr std::size_t kCodeBytesMax = 40;
constexpr std::int64_t kPositionMax = 100'000;

json::value json_of_code(const DispositionCode& code) {
    return json::object{{"code", code.code},
                        {"campaign", json_of_text(code.campaign)},
                        {"label", code.label},
                        {"category", campaigns::to_text(code.category)},
                        {"lead_action", campaigns::to_text(code.lead_action)},
                        {"position", code.position},
                        {"active", code.active}};
}

Response codes_answer(Store& store, const std::string& campaign) {
    return ok(json::object{
        {"dispositions",
         json_list(campaigns::disposition_codes_of(store, campaign, true), json_of_code)}});
}

/// A new word, or a change of one that is there.
struct CodeWish {
    std::string code;
    bool shared = false; ///< of every campaign
    campaigns::DispositionChange change;
};

CodeWish read_code(Body& body) {
    CodeWish wish;
    wish.code = body.text("code", kCodeBytesMax);
    wish.shared = body.optional_flag("shared", false);
    wish.change.label = body.maybe_text("label", InputMax::name);
    if (const auto text = body.maybe_text("category", InputMax::name)) {
        wish.change.category = campaigns::disposition_category_from_text(*text);
        if (!wish.change.category) {
            body.blame("category", "There is no such category of dispositions.");
        }
    }
    if (const auto text = body.maybe_text("lead_action", InputMax::name)) {
        wish.change.lead_action = campaigns::lead_action_from_text(*text);
        if (!wish.change.lead_action) {
            body.blame("lead_action",
                       "One of finish, retry, callback, block_number, opt_out is needed.");
        }
    }
    if (const auto position = body.maybe_whole_number("position", 0, kPositionMax)) {
        wish.change.position = static_cast<int>(*position);
    }
    wish.change.active = body.maybe_flag("active");
    return wish;
}

bool is_there(Store& store, const CodeWish& wish, const std::optional<std::string>& campaign) {
    for (const auto& known : campaigns::disposition_codes_of(store, std::nullopt, true)) {
        if (known.code == wish.code && known.campaign == campaign) {
            return true;
        }
    }
    return false;
}

void put_code(Store& store, const CodeWish& wish, const std::string& name,
              const campaigns::Actor& actor) {
    const auto campaign = wish.shared ? std::nullopt : std::optional{name};
    if (is_there(store, wish, campaign)) {
        campaigns::change_disposition_code(store, wish.code, campaign, wish.change, actor);
        return;
    }
    DispositionCode made;
    made.code = wish.code;
    made.campaign = campaign;
    made.label = wish.change.label.value_or("");
    made.category = wish.change.category.value_or(campaigns::DispositionCategory::other);
    made.lead_action = wish.change.lead_action.value_or(campaigns::LeadAction::finish);
    made.position = wish.change.position.value_or(0);
    made.active = wish.change.active.value_or(true);
    campaigns::add_disposition_code(store, made, actor);
}

json::value json_of_script(const ScriptVersion& script) {
    return json::object{
        {"id", script.id},     {"version", script.version},
        {"text", script.text}, {"form", json_inside(campaigns::form_json(script.form))},
        {"by", script.by},     {"at", json_of_instant(script.at)}};
}

json::array texts_json(const std::vector<std::string>& texts) {
    return json_list(texts, [](const std::string& text) { return json::value(text); });
}

} // namespace

void get_dispositions(const Call& call, const Reply& reply) {
    ask_store(call, reply, [name = call.arguments.at(0)](Store& store) {
        (void)campaign_named(store, name);
        return codes_answer(store, name);
    });
}

void put_disposition(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto wish = read_code(body);
    if (!is_refused(body, reply)) {
        ask_store(call, reply,
                  [=, name = call.arguments.at(0), actor = actor_of(call)](Store& store) {
                      (void)campaign_named(store, name);
                      put_code(store, wish, name, actor);
                      return codes_answer(store, name);
                  });
    }
}

void get_scripts(const Call& call, const Reply& reply) {
    ask_store(call, reply, [name = call.arguments.at(0)](Store& store) {
        (void)campaign_named(store, name);
        return ok(json::object{
            {"scripts", json_list(campaigns::scripts_of(store, name), json_of_script)}});
    });
}

void add_script(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto text = body.maybe_text("text", campaigns::kScriptBytesMax);
    if (!text || text->empty()) {
        body.blame("text", "The field is missing.");
    }
    auto form = body.optional_json("form");
    form = form.empty() ? "[]" : form;
    const auto read = campaigns::read_form(form);
    if (const auto* const fault = std::get_if<campaigns::FormFault>(&read)) {
        body.blame("form", fault->text);
    }
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(
        call, reply,
        [text = *text, form, name = call.arguments.at(0), actor = actor_of(call)](Store& store) {
            (void)campaign_named(store, name);
            const auto added = campaigns::add_script(store, name, text, form, actor);
            return created(json::object{{"id", added.id},
                                        {"version", added.version},
                                        {"unchanged", added.unchanged},
                                        {"warnings", texts_json(added.warnings)}});
        });
}

void preview_script(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto text = body.maybe_text("text", campaigns::kScriptBytesMax);
    if (!text) {
        body.blame("text", "The field is missing.");
    }
    const auto lead = body.maybe_whole_number("lead", 1, std::numeric_limits<std::int64_t>::max());
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [text = *text, lead](Store& store) {
        const auto fields = lead ? campaigns::lead_fields(store, campaigns::LeadId{*lead})
                                 : campaigns::LeadFields{};
        const auto shown = campaigns::render_script(text, fields);
        return ok(json::object{{"text", shown.text},
                               {"unknown", texts_json(shown.unknown)},
                               {"warnings", texts_json(campaigns::script_warnings(text))}});
    });
}

} // namespace dialer::http
