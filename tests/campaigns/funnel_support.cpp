#include "tests/campaigns/funnel_support.hpp"

namespace funnel_test {

using namespace std::chrono_literals;

namespace {

dnc::Rule window() {
    dnc::Rule rule;
    rule.id = "T-HRS";
    rule.cite = "test law 1";
    dnc::WindowRule hours;
    hours.weekdays.fill({dnc::Interval{8h, 21h}});
    rule.body = hours;
    return rule;
}

dnc::Rule registry() {
    dnc::Rule rule;
    rule.id = "T-DNC";
    rule.cite = "test law 2";
    dnc::ListRule list;
    list.list = dnc::ListName::national;
    list.max_age_days = 31;
    list.required = true;
    rule.body = list;
    return rule;
}

dnc::Rule cap() {
    dnc::Rule rule;
    rule.id = "T-CAP";
    rule.cite = "test law 3";
    dnc::FrequencyRule frequency;
    frequency.keys = {dnc::CapKey::number};
    frequency.length = 24h;
    frequency.limit = 3;
    rule.body = frequency;
    return rule;
}

dnc::AreaCodes area_codes() {
    return dnc::AreaCodes{{{205, "US", {"AL"}, {"America/Chicago"}},
                           {212, "US", {"NY"}, {"America/New_York"}},
                           {310, "US", {"CA"}, {"America/Los_Angeles"}},
                           {808, "US", {"HI"}, {"Pacific/Honolulu"}}}};
}

} // namespace

SimpleLaw::SimpleLaw() : zones{dnc::load_zones("")} {
    dnc::Pack pack;
    pack.id = "test";
    pack.version = "1";
    pack.level = dnc::PackLevel::federal;
    pack.jurisdiction = dnc::Jurisdiction{{'U', 'S'}, {}};
    pack.rules = {window(), registry(), cap()};
    gate = std::make_unique<dnc::Gate>(dnc::PackSet{{std::move(pack)}}, area_codes(), *zones);
}

} // namespace funnel_test
