#include "campaigns/import/duplicate.hpp"

#include <fmt/format.h>

namespace campaigns {

Duplicate duplicate_in_file(std::int64_t earlier, dnc::Number number, std::int64_t line,
                            const DedupePolicy& policy) {
    return {.finding = {.line = line,
                        .reason = "duplicate_in_file",
                        .field = "phone",
                        .value = dnc::to_e164(number),
                        .advice = fmt::format(
                            "line {} has the same number; nothing to do{}", earlier,
                            policy.file ? "" : "; a campaign never has one number twice")},
            .refuses = policy.file};
}

Duplicate duplicate_of(const NumberTaken& by, dnc::Number number, std::int64_t line,
                       const DedupePolicy& policy) {
    const bool list = policy.list && by.in_list;
    Duplicate duplicate{.finding = {.line = line,
                                    .reason = list             ? "duplicate_in_list"
                                              : by.in_campaign ? "duplicate_in_campaign"
                                                               : "duplicate_in_company",
                                    .field = "phone",
                                    .value = dnc::to_e164(number),
                                    .advice = {}},
                        .refuses = list || !by.in_campaign || policy.campaign};
    std::string& advice = duplicate.finding.advice;
    advice = fmt::format("lead {} of list {} ({}{}{}) has the number already; nothing to do",
                         by.lead, by.list, by.file, by.in_campaign ? "" : ", campaign ",
                         by.in_campaign ? "" : by.campaign);
    if (by.in_campaign && !policy.campaign) {
        advice += "; a campaign never has one number twice, whatever --dedupe says";
    }
    return duplicate;
}

} // namespace campaigns
