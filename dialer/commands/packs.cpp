#include "dialer/commands/commands.hpp"
#include "dialer/commands/gate_files.hpp"
#include "dnc/pack.hpp"
#include "dnc/words.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace dialer::commands {

namespace {

namespace json = boost::json;

/// "US-FL", "US", "everywhere".
std::string jurisdiction_text(const dnc::Pack& pack) {
    if (!pack.jurisdiction) {
        return "everywhere";
    }
    const auto& country = pack.jurisdiction->country;
    std::string text{country.data(), country.size()};
    for (const char c : pack.jurisdiction->region) {
        if (c != '\0') {
            text += (text.size() == country.size() ? "-" : "") + std::string{c};
        }
    }
    return text;
}

constexpr std::array<std::string_view, 4> kConfidences{"V", "S", "K", "P"};

long count_of(const dnc::Pack& pack, std::string_view confidence) {
    return std::count_if(pack.rules.begin(), pack.rules.end(),
                         [confidence](const auto& rule) { return rule.confidence == confidence; });
}

json::object pack_object(const dnc::Pack& pack) {
    json::object confidence;
    for (const std::string_view grade : kConfidences) {
        confidence[json::string_view{grade.data(), grade.size()}] = count_of(pack, grade);
    }
    return {{"id", pack.id},
            {"version", pack.version},
            {"jurisdiction", jurisdiction_text(pack)},
            {"level", std::string{dnc::to_word(dnc::kPackLevels, pack.level)}},
            {"rules", pack.rules.size()},
            {"cases", pack.cases.size()},
            {"confidence", confidence},
            {"reviewed", pack.reviewed},
            {"min_tzdb", pack.min_tzdb.empty() ? json::value{} : json::value{pack.min_tzdb}},
            {"file", pack.file},
            {"sha256", pack.sha256}};
}

void print_table(const dnc::PackSet& set) {
    constexpr auto kRow = "{:<16} {:<12} {:<10} {:<9} {:>5} {:>4} {:>3} {:>3} {:>3}  {:<10}  "
                          "{:<8}  {}\n";
    fmt::print(kRow, "pack", "version", "where", "level", "rules", "V", "S", "K", "P", "reviewed",
               "min_tzdb", "sha256");
    for (const dnc::Pack& pack : set.packs) {
        fmt::print(kRow, pack.id, pack.version, jurisdiction_text(pack),
                   dnc::to_word(dnc::kPackLevels, pack.level), pack.rules.size(),
                   count_of(pack, "V"), count_of(pack, "S"), count_of(pack, "K"),
                   count_of(pack, "P"), pack.reviewed, pack.min_tzdb.empty() ? "-" : pack.min_tzdb,
                   pack.sha256);
    }
}

} // namespace

Exit packs_list(const PacksListOptions& options) {
    const dnc::PackSet set =
        dnc::load_packs(options.packs.empty() ? default_packs_folder() : options.packs);
    if (!options.json) {
        print_table(set);
        return Exit::done;
    }
    for (const dnc::Pack& pack : set.packs) {
        fmt::print("{}\n", json::serialize(pack_object(pack)));
    }
    return Exit::done;
}

} // namespace dialer::commands
