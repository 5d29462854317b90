// The conditions on the way to a call that the store answers, one function each.

#include "campaigns/funnel/funnel.hpp"
#include "campaigns/funnel/why_state.hpp"
#include "dnc/time_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace campaigns {

namespace {

using namespace std::chrono_literals;

WhyCondition yes(std::string words) {
    return {.code = {}, .title = {}, .passes = Passes::yes, .words = std::move(words)};
}

WhyCondition never(std::string words, std::string unless) {
    return {.code = {},
            .title = {},
            .passes = Passes::no,
            .words = std::move(words),
            .until = {},
            .unless = std::move(unless)};
}

WhyCondition later(std::string words, Instant until) {
    return {
        .code = {}, .title = {}, .passes = Passes::no, .words = std::move(words), .until = until};
}

WhyCondition running(const WhyState& state, Instant /*at*/) {
    return state.campaign.running ? yes("It is running.")
                                  : never("It is stopped.", "the campaign is started");
}

/// In the modes manual and agentless leads go other ways.
WhyCondition mode(const WhyState& state, Instant /*at*/) {
    return state.campaign.mode == DialMode::manual
               ? never("Its mode is manual: agents dial numbers, and no list is dialed.",
                       "the campaign gets another mode")
               : yes(fmt::format("Its mode is {}.", to_text(state.campaign.mode)));
}

WhyCondition list_active(const WhyState& state, Instant /*at*/) {
    if (state.list_kind == "by_hand") {
        return never("It is a number that an agent dialed by hand, of no list.",
                     "an agent dials it, or a list with it is imported");
    }
    if (state.list_status == "active") {
        return yes(fmt::format("List {} is active.", state.list_name));
    }
    if (state.list_status == "loading") {
        return never(fmt::format("List {} is still loading.", state.list_name),
                     "the import of the list is accepted");
    }
    return never(fmt::format("The import of list {} was undone.", state.list_name),
                 "the list is imported again");
}

WhyCondition list_weight(const WhyState& state, Instant /*at*/) {
    return state.list_weight > 0 ? yes(fmt::format("It has weight {}.", state.list_weight))
                                 : never("It has weight 0: nothing of it is dialed.",
                                         "the list gets a weight above 0");
}

WhyCondition filter(const WhyState& state, Instant /*at*/) {
    if (state.filter.empty()) {
        return state.status == "filtered"
                   ? never("It was parked by a filter that is no longer there.",
                           "the leads of the campaign are looked through again, which happens by "
                           "itself soon")
                   : yes("The campaign has no filter.");
    }
    std::string failing;
    for (const WhyState::FilterPart& part : state.parts) {
        if (!part.passes) {
            failing += (failing.empty() ? "" : " and ") + part.text;
        }
    }
    if (!failing.empty()) {
        return never(
            fmt::format("The campaign's filter does not let it through: {} is not so.", failing),
            "the filter or the lead changes");
    }
    return state.status == "filtered"
               ? never("The filter lets it through now, and it is still parked from before.",
                       "the leads of the campaign are looked through again, which happens by "
                       "itself soon")
               : yes(fmt::format("The filter lets it through: {}.", state.filter));
}

std::string because(const WhyState& state) {
    return state.stop_reason.empty() ? std::string{} : ": " + words_of_reason(state.stop_reason);
}

WhyCondition exhausted(const WhyState& state) {
    return never(fmt::format("It is used up after {} of {} attempts{}.", state.lead.attempts,
                             state.campaign.attempts_max, because(state)),
                 "the lead is taken up again (recycled), or its attempts are raised and it is "
                 "made ready");
}

WhyCondition finished(const WhyState& state) {
    return never("It is finished" + because(state) + ".", "the lead is taken up again");
}

WhyCondition blocked(const WhyState& state) {
    return never("The gate refused it for good" + because(state) + ".",
                 "a new consent or relationship is recorded, or the list that has it changes and "
                 "the lead is asked about again");
}

WhyCondition parked(const WhyState& state) {
    return never("It is parked by the campaign's filter" + because(state) + ".",
                 "the filter lets it through");
}

WhyCondition held_back(const WhyState& state) {
    return never("It is held back" + because(state) + ".",
                 state.list_status == "loading" ? "the import of the list is accepted"
                                                : "the list is imported again");
}

WhyCondition only_by_hand(const WhyState& /*state*/) {
    return never("It is a number that an agent dialed by hand.", "an agent dials it again");
}

WhyCondition on_loan(const WhyState& state) {
    return yes(state.status == "dialing" ? "It is being called at this moment."
                                         : "An engine has it in hand: its turn is now.");
}

WhyCondition ready(const WhyState& state) {
    return yes("It is ready" + because(state) + ".");
}

WhyCondition status(const WhyState& state, Instant /*at*/) {
    struct Row {
        std::string_view status;
        WhyCondition (*say)(const WhyState&);
    };
    static constexpr std::array<Row, 9> kRows{{{"ready", &ready},
                                               {"leased", &on_loan},
                                               {"dialing", &on_loan},
                                               {"exhausted", &exhausted},
                                               {"finished", &finished},
                                               {"blocked", &blocked},
                                               {"filtered", &parked},
                                               {"held", &held_back},
                                               {"by_hand", &only_by_hand}}};
    const auto* const found = std::find_if(
        kRows.begin(), kRows.end(), [&](const Row& row) { return row.status == state.status; });
    return found == kRows.end() ? never("Its state is " + state.status + ".", "that changes")
                                : found->say(state);
}

WhyCondition attempts(const WhyState& state, Instant /*at*/) {
    const std::string words = fmt::format("{} of {} attempts were made.", state.lead.attempts,
                                          state.campaign.attempts_max);
    // A lead that was made ready again has its word: the rule acts after each attempt.
    return state.lead.attempts < state.campaign.attempts_max || state.promise ||
                   state.status == "ready"
               ? yes(words)
               : never(words, "more attempts are allowed and the lead is taken up again");
}

WhyCondition limits(const WhyState& state, Instant at) {
    if (state.per_day == 0 && state.per_week == 0) {
        return yes("The campaign has no limits of its own.");
    }
    const auto within = [&](std::chrono::hours span) {
        return std::count_if(state.recent.begin(), state.recent.end(),
                             [&](Instant made) { return made > at - span; });
    };
    const std::string words = fmt::format(
        "{} attempts in 24 hours (at most {}), {} in 7 days (at most {}).", within(24h),
        state.per_day == 0 ? std::string{"any"} : std::to_string(state.per_day), within(168h),
        state.per_week == 0 ? std::string{"any"} : std::to_string(state.per_week));
    if (state.promise) {
        return yes(words + " A callback is not held back by that.");
    }
    const auto until = limited_until(state, at);
    return until ? later(words, *until) : yes(words);
}

WhyCondition due(const WhyState& state, Instant at) {
    if (!state.due || *state.due <= at) {
        return yes(state.due ? "It has been due since " + moment_text(*state.due) + "."
                             : "It is due at any time.");
    }
    return later("It rests until " + moment_text(*state.due) + because(state) + ".", *state.due);
}

WhyCondition anybody(const WhyState& state, Instant /*at*/) {
    std::string words;
    if (state.promise) {
        words = "A callback was promised for " + moment_text(state.promise->due) +
                (state.promise->agent.empty() ? std::string{} : " by " + state.promise->agent) +
                ".";
    }
    if (state.for_agent.empty()) {
        return yes(words.empty() ? "Any agent may have it." : words);
    }
    return {.code = {},
            .title = {},
            .passes = Passes::unknown,
            .words = (words.empty() ? "" : words + " ") + "It is dialed when " + state.for_agent +
                     " is signed in and free."};
}

WhyCondition has_phone(const WhyState& state, Instant /*at*/) {
    return state.lead.phones.empty()
               ? never("None of its numbers exists, as calls have shown.",
                       "the lead gets another number")
               : yes(fmt::format("{} of its {} numbers may be dialed.", state.lead.phones.size(),
                                 state.phones.size()));
}

struct Asked {
    const char* code;
    const char* title;
    WhyCondition (*ask)(const WhyState&, Instant);
};
constexpr std::array<Asked, 11> kConditions{{
    {"campaign_running", "The campaign is running", &running},
    {"mode", "The campaign dials lists", &mode},
    {"list_active", "Its list is active", &list_active},
    {"list_weight", "Its list is switched on", &list_weight},
    {"filter", "The campaign's filter lets it through", &filter},
    {"status", "It waits for a call", &status},
    {"attempts", "It has attempts left", &attempts},
    {"limits", "The limits of a day and a week leave room", &limits},
    {"due", "It is due", &due},
    {"for_agent", "No agent of its own has to be there", &anybody},
    {"phones", "It has a number", &has_phone},
}};

} // namespace

