#pragma once

// What the gate says of new leads at the instant of their import, in counts.

#include "campaigns/import/rules.hpp"
#include "campaigns/ledger/ledger.hpp"
#include "campaigns/types.hpp"
#include "dnc/suppression.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace campaigns {

/// When a lead may be dialed, as things stand. A lead with several phones counts by the best.
enum class Callable : std::uint8_t {
    now,
    today, ///< within 24 hours, by itself
    later, ///< after that, by itself
    never, ///< unless a list, a consent or the rules change
};
inline constexpr std::array<std::string_view, 4> kCallableWords{"now", "today", "later", "never"};

/// Leads by Callable.
using CallableCounts = std::array<std::int64_t, 4>;

struct ScrubReport {
    bool made = false; ///< false: no rules were given
    Instant at{};
    CallableCounts leads{};
    std::map<std::string, CallableCounts> reasons; ///< by code; a lead counts for each of its own
    std::map<std::int32_t, CallableCounts> places; ///< by id in the table `places`
    std::map<std::int32_t, std::string> place_keys;
    std::string packs; ///< ids and versions
    std::string tzdb;
    std::vector<std::string> lists; ///< "national 17 (2026-11-20)"
};

/// The report as a JSON object, and back.
[[nodiscard]] std::string to_json(const ScrubReport& report);
[[nodiscard]] ScrubReport scrub_from_json(const std::string& text);

/// What the ledger and the log know about one number.
struct NumberFacts {
    PhoneFacts ledger;
    std::vector<dnc::PastAttempt> past;
};

inline constexpr std::size_t kListBits = 64;

/// Which lists hold a number, a bit each for the first 64 of them.
class ListBits {
public:
    /// `lists` outlives it. Other sellers' company lists, and those that tell kinds of lines, are
    /// no lists of people not to call.
    ListBits(const dnc::SuppressionSnapshot& lists, const std::string& seller);

    [[nodiscard]] std::uint64_t of(dnc::Number number) const;
    [[nodiscard]] bool do_not_call(std::uint64_t bits) const { return (bits & do_not_call_) != 0; }

private:
    const dnc::SuppressionSnapshot& lists_;
    std::uint64_t do_not_call_ = 0;
};

/// Asks the gate about each lead. Leads that no fact tells apart (place, answers of lists, kind of
/// line) share one answer, so that a million of them need a few thousand decisions. One thread.
class Scrub {
public:
    /// All of it outlives the scrub.
    Scrub(const ImportRules& rules, const Campaign& campaign,
          const std::optional<Declarations>& declared, const dnc::SuppressionSnapshot& lists,
          Instant at);
    ~Scrub();
    Scrub(const Scrub&) = delete;
    Scrub& operator=(const Scrub&) = delete;

    struct Phone {
        dnc::Number number;
        std::uint32_t whereabouts = 0;      ///< PlaceIds::find(number, address)
        std::uint64_t lists = 0;            ///< ListBits::of(number)
        const NumberFacts* facts = nullptr; ///< nullptr: nothing is known about it
    };
    /// One accepted lead. `place` is the id of the place of its first phone.
    void add(const std::vector<Phone>& phones, const dnc::Address& address, const std::string& debt,
             std::int32_t place);
    [[nodiscard]] const ScrubReport& report() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace campaigns
