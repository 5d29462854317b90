#include "tests/dnc/support.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace dnc_tests {

namespace {

std::int64_t digits(std::string_view text, std::size_t at, std::size_t count) {
    std::int64_t value = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') {
            throw std::invalid_argument{"bad instant in a test: " + std::string{text}};
        }
        value = value * 10 + (c - '0');
    }
    return value;
}

} // namespace

dnc::Instant utc(std::string_view text) {
    using namespace std::chrono;
    const year_month_day date{year{static_cast<int>(digits(text, 0, 4))},
                              month{static_cast<unsigned>(digits(text, 5, 2))},
                              day{static_cast<unsigned>(digits(text, 8, 2))}};
    const microseconds fraction{text.size() > 19 ? digits(text, 20, 6) : 0};
    return sys_days{date} + hours{digits(text, 11, 2)} + minutes{digits(text, 14, 2)} +
           seconds{digits(text, 17, 2)} + fraction;
}

dnc::Number us(std::int64_t national) {
    return {10'000'000'000 + national};
}

const dnc::ZoneDatabase& system_zones() {
    static const std::unique_ptr<dnc::ZoneDatabase> zones = dnc::load_zones("");
    return *zones;
}

const dnc::Geography& shipped_geography() {
    static const dnc::Geography tables = dnc::load_geography(DNC_FOLDER "/geo");
    return tables;
}

const dnc::AreaCodes& shipped_area_codes() {
    return shipped_geography().area_codes;
}

const dnc::Places& shipped_places() {
    static const dnc::Places places{shipped_geography(), system_zones()};
    return places;
}

const dnc::PackSet& shipped_packs() {
    static const dnc::PackSet packs = [] {
        dnc::PackSet loaded = dnc::load_packs(DNC_FOLDER "/packs");
        for (dnc::Pack& pack : loaded.packs) {
            pack.min_tzdb.clear();
        }
        return loaded;
    }();
    return packs;
}

const dnc::Gate& shipped_gate() {
    static const dnc::Gate gate{shipped_packs(), shipped_places(), system_zones()};
    return gate;
}

std::optional<dnc::ZoneId> FixedZones::find(std::string_view name) const {
    for (std::size_t i = 0; i < zones_.size(); ++i) {
        if (zones_[i].first == name) {
            return static_cast<dnc::ZoneId>(i);
        }
    }
    return std::nullopt;
}

std::string_view FixedZones::name(dnc::ZoneId zone) const {
    return zones_.at(static_cast<std::size_t>(zone)).first;
}

dnc::LocalTime FixedZones::local(dnc::ZoneId zone, dnc::Instant at) const {
    using namespace std::chrono;
    const hours offset = zones_.at(static_cast<std::size_t>(zone)).second;
    const auto shifted = floor<seconds>(at + offset);
    const auto midnight = floor<days>(shifted);
    return {.date = year_month_day{midnight}, .of_day = shifted - midnight, .offset = offset};
}

dnc::Instant FixedZones::next_time_of_day(dnc::ZoneId zone, dnc::Instant from,
                                          std::chrono::seconds of_day) const {
    using namespace std::chrono;
    const hours offset = zones_.at(static_cast<std::size_t>(zone)).second;
    dnc::Instant candidate = floor<days>(from + offset) - offset + of_day - days{1};
    while (candidate < from) {
        candidate += days{1};
    }
    return candidate;
}

dnc::Instant FixedZones::first_at(dnc::ZoneId zone, std::chrono::sys_days date,
                                  std::chrono::seconds of_day) const {
    return dnc::Instant{date} + of_day - zones_.at(static_cast<std::size_t>(zone)).second;
}

dnc::SuppressionList make_list(std::string name, dnc::ListKind kind, std::int64_t version_id,
                               std::chrono::year_month_day as_of,
                               const std::vector<dnc::Number>& numbers) {
    dnc::SuppressionList list;
    list.name = std::move(name);
    list.kind = kind;
    list.version_id = version_id;
    list.as_of = as_of;
    for (const dnc::Number number : numbers) {
        list.numbers.insert(number);
    }
    return list;
}

dnc::SuppressionSnapshot fresh_lists(dnc::Instant at) {
    const std::chrono::year_month_day yesterday{std::chrono::floor<std::chrono::days>(at) -
                                                std::chrono::days{1}};
    dnc::SuppressionSnapshot lists;
    lists.feed_alive_at = at;
    lists.lists.push_back(make_list("national", dnc::ListKind::national, 7, yesterday, {}));
    lists.lists.push_back(make_list("company", dnc::ListKind::company, 1, yesterday, {}));
    return lists;
}

std::vector<dnc::ReasonCode> codes(const dnc::Decision& decision) {
    std::vector<dnc::ReasonCode> found;
    for (const dnc::Reason& reason : decision.reasons) {
        found.push_back(reason.code);
    }
    return found;
}

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "dnc-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error{"cannot make a temporary folder"};
    }
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(std::string_view name, std::string_view content) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << content;
    return file.string();
}

} // namespace dnc_tests
