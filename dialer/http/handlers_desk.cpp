// What an agent sees of the person on the desk, and writes down about the call.

#include "campaigns/attempt_story.hpp"
#include "campaigns/records/lead_sheet.hpp"
#include "campaigns/records/scripts_store.hpp"
#include "campaigns/settings/hours.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_callbacks.hpp"
#include "dialer/http/handlers_office.hpp"

#include <algorithm>
#include <charconv>

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::AgentId;
using campaigns::AttemptId;
using campaigns::LeadId;
using campaigns::Store;

constexpr std::int64_t kHoursDaysMax = 62;

json::value json_of_span(const campaigns::OpenSpan& span) {
    return json::object{{"from", json_of_instant(span.from)},
                        {"until", json_of_instant(span.until)}};
}

json::value json_of_lead_phone(const campaigns::LeadPhone& phone) {
    return json::object{{"number", json_of_number(phone.number)}, {"invalid", phone.invalid}};
}

json::value json_of_past_call(const campaigns::PastCall& past) {
    return json::object{
        {"attempt", json_of_attempt(past.attempt)},
        {"at", json_of_instant(past.at)},
        {"number", json_of_number(past.number)},
        {"agent_name", past.agent},
        {"campaign", past.campaign},
        {"same_lead", past.same_lead},
        {"outcome", past.outcome},
        {"treatment", past.treatment},
        {"talk_s", past.talk ? json::value(past.talk->count()) : json::value(nullptr)},
        {"disposition", past.disposition},
        {"note", past.note}};
}

json::object json_of_fields(const campaigns::LeadFields& fields) {
    json::object object;
    for (const auto& [name, value] : fields) {
        object[name] = value;
    }
    return object;
}

dnc::Address address_of(const campaigns::Lead& lead) {
    return {lead.address_country, lead.address_region, lead.county, lead.postal_code};
}

/// Where the person may be, by the number that is dialed first and by the address.
dnc::Place place_of(const World& world, const campaigns::LeadSheet& sheet) {
    const auto field = [&](const char* name) { return sheet.fields.at(name); };
    const auto usable = std::ranges::find(sheet.phones, false, &campaigns::LeadPhone::invalid);
    return world.places.find(
        usable == sheet.phones.end() ? dnc::Number{} : usable->number,
        {field("country"), field("region"), field("county"), field("postal_code")});
}

json::array zones_json(const World& world, const dnc::Place& place) {
    return json_list(place.zones, [&](dnc::ZoneId zone) {
        return json::value(json::string{world.zones.name(zone)});
    });
}

/// What an agent asks or wants to write down about.
struct OwnCall {
    AgentId agent{};
    std::optional<AttemptId> attempt; ///< named by him
    std::optional<AttemptId> at_desk; ///< what he talks on or wraps up
    std::optional<LeadId> shown;      ///< the lead that he may dial
};

/// The attempt that is meant, when it is his. Throws WrongInput or NotThere.
campaigns::AttemptKey attempt_of(Store& store, const OwnCall& own) {
    const auto id = own.attempt ? own.attempt : own.at_desk;
    if (!id) {
        throw campaigns::StoreRefusal{"You have no call on your desk; say which attempt is meant."};
    }
    const auto key = campaigns::find_attempt_key(store, *id);
    if (!key) {
        throw NotThere{"There is no attempt of that id."};
    }
    if (id != own.at_desk && key->agent != own.agent) {
        throw campaigns::StoreRefusal{"That call was not yours."};
    }
    return *key;
}

/// Whom the desk is about: the person of the call, else the lead that is shown.
LeadId lead_of(Store& store, const OwnCall& own) {
    return own.at_desk || !own.shown ? attempt_of(store, own).lead : *own.shown;
}

/// The desk's call and the lead that it shows.
void read_desk(const std::string& text, OwnCall& own) {
    const auto desk = json_inside(text);
    const auto* const object = desk.if_object();
    const auto member = [&](const char* part, const char* name) -> const json::value* {
        const auto* const inner = object == nullptr ? nullptr : object->if_contains(part);
        return inner == nullptr || !inner->is_object() ? nullptr
                                                       : inner->as_object().if_contains(name);
    };
    if (const auto* const attempt = member("call", "attempt"); attempt && attempt->is_string()) {
        const auto& digits = attempt->as_string();
        std::int64_t id = 0;
        if (std::from_chars(digits.data(), digits.data() + digits.size(), id).ec == std::errc{}) {
            own.at_desk = AttemptId{id};
        }
    }
    if (const auto* const lead = member("preview", "lead"); lead && lead->is_int64()) {
        own.shown = LeadId{lead->as_int64()};
    }
}

using OwnWork = std::function<Response(Store&, const OwnCall&)>;

