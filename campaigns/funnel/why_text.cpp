// The explanation of a lead as a page of text.

#include "campaigns/funnel/why_state.hpp"

#include <fmt/format.h>

namespace campaigns {

namespace {

std::string_view mark(Passes passes) {
    constexpr std::array<std::string_view, 3> kMarks{"yes", "NO ", "?  "};
    return kMarks.at(static_cast<std::size_t>(passes));
}

void add_answer(const Why& why, std::string& out) {
    out += english(why.summary) + "\n\n";
    out += fmt::format("lead       {}{}{}\n", static_cast<std::int64_t>(why.lead),
                       why.name.empty() ? "" : ", " + why.name,
                       why.external_id.empty() ? "" : " (" + why.external_id + ")");
    out += fmt::format("campaign   {}\nlist       {}\nstate      {}{}\n", why.campaign_name,
                       why.list_name, why.status,
                       why.stop_reason.empty() ? "" : ", " + why.stop_reason);
    out += "asked for  " + moment_text(why.at) + "\n";
    out += "earliest   " +
           (why.earliest ? moment_text(*why.earliest) : std::string{"never as things stand"}) +
           "\n";
    if (why.earliest_then) {
        out += "otherwise  " + moment_text(*why.earliest_then) + ", if what is in the way ended\n";
    }
    if (why.ahead_max) {
        out += fmt::format("before it  {} to {} leads that are due\n", why.ahead_min.value_or(0),
                           *why.ahead_max);
    }
}

void add_conditions(const Why& why, std::string& out) {
    out += "\nConditions\n";
    for (const WhyCondition& condition : why.conditions) {
        out += fmt::format("  {}  {}\n       {}\n", mark(condition.passes), condition.title,
                           english(condition.words));
        if (condition.until) {
            out += "       It holds from " + moment_text(*condition.until) + " on.\n";
        }
        if (!condition.unless.empty()) {
            out += "       It would when " + english(condition.unless) + ".\n";
        }
    }
}

void add_phone(const PhoneWhy& phone, std::string& out) {
    if (phone.invalid) {
        out +=
            fmt::format("  {}  does not exist, as a call has shown\n", dnc::to_e164(phone.number));
        return;
    }
    out +=
        fmt::format("  {}  {}{}\n", dnc::to_e164(phone.number),
                    dnc::to_text(phone.decision.verdict), phone.next ? ", next to be tried" : "");
    for (const dnc::Evidence::Local& zone : phone.decision.evidence.zones) {
        out += fmt::format("      {} in {}\n", zone.local, zone.zone);
    }
    for (const dnc::Reason& reason : phone.decision.reasons) {
        out += fmt::format("      {} ({}; {}): {}\n", dnc::to_text(reason.code), reason.rule,
                           reason.cite, reason.detail);
    }
    if (phone.earliest) {
        out += "      may be called from " + moment_text(*phone.earliest) + " on\n";
    }
    for (const Sentence& unless : phone.unless) {
        out += "      never, unless " + english(unless) + "\n";
    }
}

void add_attempts(const Why& why, std::string& out) {
    if (!why.attempts.empty()) {
        out += "\nWhy it was dialed\n";
    }
    for (const WhyAttempt& attempt : why.attempts) {
        std::string end = attempt.outcome.empty() ? "still open" : attempt.outcome;
        if (!attempt.treatment.empty() && attempt.treatment != "none") {
            end += ", " + attempt.treatment;
        }
        if (!attempt.disposition.empty()) {
            end += ", disposed as " + attempt.disposition;
        }
        out += fmt::format("  {}  {}  {}\n      {}\n", moment_text(attempt.at),
                           dnc::to_e164(attempt.number), end, english(attempt.words));
    }
    if (!why.refusals.empty()) {
        out += "\nWhat the gate refused last\n";
    }
    for (const WhyRefusal& refusal : why.refusals) {
        out += fmt::format("  {}  {}  {}{}\n      {}\n", moment_text(refusal.at),
                           dnc::to_e164(refusal.number), refusal.verdict,
                           refusal.until ? " until " + moment_text(*refusal.until) : "",
                           words_of_reasons(refusal.reasons));
    }
}

} // namespace

std::string to_text(const Why& why) {
    std::string out;
    add_answer(why, out);
    add_conditions(why, out);
    out += "\nNumbers\n";
    for (const PhoneWhy& phone : why.phones) {
        add_phone(phone, out);
    }
    add_attempts(why, out);
    return out;
}

} // namespace campaigns
