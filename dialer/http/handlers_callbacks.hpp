#pragma once

// What handlers about callbacks have in common.

#include "campaigns/supply/callbacks.hpp"
#include "dialer/http/control.hpp"

#include <boost/json.hpp>

#include <cstddef>

namespace dialer::http {

inline constexpr std::size_t kCallbackNoteMax = 2000;

[[nodiscard]] boost::json::value json_of_callback(const campaigns::Callback& callback);

/// Makes the callback, or answers 422 with the instants that are legal.
[[nodiscard]] Response agree_callback(campaigns::Store& store, const World& world,
                                      const campaigns::CallbackWish& wish,
                                      const campaigns::Actor& actor);

} // namespace dialer::http
