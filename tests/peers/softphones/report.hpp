#pragma once

// The softphones' report: what every phone heard and every person did.

#include "tests/peers/softphones/person.hpp"
#include "tests/peers/softphones/phone.hpp"

#include <memory>
#include <string>
#include <vector>

namespace peers {

/// Writes JSON: {"phones":[{user, registered, legs:[...], person:{...}}], "totals":{...}}.
/// `persons` is empty or has one for each phone. Throws std::runtime_error when the file cannot be
/// written.
void write_phones_report(const std::string& path, const std::vector<std::unique_ptr<Phone>>& phones,
                         const std::vector<std::unique_ptr<Person>>& persons);

} // namespace peers
