// Any text as a filter: understood or refused with a place inside it; what was understood reads the
// same again, answers, and compiles to SQL whose quotes are closed.

#include "campaigns/supply/filter.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// Outside of literals nothing stands that could end the statement or begin another.
void require_closed(const std::string& sql) {
    bool inside = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        inside = sql[i] == '\'' ? !inside : inside;
        require(inside ||
                (sql[i] != ';' && sql.compare(i, 2, "--") != 0 && sql.compare(i, 2, "/*") != 0));
    }
    require(!inside);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};
    const auto read = campaigns::read_filter(text);
    if (const auto* fault = std::get_if<campaigns::FilterFault>(&read)) {
        require(fault->column >= 1 && fault->column <= size + 1 && !fault->text.empty());
        return 0;
    }
    const auto& filter = std::get<campaigns::Filter>(read);
    const std::string canonical = filter.text();
    const auto again = campaigns::read_filter(canonical);
    // Quotes and blanks may make it longer than a filter may be.
    if (canonical.size() <= campaigns::Filter::kBytesMax) {
        const auto* same = std::get_if<campaigns::Filter>(&again);
        require(same != nullptr && same->text() == canonical);
    }
    campaigns::FilterLead lead;
    lead.texts = {{"state", "FL"}, {"name", text.substr(0, 20)}};
    lead.numbers = {{"attempts", 2'000'000}};
    lead.custom = {{"x", "12.5"}, {"y", text.substr(0, 9)}};
    const bool passes = campaigns::lets_through(filter, lead);
    if (const auto* same = std::get_if<campaigns::Filter>(&again)) {
        require(campaigns::lets_through(*same, lead) == passes);
    }
    require_closed(campaigns::sql_of(filter, "'2026-11-23 17:00Z'"));
    return 0;
}
