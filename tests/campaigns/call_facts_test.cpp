// Goal: what the gate is told about a call is what campaign, lead, ledger and lists say, and what
// nobody knows stays unknown. Method: values by hand; no store, no loop.

#include "campaigns/call_facts.hpp"

#include <catch2/catch.hpp>

using namespace campaigns;
using namespace std::chrono_literals;
using dnc::ListKind;
using std::chrono::days;

namespace {

constexpr dnc::Instant kNow{std::chrono::sys_days{std::chrono::November / 23 / 2026} +
                            std::chrono::hours{17}};
constexpr dnc::Number kHome{12125550101};
constexpr dnc::Number kMobile{12125550102};

dnc::SuppressionList list_of(ListKind kind, std::chrono::year_month_day as_of,
                             std::initializer_list<dnc::Number> numbers) {
    dnc::SuppressionList list;
    list.id = 1;
    list.kind = kind;
    list.version_id = 7;
    list.as_of = as_of;
    for (const dnc::Number number : numbers) {
        list.numbers.insert(number);
    }
    return list;
}

struct Sources {
    Sources() {
        campaign.seller = "Acme";
        campaign.subject = "solar";
        campaign.ring_max = 25s;
        lead.id = LeadId{9};
        lead.phones = {kHome, kMobile};
        lead.facts.resize(2);
        lead.address_region = "NY";
        lead.postal_code = "10001";
    }

    dnc::CallFacts facts(std::size_t phone = 0) {
        return call_facts({.campaign = campaign,
                           .lead = lead,
                           .phone = phone,
                           .by_hand = by_hand,
                           .declared = declared,
                           .said_since = said,
                           .lists = lists,
                           .now = kNow,
                           .line_data_max = days{15}});
    }

    Campaign campaign;
    Lead lead;
    bool by_hand = false;
    std::optional<Declarations> declared;
    std::vector<dnc::Revocation> said;
    dnc::SuppressionSnapshot lists;
};

} // namespace

TEST_CASE("a lead about whom the ledger has nothing is known to have nothing", "[facts]") {
    Sources sources;
    const auto facts = sources.facts();
    CHECK(facts.number == kHome);
    CHECK(facts.address.region == "NY");
    CHECK(facts.address.postal_code == "10001");
    CHECK(facts.seller == "Acme");
    CHECK(facts.subject == "solar");
    CHECK((facts.consents && facts.consents->empty()));
    CHECK((facts.revocations && facts.revocations->empty()));
    CHECK((facts.relationship && !*facts.relationship));
    CHECK((facts.attempts && facts.attempts->empty()));
    CHECK_FALSE(facts.lists.reassigned.has_value());
    CHECK_FALSE(facts.assume_clear);
}

TEST_CASE("what authorities declared is unknown until it was read", "[facts]") {
    Sources sources;
    CHECK_FALSE(sources.facts().emergencies.has_value());
    CHECK_FALSE(sources.facts().proclaimed_holidays.has_value());
    sources.declared.emplace();
    CHECK(sources.facts().emergencies->empty());
    CHECK(sources.facts().proclaimed_holidays->empty());
}

TEST_CASE("who picks and who dials follows from the mode", "[facts]") {
    struct Case {
        DialMode mode;
        dnc::Manner selection;
        dnc::Manner dialing;
        dnc::Voice voice;
    };
    using enum dnc::Manner;
    const auto row = GENERATE(values<Case>({
        {DialMode::manual, manual, manual, dnc::Voice::live},
        {DialMode::preview, automated, manual, dnc::Voice::live},
        {DialMode::progressive, automated, automated, dnc::Voice::live},
        {DialMode::predictive, automated, automated, dnc::Voice::live},
        {DialMode::ratio, automated, automated, dnc::Voice::live},
        {DialMode::agentless, automated, automated, dnc::Voice::prerecorded},
    }));
    INFO(campaigns::to_text(row.mode));
    Sources sources;
    sources.campaign.mode = row.mode;
    const auto facts = sources.facts();
    CHECK(facts.selection == row.selection);
    CHECK(facts.dialing == row.dialing);
    CHECK(facts.voice == row.voice);
}

TEST_CASE("a preview that is dialed by a timer is dialed automatically", "[facts]") {
    Sources sources;
    sources.campaign.mode = DialMode::preview;
    sources.campaign.preview_limit = 20s;
    CHECK(sources.facts().dialing == dnc::Manner::manual); // skipped when the time is over
    sources.campaign.preview_then = PreviewThen::dial;
    CHECK(sources.facts().dialing == dnc::Manner::automated);
    sources.campaign.preview_limit = 0s;
    CHECK(sources.facts().dialing == dnc::Manner::manual);
}

