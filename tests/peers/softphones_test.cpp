// Goal: a softphone registers with digest, takes its call at once, sends audio and reports the
// leg; the person at it signs in, wraps up and gives a disposition.
// Method: the real program against SIPp as registrar and as caller; the person against a small
// HTTP server of the test.

#include "tests/peers/process.hpp"
#include "tests/peers/softphones/person.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

using namespace peers;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

std::string desk(std::string_view state, std::string_view more = {}) {
    return fmt::format(R"({{"state":"{0}","since":"{0}"{1}}})", state, more);
}

/// Shows the desks it was given when the events are opened, "wrap_up" after a hang-up, and "ready"
/// after a disposition.
class DeskServer {
public:
    explicit DeskServer(std::vector<std::string> desks = {desk("ready"), desk("talking"),
                                                          desk("wrap_up"), desk("wrap_up")})
        : desks_{std::move(desks)} {
        listener_ = Fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_in address = *endpoint("127.0.0.1", 0);
        socklen_t length = sizeof address;
        REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
        REQUIRE(::listen(listener_.get(), 16) == 0);
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
        endpoint_ = address;
        thread_ = std::thread{[this] { serve(); }};
    }
    ~DeskServer() {
        stopping_ = true;
        thread_.join();
    }
    DeskServer(const DeskServer&) = delete;
    DeskServer& operator=(const DeskServer&) = delete;

    [[nodiscard]] sockaddr_in where() const { return endpoint_; }
    [[nodiscard]] bool disposed() const { return disposed_; }
    [[nodiscard]] bool asked_for(std::string_view what) const {
        return requests().find(what) != std::string::npos;
    }
    [[nodiscard]] std::string requests() const {
        const std::lock_guard lock{mutex_};
        return requests_;
    }

private:
    void serve() {
        while (!stopping_) {
            pollfd polled{listener_.get(), POLLIN, 0};
            if (::poll(&polled, 1, 20) > 0) {
                take(Fd{::accept(listener_.get(), nullptr, nullptr)});
            }
        }
    }

    void take(Fd client) {
        std::array<char, 4096> buffer{};
        const auto size = ::recv(client.get(), buffer.data(), buffer.size(), 0);
        const std::string request{buffer.data(), static_cast<std::size_t>(std::max<long>(size, 0))};
        {
            const std::lock_guard lock{mutex_};
            requests_ += request + "\n";
        }
        if (request.rfind("GET /api/agent/events", 0) == 0) {
            say(client, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            for (const std::string& shown : desks_) {
                say(client, "event: desk\ndata: " + shown + "\n\n");
            }
            stream_ = std::move(client);
            return;
        }
        const bool first_sign_in = request.find("sign-in") != std::string::npos && refuse_first_;
        refuse_first_ = refuse_first_ && !first_sign_in;
        say(client, first_sign_in ? "HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n"
                                  : "HTTP/1.1 204 No Content\r\n\r\n");
        if (request.find("hang-up") != std::string::npos) {
            say(stream_, "data: " + desk("wrap_up") + "\n\n");
        }
        if (request.find("disposition") != std::string::npos) {
            say(stream_, "data: {\"state\":\"ready\",\"since\":\"later\"}\n\n");
            disposed_ = true;
        }
    }

    static void say(const Fd& client, const std::string& text) {
        (void)::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL);
    }

    std::vector<std::string> desks_;
    Fd listener_;
    Fd stream_;
    sockaddr_in endpoint_{};
    bool refuse_first_ = true;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> disposed_ = false;
    mutable std::mutex mutex_;
    std::string requests_; // guarded by mutex_
    std::thread thread_;
};

template <typename Condition> bool await(Millis wait_max, Condition condition) {
    const Moment deadline = now() + wait_max;
    while (!condition()) {
        if (now() > deadline) {
            return false;
        }
        ::poll(nullptr, 0, 10);
    }
    return true;
}

} // namespace

TEST_CASE("a person signs in again after a refusal and disposes of each wrap-up once", "[peers]") {
    DeskServer server;
    SoftphoneOptions options;
    options.campaign = "demo";
    options.wrap_mean_s = 0.05;
    const Fd stop{::eventfd(0, EFD_CLOEXEC)};
    std::atomic<int> lost = 0;
    Person person{options, {server.where(), "token-1", stop.get()}, 5, [&lost] { ++lost; }};
    std::thread thread{[&person] { person.run(); }};
    CHECK(await(10s, [&server] { return server.disposed(); }));
    const std::uint64_t one = 1;
    CHECK(::write(stop.get(), &one, sizeof one) == sizeof one);
    thread.join();
    CHECK(person.record().sign_in_failures == 1);
    CHECK(person.record().sign_ins == 1);
    CHECK(lost >= 1);
    CHECK(person.record().talks == 1);
    CHECK(person.record().wrap_ups == 1);
    int dispositions = 0;
    for (const auto& [code, count] : person.record().dispositions) {
        dispositions += count;
    }
    CHECK(dispositions == 1);
    CHECK(server.requests().find("Authorization: Bearer token-1") != std::string::npos);
    CHECK(server.requests().find(R"({"campaign":"demo","ready":true})") != std::string::npos);
}

