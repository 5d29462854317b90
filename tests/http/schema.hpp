#pragma once

// web/public/openapi.json for tests: read, and answers held against its schemas by a small reader
// of them.

#include "tests/http/client.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace http_test {

[[nodiscard]] boost::json::value read_document();

/// What of the value is not as the schema says; "$ref" and "nullable" are understood, a schema
/// without a type takes any value.
void find_faults(const boost::json::value& document, const boost::json::value& given,
                 const boost::json::value& value, const std::string& at,
                 std::vector<std::string>& faults);

/// The faults of a body against the schema of one operation's response.
[[nodiscard]] std::vector<std::string> faults_of(const boost::json::value& document,
                                                 const std::string& path, const std::string& method,
                                                 const Received& answer);

} // namespace http_test
