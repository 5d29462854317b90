#include "pacing/event.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <type_traits>

namespace pacing {

namespace {

using std::int32_t;
using std::int64_t;

// Which of the fields below a kind uses, as bits.
enum Uses : unsigned {
    kNone = 0,
    kCampaign = 1U << 0U,
    kCall = 1U << 1U,
    kAgent = 1U << 2U,
    kGroup = 1U << 3U,
    kUntil = 1U << 4U,
    kDay = 1U << 5U,
};

struct Kind {
    std::string_view name;
    unsigned uses;
};

// Indexed by the enumerator's value.
constexpr std::array<Kind, event_kinds> kKinds{{
    {"agent_signed_in", kAgent},
    {"agent_signed_out", kAgent},
    {"agent_ready", kAgent},
    {"agent_talking", kAgent | kCall},
    {"agent_wrap_up", kAgent},
    {"agent_wrap_ending", kAgent | kUntil},
    {"agent_paused", kAgent},
    {"dial_started", kCampaign | kCall | kGroup},
    {"ringing", kCall},
    {"answered", kCall},
    {"machine", kCall},
    {"ended", kCall},
    {"abandoned", kCall},
    {"cancelled", kCall},
    {"supply_changed", kCampaign},
    {"day_started", kCampaign | kDay | kUntil},
}};

// A numeric field of a line: who uses it, what it may hold, and where it lies in an Event.
struct Field {
    std::string_view name;
    unsigned use;   // kNone: every kind
    bool omit_zero; // 0 means "not known" and is left out
    int64_t min;
    int64_t max;
    int64_t (*get)(const Event&);
    void (*set)(Event&, int64_t);
};

constexpr int64_t kMin64 = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax64 = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin32 = std::numeric_limits<int32_t>::min();
constexpr int64_t kMax32 = std::numeric_limits<int32_t>::max();

template <auto member> int64_t get_id(const Event& event) {
    return static_cast<int64_t>(event.*member);
}
template <auto member> void set_id(Event& event, int64_t value) {
    event.*member = static_cast<std::remove_reference_t<decltype(event.*member)>>(value);
}
template <auto member> int64_t get_instant(const Event& event) {
    return (event.*member).time_since_epoch().count();
}
template <auto member> void set_instant(Event& event, int64_t value) {
    event.*member = Instant{Duration{value}};
}
template <auto member> int64_t get_group(const Event& event) {
    return event.group.*member;
}
template <auto member> void set_group(Event& event, int64_t value) {
    event.group.*member =
        static_cast<std::remove_reference_t<decltype(event.group.*member)>>(value);
}

// In the order of a line; "at" is written before the kind, the others after it.
constexpr std::array<Field, 10> kFields{{
    {"at", kNone, false, kMin64, kMax64, get_instant<&Event::at>, set_instant<&Event::at>},
    {"campaign", kCampaign, false, kMin64, kMax64, get_id<&Event::campaign>,
     set_id<&Event::campaign>},
    {"call", kCall, false, kMin64, kMax64, get_id<&Event::call>, set_id<&Event::call>},
    {"agent", kAgent, false, kMin64, kMax64, get_id<&Event::agent>, set_id<&Event::agent>},
    {"list", kGroup, true, kMin64, kMax64, get_group<&Group::list>, set_group<&Group::list>},
    {"caller_id", kGroup, true, kMin64, kMax64, get_group<&Group::caller_id>,
     set_group<&Group::caller_id>},
    {"attempt", kGroup, true, kMin32, kMax32, get_group<&Group::attempt>,
     set_group<&Group::attempt>},
    {"hour", kGroup, true, kMin32, kMax32, get_group<&Group::hour>, set_group<&Group::hour>},
    {"until", kUntil, false, kMin64, kMax64, get_instant<&Event::until>,
     set_instant<&Event::until>},
    {"day", kDay, false, kMin32, kMax32, get_id<&Event::day>, set_id<&Event::day>},
}};
constexpr std::string_view kKindField = "kind";

bool uses(const Kind& kind, const Field& field) {
    return field.use == kNone || (kind.uses & field.use) != 0;
}

void append_number(std::string& line, std::string_view name, int64_t value) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    line.append(1, '"').append(name).append("\":").append(digits.data(), end);
}

// Names from a line go into messages for people: no control characters, no endless text.
std::string shown(std::string_view name) {
    constexpr std::size_t shown_max = 32;
    std::string out;
    for (const char c : name.substr(0, shown_max)) {
        out.push_back(c >= ' ' && c <= '~' ? c : '?');
    }
    return name.size() > shown_max ? out + "..." : out;
}

// Reads one flat JSON object of integers and one string. It stops at the first fault, of which it
// keeps the words. Strings have no escapes: no name or kind of an event needs any.
class Reader {
public:
    explicit Reader(std::string_view text) : left_{text} {}

    [[nodiscard]] bool read() {
        if (!take('{', "line: does not begin with {")) {
            return false;
        }
        skip_space();
        if (!left_.empty() && left_.front() == '}') {
            left_.remove_prefix(1);
        } else if (!read_members()) {
            return false;
        }
        skip_space();
        return left_.empty() ? check_kind() : fail("line: something follows the object");
    }

    [[nodiscard]] const Event& event() const { return event_; }
    [[nodiscard]] const std::string& fault() const { return fault_; }

private:
    bool fail(std::string text) {
        fault_ = std::move(text);
        return false;
    }

