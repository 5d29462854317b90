#pragma once

// Values of a line of `dialer decide` with their place, and the first thing that is wrong with one.
//
// For the facts_*.cpp files of dnc only.

#include "dnc/facts_json.hpp"
#include "dnc/time.hpp"
#include "dnc/words.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dnc::facts_json {

/// Most elements of one list.
inline constexpr std::size_t kEntriesMax = 4096;
/// Longest text, in bytes.
inline constexpr std::size_t kTextMax = 500;

/// Where a value stands. Lives on the stack of its reader; becomes text only when something is
/// wrong.
struct Spot {
    const Spot* parent = nullptr;
    std::string_view name = {};
    std::optional<std::size_t> index = {};

    [[nodiscard]] std::string to_text() const;
};

/// What all values of a line share. The first fault is kept: what follows may come from it.
struct Reading {
    bool assume_clear = false;
    Instant at{}; ///< of the call; of use to members that are read after it
    std::optional<QuestionFault> fault = {};
};

/// One value. Its readers give a default after telling the fault, and the line is refused.
class Value {
public:
    Value(const boost::json::value& value, const Spot& spot, Reading& reading)
        : value_{value}, spot_{spot}, reading_{reading} {}

    void fail(std::string_view reason, std::string_view fix) const;

    [[nodiscard]] const boost::json::value& json() const { return value_; }
    [[nodiscard]] const Spot& spot() const { return spot_; }
    [[nodiscard]] Reading& reading() const { return reading_; }
    [[nodiscard]] bool is_null() const { return value_.is_null(); }
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool flag() const;
    [[nodiscard]] std::int64_t integer(std::int64_t min, std::int64_t max) const;
    [[nodiscard]] Instant instant() const;
    [[nodiscard]] bool is_plain_date() const;
    /// A date is the beginning of that day in UTC.
    [[nodiscard]] Instant instant_or_date() const;
    /// Of an instant, the date that is written.
    [[nodiscard]] std::chrono::year_month_day date() const;

    template <typename Choice, std::size_t kCount>
    [[nodiscard]] Choice word(const Words<Choice, kCount>& words) const {
        const boost::json::string* const string = value_.if_string();
        const std::optional<Choice> choice =
            string == nullptr ? std::nullopt
                              : from_word(words, std::string_view{string->data(), string->size()});
        if (!choice) {
            fail("is no value that is known here", "write one of: " + all_words(words));
        }
        return choice.value_or(words[0].value);
    }

private:
    const boost::json::value& value_;
    const Spot& spot_;
    Reading& reading_;
};

/// How a member is asked for.
enum class Need : std::uint8_t {
    optional, ///< null is the same as leaving it out
    nullable, ///< null says that there is none, and is read
    required,
};

/// A member of an object that fills `Out`.
template <typename Out> struct Member {
    std::string_view name;
    void (*read)(const Value& value, Out& out);
    Need need = Need::optional;
};

template <typename Out, std::size_t kCount> using Members = std::array<Member<Out>, kCount>;

/// Reads the members of an object; each that is not in the table is a fault.
template <typename Out, std::size_t kCount>
void read_object(const Value& value, const Members<Out, kCount>& members, Out& out) {
    const boost::json::object* const object = value.json().if_object();
    if (object == nullptr) {
        value.fail("must be an object", "write {...}");
        return;
    }
    std::bitset<kCount> given;
    for (const boost::json::key_value_pair& pair : *object) {
        const Spot spot{&value.spot(), {pair.key().data(), pair.key().size()}, {}};
        const Value member{pair.value(), spot, value.reading()};
        const auto found =
            std::find_if(members.begin(), members.end(), [&spot](const Member<Out>& candidate) {
                return candidate.name == spot.name;
            });
        if (found == members.end()) {
            member.fail("is not known here", "leave it out, or mend its name");
        } else if (!member.is_null() || found->need == Need::nullable) {
            given.set(static_cast<std::size_t>(found - members.begin()));
            found->read(member, out);
        }
    }
    for (std::size_t i = 0; i < kCount; ++i) {
        if (members[i].need == Need::required && !given[i]) {
            const Spot spot{&value.spot(), members[i].name, {}};
            Value{value.json(), spot, value.reading()}.fail("is missing", "add it");
        }
    }
}

/// Reads a list of objects; null is the empty list.
template <typename Out, std::size_t kCount>
[[nodiscard]] std::vector<Out> read_list(const Value& value, const Members<Out, kCount>& members,
                                         void (*check)(const Value& value, Out& out) = nullptr) {
    std::vector<Out> entries;
    const boost::json::array* const array = value.json().if_array();
    if (array == nullptr || array->size() > kEntriesMax) {
        if (!value.is_null()) {
            value.fail("must be a list of at most 4096 objects", "write [...]");
        }
        return entries;
    }
    entries.reserve(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
        const Spot spot{&value.spot(), {}, i};
        const Value element{(*array)[i], spot, value.reading()};
        read_object(element, members, entries.emplace_back());
        if (check != nullptr && !value.reading().fault) {
            check(element, entries.back());
        }
    }
    return entries;
}

/// The members `lists`, `consents` and so on; each in the file that knows its table.
void read_lists(const Value& value, ListFacts& lists);
[[nodiscard]] std::vector<Consent> read_consents(const Value& value);
[[nodiscard]] std::vector<Revocation> read_revocations(const Value& value);
[[nodiscard]] std::optional<Relationship> read_relationship(const Value& value);
[[nodiscard]] std::vector<PastAttempt> read_attempts(const Value& value);
[[nodiscard]] std::vector<Emergency> read_emergencies(const Value& value);
[[nodiscard]] std::vector<ProclaimedHoliday> read_proclaimed_holidays(const Value& value);
/// As a caller writes it: E.164, national NANP, or a short number.
[[nodiscard]] Number read_number_member(const Value& value);

} // namespace dnc::facts_json
