#pragma once

// From the target of a request line to a path, and from a path to the arguments of a template.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialer::http {

/// The path of an origin-form ("/live?x=1") or absolute-form target ("http://host/live"), still
/// percent-encoded and without the query. Nothing for other forms (RFC 9112 3.2).
[[nodiscard]] std::optional<std::string_view> path_of(std::string_view target);

/// What stands behind the question mark, still encoded; empty when there is none.
[[nodiscard]] std::string_view query_of(std::string_view target);

/// Percent-decoded segment. Nothing when an escape is broken or the text is not UTF-8 or holds a
/// control character: such a text can name nothing in the store.
[[nodiscard]] std::optional<std::string> decode_segment(std::string_view segment);

/// The still encoded segments that stand where `path_template` has "{...}"; nothing when the path
/// is another one. "/api/agents/{id}/pause" on "/api/agents/7/pause" gives {"7"}.
[[nodiscard]] std::optional<std::vector<std::string_view>>
match_path(std::string_view path_template, std::string_view path);

/// Well-formed UTF-8 without overlong forms and surrogates (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view text);

} // namespace dialer::http
