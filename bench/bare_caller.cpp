// What does a call cost with sofia-sip alone? The baseline of bench/engine_rate.py.
//
// Places INVITEs with an SDP body at a steady rate from one nta agent, without engine, log or
// media, and prints one JSON line: calls, final responses, and the process's CPU time per call.

#include <sofia-sip/nta.h>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_wait.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string>

namespace {

const char* const offer =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 16384 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    "a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";

struct Caller {
    su_root_t* root = nullptr;
    nta_agent_t* agent = nullptr;
    std::string carrier;
    double rate_per_s = 0;
    long calls_max = 0;
    long placed = 0;
    long finished = 0;
    std::chrono::steady_clock::time_point started;
};

struct CallInProgress {
    Caller* caller;
    nta_leg_t* leg;
};

int on_response(nta_outgoing_magic_t* magic, nta_outgoing_t* request, const sip_t* response) {
    if (response != nullptr && response->sip_status->st_status < 200) {
        return 0;
    }
    auto* call = reinterpret_cast<CallInProgress*>(magic);
    auto* caller = call->caller;
    nta_outgoing_destroy(request);
    nta_leg_destroy(call->leg);
    delete call;
    if (++caller->finished == caller->calls_max) {
        su_root_break(caller->root);
    }
    return 0;
}

void place_call(Caller& caller) {
    const auto number = 12125550100L + caller.placed++ % 100;
    const auto to = fmt::format("<sip:+{}@{}>", number, caller.carrier);
    const auto from = fmt::format("<sip:+12125550199@{}>", "127.0.0.1");
    const auto uri = fmt::format("sip:+{}@{}", number, caller.carrier);
    auto* leg = nta_leg_tcreate(caller.agent, nullptr, nullptr, SIPTAG_FROM_STR(from.c_str()),
                                SIPTAG_TO_STR(to.c_str()), TAG_END());
    nta_leg_tag(leg, nullptr);
    auto* call = new CallInProgress{&caller, leg};
    nta_outgoing_tcreate(leg, on_response, reinterpret_cast<nta_outgoing_magic_t*>(call),
                         URL_STRING_MAKE(("sip:" + caller.carrier).c_str()), SIP_METHOD_INVITE,
                         URL_STRING_MAKE(uri.c_str()), SIPTAG_CONTACT_STR("<sip:127.0.0.1>"),
                         SIPTAG_CONTENT_TYPE_STR("application/sdp"), SIPTAG_PAYLOAD_STR(offer),
                         TAG_END());
}

void on_tick(su_root_magic_t* magic, su_timer_t* /*timer*/, su_timer_arg_t* /*arg*/) {
    auto& caller = *reinterpret_cast<Caller*>(magic);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - caller.started;
    const auto due = static_cast<long>(elapsed.count() * caller.rate_per_s);
    while (caller.placed < std::min(due, caller.calls_max)) {
        place_call(caller);
    }
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](timeval t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace

int main(int argc, char** argv) {
    Caller caller;
    double run_s = 10;
    CLI::App app{"A bare nta caller: the baseline of the engine's cost per call"};
    app.add_option("--carrier", caller.carrier, "ADDRESS:PORT of the carrier")->required();
    app.add_option("--rate", caller.rate_per_s, "Calls per second")->required();
    app.add_option("--seconds", run_s, "How long");
    CLI11_PARSE(app, argc, argv);
    caller.calls_max = static_cast<long>(caller.rate_per_s * run_s);

    su_init();
    caller.root = su_root_create(&caller);
    caller.agent = nta_agent_create(caller.root, URL_STRING_MAKE("sip:127.0.0.1:*;transport=udp"),
                                    nullptr, nullptr, NTATAG_UA(1), TAG_END());
    if (caller.agent == nullptr) {
        fmt::print(stderr, "bare_caller: no UDP port\n");
        return 1;
    }
    caller.started = std::chrono::steady_clock::now();
    auto* timer = su_timer_create(su_root_task(caller.root), 5);
    su_timer_set_for_ever(timer, on_tick, nullptr);
    const double before = cpu_seconds();
    su_root_run(caller.root);
    const double used = cpu_seconds() - before;
    fmt::print("{{\"calls\":{},\"cpu_us_per_call\":{:.1f}}}\n", caller.finished,
               used * 1e6 / static_cast<double>(caller.finished));
    su_timer_destroy(timer);
    nta_agent_destroy(caller.agent);
    su_root_destroy(caller.root);
    su_deinit();
    return 0;
}
