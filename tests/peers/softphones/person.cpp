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
constexpr Millis kStep{200};       // how quickly the person reacts to what is heard
constexpr Millis kSettled{1500};   // how long a state must stand before we call it unexpected

struct DeskView {
    std::string state;
    std::string since;   ///< tells one wrap-up from the next
    std::string preview; ///< number of the lead to decide on
};

std::string text_of(const boost::json::object& object, std::string_view name) {
    const boost::json::value* found = object.if_contains(name);
    return found != nullptr && found->is_string() ? std::string{found->as_string()} : std::string{};
}

DeskView read_desk(const std::string& desk) {
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(desk, error);
    if (error || !value.is_object()) {
        return {};
    }
    const boost::json::object& members = value.as_object();
    const boost::json::value* preview = members.if_contains("preview");
    const bool shown = preview != nullptr && preview->is_object();
    return {text_of(members, "state"), text_of(members, "since"),
            shown ? text_of(preview->as_object(), "number") : std::string{}};
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
    Moment seen = opened;
    while (true) {
        const auto progress = connection->receive(reader, now() + kStep);
        if (reader.state() != HttpReader::State::head && reader.status() != 200) {
            return;
        }
        for (const std::string& desk : events.feed(reader.take_body())) {
            seen = now();
            if (!see_desk(desk)) {
                return;
            }
        }
        act();
        if (progress == HttpConnection::Progress::ended ||
            reader.state() == HttpReader::State::broken ||
            reader.state() == HttpReader::State::complete) {
            lost_sight_();
            return;
        }
        if (now() - seen > kDeskEvery) {
            seen = now();
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
    const auto [state, since, preview] = read_desk(json);
    if (state.empty()) {
        return false;
    }
    see_state(state);
    see_preview(state == "ready" ? preview : std::string{});
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
    if (state == "talking") {
        beep_ = false; // of the call before
        machine_ = false;
    }
}

void Person::see_preview(const std::string& number) {
    if (number == preview_) {
        return;
    }
    preview_ = number;
    look_until_.reset();
    if (!number.empty()) {
        const double seconds = random_.lognormal(options_.preview_mean_s, options_.preview_cv);
        look_until_ = now() + Millis{std::llround(seconds * 1000.0 / options_.speed)};
    }
}

void Person::act() {
    if (beep_.exchange(false) && state_ == "talking" && !machine_) {
        machine_ = true;
        ++record_.machines;
        (void)post("/api/agent/hang-up", {}); // when it fails the tape ends the call
    }
    if (look_until_ && now() >= *look_until_) {
        decide_on_preview();
    }
}

void Person::decide_on_preview() {
    look_until_.reset();
    const bool skip = random_.uniform() < options_.preview_skip;
    const auto reply = skip ? post("/api/agent/preview/skip", R"({"reason":"not a good moment"})")
                            : post("/api/agent/preview/dial", {});
    if (reply.status < 200 || reply.status >= 300) {
        ++record_.preview_failures;
        preview_.clear(); // looked at anew when the desk still shows it
        return;
    }
    record_.previews += skip ? 0 : 1;
    record_.previews_skipped += skip ? 1 : 0;
}

bool Person::write_up(double seconds) {
    const auto pause = [](double s) { return Millis{std::llround(s * 1000.0)}; };
    const double ahead = options_.wrap_signal_s;
    if (ahead <= 0 || ahead >= seconds) {
        return rest(pause(seconds));
    }
    if (!rest(pause(seconds - ahead))) {
        return false;
    }
    ++record_.wrap_up_signals;
    (void)post("/api/agent/wrap-up-ending",
               fmt::format(R"({{"in_s":{}}})", std::llround(std::ceil(ahead))));
    return rest(pause(ahead));
}

bool Person::wrap_up() {
    const double drawn = random_.lognormal(options_.wrap_mean_s, options_.wrap_cv);
    const std::string usual = choose_disposition();
    const std::string code = machine_ ? "machine" : usual;
    if (!write_up((machine_ ? options_.machine_wrap_s : drawn) / options_.speed)) {
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