/// Looks at the agent's desk first: a call that still goes on has no agent in the store.
void ask_store_about_own_call(const Call& call, const Reply& reply,
                              std::optional<AttemptId> attempt, OwnWork work) {
    if (!call.user.agent) {
        reply(error_response(403, "This user is not tied to an agent, so there is no desk."));
        return;
    }
    const OwnCall own{*call.user.agent, attempt, {}, {}};
    call.control.desk(own.agent, [own, work = std::move(work), reply,
                                  &control = call.control](const std::string& desk) {
        auto at_desk = own;
        read_desk(desk, at_desk);
        ask_store(control, reply, [at_desk, work](Store& store) { return work(store, at_desk); });
    });
}

} // namespace

void add_own_callback(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto at = read_instant(body, "at");
    if (!at) {
        body.blame("at", "The field is missing.");
    }
    const auto attempt = read_attempt(body, "attempt");
    const bool own = body.optional_flag("own", true);
    const auto note = body.optional_text("note", kCallbackNoteMax);
    if (is_refused(body, reply)) {
        return;
    }
    ask_store_about_own_call(
        call, reply, attempt,
        [=, &control = call.control, actor = actor_of(call)](Store& store, const OwnCall& mine) {
            const auto key = attempt_of(store, mine);
            campaigns::CallbackWish wish{key.lead, *at, {}, note, key.attempt};
            if (own) {
                wish.agent = mine.agent;
            }
            return agree_callback(store, control.world(), wish, actor);
        });
}

void save_form(const Call& call, const Reply& reply) {
    Body body{call.body};
    campaigns::FormAnswers answers;
    answers.script = body.whole_number("script", 1, kIdMax);
    answers.answers = body.optional_json("answers");
    if (!answers.answers.starts_with('{')) {
        body.blame("answers", "The answers are an object with the form's fields.");
    }
    const auto attempt = read_attempt(body, "attempt");
    answers.at = call.control.now();
    if (is_refused(body, reply)) {
        return;
    }
    ask_store_about_own_call(call, reply, attempt,
                             [answers](Store& store, const OwnCall& mine) mutable {
                                 answers.attempt = attempt_of(store, mine).attempt;
                                 answers.agent = mine.agent;
                                 campaigns::save_form_answers(store, answers);
                                 return no_content();
                             });
}

void get_own_script(const Call& call, const Reply& reply) {
    ask_store_about_own_call(call, reply, std::nullopt, [](Store& store, const OwnCall& mine) {
        const auto sheet = campaigns::lead_sheet(store, lead_of(store, mine));
        const auto script = campaigns::script_in_force(store, sheet.campaign);
        if (!script) {
            throw NotThere{"The campaign has no script."};
        }
        const auto shown = campaigns::render_script(script->text, sheet.fields);
        return ok(json::object{{"script", script->id},
                               {"version", script->version},
                               {"text", shown.text},
                               {"form", json_inside(campaigns::form_json(script->form))}});
    });
}

void get_own_person(const Call& call, const Reply& reply) {
    ask_store_about_own_call(
        call, reply, std::nullopt, [&control = call.control](Store& store, const OwnCall& mine) {
            const auto sheet = campaigns::lead_sheet(store, lead_of(store, mine));
            campaigns::CallbacksWanted wanted;
            wanted.lead = sheet.lead;
            wanted.open_only = false;
            wanted.now = control.now();
            return ok(json::object{
                {"lead", json_of_id(sheet.lead)},
                {"fields", json_of_fields(sheet.fields)},
                {"phones", json_list(sheet.phones, json_of_lead_phone)},
                {"zones", zones_json(control.world(), place_of(control.world(), sheet))},
                {"attempts", json_list(sheet.calls, json_of_past_call)},
                {"callbacks", json_list(campaigns::callbacks(store, wanted), json_of_callback)}});
        });
}

void get_callback_hours(const Call& call, const Reply& reply) {
    Query query{call.query};
    const auto from =
        std::max(read_instant(query, "from").value_or(call.control.now()), call.control.now());
    const auto until = from + std::chrono::days{query.whole_number("days", 1, kHoursDaysMax, 14)};
    if (is_refused(query, reply)) {
        return;
    }
    ask_store_about_own_call(
        call, reply, std::nullopt,
        [from, until, &control = call.control](Store& store, const OwnCall& mine) {
            const auto asked = campaigns::callback_lead(store, lead_of(store, mine));
            const auto& world = control.world();
            const auto place = world.places.find(asked.lead.phones.at(0), address_of(asked.lead));
            const auto hours = campaign_named(store, asked.campaign.name).hours;
            const auto legal = campaigns::legal_by_gate(world.gate, store.declarations());
            const auto open = [&](campaigns::Instant at) {
                return legal(asked.lead, asked.campaign, at).verdict == dnc::Verdict::allow &&
                       campaigns::campaign_open(hours, place.zones, world.zones, at).open;
            };
            return ok(json::object{
                {"zones", zones_json(world, place)},
                {"from", json_of_instant(from)},
                {"until", json_of_instant(until)},
                {"open", json_list(campaigns::open_spans(open, from, until), json_of_span)}});
        });
}

} // namespace dialer::http
