// Goal: no datagram, in whatever state a call is, crashes, hangs or leaks the SIP layer.
// Method: a live stack on loopback with one trunk, which is us. Each input is sent to its port as
// it is, after replacing the placeholders below with the values of a call that is under way; so
// the corpus and its mutations reach sofia's parser and transactions, and behind them our own
// handlers for responses, requests inside the dialog, registrations and strangers. An OPTIONS sent
// after each input must be answered: that shows the input has been worked off, and finds hangs.
//
//   $I Call-ID   $F From line value   $T To line value   $B branch   $S CSeq number   $P our port
//   $V To tag of the far end   $L our Contact URI

#include "campaigns/attempt.hpp"
#include "dialer/sip/digest.hpp"
#include "dialer/sip/stack.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace campaigns {

// Stands in for the store as the maker of tickets; this program never links the real one.
class Store {
public:
    static AttemptTicket mint(std::int64_t attempt) {
        return {AttemptId{attempt}, dnc::Number{12125550101}, dnc::Number{12025550199}, "carrier"};
    }
    static ResendTicket mint_resend(std::int64_t attempt) {
        return ResendTicket{AttemptId{attempt}};
    }
};

} // namespace campaigns

namespace {

using namespace dialer;
using namespace std::chrono_literals;

constexpr int kInputsPerStack = 2000; // finished transactions linger: a fresh stack frees them
constexpr auto kHang = 10s;

std::string field(const std::string& message, std::string_view name) {
    const auto at = message.find("\r\n" + std::string{name} + ": ");
    if (at == std::string::npos) {
        return {};
    }
    const auto start = at + name.size() + 4;
    return message.substr(start, message.find("\r\n", start) - start);
}

void replace_all(std::string& text, std::string_view what, const std::string& with) {
    for (auto at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
}

class Bench {
public:
    Bench() : fd_{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
        // OpenSSL starts before this object is complete, so that at exit the stack and its thread
        // are gone before the library cleans up.
        (void)sip::random_hex(1);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            std::abort();
        }
        port_ = ntohs(address.sin_port);
    }
    ~Bench() {
        stack_.reset();
        close(fd_);
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    void run(std::string input) {
        if (!stack_ || ++inputs_ > kInputsPerStack) {
            restart();
        }
        if (leg_over_.exchange(false)) {
            dial();
        }
        fill_in(input);
        send(input);
        synchronize();
    }

private:
    void restart() {
        stack_.reset();
        inputs_ = 0;
        sip::StackConfig config;
        config.invite_timeout = 1s;
        sip::Trunk trunk;
        trunk.name = "carrier";
        trunk.host = "127.0.0.1";
        trunk.port = port_;
        trunk.credentials = sip::Credentials{"user", "secret"};
        trunk.options_interval = 0s;
        config.trunks.push_back(trunk);
        stack_.emplace(config, clock_, [this](std::vector<sip::Event> events) {
            for (const auto& event : events) {
                note(event);
            }
        });
        stack_->set_phone_accounts({{"anna", "0123456789abcdef0123456789abcdef"}});
        leg_over_ = true;
    }

    // On the SIP thread.
    void note(const sip::Event& event) {
        if (std::holds_alternative<sip::Failed>(event) ||
            std::holds_alternative<sip::Ended>(event)) {
            leg_over_ = true;
        } else if (const auto* challenged = std::get_if<sip::Challenged>(&event)) {
            challenged_leg_ = static_cast<std::uint64_t>(challenged->leg);
        }
    }

    void dial() {
        ++leg_;
        const LegId id{leg_};
        stack_->dial({id, campaigns::Store::mint(static_cast<std::int64_t>(leg_)),
                      sdp::make_offer({127, 0, 0, 1}, 40000, leg_)});
        wait_for("INVITE ");
    }

    void fill_in(std::string& input) const {
        replace_all(input, "$I", field(invite_, "Call-ID"));
        replace_all(input, "$F", field(invite_, "From"));
        replace_all(input, "$T", field(invite_, "To"));
        const std::string via = field(invite_, "Via");
        const auto branch = via.find("branch=");
        replace_all(input, "$B",
                    branch == std::string::npos
                        ? ""
                        : via.substr(branch + 7, via.find(';', branch) - branch - 7));
        const std::string cseq = field(invite_, "CSeq");
        replace_all(input, "$S", cseq.substr(0, cseq.find(' ')));
        replace_all(input, "$P", std::to_string(port_));
        replace_all(input, "$V", "far");
        const std::string contact = field(invite_, "Contact");
        const std::string uri =
            contact.size() > 2 ? contact.substr(1, contact.find('>') - 1) : "sip:dialer@127.0.0.1";
        replace_all(input, "$L", uri);
    }

    void send(const std::string& text) const {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        to.sin_port = htons(stack_->port());
        (void)sendto(fd_, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    }

    void synchronize() {
        if (const auto leg = challenged_leg_.exchange(0); leg != 0) {
            const LegId id{leg};
            stack_->resend(id, campaigns::Store::mint_resend(static_cast<std::int64_t>(leg)));
        }
        if (inputs_ % 7 == 6) {
            const LegId id{leg_};
            stack_->hang_up(id);
        }
        ++mark_;
        send("OPTIONS sip:dialer@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" +
             std::to_string(port_) + ";branch=z9hG4bKmark" + std::to_string(mark_) +
             "\r\nFrom: <sip:m@127.0.0.1>;tag=m\r\nTo: <sip:dialer@127.0.0.1>\r\nCall-ID: mark" +
             std::to_string(mark_) + "\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
        wait_for("mark" + std::to_string(mark_) + "\r\n");
    }

    // Reads until a datagram with that text; keeps the latest INVITE on the way.
    void wait_for(const std::string& text) {
        const auto limit = std::chrono::steady_clock::now() + kHang;
        std::string buffer(65536, '\0');
        while (std::chrono::steady_clock::now() < limit) {
            pollfd wait{fd_, POLLIN, 0};
            if (poll(&wait, 1, 100) != 1) {
                continue;
            }
            const auto got = recv(fd_, buffer.data(), buffer.size(), 0);
            if (got <= 0) {
                continue;
            }
            const std::string message = buffer.substr(0, static_cast<std::size_t>(got));
            if (message.starts_with("INVITE ")) {
                invite_ = message;
            }
            if (message.find(text) != std::string::npos) {
                return;
            }
        }
        std::fprintf(stderr, "the SIP thread does not answer any more\n");
        std::abort();
    }

    int fd_;
    std::uint16_t port_ = 0;
    Clock clock_;
    std::atomic<bool> leg_over_{false};
    std::atomic<std::uint64_t> challenged_leg_{0};
    std::uint64_t leg_ = 0;
    std::uint64_t mark_ = 0;
    int inputs_ = 0;
    std::string invite_;
    std::optional<sip::Stack> stack_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Bench bench;
    bench.run(std::string{reinterpret_cast<const char*>(data), size});
    return 0;
}
