#include "dialer/http/handlers_office.hpp"

#include "dialer/http/control.hpp"
#include "dnc/number.hpp"
#include "dnc/time_text.hpp"

#include <algorithm>
#include <charconv>

namespace dialer::http {

namespace json = boost::json;

namespace {

std::optional<std::int64_t> whole_number_of(std::string_view text) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end || number <= 0) {
        return std::nullopt;
    }
    return number;
}

/// Work on the store, with what it throws for the asker turned into an answer.
Response carried_out(const StoreWork& work, campaigns::Store& store) {
    try {
        return work(store);
    } catch (const NotThere& missing) {
        return error_response(404, missing.what());
    } catch (const WrongInput& wrong) {
        return error_response(400, wrong.what(), wrong.field);
    }
}

} // namespace

void ask_store(const Call& call, const Reply& reply, StoreWork work) {
    ask_store(call.control, reply, std::move(work));
}

void ask_store(Control& control, const Reply& reply, StoreWork work) {
    control.office(
        [work = std::move(work)](campaigns::Store& store) { return carried_out(work, store); },
        [reply](Response response) { reply(std::move(response)); });
}

campaigns::Actor actor_of(const Call& call) {
    return {call.user.name, call.control.now()};
}

std::optional<std::int64_t> id_in_path(const Call& call, std::size_t index, const Reply& reply) {
    const auto id = whole_number_of(call.arguments.at(index));
    if (!id) {
        reply(error_response(404, "There is nothing of that id: an id is a whole number."));
    }
    return id;
}

std::optional<dnc::Number> number_in_path(const Call& call, std::size_t index, const Reply& reply) {
    const auto read = dnc::read_number(call.arguments.at(index));
    if (const auto* const fault = std::get_if<dnc::NumberFault>(&read)) {
        reply(error_response(400, dnc::explain(*fault), "number"));
        return std::nullopt;
    }
    return std::get<dnc::Number>(read);
}

template <typename Input>
std::optional<campaigns::Instant> read_instant(Input& input, std::string_view name) {
    const auto text = input.optional_text(name, InputMax::instant);
    if (text.empty()) {
        return std::nullopt;
    }
    const auto at = dnc::read_instant(text);
    if (!at) {
        input.blame(name, "An instant with its zone is needed, such as "
                          "2026-11-23T15:00:00-05:00 or 2026-11-23T20:00:00Z.");
    }
    return at;
}
template std::optional<campaigns::Instant> read_instant(Body&, std::string_view);
template std::optional<campaigns::Instant> read_instant(Query&, std::string_view);

template <typename Input>
std::optional<dnc::Number> read_phone(Input& input, std::string_view name) {
    const auto text = input.optional_text(name, InputMax::number);
    if (text.empty()) {
        return std::nullopt;
    }
    const auto read = dnc::read_number(text);
    if (const auto* const fault = std::get_if<dnc::NumberFault>(&read)) {
        input.blame(name, std::string{dnc::explain(*fault)});
        return std::nullopt;
    }
    return std::get<dnc::Number>(read);
}
template std::optional<dnc::Number> read_phone(Body&, std::string_view);
template std::optional<dnc::Number> read_phone(Query&, std::string_view);

template <typename Input>
std::optional<campaigns::AttemptId> read_attempt(Input& input, std::string_view name) {
    const auto text = input.optional_text(name, InputMax::number);
    if (text.empty()) {
        return std::nullopt;
    }
    const auto id = whole_number_of(text);
    if (!id) {
        input.blame(name, "The id of an attempt is a whole number, as text.");
        return std::nullopt;
    }
    return campaigns::AttemptId{*id};
}
template std::optional<campaigns::AttemptId> read_attempt(Body&, std::string_view);
template std::optional<campaigns::AttemptId> read_attempt(Query&, std::string_view);

campaigns::Campaign campaign_named(campaigns::Store& store, const std::string& name) {
    const auto all = store.campaigns();
    const auto found = std::ranges::find(all, name, &campaigns::Campaign::name);
    if (found == all.end()) {
        throw NotThere{"There is no campaign of that name."};
    }
    return *found;
}

Response ok(const json::value& value) {
    return json_response(json::serialize(value));
}

Response created(const json::value& value) {
    auto response = ok(value);
    response.status = 201;
    return response;
}

json::value json_of_instant(campaigns::Instant at) {
    return json::string{dnc::instant_text(at)};
}

json::value json_of_instant(const std::optional<campaigns::Instant>& at) {
    return at ? json_of_instant(*at) : json::value(nullptr);
}

json::value json_of_number(dnc::Number number) {
    return json::string{dnc::to_e164(number)};
}

json::value json_of_attempt(campaigns::AttemptId id) {
    return json::string{std::to_string(static_cast<std::int64_t>(id))};
}

json::value json_of_text(const std::optional<std::string>& text) {
    return text ? json::value(*text) : json::value(nullptr);
}

json::value json_inside(std::string_view text) {
    json::error_code error;
    json::value value = json::parse(text, error);
    return error ? json::value(nullptr) : value;
}

} // namespace dialer::http
