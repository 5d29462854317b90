#pragma once

// Everything that is known about one number as one JSON object: for whoever asks why it was called.

#include "campaigns/types.hpp"

#include <string>

namespace campaigns {

class Store;

/// `number`, `made_at`, `lists` (what each list has said of it up to `now`), and what the store has
/// (Store::dossier).
[[nodiscard]] std::string number_dossier(Store& store, dnc::Number number, Instant now);

} // namespace campaigns
