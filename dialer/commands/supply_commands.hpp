#pragma once

// The commands of the supply of leads: lists, filters, retry rules, callbacks, single leads.

#include "dialer/commands/command.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dialer::commands {

struct ListShowOptions {
    StoreOptions store;
    std::string campaign; ///< empty: all
    bool json = false;
};
Exit list_show(const ListShowOptions& options);

struct ListSetOptions {
    StoreOptions store;
    std::int64_t list = 0;
    std::optional<int> weight;
    std::optional<int> priority;
    std::string by;
};
Exit list_set(const ListSetOptions& options);

struct FilterOptions {
    StoreOptions store;
    std::string campaign;
    std::string expression;
    bool exact = false;
    bool json = false;
    std::string by;
};
/// Reads the expression only; needs no store.
Exit filter_check(const FilterOptions& options);
Exit filter_show(const FilterOptions& options);
Exit filter_count(const FilterOptions& options);
Exit filter_set(const FilterOptions& options);

struct RetryOptions {
    StoreOptions store;
    std::string campaign; ///< empty: rules of every campaign
    std::string outcome;
    std::string delay;  ///< "90s", "15m", "4h", "2d", "campaign"; empty: as it is
    std::string tries;  ///< a number or "any"; empty: as it is
    std::string phone;  ///< "other" or "same"; empty: as it is
    std::string spread; ///< "yes" or "no"; empty: as it is
    std::optional<int> per_day;
    std::optional<int> per_week;
    bool drop = false;
    bool json = false;
    std::string by;
};
Exit retry_show(const RetryOptions& options);
Exit retry_set(const RetryOptions& options);

struct CallbackOptions {
    StoreOptions store;
    std::int64_t lead = 0;
    std::int64_t id = 0;
    std::string at;
    std::string agent; ///< SIP user; empty: whoever is free
    std::string note;
    std::string packs;
    std::string campaign;
    bool missed = false;
    bool all = false;
    bool json = false;
    std::string by;
};
Exit callback_add(const CallbackOptions& options);
Exit callback_list(const CallbackOptions& options);
Exit callback_cancel(const CallbackOptions& options);

struct LeadAddOptions {
    StoreOptions store;
    std::string campaign;
    std::vector<std::string> phones;
    std::string name;
    std::string external_id;
    std::string email;
    std::string region;
    std::string postal_code;
    std::vector<std::string> custom; ///< KEY=VALUE
    int priority = 9;
    std::string packs;
    bool json = false;
    std::string by;
};
Exit lead_add(const LeadAddOptions& options);

struct LeadSetOptions {
    StoreOptions store;
    std::int64_t lead = 0;
    std::optional<int> priority;
    std::string due;
    bool again = false;
    std::string by;
};
Exit lead_set(const LeadSetOptions& options);

struct LeadRecycleOptions {
    StoreOptions store;
    std::string campaign;
    std::optional<std::int64_t> list;
    std::vector<std::string> outcomes;
    bool finished = false;
    std::optional<int> attempts_max;
    bool dry_run = false;
    bool json = false;
    std::string by;
};
Exit lead_recycle(const LeadRecycleOptions& options);

} // namespace dialer::commands
