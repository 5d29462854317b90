#include "tests/peers/carrier/script.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace peers {
namespace {

namespace json = boost::json;

constexpr Millis kForEver = std::chrono::hours{24};

std::optional<Millis> time_in(const json::object& from, std::string_view key) {
    const json::value* value = from.if_contains(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto ms = value->to_number<std::int64_t>();
    if (ms < 0) {
        throw std::runtime_error{std::string{key} + " must not be negative"};
    }
    return Millis{ms};
}

bool is_set(const json::object& from, std::string_view key) {
    const json::value* value = from.if_contains(key);
    return value != nullptr && value->as_bool();
}

void reject_unknown(const json::object& from) {
    static const std::set<std::string, std::less<>> known{
        "answer_ms", "machine",     "code",    "after_ms",    "busy",      "ring_only",
        "ring_ms",   "early_media", "talk_ms", "patience_ms", "hangup_ms", "keys"};
    for (const auto& member : from) {
        if (!known.contains(std::string_view{member.key()})) {
            throw std::runtime_error{"unknown key " + std::string{member.key()}};
        }
    }
}

std::vector<KeyPress> keys_in(const json::object& from) {
    std::vector<KeyPress> keys;
    if (const json::value* list = from.if_contains("keys")) {
        for (const json::value& each : list->as_array()) {
            const auto& text = each.as_object().at("key").as_string();
            if (text.size() != 1) {
                throw std::runtime_error{"key must be one character"};
            }
            keys.push_back({time_in(each.as_object(), "at_ms").value_or(Millis{}), text[0]});
        }
    }
    std::stable_sort(keys.begin(), keys.end(),
                     [](const KeyPress& a, const KeyPress& b) { return a.at < b.at; });
    return keys;
}

Outcome outcome_of(int status) {
    switch (status) {
    case 486:
    case 600:
        return Outcome::busy;
    case 480:
    case 408:
        return Outcome::no_answer;
    case 404:
    case 410:
    case 484:
    case 604:
        return Outcome::invalid;
    default:
        return status >= 500 && status < 600 ? Outcome::congestion : Outcome::rejected;
    }
}

Plan plan_of(const json::object& from) {
    reject_unknown(from);
    Plan plan;
    plan.keys = keys_in(from);
    plan.talk = time_in(from, "talk_ms").value_or(kForEver);
    plan.patience = time_in(from, "patience_ms").value_or(kForEver);
    plan.hang_up = time_in(from, "hangup_ms");
    plan.early_media = is_set(from, "early_media");
    if (const auto answer = time_in(from, "answer_ms")) {
        plan.outcome = is_set(from, "machine") ? Outcome::machine : Outcome::human;
        plan.status = 200;
        plan.decide_at = *answer;
        plan.rings = answer->count() > 0;
    } else if (is_set(from, "busy") || from.contains("code")) {
        plan.status = from.contains("code") ? from.at("code").to_number<int>() : 486;
        if (plan.status < 300 || plan.status > 699) {
            throw std::runtime_error{"code must be a final status from 300 to 699"};
        }
        plan.outcome = outcome_of(plan.status);
        plan.decide_at = time_in(from, "after_ms").value_or(Millis{});
        plan.rings = plan.decide_at.count() > 0 && !is_set(from, "busy");
    } else if (is_set(from, "ring_only")) {
        plan.decide_at = kForEver;
        plan.rings = true;
    } else {
        throw std::runtime_error{"a behaviour needs answer_ms, code, busy or ring_only"};
    }
    plan.ring_at = time_in(from, "ring_ms").value_or(std::min(Millis{50}, plan.decide_at / 2));
    return plan;
}

std::vector<Plan> plans_of(const json::value& from) {
    std::vector<Plan> plans;
    if (from.is_object()) {
        plans.push_back(plan_of(from.as_object()));
        return plans;
    }
    for (const json::value& each : from.as_array()) {
        plans.push_back(plan_of(each.as_object()));
    }
    if (plans.empty()) {
        throw std::runtime_error{"an array of behaviours must not be empty"};
    }
    return plans;
}

} // namespace

Script Script::load(const std::string& path) {
    std::ifstream file{path};
    if (!file) {
        throw std::runtime_error{"cannot read script file " + path};
    }
    std::ostringstream text;
    text << file.rdbuf();
    return parse(text.str(), path);
}

Script Script::parse(std::string_view text, const std::string& from) {
    Script script;
    std::string at = "the whole";
    try {
        const json::value all = json::parse(text);
        for (const auto& member : all.as_object()) {
            at = member.key();
            script.numbers_[normal_number(at)] = plans_of(member.value());
        }
    } catch (const std::exception& fault) {
        throw std::runtime_error{from + ": " + at + ": " + fault.what()};
    }
    return script;
}

std::optional<Plan> Script::find(const std::string& number, int attempt) const {
    const auto at = numbers_.find(number);
    if (at == numbers_.end()) {
        return std::nullopt;
    }
    const auto index =
        std::min(static_cast<std::size_t>(std::max(attempt, 1)) - 1, at->second.size() - 1);
    return at->second[index];
}

} // namespace peers
