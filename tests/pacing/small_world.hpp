#pragma once

// A seeded pool of agents and callees in steps of a quarter second, for tests that need many calls.

#include "pacing/pacer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <vector>

namespace small_world {

using namespace pacing;

/// Three of ten people answer after 4 to 18 s; they talk for 45 s on average and agents wrap up for
/// 10 s. A second campaign shares the agents when its settings are given.
class World {
public:
    static constexpr CampaignId campaign{1};

    explicit World(int agents, unsigned seed, const Settings& settings = {},
                   const std::optional<Settings>& second = {})
        : random_{seed} {
        add_campaign(campaign, settings);
        if (second) {
            add_campaign(CampaignId{2}, *second);
        }
        for (int agent = 1; agent <= agents; ++agent) {
            tell({.kind = EventKind::agent_signed_in, .agent = AgentId{agent}});
            tell({.kind = EventKind::agent_ready, .agent = AgentId{agent}});
            free_.push_back(AgentId{agent});
            agents_.push_back(AgentId{agent});
        }
    }

    void run(int time_s) { play(time_s, true); }
    /// Nothing is dialed, and what is open ends.
    void rest(int time_s) { play(time_s, false); }

    void tell(Event event) {
        event.at = now_;
        pacer_.on(event);
        if (mirror_ != nullptr) {
            mirror_->on(event);
        }
    }
    Plan decide(CampaignId of = campaign) {
        const Plan plan = pacer_.decide(of, now_, {}, leads_);
        if (mirror_ != nullptr) {
            const Plan other = mirror_->decide(of, now_, {}, leads_);
            ++compared_;
            differing_ += other.dial != plan.dial || other.give_up != plan.give_up ||
                                  other.limit != plan.limit
                              ? 1
                              : 0;
        }
        return plan;
    }
    /// From now on `other` hears and is asked the same; first of the agents, who are all ready.
    void mirror(Pacer& other) {
        mirror_ = &other;
        for (const CampaignId id : campaigns_) {
            start_day(other, id);
        }
        for (const AgentId agent : agents_) {
            other.on({.at = now_, .kind = EventKind::agent_signed_in, .agent = agent});
            other.on({.at = now_, .kind = EventKind::agent_ready, .agent = agent});
        }
    }

    [[nodiscard]] Pacer& pacer() { return pacer_; }
    [[nodiscard]] std::vector<CallId> ringing() const {
        std::vector<CallId> calls;
        for (const auto& call : calls_) {
            if (!call.waiting) {
                calls.push_back(call.id);
            }
        }
        return calls;
    }
    [[nodiscard]] int answered() const { return abandoned_ + served(); }
    [[nodiscard]] int abandoned() const { return abandoned_; }
    [[nodiscard]] int served() const { return served_[0] + served_[1]; }
    [[nodiscard]] int served_of(CampaignId of) const { return served_[index(of)]; }
    [[nodiscard]] int decisions_compared() const { return compared_; }
    [[nodiscard]] int decisions_differing() const { return differing_; }

private:
    struct Call {
        CallId id;
        CampaignId of;
        Instant dialed;
        Instant ends;
        bool person = false;
        bool waiting = false;
        bool over = false;
    };
    struct Work {
        AgentId agent;
        bool wrap = false;
        Instant until;
    };

    static std::size_t index(CampaignId of) {
        return static_cast<std::size_t>(static_cast<std::int64_t>(of)) - 1;
    }
    double uniform() { return std::uniform_real_distribution<>{}(random_); }
    static Duration of_seconds(double time_s) {
        return Duration{static_cast<std::int64_t>(time_s * 1e6)};
    }

    void add_campaign(CampaignId id, const Settings& settings) {
        pacer_.set_campaign(id, settings);
        campaigns_.push_back(id);
        start_day(pacer_, id);
    }
    void start_day(Pacer& pacer, CampaignId id) const {
        pacer.on(
            {.at = now_, .kind = EventKind::day_started, .campaign = id, .until = end_of_day_});
    }

    void play(int time_s, bool dialing) {
        for (int tick = 0; tick < time_s * 4; ++tick) {
            now_ += Duration{250'000};
            move_agents();
            move_calls();
            for (const CampaignId id : campaigns_) {
                if (dialing) {
                    follow(decide(id), id);
                }
            }
        }
    }
    void move_agents() {
        for (auto& work : work_) {
            if (now_ < work.until) {
                continue;
            }
            if (!work.wrap) {
                work.wrap = true;
                work.until = now_ + of_seconds(5 + 10 * uniform());
                tell({.kind = EventKind::agent_wrap_up, .agent = work.agent});
            } else {
                tell({.kind = EventKind::agent_ready, .agent = work.agent});
                free_.push_back(work.agent);
                work.agent = AgentId{};
            }
        }
        std::erase_if(work_, [](const Work& work) { return work.agent == AgentId{}; });
    }
    void move_calls() {
        for (auto& call : calls_) {
            if (!call.waiting && now_ >= call.ends) {
                call.waiting = call.person;
                call.over = !call.person;
                tell({.kind = call.person ? EventKind::answered : EventKind::ended,
                      .call = call.id});
            }
            if (call.waiting && !free_.empty()) {
                serve(call);
            } else if (call.waiting && now_ >= call.ends + of_seconds(2)) {
                call.over = true;
                ++abandoned_;
                tell({.kind = EventKind::abandoned, .call = call.id});
            }
        }
        std::erase_if(calls_, [](const Call& call) { return call.over; });
    }
    void serve(Call& call) {
        const AgentId agent = free_.front();
        free_.pop_front();
        call.over = true;
        ++served_[index(call.of)];
        tell({.kind = EventKind::agent_talking, .call = call.id, .agent = agent});
        work_.push_back({agent, false, now_ + of_seconds(5 - 40 * std::log1p(-uniform()))});
    }
    void follow(const Plan& plan, CampaignId of) {
        int left = plan.give_up;
        for (auto& call : calls_) {
            if (left > 0 && call.of == of && !call.waiting) {
                --left;
                call.over = true;
                tell({.kind = EventKind::cancelled, .call = call.id});
            }
        }
        std::erase_if(calls_, [](const Call& call) { return call.over; });
        for (int i = 0; i < plan.dial; ++i) {
            const bool person = uniform() < 0.3;
            const double rings_s = person ? 4 + 14 * uniform() : 22;
            const CallId id{++last_call_};
            calls_.push_back({id, of, now_, now_ + of_seconds(rings_s), person});
            tell({.kind = EventKind::dial_started, .campaign = of, .call = id, .group = leads_[0]});
        }
    }

    Instant now_{std::chrono::hours{490'000}};
    Instant end_of_day_ = now_ + std::chrono::hours{8};
    Pacer pacer_;
    Pacer* mirror_ = nullptr;
    std::vector<CampaignId> campaigns_;
    std::vector<Group> leads_ = std::vector<Group>(500, Group{1, 1, 1, 10});
    std::vector<AgentId> agents_;
    std::deque<AgentId> free_;
    std::vector<Work> work_;
    std::vector<Call> calls_; // by dial
    std::int64_t last_call_ = 0;
    int served_[2] = {0, 0};
    int abandoned_ = 0;
    int compared_ = 0;
    int differing_ = 0;
    std::mt19937_64 random_;
};

} // namespace small_world