TEST_CASE("the ringing is given all the time that it may take", "[facts]") {
    Sources sources;
    CHECK(sources.facts().ring_max == 25s + kProgressMax + kClearanceAgeMax);
}

TEST_CASE("each phone has its own consents, and both share the past of the person", "[facts]") {
    Sources sources;
    sources.lead.facts[1].consents.emplace_back().id = 5;
    sources.lead.facts[1].inquiry = dnc::Relationship{6, dnc::Relationship::Kind::inquiry, kNow};
    sources.lead.facts[1].reassigned = dnc::Reassignment{dnc::Reassignment::Answer::no, kNow - 24h};
    dnc::PastAttempt& past = sources.lead.past.emplace_back();
    past.at = kNow - 1h;
    past.number = kMobile;
    CHECK(sources.facts(0).consents->empty());
    CHECK(sources.facts(1).consents->size() == 1);
    CHECK((*sources.facts(1).relationship)->id == 6);
    CHECK(sources.facts(1).lists.reassigned->answer == dnc::Reassignment::Answer::no);
    const auto facts = sources.facts(0);
    REQUIRE(facts.attempts->size() == 1);
    CHECK_FALSE(facts.person.empty());
    CHECK(facts.attempts->front().person == facts.person);
    CHECK(facts.attempts->front().number == kMobile);
}

TEST_CASE("what was revoked after the lease is told as well", "[facts]") {
    Sources sources;
    sources.lead.facts[0].revocations.emplace_back().means = "letter";
    sources.said.emplace_back().means = "sms";
    CHECK(sources.facts().revocations->size() == 2);
}

TEST_CASE("the kind of line is known from fresh lists alone", "[facts]") {
    using namespace std::chrono;
    const auto fresh = 2026y / November / 8;
    const auto old = 2026y / November / 7;
    dnc::SuppressionSnapshot lists;
    const auto line = [&](dnc::Number number) {
        return line_type_of(number, lists, kNow, days{15});
    };
    SECTION("no list") {
        CHECK_FALSE(line(kHome).has_value());
    }
    SECTION("a list that was never loaded") {
        lists.lists.push_back(list_of(ListKind::wireless, fresh, {}));
        lists.lists.back().version_id = 0;
        CHECK_FALSE(line(kHome).has_value());
    }
    SECTION("listed and not listed") {
        lists.lists.push_back(list_of(ListKind::wireless, fresh, {kMobile}));
        CHECK(line(kMobile) == dnc::LineType::wireless);
        CHECK(line(kHome) == dnc::LineType::landline);
    }
    SECTION("an old list still tells who is wireless, and not who is none") {
        lists.lists.push_back(list_of(ListKind::wireless, old, {kMobile}));
        CHECK(line(kMobile) == dnc::LineType::wireless);
        CHECK_FALSE(line(kHome).has_value());
    }
    SECTION("ported to a wireless carrier") {
        lists.lists.push_back(list_of(ListKind::wireless, fresh, {}));
        lists.lists.push_back(list_of(ListKind::ported, fresh, {kHome}));
        CHECK(line(kHome) == dnc::LineType::wireless);
    }
    SECTION("ported away from one") {
        lists.lists.push_back(list_of(ListKind::wireless, fresh, {kHome}));
        lists.lists.push_back(list_of(ListKind::landline, fresh, {kHome}));
        CHECK(line(kHome) == dnc::LineType::landline);
        lists.lists.push_back(list_of(ListKind::ported, fresh, {kHome}));
        CHECK(line(kHome) == dnc::LineType::wireless);
    }
    SECTION("other lists say nothing about lines") {
        lists.lists.push_back(list_of(ListKind::national, fresh, {kHome}));
        CHECK_FALSE(line(kHome).has_value());
    }
}

TEST_CASE("past calls are read as far back as the longest cap looks", "[facts]") {
    dnc::PackSet packs;
    CHECK(memory_of(packs) == days{2});
    dnc::Pack& pack = packs.packs.emplace_back();
    dnc::FrequencyRule sliding;
    sliding.length = 25h;
    pack.rules.emplace_back().body = sliding;
    CHECK(memory_of(packs) == days{4});
    dnc::FrequencyRule quiet;
    quiet.span = dnc::FrequencyRule::Span::consecutive_days;
    quiet.days = 60;
    pack.rules.emplace_back().body = quiet;
    CHECK(memory_of(packs) == days{62});
    pack.rules.emplace_back().body = dnc::PortRule{.grace_days = 15};
    CHECK(port_grace_of(packs) == days{15});
}
