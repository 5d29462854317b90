// Goal: abandonment stays within the budget however wrong the model is. Moving log(threshold) by
// 0.1 for each answer within [1e-5, 0.8] bounds abandoned - cap * answered by
// ln(0.8 / 1e-5) / 0.1 = 113 for ever, plus what is in flight when the world turns.
// Method: small closed worlds whose rules change as soon as they have been learnt. Each plays
// twelve hundred answers; the count is checked at every single one.

#include "pacing/pacer.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace pacing;
using namespace std::chrono_literals;

namespace {

constexpr CampaignId kCampaign{1};
constexpr int kAgents = 6;
constexpr double kCap = 0.03;
constexpr Duration kTick = 250ms;

// What the world does to whoever has come to rely on it; `regime` counts up with every 150 answers.
struct Trick {
    std::string name;
    double (*answer_share)(int regime);
    double (*ring_s)(int regime, double uniform);
    double (*talk_s)(int regime, double uniform);
    bool wrap_lies = false;  // wrap-up is announced to end in a second and lasts a minute
    bool in_concert = false; // all people who answer do so at the same moments
};

const std::vector<Trick>& tricks() {
    static const auto usual_ring = [](int, double uniform) { return 5 + 12 * uniform; };
    static const auto usual_talk = [](int, double uniform) {
        return 5 - 20 * std::log1p(-uniform);
    };
    static const auto usual_share = [](int) { return 0.3; };
    static const std::vector<Trick> all{
        {"the answer rate jumps", [](int regime) { return regime % 2 == 0 ? 0.03 : 1.0; },
         usual_ring, usual_talk},
        {"everybody answers at once", usual_share, usual_ring, usual_talk, false, true},
        {"ring times jump", usual_share,
         [](int regime, double uniform) { return (regime % 2 == 0 ? 1 : 18) + 3 * uniform; },
         usual_talk},
        {"talks of a fixed length become long", usual_share, usual_ring,
         [](int regime, double uniform) { return regime % 2 == 0 ? 15.0 : 15 + 90 * uniform; }},
        {"agents announce an end of wrap-up that does not come", usual_share, usual_ring,
         usual_talk, true},
        {"all of it", [](int regime) { return regime % 3 == 0 ? 0.05 : 0.9; },
         [](int regime, double uniform) { return regime % 2 == 0 ? 2 : 20 * uniform; },
         [](int regime, double uniform) { return regime % 5 == 0 ? 3 : 100 * uniform; }, true,
         true},
    };
    return all;
}

class SmallWorld {
public:
    SmallWorld(const Trick& trick, unsigned seed) : trick_{trick}, random_{seed} {
        pacer_.set_campaign(kCampaign, Settings{});
        for (std::int64_t agent = 1; agent <= kAgents; ++agent) {
            tell(EventKind::agent_signed_in, 0, agent);
            tell(EventKind::agent_ready, 0, agent);
        }
    }

    void tick() {
        now_ += kTick;
        std::for_each(agents_.begin(), agents_.end(), [this](Agent& agent) { move_on(agent); });
        for (Call& call : calls_) {
            move_on(call);
        }
        std::erase_if(calls_, [](const Call& call) { return call.over; });
        const Plan plan = pacer_.decide(kCampaign, now_, Room{}, next_);
        for (int i = 0; i < plan.dial; ++i) {
            dial();
        }
        cancel(plan.give_up);
        in_flight_most = std::max(in_flight_most, static_cast<int>(calls_.size()));
    }

    int answered = 0;
    int abandoned = 0;
    int in_flight_most = 0;
    int cancelled_early = 0; // asked to give up calls that had not rung for long enough

private:
    enum class Doing { waits, talks, wraps_up };
    struct Agent {
        std::int64_t id = 0;
        Doing doing = Doing::waits;
        Instant until{};
    };
    struct Call {
        std::int64_t id = 0;
        Instant ends{}; // the ringing
        bool person = false;
        bool waiting = false;
        bool over = false;
        Instant dialed{};
    };

