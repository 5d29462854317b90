#include "tests/peers/softphones/person.hpp"

#include "tests/peers/common/json_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cmath>

namespace peers {
namespace {

constexpr Millis kRetry{1000};
constexpr Millis kDeskEvery{5000}; // asked by ourselves when no event came for so long
constexpr Millis kSettled{1500};   // how long a state must stand before we call it unexpected

struct DeskView {
    std::string state;
    std::string since; ///< tells one wrap-up from the next
};

DeskView read_desk(const std::string& desk) {
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(desk, error);
    DeskView view;
    if (error || !value.is_object()) {
        return view;
    }
    const auto member = [&value](std::string_view name) {
        const boost::json::value* found = value.as_object().if_contains(name);
        return found != nullptr && found->is_string() ? std::string{found->as_string()}
                                                      : std::string{};
    };
    return {member("state"), member("since")};
}

} // namespace

Person::Person(const SoftphoneOptions& options, HttpAccess access, std::uint64_t seed,
               std::function<void()> lost_sight)
    : options_{options}, access_{std::move(access)}, random_{seed},
      lost_sight_{std::move(lost_sight)}, state_since_{now()} {}

void Person::run() {
    while (rest(Millis{0})) {
        if (sign_in()) {
            follow_events();
        }
        see_state("offline");
        rest(kRetry);
    }
}

bool Person::sign_in() {
    const auto reply = post("/api/agent/sign-in", fmt::format(R"({{"campaign":{},"ready":true}})",
                                                              quoted(options_.campaign)));
    if (reply.status >= 200 && reply.status < 300) {
        ++record_.sign_ins;
        return true;
    }
    ++record_.sign_in_failures;
    // Refused or out of reach: very often the engine was started anew and has not seen the phone.
    lost_sight_();
    return false;
}

void Person::follow_events() {
    auto connection = HttpConnection::open(access_, "GET", "/api/agent/events", {});
    if (!connection) {
        lost_sight_();
        return;
    }
    ++record_.event_streams;
    HttpReader reader;
    EventReader events;
    const Moment opened = now();
    while (true) {
        const auto progress = connection->receive(reader, now() + kDeskEvery);
        if (reader.state() != HttpReader::State::head && reader.status() != 200) {
            return;
        }
        for (const std::string& desk : events.feed(reader.take_body())) {
            if (!see_desk(desk)) {
                return;
            }
        }
        if (progress == HttpConnection::Progress::ended ||
            reader.state() == HttpReader::State::broken ||
            reader.state() == HttpReader::State::complete) {
            lost_sight_();
            return;
        }
        if (progress == HttpConnection::Progress::nothing_in_time) {
            const auto reply = http_request(access_, "GET", "/api/agent/desk", {});
            if (reply.status != 200 || !see_desk(reply.body)) {
                return;
            }
        }
        const bool lost = state_ == "offline" || state_ == "paused";
        if (lost && now() - std::max(state_since_, opened) > kSettled) {
            return; // signs in again
        }
    }
}

bool Person::see_desk(const std::string& json) {
    const auto [state, since] = read_desk(json);
    if (state.empty()) {
        return false;
    }
    see_state(state);
    if (state == "wrap_up" && (since.empty() || since != disposed_since_)) {
        disposed_since_ = wrap_up() ? since : std::string{};
    } else if (state == "paused") {
        // Nobody here pauses on purpose. Where this is refused, signing in again follows.
        return post("/api/agent/ready", {}).status < 300;
    }
    return true;
}

void Person::see_state(const std::string& state) {
    if (state == state_) {
        return;
    }
    const Moment at = now();
    record_.state_ms[state_] += std::chrono::duration_cast<Millis>(at - state_since_).count();
    state_ = state;
    state_since_ = at;
    record_.talks += state == "talking" ? 1 : 0;
    record_.wrap_ups += state == "wrap_up" ? 1 : 0;
}

bool Person::wrap_up() {
    const double seconds =
        random_.lognormal(options_.wrap_mean_s, options_.wrap_cv) / options_.speed;
    const std::string code = choose_disposition();
    if (!rest(Millis{std::llround(seconds * 1000.0)})) {
        return false;
    }
    const auto reply =
        post("/api/agent/disposition", fmt::format(R"({{"code":{},"ready":true}})", quoted(code)));
    if (reply.status >= 200 && reply.status < 300) {
        ++record_.dispositions[code];
        return true;
    }
    ++record_.disposition_failures; // the wrap-up limit was faster, or the engine is gone
    return false;
}

std::string Person::choose_disposition() {
    const double draw = random_.uniform();
    if (draw < 0.01) {
        return "do_not_call";
    }
    if (draw < 0.13) {
        return "sale";
    }
    return draw < 0.70 ? "contact" : "no_contact";
}

bool Person::rest(Millis time) {
    const Moment until = now() + time;
    while (true) {
        pollfd polled{access_.stop_fd, POLLIN, 0};
        const auto left = std::chrono::ceil<Millis>(until - now()).count();
        ::poll(&polled, 1, static_cast<int>(std::clamp<long>(left, 0, 60'000)));
        if (polled.revents != 0) {
            return false;
        }
        if (now() >= until) {
            return true;
        }
    }
}

HttpReply Person::post(std::string_view path, std::string_view json) {
    return http_request(access_, "POST", path, json);
}

} // namespace peers