std::string_view to_text(Passes passes) {
    constexpr std::array<std::string_view, 3> kTexts{"yes", "no", "unknown"};
    return kTexts.at(static_cast<std::size_t>(passes));
}

std::string moment_text(Instant at) {
    const auto second = std::chrono::floor<std::chrono::seconds>(at);
    const auto day = std::chrono::floor<std::chrono::days>(second);
    const auto of_day = second - day;
    return fmt::format("{} {}:{:02} UTC", dnc::date_text(std::chrono::year_month_day{day}),
                       dnc::clock_text(of_day), of_day.count() % 60);
}

std::optional<Instant> limited_until(const WhyState& state, Instant at) {
    std::optional<Instant> until;
    const auto hold = [&](int most, std::chrono::hours span) {
        const auto count = static_cast<std::size_t>(std::max(most, 0));
        if (count > 0 && state.recent.size() >= count) {
            const Instant free = state.recent[count - 1] + span;
            if (free > at && (!until || free > *until)) {
                until = free;
            }
        }
    };
    if (!state.promise) {
        hold(state.per_day, 24h);
        hold(state.per_week, 168h);
    }
    return until;
}

std::vector<WhyCondition> conditions_of(const WhyState& state, Instant at) {
    std::vector<WhyCondition> conditions;
    for (const Asked& asked : kConditions) {
        WhyCondition condition = asked.ask(state, at);
        condition.code = asked.code;
        condition.title = asked.title;
        conditions.push_back(std::move(condition));
    }
    return conditions;
}

} // namespace campaigns
