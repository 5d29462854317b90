#include "dialer/commands/commands.hpp"
#include "dialer/commands/gate_files.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/golden_cases.hpp"
#include "dnc/pack.hpp"
#include "dnc/time_text.hpp"
#include "dnc/zone_release.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <variant>

namespace dialer::commands {

namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr days kSoon{90};

/// What is wrong with a pack, or will be: printed as it is found.
class Findings {
public:
    void fault(const std::string& pack, const std::string& text) {
        fmt::print("FAULT    {}: {}\n", pack, text);
        ++faults_;
    }
    void warning(const std::string& pack, const std::string& text) {
        fmt::print("warning  {}: {}\n", pack, text);
        ++warnings_;
    }
    [[nodiscard]] int faults() const { return faults_; }
    [[nodiscard]] int warnings() const { return warnings_; }

private:
    int faults_ = 0;
    int warnings_ = 0;
};

// -- cases

std::size_t run_cases(const dnc::Gate& gate, const dnc::PackSet& set, Findings& findings) {
    std::size_t count = 0;
    for (const dnc::Pack& pack : set.packs) {
        if (pack.cases.empty()) {
            findings.warning(pack.id, "has no golden cases");
        }
        for (const dnc::GoldenCase& golden : pack.cases) {
            const std::string wrong = dnc::run_case(gate, golden);
            if (!wrong.empty()) {
                findings.fault(pack.id, fmt::format("case \"{}\": {}", golden.name, wrong));
            }
            ++count;
        }
    }
    return count;
}

// -- zones

void check_zone(const dnc::Pack& pack, const dnc::Rule& rule, const std::string& zone,
                const dnc::ZoneDatabase& zones, Findings& findings) {
    if (!zones.find(zone)) {
        findings.fault(pack.id, fmt::format("{}: zone {} is not in the zone data", rule.id, zone));
    }
}

void check_zones(const dnc::Pack& pack, const dnc::ZoneDatabase& zones, Findings& findings) {
    for (const dnc::Rule& rule : pack.rules) {
        if (const auto* const window = std::get_if<dnc::WindowRule>(&rule.body)) {
            for (const std::string& zone : window->also_zones) {
                check_zone(pack, rule, zone, zones, findings);
            }
        }
        if (const auto* const limit = std::get_if<dnc::AbandonmentRule>(&rule.body)) {
            check_zone(pack, rule, limit->zone, zones, findings);
        }
    }
    const bool old = !pack.min_tzdb.empty() && dnc::read_zone_release(zones.version()) <
                                                   dnc::read_zone_release(pack.min_tzdb);
    if (old) {
        findings.warning(pack.id, fmt::format("asks for zone data {}, and {} is installed: every "
                                              "call is refused",
                                              pack.min_tzdb, zones.version()));
    }
}

// -- what a person should look at

void warn_of_confidence(const dnc::Pack& pack, Findings& findings) {
    const auto count = [&pack](const char* confidence) {
        return std::count_if(pack.rules.begin(), pack.rules.end(), [confidence](const auto& rule) {
            return rule.confidence == confidence;
        });
    };
    const auto known = count("K");
    const auto secondary = count("S");
    if (known + secondary > 0) {
        findings.warning(pack.id, fmt::format("{} rules are from knowledge (K) and {} from a "
                                              "secondary source (S)",
                                              known, secondary));
    }
}

/// Days that an authority names year by year run out.
void warn_of_calendar(const dnc::Pack& pack, const dnc::Rule& rule, sys_days today,
                      Findings& findings) {
    const auto* const calendar = std::get_if<dnc::CalendarRule>(&rule.body);
    if (calendar == nullptr) {
        return;
    }
    std::optional<sys_days> last;
    for (const dnc::HolidayDef& day : calendar->days) {
        if (!day.dates.empty()) {
            last = std::max(last.value_or(day.dates.back()), day.dates.back());
        }
    }
    const auto next_year = year_month_day{today}.year() + std::chrono::years{1};
    if (last && year_month_day{*last}.year() < next_year) {
        findings.warning(pack.id,
                         fmt::format("{}: the proclaimed days end on {}, before {}", rule.id,
                                     dnc::date_text(*last), static_cast<int>(next_year)));
    }
}

void warn_of_change(const dnc::Pack& pack, const dnc::Rule& rule, sys_days today,
                    Findings& findings) {
    const auto soon = [today](const std::optional<sys_days>& date) {
        return date && *date > today && *date <= today + kSoon;
    };
    const bool waived = rule.status == dnc::RuleStatus::waived;
    if (soon(rule.effective.from)) {
        findings.warning(pack.id, fmt::format("{} {} on {}", rule.id,
                                              waived ? "is waived" : "comes into force",
                                              dnc::date_text(*rule.effective.from)));
    }
    if (soon(rule.effective.to)) {
        findings.warning(pack.id, fmt::format("{} {} on {}", rule.id,
                                              waived ? "is no longer waived" : "ends",
                                              dnc::date_text(*rule.effective.to)));
    }
}

void warn_of_rules(const dnc::Pack& pack, sys_days today, Findings& findings) {
    warn_of_confidence(pack, findings);
    for (const dnc::Rule& rule : pack.rules) {
        warn_of_calendar(pack, rule, today, findings);
        warn_of_change(pack, rule, today, findings);
    }
}

} // namespace

Exit packs_validate(const PacksValidateOptions& options) {
    const GateFiles files = gate_files(options.packs, options.tzdata);
    const dnc::PackSet set = dnc::load_packs(files.packs);
    const LoadedGate loaded = load_gate(files);
    const sys_days today = std::chrono::floor<days>(Clock{}.now().wall);
    Findings findings;
    for (const dnc::Pack& pack : set.packs) {
        check_zones(pack, *loaded.zones, findings);
        warn_of_rules(pack, today, findings);
    }
    const std::size_t cases = run_cases(*loaded.gate, set, findings);
    fmt::print("{} packs, {} cases, zone data {}: {} faults, {} warnings\n", set.packs.size(),
               cases, loaded.zones->version(), findings.faults(), findings.warnings());
    return findings.faults() == 0 ? Exit::done : Exit::failed;
}

} // namespace dialer::commands
