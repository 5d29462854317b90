// The pacing core as a policy of the reference world.

#include "bench/pacing/policy_rules.hpp"
#include "pacing/pacer.hpp"

namespace pacing_sim {
namespace {

class Core : public Policy {
public:
    Core(const PolicySettings& settings, std::optional<pacing::Mode> mode) {
        for (auto [campaign, own] : settings.campaigns) {
            own.mode = mode.value_or(own.mode);
            pacer_.set_campaign(campaign, own);
        }
        if (!settings.campaigns.empty()) {
            first_ = settings.campaigns.front().first;
        }
    }

    void on(const pacing::Event& event) override { pacer_.on(event); }

    pacing::Plan decide(pacing::CampaignId campaign, pacing::Instant now, const pacing::Room& room,
                        std::span<const pacing::Group> next) override {
        return pacer_.decide(campaign, now, room, next);
    }

    [[nodiscard]] bool at_events() const override { return true; }
    [[nodiscard]] int kept_from(pacing::CampaignId campaign) const override {
        return pacer_.kept_from(campaign);
    }
    [[nodiscard]] std::string note() const override {
        return pacing::to_sentence(pacer_.explain(first_));
    }

private:
    pacing::Pacer pacer_;
    pacing::CampaignId first_{};
};

} // namespace

std::unique_ptr<Policy> make_core(const PolicySettings& settings,
                                  std::optional<pacing::Mode> mode) {
    return std::make_unique<Core>(settings, mode);
}

} // namespace pacing_sim
