#pragma once

// Scripted numbers: what the callee at a given number does, told by a file instead of the seed.
//
// JSON object, number -> behaviour, or number -> array of behaviours, one an attempt (the last one
// stays). A behaviour may have: answer_ms, machine, code (a final status) with after_ms, busy
// (true), ring_only (true), ring_ms, early_media, talk_ms (from the first sound heard),
// patience_ms, hangup_ms (from the answer), keys [{"at_ms", "key"}]. Times are taken as they are.

#include "tests/peers/carrier/outcome.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace peers {

class Script {
public:
    /// Reads a file. Throws std::runtime_error naming the file and what is wrong in it.
    [[nodiscard]] static Script load(const std::string& path);
    /// Reads the text itself; `from` names it in errors.
    [[nodiscard]] static Script parse(std::string_view json, const std::string& from);

    /// The plan for an attempt (from 1) to a normal number; nothing when it is not scripted.
    [[nodiscard]] std::optional<Plan> find(const std::string& number, int attempt) const;

private:
    std::map<std::string, std::vector<Plan>, std::less<>> numbers_;
};

} // namespace peers
