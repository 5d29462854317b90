#pragma once

// What the handlers that work on the store have in common: reading their input, running on a
// session, and the forms in which values travel.

#include "campaigns/store.hpp"
#include "dialer/http/body.hpp"
#include "dialer/http/query.hpp"
#include "dialer/http/routes.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dialer::http {

/// Ids are whole numbers from 1 to this.
inline constexpr std::int64_t kIdMax = std::numeric_limits<std::int64_t>::max();

/// Thrown by work on the store: answered with 404 and its text.
struct NotThere : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Thrown by work on the store for input that only the store could judge: answered with 400.
struct WrongInput : std::runtime_error {
    WrongInput(std::string name, const std::string& text)
        : std::runtime_error{text}, field{std::move(name)} {}
    std::string field;
};

/// Bounds of what people type, in bytes.
struct InputMax {
    static constexpr std::size_t name = 200;
    static constexpr std::size_t text = 4000;
    static constexpr std::size_t number = 64;
    static constexpr std::size_t instant = 64;
};

using StoreWork = std::function<Response(campaigns::Store&)>;

/// Runs the work on a session for people and answers with what it returns or throws.
void ask_store(const Call& call, const Reply& reply, StoreWork work);
void ask_store(Control& control, const Reply& reply, StoreWork work);

/// Who asks, and when.
[[nodiscard]] campaigns::Actor actor_of(const Call& call);

/// True, and 400 was replied, when the input has a fault.
template <typename Input> bool is_refused(const Input& input, const Reply& reply) {
    const auto fault = input.fault();
    if (fault) {
        reply(error_response(400, fault->message, fault->field));
    }
    return fault.has_value();
}

/// The path's argument at `index` as a whole number from 1 up; nothing, and 404 was replied, when
/// it is none.
[[nodiscard]] std::optional<std::int64_t> id_in_path(const Call& call, std::size_t index,
                                                     const Reply& reply);
/// Likewise a number; nothing, and 400 was replied.
[[nodiscard]] std::optional<dnc::Number> number_in_path(const Call& call, std::size_t index,
                                                        const Reply& reply);

/// An instant with its zone; nothing when the text is empty, a fault when it is no instant.
template <typename Input>
std::optional<campaigns::Instant> read_instant(Input& input, std::string_view name);
/// A number as people type it; nothing when the text is empty, a fault when it is no number.
template <typename Input>
std::optional<dnc::Number> read_phone(Input& input, std::string_view name);
/// An id of an attempt: a whole number in a text, since it exceeds what JSON readers keep exact.
template <typename Input>
std::optional<campaigns::AttemptId> read_attempt(Input& input, std::string_view name);

/// Throws NotThere when there is no campaign of that name.
[[nodiscard]] campaigns::Campaign campaign_named(campaigns::Store& store, const std::string& name);

// -- forms of values

[[nodiscard]] Response ok(const boost::json::value& value);
[[nodiscard]] Response created(const boost::json::value& value);

[[nodiscard]] boost::json::value json_of_instant(campaigns::Instant at);
[[nodiscard]] boost::json::value json_of_instant(const std::optional<campaigns::Instant>& at);
[[nodiscard]] boost::json::value json_of_number(dnc::Number number);
[[nodiscard]] boost::json::value json_of_attempt(campaigns::AttemptId id);
[[nodiscard]] boost::json::value json_of_text(const std::optional<std::string>& text);
/// Of a JSON text of the store; null when it is none.
[[nodiscard]] boost::json::value json_inside(std::string_view text);

template <typename Id> [[nodiscard]] boost::json::value json_of_id(Id id) {
    return static_cast<std::int64_t>(id);
}
template <typename Id> [[nodiscard]] boost::json::value json_of_id(const std::optional<Id>& id) {
    return id ? boost::json::value(static_cast<std::int64_t>(*id)) : boost::json::value(nullptr);
}

/// An array of what `form` makes of each.
template <typename List, typename Form>
[[nodiscard]] boost::json::array json_list(const List& list, Form&& form) {
    boost::json::array array;
    for (const auto& item : list) {
        array.push_back(form(item));
    }
    return array;
}

} // namespace dialer::http
