#include "dnc/gate.hpp"
#include "dnc/zone_release.hpp"

#include <boost/json.hpp>
#include <openssl/evp.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

namespace dnc {

namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr std::size_t kFileBytesMax = 1024 * 1024;
constexpr std::int64_t kSchema = 1;
constexpr seconds kDay{86400};
constexpr std::int64_t kRingGuardMax = 600;
constexpr std::int64_t kListDaysMax = 3660;
constexpr std::int64_t kFeedSecondsMax = 3600;

/// A place in the file, for messages: "dnc/packs/us-federal.json: rules[2].open".
class Field {
public:
    Field(std::string path, std::string name) : path_{std::move(path)}, name_{std::move(name)} {}

    [[nodiscard]] Field member(std::string_view key) const {
        return {path_, name_.empty() ? std::string{key} : name_ + "." + std::string{key}};
    }
    [[nodiscard]] Field element(std::size_t index) const {
        return {path_, name_ + "[" + std::to_string(index) + "]"};
    }
    [[noreturn]] void refuse(std::string_view why) const {
        const std::string place = name_.empty() ? path_ : path_ + ": " + name_;
        throw std::runtime_error{place + ": " + std::string{why}};
    }

private:
    std::string path_;
    std::string name_;
};

/// A value of the pack with its place.
struct Node {
    const json::value& value;
    Field field;

    [[nodiscard]] Node member(std::string_view key) const {
        const json::object* const object = value.if_object();
        if (object == nullptr) {
            field.refuse("must be an object");
        }
        const json::value* const found = object->if_contains(key);
        if (found == nullptr) {
            field.member(key).refuse("is missing");
        }
        return {*found, field.member(key)};
    }

    [[nodiscard]] std::string text() const {
        const json::string* const string = value.if_string();
        if (string == nullptr || string->empty()) {
            field.refuse("must be a text that is not empty");
        }
        return std::string{string->data(), string->size()};
    }

    [[nodiscard]] std::int64_t integer(std::int64_t min, std::int64_t max) const {
        const std::int64_t* const number = value.if_int64();
        if (number == nullptr || *number < min || *number > max) {
            field.refuse("must be a whole number from " + std::to_string(min) + " to " +
                         std::to_string(max));
        }
        return *number;
    }

    /// The elements of a list that has at least one.
    [[nodiscard]] std::vector<Node> elements() const {
        const json::array* const array = value.if_array();
        if (array == nullptr || array->empty()) {
            field.refuse("must be a list that is not empty");
        }
        std::vector<Node> nodes;
        for (std::size_t i = 0; i < array->size(); ++i) {
            nodes.push_back({(*array)[i], field.element(i)});
        }
        return nodes;
    }
};

int two_digits(std::string_view text) {
    int value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? value : -1;
}

/// "08:00" .. "24:00".
seconds read_time_of_day(const Node& node) {
    const std::string text = node.text();
    const bool shaped = text.size() == 5 && text[2] == ':' && text[0] != '-' && text[3] != '-';
    const int hours = shaped ? two_digits(std::string_view{text}.substr(0, 2)) : -1;
    const int minutes = shaped ? two_digits(std::string_view{text}.substr(3, 2)) : -1;
    const seconds of_day = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    if (hours < 0 || minutes < 0 || minutes > 59 || of_day > kDay) {
        node.field.refuse("must be a time of day like \"08:00\"");
    }
    return of_day;
}

/// "2026-11-22".
std::chrono::sys_days read_date(const Node& node) {
    const std::string text = node.text();
    int year = 0;
    const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-';
    const bool number =
        shaped && std::from_chars(text.data(), text.data() + 4, year).ptr == text.data() + 4;
    const int month = number ? two_digits(std::string_view{text}.substr(5, 2)) : -1;
    const int day = number ? two_digits(std::string_view{text}.substr(8, 2)) : -1;
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!number || month < 0 || day < 0 || !date.ok()) {
        node.field.refuse("must be a date like \"2026-11-22\"");
    }
    return date;
}

/// ["2005-01-01", null]: from the first date on and before the second.
void check_effective(const Node& rule) {
    const Node range = rule.member("effective");
    const std::vector<Node> ends = range.elements();
    if (ends.size() != 2) {
        range.field.refuse("must be [from, to], with null for no end");
    }
    const std::chrono::sys_days from = read_date(ends[0]);
    if (!ends[1].value.is_null()) {
        if (read_date(ends[1]) <= from) {
            range.field.refuse("ends before it begins");
        }
        // These rules are applied on every date; one that has ended needs a new pack, in which a
        // person has decided what comes in its place.
        range.field.refuse("an end date is not supported; replace the pack instead");
    }
}

void check_one_of(const Node& node, std::initializer_list<std::string_view> allowed) {
    const std::string text = node.text();
    std::string choices;
    for (const std::string_view choice : allowed) {
        if (text == choice) {
            return;
        }
        choices += (choices.empty() ? "" : ", ") + std::string{choice};
    }
    node.field.refuse("must be one of: " + choices);
}

