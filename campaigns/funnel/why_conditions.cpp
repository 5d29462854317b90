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

WhyCondition yes(Sentence words) {
    return {.code = {}, .title = {}, .passes = Passes::yes, .words = std::move(words)};
}

WhyCondition never(Sentence words, Sentence unless) {
    return {.code = {},
            .title = {},
            .passes = Passes::no,
            .words = std::move(words),
            .until = {},
            .unless = std::move(unless)};
}

WhyCondition later(Sentence words, Instant until) {
    return {
        .code = {}, .title = {}, .passes = Passes::no, .words = std::move(words), .until = until};
}

WhyCondition running(const WhyState& state, Instant /*at*/) {
    return state.campaign.running ? yes({"why.running"})
                                  : never({"why.stopped"}, {"unless.started"});
}

Sentence mode_words(DialMode mode) {
    return {find_sentence(fmt::format("mode.{}", to_text(mode)))->key};
}

/// In the modes manual and agentless leads go other ways.
WhyCondition mode(const WhyState& state, Instant /*at*/) {
    return state.campaign.mode == DialMode::manual
               ? never({"why.mode_manual"}, {"unless.mode"})
               : yes({"why.mode", {{"mode", SentenceRow{{mode_words(state.campaign.mode)}}}}});
}

WhyCondition list_active(const WhyState& state, Instant /*at*/) {
    if (state.list_kind == "by_hand") {
        return never({"why.number_by_hand"}, {"unless.by_hand"});
    }
    if (state.list_status == "active") {
        return yes({"why.list_active", {{"list", state.list_name}}});
    }
    if (state.list_status == "loading") {
        return never({"why.list_loading", {{"list", state.list_name}}}, {"unless.accepted"});
    }
    return never({"why.list_undone", {{"list", state.list_name}}}, {"unless.imported"});
}

WhyCondition list_weight(const WhyState& state, Instant /*at*/) {
    return state.list_weight > 0
               ? yes({"why.weight", {{"weight", std::int64_t{state.list_weight}}}})
               : never({"why.weight_0"}, {"unless.weight"});
}

WhyCondition filter(const WhyState& state, Instant /*at*/) {
    if (state.filter.empty()) {
        return state.status == "filtered" ? never({"why.filter_gone"}, {"unless.looked_through"})
                                          : yes({"why.filter_none"});
    }
    std::vector<Sentence> failing;
    for (const WhyState::FilterPart& part : state.parts) {
        if (!part.passes) {
            failing.push_back(typed(part.text));
        }
    }
    if (!failing.empty()) {
        return never({"why.filter_fails", {{"parts", SentenceRow{std::move(failing), "join.and"}}}},
                     {"unless.filter"});
    }
    return state.status == "filtered" ? never({"why.filter_parked"}, {"unless.looked_through"})
                                      : yes({"why.filter_passes", {{"filter", state.filter}}});
}

/// `plain`, or `with_reason` when the lead has one.
Sentence because(const WhyState& state, std::string_view plain, std::string_view with_reason) {
    return state.stop_reason.empty()
               ? Sentence{plain}
               : Sentence{with_reason,
                          {{"reason", SentenceRow{{sentence_of_reason(state.stop_reason)}}}}};
}

WhyCondition exhausted(const WhyState& state) {
    Sentence words = because(state, "why.used_up", "why.used_up_why");
    words.values.emplace_back("made", std::int64_t{state.lead.attempts});
    words.values.emplace_back("most", std::int64_t{state.campaign.attempts_max});
    return never(std::move(words), {"unless.recycled"});
}

WhyCondition finished(const WhyState& state) {
    return never(because(state, "why.finished", "why.finished_why"), {"unless.taken_up"});
}

WhyCondition blocked(const WhyState& state) {
    return never(because(state, "why.blocked", "why.blocked_why"), {"unless.consent"});
}

WhyCondition parked(const WhyState& state) {
    return never(because(state, "why.parked", "why.parked_why"), {"unless.filter_passes"});
}

WhyCondition held_back(const WhyState& state) {
    return never(because(state, "why.held", "why.held_why"),
                 {state.list_status == "loading" ? "unless.accepted" : "unless.imported"});
}

WhyCondition only_by_hand(const WhyState& /*state*/) {
    return never({"why.by_hand"}, {"unless.again_by_hand"});
}

WhyCondition on_loan(const WhyState& state) {
    return yes({state.status == "dialing" ? "why.dialing" : "why.in_hand"});
}

WhyCondition ready(const WhyState& state) {
    return yes(because(state, "why.ready", "why.ready_why"));
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
    return found == kRows.end()
               ? never({"why.state", {{"state", state.status}}}, {"unless.changes"})
               : found->say(state);
}

WhyCondition attempts(const WhyState& state, Instant /*at*/) {
    Sentence words{"why.attempts",
                   {{"made", std::int64_t{state.lead.attempts}},
                    {"most", std::int64_t{state.campaign.attempts_max}}}};
    // A lead that was made ready again has its word: the rule acts after each attempt.
    return state.lead.attempts < state.campaign.attempts_max || state.promise ||
                   state.status == "ready"
               ? yes(std::move(words))
               : never(std::move(words), {"unless.attempts"});
}

WhyCondition limits(const WhyState& state, Instant at) {
    if (state.per_day == 0 && state.per_week == 0) {
        return yes({"why.limits_none"});
    }
    const auto within = [&](std::chrono::hours span) {
        return std::int64_t{std::count_if(state.recent.begin(), state.recent.end(),
                                          [&](Instant made) { return made > at - span; })};
    };
    const auto most = [](int limit) {
        return limit == 0 ? SentenceValue{SentenceRow{{{"any"}}}}
                          : SentenceValue{std::int64_t{limit}};
    };
    const Sentence words{"why.limits",
                         {{"day", within(24h)},
                          {"day_most", most(state.per_day)},
                          {"week", within(168h)},
                          {"week_most", most(state.per_week)}}};
    if (state.promise) {
        return yes(together({words, {"why.limits_callback"}}));
    }
    const auto until = limited_until(state, at);
    return until ? later(words, *until) : yes(words);
}

WhyCondition due(const WhyState& state, Instant at) {
    if (!state.due || *state.due <= at) {
        return yes(state.due ? Sentence{"why.due_since", {{"at", *state.due}}}
                             : Sentence{"why.due_any"});
    }
    Sentence words = because(state, "why.rests", "why.rests_why");
    words.values.emplace_back("until", *state.due);
    return later(std::move(words), *state.due);
}

WhyCondition anybody(const WhyState& state, Instant /*at*/) {
    Sentence words;
    if (state.promise) {
        words = {state.promise->agent.empty() ? "why.promised" : "why.promised_by",
                 {{"at", state.promise->due}, {"agent", state.promise->agent}}};
    }
    if (state.for_agent.empty()) {
        return yes(words.empty() ? Sentence{"why.any_agent"} : words);
    }
    return {.code = {},
            .title = {},
            .passes = Passes::unknown,
            .words = together({words, {"why.agent", {{"agent", state.for_agent}}}})};
}

WhyCondition has_phone(const WhyState& state, Instant /*at*/) {
    return state.lead.phones.empty()
               ? never({"why.no_phone"}, {"unless.number"})
               : yes({"why.phones",
                      {{"usable", static_cast<std::int64_t>(state.lead.phones.size())},
                       {"n", static_cast<std::int64_t>(state.phones.size())}}});
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
