#pragma once

// Everything the carrier's command line decides.

#include "tests/peers/carrier/outcome.hpp"
#include "tests/peers/carrier/script.hpp"
#include "tests/peers/common/digest.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace peers {

struct CarrierOptions {
    std::string address = "127.0.0.1";
    std::vector<std::uint16_t> ports; ///< one trunk each; 0 picks a free one
    std::uint64_t seed = 1;
    Mix mix;
    Script script;
    std::optional<Login> login;        ///< challenge every INVITE with 407
    std::size_t calls_max = 100'000;   ///< simultaneous; 503 above
    double calls_per_second_max = 1e9; ///< 503 with Retry-After above
    unsigned drop_per_mille = 0;       ///< incoming SIP datagrams lost on purpose
    Millis delay_100{};                ///< before anything is answered
    std::optional<int> instant;        ///< the bare mode's final status
    Millis instant_hold{};             ///< from the ACK to the BYE in the bare mode
    std::string report;                ///< path; empty: none
    std::string journal;               ///< path; empty: none
};

} // namespace peers