TEST_CASE("a person who hears a beep hangs up and calls it a machine", "[peers]") {
    DeskServer server{{desk("talking")}};
    SoftphoneOptions options;
    options.campaign = "demo";
    options.wrap_mean_s = 600; // the wrap-up after a machine is not this one
    options.machine_wrap_s = 0.05;
    const Fd stop{::eventfd(0, EFD_CLOEXEC)};
    Person person{options, {server.where(), "token-1", stop.get()}, 5, [] {}};
    std::thread thread{[&person] { person.run(); }};
    CHECK(await(10s, [&] {
        person.hear_beep(); // until the desk was seen it means nothing
        return server.asked_for("POST /api/agent/hang-up");
    }));
    CHECK(await(10s, [&server] { return server.disposed(); }));
    const std::uint64_t one = 1;
    CHECK(::write(stop.get(), &one, sizeof one) == sizeof one);
    thread.join();
    CHECK(person.record().machines == 1);
    CHECK(server.asked_for(R"({"code":"machine","ready":true})"));
}

TEST_CASE("a person dials or skips the lead on the desk after a look at it", "[peers]") {
    const bool skips = GENERATE(false, true);
    DeskServer server{{desk("ready", R"(,"preview":{"number":"+12125550123"})")}};
    SoftphoneOptions options;
    options.campaign = "demo";
    options.preview_mean_s = 0.05;
    options.preview_skip = skips ? 1 : 0;
    const Fd stop{::eventfd(0, EFD_CLOEXEC)};
    Person person{options, {server.where(), "token-1", stop.get()}, 5, [] {}};
    std::thread thread{[&person] { person.run(); }};
    const auto* const wanted =
        skips ? "POST /api/agent/preview/skip" : "POST /api/agent/preview/dial";
    CHECK(await(10s, [&] { return server.asked_for(wanted); }));
    const std::uint64_t one = 1;
    CHECK(::write(stop.get(), &one, sizeof one) == sizeof one);
    thread.join();
    CHECK(person.record().previews == (skips ? 0 : 1));
    CHECK(person.record().previews_skipped == (skips ? 1 : 0));
}

TEST_CASE("the end of a wrap-up is announced so long before as asked for", "[peers]") {
    DeskServer server;
    SoftphoneOptions options;
    options.campaign = "demo";
    options.wrap_mean_s = 0.5;
    options.wrap_cv = 0.01;
    options.wrap_signal_s = 0.3;
    const Fd stop{::eventfd(0, EFD_CLOEXEC)};
    Person person{options, {server.where(), "token-1", stop.get()}, 5, [] {}};
    std::thread thread{[&person] { person.run(); }};
    CHECK(await(10s, [&server] { return server.disposed(); }));
    const std::uint64_t one = 1;
    CHECK(::write(stop.get(), &one, sizeof one) == sizeof one);
    thread.join();
    CHECK(person.record().wrap_up_signals == 1);
    const auto requests = server.requests();
    CHECK(requests.find(R"({"in_s":1})") < requests.find("disposition"));
}

TEST_CASE("a softphone registers with digest and takes the dialer's call", "[peers][sip]") {
    std::string folder = (std::filesystem::temp_directory_path() / "phones-XXXXXX").string();
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    const std::string report_path = folder + "/phones.json";
    const std::uint16_t registrar_port = free_udp_port();
    Process registrar{{"sipp", "-sf", std::string{SCENARIOS_PATH} + "/registrar.xml", "-i",
                       "127.0.0.1", "-p", std::to_string(registrar_port), "-m", "1", "-timeout",
                       "20", "-timeout_error", "-nostdin"}};
    Process phones{{SOFTPHONES_PATH, "--count", "1", "--registrar",
                    fmt::format("127.0.0.1:{}", registrar_port), "--password", "secret", "--report",
                    report_path}};
    const auto line = phones.read_line(10s);
    REQUIRE(line);
    const int port = json::parse(*line).at("sip_port").to_number<int>();
    CHECK(registrar.wait(30s) == 0);

    Process caller{{"sipp", "-sn", "uac", "-i", "127.0.0.1", "-p", std::to_string(free_udp_port()),
                    "-s", "agent001", "-m", "1", "-d", "600", "-timeout", "20", "-timeout_error",
                    "-nostdin", fmt::format("127.0.0.1:{}", port)}};
    CHECK(caller.wait(30s) == 0);
    CHECK(phones.terminate(10s) == 0);

    std::ostringstream text;
    text << std::ifstream{report_path}.rdbuf();
    const json::value report = json::parse(text.str());
    const auto& phone = report.at("phones").as_array().front();
    CHECK(phone.at("registered").to_number<int>() == 1);
    CHECK(phone.at("invites").to_number<int>() == 1);
    REQUIRE(phone.at("legs").as_array().size() == 1);
    const auto& leg = phone.at("legs").as_array().front();
    CHECK(leg.at("ended_by").as_string() == "bye");
    CHECK(leg.at("sent").to_number<int>() + leg.at("send_errors").to_number<int>() >= 25);
    std::filesystem::remove_all(folder);
}
