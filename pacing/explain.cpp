#include "pacing/explain.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace pacing {

namespace {

constexpr std::array<std::string_view, limits> limit_names{"agents", "leads", "trunk", "rate",
                                                           "law",    "turn",  "mode",  "nobody"};

// What keeps the next line from being dialed, in the order of Limit.
constexpr std::array<std::string_view, limits> limit_reasons{
    "",
    "; no further lead at hand",
    "; no channel free",
    "; no more calls this second",
    "; the abandonment budget allows one line for each free agent",
    "; another campaign has the next turn",
    "; people dial in this mode",
    "; nobody is signed in",
};

std::string number(double value, int digits) {
    std::array<char, 64> text{};
    const double bounded = std::isfinite(value) ? std::clamp(value, -1e15, 1e15) : 0.0;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), bounded,
                                   std::chars_format::fixed, digits);
    return {text.data(), end.ptr};
}

std::string counted(int count, std::string_view one, std::string_view many) {
    return std::to_string(count) + " " + std::string{count == 1 ? one : many};
}

} // namespace

std::string_view to_text(Limit limit) {
    const auto at = static_cast<std::size_t>(limit);
    return at < limit_names.size() ? limit_names[at] : "unknown";
}

std::string to_sentence(const Explanation& explanation) {
    std::string text = "dialing " + std::to_string(explanation.dial);
    if (explanation.give_up > 0) {
        text += ", giving up " + std::to_string(explanation.give_up);
    }
    text += ": " + counted(explanation.agents_free, "agent free", "agents free");
    if (explanation.mode == Mode::predictive) {
        text += ", " + number(explanation.agents_expected, 1) + " expected within " +
                number(explanation.horizon_s, 0) + " s, " +
                counted(explanation.lines_in_flight, "line", "lines") + " in flight, " +
                number(explanation.answer_rate * 100.0, 0) +
                " % of calls answered; chance that one more finds nobody " +
                number(explanation.shortage * 100.0, 1) + " %, accepted " +
                number(explanation.threshold * 100.0, 1) + " %";
    } else {
        text += ", " + counted(explanation.lines_in_flight, "line", "lines") + " in flight";
    }
    const auto reason = static_cast<std::size_t>(explanation.limit);
    if (reason < limit_reasons.size()) {
        text += limit_reasons[reason];
    }
    return text;
}

} // namespace pacing
