#pragma once

// The bare mode for benches: one final status for every INVITE at once, for as little CPU as a
// UDP socket allows. No media, no digest, no plan; 200 is followed by a BYE.

#include "tests/peers/carrier/ledger.hpp"
#include "tests/peers/carrier/options.hpp"
#include "tests/peers/common/agenda.hpp"
#include "tests/peers/common/socket.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace peers {

/// What the bare mode needs of a message; views into the datagram.
struct BareMessage {
    std::string_view first_line;
    std::string_view method;                     ///< of the request, or "SIP/2.0" for a response
    std::vector<std::string_view> vias;          ///< whole lines
    std::vector<std::string_view> record_routes; ///< whole lines
    std::string_view from;                       ///< values from here on
    std::string_view to;
    std::string_view call_id;
    std::string_view cseq;
    std::string_view contact;
    std::string_view x_attempt;
};

/// Nothing when a header is missing that every message has.
[[nodiscard]] std::optional<BareMessage> read_bare(std::string_view datagram);

/// Single-threaded: runs on the thread that calls run.
class InstantExchange {
public:
    /// Throws std::runtime_error when a port cannot be bound. `status` from 200 to 699.
    InstantExchange(const CarrierOptions& options, Ledger& ledger);

    [[nodiscard]] std::vector<std::uint16_t> ports() const;
    /// Serves until `stop_fd` is readable.
    void run(int stop_fd);

private:
    struct Dialog {
        std::uint64_t record = 0;
        std::size_t trunk = 0;
        sockaddr_in peer{};
        std::string request_uri;
        std::string from; ///< our To with its tag
        std::string to;
        int tries = 0; ///< of our BYE
    };

    void serve(std::size_t trunk);
    void take(std::size_t trunk, const BareMessage& message, const sockaddr_in& from);
    void take_invite(std::size_t trunk, const BareMessage& message, const sockaddr_in& from);
    void take_ack(const BareMessage& message);
    void take_bye(std::size_t trunk, const BareMessage& message, const sockaddr_in& from);
    void send_bye(const std::string& call_id);
    void reply(std::size_t trunk, const BareMessage& message, int status, const sockaddr_in& to);
    void send(std::size_t trunk, const std::string& text, const sockaddr_in& to);

    const CarrierOptions& options_;
    Ledger& ledger_;
    std::vector<UdpSocket> trunks_;
    UdpSocket media_; // a port to name in SDP; what comes in is left to the kernel to drop
    std::unordered_map<std::string, std::uint64_t> seen_; // branch and Call-ID -> record
    std::unordered_map<std::string, Dialog> dialogs_;     // by Call-ID, answered calls only
    Agenda<std::string> byes_;                            // Call-IDs
};

} // namespace peers