    void tell(EventKind kind, std::int64_t call, std::int64_t agent = 0, Instant until = {}) {
        pacer_.on({now_, kind, kCampaign, CallId{call}, AgentId{agent}, Group{}, until, 0});
    }
    double uniform() { return std::uniform_real_distribution<>{}(random_); }
    static Duration seconds_of(double value) {
        return std::chrono::round<Duration>(std::chrono::duration<double>{value});
    }
    [[nodiscard]] int regime() const { return answered / 150; }

    void move_on(Agent& agent) {
        if (agent.doing == Doing::waits || now_ < agent.until) {
            return;
        }
        if (agent.doing == Doing::talks) {
            agent.doing = Doing::wraps_up;
            agent.until = now_ + (trick_.wrap_lies ? Duration{60s} : Duration{4s});
            tell(EventKind::agent_wrap_up, 0, agent.id);
            if (trick_.wrap_lies) {
                tell(EventKind::agent_wrap_ending, 0, agent.id, now_ + 1s);
            }
            return;
        }
        agent.doing = Doing::waits;
        tell(EventKind::agent_ready, 0, agent.id);
    }

    void move_on(Call& call) {
        if (!call.waiting && now_ >= call.ends) {
            call.over = !call.person;
            tell(call.person ? EventKind::answered : EventKind::ended, call.id);
            call.waiting = call.person;
            answered += call.person ? 1 : 0;
        }
        if (!call.waiting) {
            return;
        }
        const auto free = std::find_if(agents_.begin(), agents_.end(), [](const Agent& agent) {
            return agent.doing == Doing::waits;
        });
        if (free != agents_.end()) {
            free->doing = Doing::talks;
            free->until = now_ + seconds_of(trick_.talk_s(regime(), uniform()));
            tell(EventKind::agent_talking, call.id, free->id);
            call.over = true;
        } else if (now_ >= call.ends + 2s) {
            tell(EventKind::abandoned, call.id);
            ++abandoned;
            call.over = true;
        }
    }

    void dial() {
        Call call;
        call.id = ++last_call_;
        call.dialed = now_;
        call.person = uniform() < trick_.answer_share(regime());
        call.ends =
            now_ + (call.person ? seconds_of(trick_.ring_s(regime(), uniform())) : Duration{22s});
        if (trick_.in_concert && call.person) {
            call.ends = std::chrono::ceil<std::chrono::seconds>(call.ends);
            while (std::chrono::floor<std::chrono::seconds>(call.ends.time_since_epoch()).count() %
                       12 !=
                   0) {
                call.ends += 1s;
            }
        }
        tell(EventKind::dial_started, call.id);
        calls_.push_back(call);
    }

    void cancel(int count) {
        for (Call& call : calls_) {
            if (count > 0 && !call.waiting && call.dialed + 15s <= now_) {
                tell(EventKind::cancelled, call.id);
                call.over = true;
                --count;
            }
        }
        cancelled_early += std::max(0, count);
    }

    const Trick& trick_;
    std::mt19937_64 random_;
    Pacer pacer_;
    Instant now_{1'700'000'000s};
    std::vector<Agent> agents_ = [] {
        std::vector<Agent> out(kAgents);
        for (int i = 0; i < kAgents; ++i) {
            out[static_cast<std::size_t>(i)].id = i + 1;
        }
        return out;
    }();
    std::vector<Call> calls_;
    std::vector<Group> next_ = std::vector<Group>(200);
    std::int64_t last_call_ = 0;
};

} // namespace

TEST_CASE("a world that turns against the model cannot break the integrator's bound",
          "[pacing][property]") {
    constexpr int answers = 1200;
    const double slack = std::log(0.8 / 1e-5) / 0.1;
    for (const Trick& trick : tricks()) {
        INFO(trick.name);
        SmallWorld world{trick, 20'261'122};
        double worst = 0;
        for (int ticks = 0; world.answered < answers && ticks < 2'000'000; ++ticks) {
            world.tick();
            worst = std::max(worst, world.abandoned - kCap * world.answered);
        }
        REQUIRE(world.answered >= answers); // it goes on dialing, too
        INFO("worst excess " << worst << ", abandoned " << world.abandoned);
        CHECK(worst <= slack + world.in_flight_most);
        CHECK(world.cancelled_early == 0);
    }
}