void read_window(const Node& rule, Rules& rules) {
    rules.window_open = read_time_of_day(rule.member("open"));
    rules.window_close = read_time_of_day(rule.member("close"));
    rules.ring_guard = seconds{rule.member("ring_guard_s").integer(0, kRingGuardMax)};
    if (rules.window_open + rules.ring_guard >= rules.window_close) {
        rule.member("close").field.refuse("must lie after 'open' by more than 'ring_guard_s'");
    }
}

void read_list_age(const Node& rule, Rules& rules) {
    rules.national_age_max =
        std::chrono::days{rule.member("max_age_days").integer(1, kListDaysMax)};
}

void read_feed_age(const Node& rule, Rules& rules) {
    rules.feed_age_max = seconds{rule.member("max_age_s").integer(1, kFeedSecondsMax)};
}

void read_nothing(const Node&, Rules&) {}

struct RuleKind {
    std::string_view name;
    void (*read)(const Node& rule, Rules& rules);
};

// A pack has exactly one rule of each kind.
constexpr std::array<RuleKind, 10> kKinds = {{
    {"window", read_window},
    {"company_list", read_nothing},
    {"national_list", read_nothing},
    {"other_list", read_nothing},
    {"list_age", read_list_age},
    {"feed_age", read_feed_age},
    {"line", read_nothing},
    {"zone_known", read_nothing},
    {"zone_data", read_nothing},
    {"country", read_nothing},
}};

std::size_t kind_index(const Node& node) {
    const std::string name = node.text();
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds[i].name == name) {
            return i;
        }
    }
    node.field.refuse("is no kind of rule that is known here");
}

void read_denies(const Node& rule, const RuleSource& source, Rules& rules) {
    for (const Node& deny : rule.member("denies").elements()) {
        const std::optional<ReasonCode> code = reason_from_text(deny.text());
        if (!code) {
            deny.field.refuse("is no reason code");
        }
        RuleSource& slot = rules.sources[static_cast<std::size_t>(*code)];
        if (!slot.id.empty()) {
            deny.field.refuse("is already the reason of rule " + slot.id);
        }
        slot = source;
    }
}

void read_rules(const Node& list, Rules& rules) {
    std::array<bool, kKinds.size()> seen{};
    for (const Node& rule : list.elements()) {
        const RuleSource source{rule.member("id").text(), rule.member("cite").text()};
        check_effective(rule);
        check_one_of(rule.member("status"), {"in_force", "proposed_repeal"});
        check_one_of(rule.member("confidence"), {"V", "S", "K", "P"});
        const std::size_t kind = kind_index(rule.member("kind"));
        if (std::exchange(seen[kind], true)) {
            rule.member("kind").field.refuse("comes twice");
        }
        kKinds[kind].read(rule, rules);
        read_denies(rule, source, rules);
    }
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (!seen[i]) {
            list.field.refuse("a rule of kind '" + std::string{kKinds[i].name} + "' is missing");
        }
    }
    for (std::size_t i = 0; i < kReasonCodes; ++i) {
        if (rules.sources[i].id.empty()) {
            list.field.refuse("no rule denies with " +
                              std::string{to_text(static_cast<ReasonCode>(i))});
        }
    }
}

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
        1) {
        throw std::runtime_error{"SHA-256 is not available"};
    }
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < length; ++i) {
        text += kHex[digest[i] >> 4U];
        text += kHex[digest[i] & 15U];
    }
    return text;
}

std::string read_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        throw std::runtime_error{path + ": cannot be read"};
    }
    std::string bytes(kFileBytesMax + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad() || bytes.size() > kFileBytesMax) {
        throw std::runtime_error{path + ": cannot be read, or is larger than 1 MiB"};
    }
    return bytes;
}

} // namespace

Rules load_rules(const std::string& path) {
    const std::string bytes = read_file(path);
    boost::system::error_code error;
    const json::value document = json::parse(bytes, error);
    if (error) {
        throw std::runtime_error{path + ": is no valid JSON: " + error.message()};
    }
    const Node pack{document, Field{path, ""}};
    Rules rules;
    if (pack.member("schema").integer(1, kSchema) != kSchema) {
        pack.member("schema").field.refuse("is not supported");
    }
    rules.version = pack.member("pack").text() + " " + pack.member("version").text() +
                    " sha256:" + sha256_hex(bytes);
    if (pack.member("jurisdiction").member("country").text() != "US") {
        pack.member("jurisdiction").member("country").field.refuse("must be US");
    }
    const Node min_tzdb = pack.member("min_tzdb").member("version");
    rules.min_tzdb = min_tzdb.text();
    if (!read_zone_release(rules.min_tzdb)) {
        min_tzdb.field.refuse("must be a release of the tz database like \"2026b\"");
    }
    read_rules(pack.member("rules"), rules);
    return rules;
}

} // namespace dnc