    void skip_space() {
        const auto word = left_.find_first_not_of(" \t\r\n");
        left_.remove_prefix(word == std::string_view::npos ? left_.size() : word);
    }

    bool take(char wanted, std::string_view otherwise) {
        skip_space();
        if (left_.empty()) {
            return fail("line: ends before the object does");
        }
        if (left_.front() != wanted) {
            return fail(std::string{otherwise});
        }
        left_.remove_prefix(1);
        return true;
    }

    bool read_members() {
        while (true) {
            if (!read_member()) {
                return false;
            }
            skip_space();
            if (!left_.empty() && left_.front() == ',') {
                left_.remove_prefix(1);
                continue;
            }
            return take('}', "line: no , or } after a field");
        }
    }

    bool read_member() {
        std::string_view name;
        if (!take('"', "line: a field has no name in quotes") || !read_string("line", name) ||
            !take(':', shown(name) + ": no : after the name")) {
            return false;
        }
        if (name == kKindField) {
            return read_kind();
        }
        for (std::size_t i = 0; i < kFields.size(); ++i) {
            if (kFields[i].name == name) {
                return read_number(i);
            }
        }
        return fail(shown(name) + ": not a field of an event");
    }

    // What stands before the closing quote; the opening one is taken.
    bool read_string(std::string_view field, std::string_view& text) {
        const auto end = left_.find('"');
        if (end == std::string_view::npos) {
            return fail(std::string{field} + ": no closing quote");
        }
        text = left_.substr(0, end);
        if (text.find('\\') != std::string_view::npos) {
            return fail(std::string{field} + ": escapes are not allowed");
        }
        left_.remove_prefix(end + 1);
        return true;
    }

    bool read_kind() {
        std::string_view text;
        if (!take('"', "kind: not a text") || !read_string(kKindField, text)) {
            return false;
        }
        if (has_kind_) {
            return fail("kind: given twice");
        }
        const auto kind = event_kind_from_text(text);
        if (!kind) {
            return fail("kind: there is none named " + shown(text));
        }
        event_.kind = *kind;
        has_kind_ = true;
        return true;
    }

    bool read_number(std::size_t index) {
        const Field& field = kFields[index];
        const auto because = [&](const char* text) { return fail(std::string{field.name} + text); };
        skip_space();
        int64_t value = 0;
        const char* const end = left_.data() + left_.size();
        const auto [stop, error] = std::from_chars(left_.data(), end, value);
        if (error == std::errc::invalid_argument) {
            return because(": not a whole number");
        }
        // JSON has no leading zeros, and a fraction or an exponent is no whole number.
        const std::string_view digits{left_.data() + (left_.front() == '-' ? 1 : 0), stop};
        if ((digits.size() > 1 && digits.front() == '0') ||
            (stop != end && (*stop == '.' || *stop == 'e' || *stop == 'E'))) {
            return because(": not a whole number");
        }
        if (error == std::errc::result_out_of_range || value < field.min || value > field.max) {
            return because(": out of range");
        }
        if ((seen_ & (1U << index)) != 0) {
            return because(": given twice");
        }
        seen_ |= 1U << index;
        field.set(event_, value);
        left_.remove_prefix(static_cast<std::size_t>(stop - left_.data()));
        return true;
    }

    // Each field that the kind uses is there, and no other.
    bool check_kind() {
        if (!has_kind_) {
            return fail("kind: missing");
        }
        const Kind& kind = kKinds[static_cast<std::size_t>(event_.kind)];
        for (std::size_t i = 0; i < kFields.size(); ++i) {
            const bool seen = (seen_ & (1U << i)) != 0;
            const std::string name{kFields[i].name};
            if (seen && !uses(kind, kFields[i])) {
                return fail(name + ": not used by " + std::string{kind.name});
            }
            if (!seen && uses(kind, kFields[i]) && !kFields[i].omit_zero) {
                return fail(name + ": missing");
            }
        }
        return true;
    }

    std::string_view left_; // not yet read
    Event event_;
    unsigned seen_ = 0; // bits by index in kFields
    bool has_kind_ = false;
    std::string fault_;
};

} // namespace

std::string_view to_text(EventKind kind) {
    return kKinds.at(static_cast<std::size_t>(kind)).name;
}

std::optional<EventKind> event_kind_from_text(std::string_view text) {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds[i].name == text) {
            return static_cast<EventKind>(i);
        }
    }
    return std::nullopt;
}

std::string to_line(const Event& event) {
    const Kind& kind = kKinds.at(static_cast<std::size_t>(event.kind));
    std::string line{"{"};
    append_number(line, kFields[0].name, kFields[0].get(event));
    line.append(",\"").append(kKindField).append("\":\"").append(kind.name).append(1, '"');
    for (std::size_t i = 1; i < kFields.size(); ++i) {
        const int64_t value = kFields[i].get(event);
        if (uses(kind, kFields[i]) && (value != 0 || !kFields[i].omit_zero)) {
            append_number(line.append(1, ','), kFields[i].name, value);
        }
    }
    return line.append(1, '}');
}

std::optional<Event> event_from_line(std::string_view line, std::string& why) {
    Reader reader{line};
    if (!reader.read()) {
        why = reader.fault();
        return std::nullopt;
    }
    return reader.event();
}

} // namespace pacing
