#include "campaigns/import/scrub.hpp"

#include "campaigns/call_facts.hpp"
#include "dnc/rules_call.hpp"
#include "dnc/time_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <chrono>
#include <unordered_map>
#include <utility>

namespace campaigns {

namespace {

using namespace std::chrono_literals;
using Codes = std::bitset<dnc::kReasonCodes>;

constexpr std::size_t kRemembered = 100'000; // answers; beyond that the memory begins anew

/// What the gate said of one number.
struct Answer {
    Callable callable = Callable::never;
    Codes codes;
};

Callable callable_of(const dnc::Judgement& judgement, Instant at) {
    switch (judgement.verdict) {
    case dnc::Verdict::allow:
        return Callable::now;
    case dnc::Verdict::deny:
        return Callable::never;
    case dnc::Verdict::defer:
        break;
    }
    return judgement.until && *judgement.until - at <= 24h ? Callable::today : Callable::later;
}

/// All that the rules can see of a number of which no fact is known.
struct Likeness {
    std::uint32_t whereabouts = 0;
    std::uint64_t lists = 0;
    friend bool operator==(const Likeness&, const Likeness&) = default;
};
struct LikenessHash {
    std::size_t operator()(const Likeness& likeness) const {
        return std::hash<std::uint64_t>{}(likeness.lists * 0x9E3779B97F4A7C15ULL +
                                          likeness.whereabouts);
    }
};

} // namespace

ListBits::ListBits(const dnc::SuppressionSnapshot& lists, const std::string& seller)
    : lists_{lists} {
    for (std::size_t i = 0; i < lists.lists.size() && i < kListBits; ++i) {
        const dnc::SuppressionList& list = lists.lists[i];
        using enum dnc::ListKind;
        const bool of_lines = list.kind == wireless || list.kind == ported || list.kind == landline;
        const bool ours = list.seller.empty() || dnc::same_name(list.seller, seller);
        do_not_call_ |= !of_lines && ours ? std::uint64_t{1} << i : 0;
    }
}

std::uint64_t ListBits::of(dnc::Number number) const {
    std::uint64_t bits = 0;
    const std::size_t count = std::min(lists_.lists.size(), kListBits);
    for (std::size_t i = 0; i < count; ++i) {
        bits |= lists_.lists[i].numbers.contains(number) ? std::uint64_t{1} << i : 0;
    }
    return bits;
}

class Scrub::Impl {
public:
    Impl(const ImportRules& rules, const Campaign& campaign,
         const std::optional<Declarations>& declared, const dnc::SuppressionSnapshot& lists,
         Instant at)
        : rules_{rules}, campaign_{campaign}, declared_{declared}, lists_{lists},
          alike_{lists.lists.size() <= kListBits} {
        report_.made = true;
        report_.at = at;
        report_.packs = rules.gate.packs_text();
        report_.tzdb = std::string{rules.zones.version()};
        for (const dnc::SuppressionList& list : lists.lists) {
            report_.lists.push_back(list.version_id == 0
                                        ? list.name + " (empty)"
                                        : fmt::format("{} {} ({})", list.name, list.version_id,
                                                      dnc::date_text(list.as_of)));
        }
        lead_.phones.resize(1);
        lead_.facts.resize(1);
    }

    void add(const std::vector<Phone>& phones, const dnc::Address& address, const std::string& debt,
             std::int32_t place) {
        Answer best;
        bool first = true;
        for (const Phone& phone : phones) {
            const Answer answer = ask(phone, address, debt);
            if (first || answer.callable < best.callable) {
                best = answer;
            }
            first = false;
            if (best.callable == Callable::now) {
                break;
            }
        }
        const auto column = static_cast<std::size_t>(best.callable);
        ++report_.leads[column];
        ++places_[place][column];
        for (std::size_t code = 0; best.codes.any() && code < dnc::kReasonCodes; ++code) {
            reasons_[code][column] += best.codes[code] ? 1 : 0;
        }
    }

    const ScrubReport& report() {
        report_.places.clear();
        report_.places.insert(places_.begin(), places_.end());
        report_.reasons.clear();
        for (std::size_t code = 0; code < dnc::kReasonCodes; ++code) {
            const CallableCounts& counts = reasons_[code];
            if (std::any_of(counts.begin(), counts.end(), [](auto n) { return n > 0; })) {
                report_.reasons.emplace(dnc::to_text(static_cast<dnc::ReasonCode>(code)), counts);
            }
        }
        return report_;
    }

private:
    Answer ask(const Phone& phone, const dnc::Address& address, const std::string& debt) {
        if (phone.facts != nullptr || !debt.empty() || !alike_) {
            return judge(phone, address, debt);
        }
        const Likeness likeness{phone.whereabouts, phone.lists};
        const auto found = answers_.find(likeness);
        if (found != answers_.end()) {
            return found->second;
        }
        if (answers_.size() >= kRemembered) {
            answers_.clear();
        }
        return answers_.emplace(likeness, judge(phone, address, debt)).first->second;
    }

    Answer judge(const Phone& phone, const dnc::Address& address, const std::string& debt) {
        lead_.phones.front() = phone.number;
        lead_.facts.front() = phone.facts != nullptr ? phone.facts->ledger : PhoneFacts{};
        lead_.past = phone.facts != nullptr ? phone.facts->past : std::vector<dnc::PastAttempt>{};
        dnc::CallFacts facts = call_facts({.campaign = campaign_,
                                           .lead = lead_,
                                           .declared = declared_,
                                           .lists = lists_,
                                           .now = report_.at,
                                           .line_data_max = rules_.line_data_max});
        facts.address = address;
        facts.debt = debt;
        Answer answer = judge(facts);
        const PhoneFacts& known = lead_.facts.front();
        if (answer.callable != Callable::now && known.purchase && known.inquiry) {
            facts.relationship.emplace(known.inquiry); // as at dial time: either will do
            const Answer second = judge(facts);
            answer = second.callable == Callable::now ? second : answer;
        }
        return answer;
    }

    Answer judge(const dnc::CallFacts& facts) {
        rules_.gate.judge(facts, lists_, report_.at, judgement_);
        Answer answer{.callable = callable_of(judgement_, report_.at), .codes = {}};
        for (const dnc::Finding& finding : judgement_.reasons) {
            answer.codes.set(static_cast<std::size_t>(finding.code));
        }
        return answer;
    }

    const ImportRules& rules_;
    const Campaign& campaign_;
    const std::optional<Declarations>& declared_;
    const dnc::SuppressionSnapshot& lists_;
    bool alike_; // all lists have a bit: what has the same bits is alike
    ScrubReport report_;
    std::unordered_map<std::int32_t, CallableCounts> places_;
    std::array<CallableCounts, dnc::kReasonCodes> reasons_{};
    std::unordered_map<Likeness, Answer, LikenessHash> answers_;
    dnc::Judgement judgement_;
    Lead lead_;
};

Scrub::Scrub(const ImportRules& rules, const Campaign& campaign,
             const std::optional<Declarations>& declared, const dnc::SuppressionSnapshot& lists,
             Instant at)
    : impl_{std::make_unique<Impl>(rules, campaign, declared, lists, at)} {}
Scrub::~Scrub() = default;

void Scrub::add(const std::vector<Phone>& phones, const dnc::Address& address,
                const std::string& debt, std::int32_t place) {
    impl_->add(phones, address, debt, place);
}

const ScrubReport& Scrub::report() const {
    return impl_->report();
}

} // namespace campaigns
