#pragma once

// Sentences as JSON, for the API and from the database.

#include "campaigns/sentence.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

/// {"key": "...", "values": {...}}; null for an empty one. Texts and numbers are themselves,
/// instants {"at": "..."}, rows {"said": [...], "by": KEY}, reasons of the gate {"code", "detail",
/// "said": [...]}.
[[nodiscard]] boost::json::value said_json(const Sentence& sentence);
/// An array of them, in order.
[[nodiscard]] boost::json::array said_json(const std::vector<Sentence>& sentences);

/// What the database says in the same form, with texts, whole numbers and instants; nullopt when
/// it is not of that form, or when a key or a name is unknown.
[[nodiscard]] std::optional<Sentence> sentence_from_json(std::string_view text);
/// The same of several; one that cannot be read is said as it stands, so that none is lost.
[[nodiscard]] std::vector<Sentence> sentences_from_json(const std::vector<std::string>& texts);

} // namespace campaigns
