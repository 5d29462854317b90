#pragma once

// What an import asks the store about the numbers of its file, many at a time.

#include "campaigns/import/import.hpp"
#include "campaigns/import/scrub.hpp"
#include "campaigns/store.hpp"
#include "dnc/number.hpp"
#include "dnc/number_set.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace campaigns {

/// A lead that has a number already.
struct NumberTaken {
    std::int64_t lead = 0;
    std::int64_t list = 0;
    std::string file;     ///< of that list
    std::string campaign; ///< its name
    bool in_campaign = false;
    bool in_list = false; ///< a list of the same source
    bool in_company = false;
};

/// Whose numbers are looked for.
struct NumberScope {
    CampaignId campaign{};
    std::string seller;
    std::string source;
    DedupePolicy dedupe;
    Instant now{};
    std::chrono::days memory{31}; ///< of past calls
};

/// One session, used from one thread. What is small is read once and held as bitmaps, so that a
/// file of new numbers asks nothing more; what is large is asked about by index, batch by batch.
class ImportLookups {
public:
    /// `store` outlives it and has no transaction open when a function is called.
    ImportLookups(Store& store, NumberScope scope);

    /// Those of the numbers that leads have, of what the policy looks at; by number.
    using Taken = std::unordered_map<std::int64_t, NumberTaken>;
    [[nodiscard]] Taken taken(const std::vector<dnc::Number>& numbers);

    /// What is known about those of the numbers of which anything is; by number.
    using Facts = std::unordered_map<std::int64_t, NumberFacts>;
    [[nodiscard]] Facts facts(const std::vector<dnc::Number>& numbers);

    /// `count` ids for leads, ascending.
    [[nodiscard]] std::vector<std::int64_t> lead_ids(std::size_t count);

private:
    void find_campaigns();
    void learn_taken();
    void learn_known();
    [[nodiscard]] std::vector<std::int64_t> asked(const std::vector<dnc::Number>& numbers, bool all,
                                                  const dnc::NumberSet& some) const;

    Store& store_;
    NumberScope scope_;
    std::vector<std::int64_t> campaigns_; // whose leads count
    bool any_taken_ = true;               // false: nothing can be taken
    bool taken_all_ = true;               // too many to know: ask about each number
    dnc::NumberSet taken_;                // else these
    bool any_known_ = true;
    bool known_all_ = true;
    dnc::NumberSet known_;
};

} // namespace campaigns
