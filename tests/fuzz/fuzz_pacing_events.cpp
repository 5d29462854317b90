// Goal: no line of an event log, however ugly, harms its reader, and no sequence of events that it
// accepts makes a pacer dial more than it may. Method: libFuzzer under ASan and UBSan; broken
// promises abort. Between the events the pacer is asked, and plans are carried out when the length
// of the input is even.

#include "pacing/pacer.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace pacing;

namespace {

constexpr CampaignId kCampaign{1};

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

void check_counts(const Pacer::Counts& counts) {
    require(counts.signed_in >= 0 && counts.in_flight >= 0 && counts.waiting >= 0);
    require(counts.ready >= 0 && counts.talking >= 0 && counts.wrap_up >= 0 && counts.paused >= 0);
    require(counts.ready + counts.talking + counts.wrap_up + counts.paused <= counts.signed_in);
}

class Life {
public:
    explicit Life(bool carry_out) : carry_out_{carry_out} {
        pacer_.set_campaign(kCampaign, Settings{});
    }

    void on(const Event& event) {
        pacer_.on(event);
        ask(event.at);
    }

    void end() {
        require(pacer_.load(kCampaign, pacer_.save(kCampaign)));
        require(!to_sentence(pacer_.explain(kCampaign)).empty());
    }

private:
    void ask(Instant now) {
        const Pacer::Counts counts = pacer_.counts();
        check_counts(counts);
        const Room room{.channels = 5, .rate = 4, .leads_end = false};
        const Plan plan = pacer_.decide(kCampaign, now, room, next_);
        require(plan.dial >= 0 && plan.dial <= room.rate);
        require(plan.give_up >= 0 && plan.give_up <= counts.in_flight);
        require(plan.dial == 0 || counts.signed_in > 0);
        const double threshold = pacer_.explain(kCampaign).threshold;
        require(threshold >= 1e-5 && threshold <= 0.8);
        for (int i = 0; carry_out_ && i < plan.dial; ++i) {
            Event event;
            event.at = now;
            event.kind = EventKind::dial_started;
            event.campaign = kCampaign;
            event.call = CallId{++last_call_};
            pacer_.on(event);
        }
    }

    bool carry_out_;
    Pacer pacer_;
    std::vector<Group> next_ = std::vector<Group>(6);
    std::int64_t last_call_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest{reinterpret_cast<const char*>(data), size};
    std::optional<Life> life; // a pacer is far more work than a line, and most lines are no events
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        std::string why;
        const auto event = event_from_line(line, why);
        require(event.has_value() == why.empty());
        if (event) {
            require(event_from_line(to_line(*event), why) == event);
            if (!life) {
                life.emplace(size % 2 == 0);
            }
            life->on(*event);
        }
    }
    if (life && size % 8 < 2) {
        life->end();
    }
    return 0;
}
