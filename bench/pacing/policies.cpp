#include "bench/pacing/policies.hpp"

#include "bench/pacing/policy_rules.hpp"

#include <array>

namespace pacing_sim {
namespace {

struct Named {
    std::string_view name;
    std::unique_ptr<Policy> (*make)(const PolicySettings&);
};

std::unique_ptr<Policy> vicidial(const PolicySettings& settings, VicidialCut cut) {
    return make_vicidial(cut, settings.max_level, settings.target);
}

using Settings = PolicySettings;

constexpr std::array table{
    Named{"progressive", [](const Settings&) { return make_lines(1); }},
    Named{"ratio", [](const Settings& own) { return make_lines(own.ratio); }},
    Named{"vicidial-average",
          [](const Settings& own) { return vicidial(own, VicidialCut::average); }},
    Named{"vicidial-tapered",
          [](const Settings& own) { return vicidial(own, VicidialCut::tapered); }},
    Named{"vicidial-hard", [](const Settings& own) { return vicidial(own, VicidialCut::hard); }},
    Named{"issabel", [](const Settings&) { return make_issabel(); }},
    Named{"webitel", [](const Settings& own) { return make_webitel(own.target); }},
    Named{"samuelson", [](const Settings& own) { return make_samuelson(own.target); }},
    Named{"small-group", [](const Settings& own) { return make_small_group(own.target); }},
    Named{"erlang", [](const Settings& own) { return make_erlang(own.target); }},
    Named{"predictive", [](const Settings& own) { return make_core(own, std::nullopt); }},
    Named{"core-progressive",
          [](const Settings& own) { return make_core(own, pacing::Mode::progressive); }},
    Named{"core-ratio", [](const Settings& own) { return make_core(own, pacing::Mode::ratio); }},
};

} // namespace

std::unique_ptr<Policy> make_policy(const PolicySettings& settings) {
    for (const Named& entry : table) {
        if (entry.name == settings.name) {
            return entry.make(settings);
        }
    }
    return nullptr;
}

std::vector<std::string_view> policy_names() {
    std::vector<std::string_view> names;
    for (const Named& entry : table) {
        names.push_back(entry.name);
    }
    return names;
}

} // namespace pacing_sim
