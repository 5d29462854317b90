#include "campaigns/import/duplicate.hpp"

namespace campaigns {

namespace {

Sentence already_taken(const NumberTaken& by) {
    Sentence taken{by.in_campaign ? "row.taken" : "row.taken_elsewhere",
                   {{"lead", by.lead}, {"list", by.list}, {"file", by.file}}};
    if (!by.in_campaign) {
        taken.values.emplace_back("campaign", by.campaign);
    }
    return taken;
}

} // namespace

Duplicate duplicate_in_file(std::int64_t earlier, dnc::Number number, std::int64_t line,
                            const DedupePolicy& policy) {
    return {.finding = {.line = line,
                        .reason = "duplicate_in_file",
                        .field = "phone",
                        .value = dnc::to_e164(number),
                        .advice = together({{"row.same_line", {{"line", earlier}}},
                                            {"row.nothing"},
                                            policy.file ? Sentence{} : Sentence{"row.never_twice"}},
                                           "join.then")},
            .refuses = policy.file};
}

Duplicate duplicate_of(const NumberTaken& by, dnc::Number number, std::int64_t line,
                       const DedupePolicy& policy) {
    const bool list = policy.list && by.in_list;
    const bool insisted = by.in_campaign && !policy.campaign;
    return {.finding = {.line = line,
                        .reason = list             ? "duplicate_in_list"
                                  : by.in_campaign ? "duplicate_in_campaign"
                                                   : "duplicate_in_company",
                        .field = "phone",
                        .value = dnc::to_e164(number),
                        .advice =
                            together({already_taken(by),
                                      {"row.nothing"},
                                      insisted ? Sentence{"row.never_twice_whatever"} : Sentence{}},
                                     "join.then")},
            .refuses = list || !by.in_campaign || policy.campaign};
}

} // namespace campaigns
