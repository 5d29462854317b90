#pragma once

// Everything the softphones' command line decides.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace peers {

struct SoftphoneOptions {
    int count = 1;
    std::string address = "127.0.0.1";
    std::uint16_t port = 0; ///< local SIP port of all phones; 0 picks one
    std::string registrar_host;
    std::uint16_t registrar_port = 5060;
    std::string user_prefix = "agent"; ///< agent001, agent002, ...
    std::string password = "secret";
    std::map<std::string, std::string> passwords; ///< by user; wins over `password`
    int expires_s = 60;
    std::uint64_t seed = 1;
    // The person at the phone; no API host: only the phone.
    std::string api_host;
    std::uint16_t api_port = 8080;
    std::map<std::string, std::string> tokens; ///< by user
    std::string campaign;
    double wrap_mean_s = 5; ///< lognormal
    double wrap_cv = 0.8;
    double wrap_signal_s = 0;  ///< so long before its end the wrap-up is said to end; 0: never
    double machine_wrap_s = 3; ///< after a machine there is nothing to write down
    double preview_mean_s = 4; ///< lognormal: a look at a lead before it is dialed
    double preview_cv = 0.5;
    double preview_skip = 0.05; ///< share of leads that are skipped
    double speed = 1;           ///< divides these times
    std::string report;
};

} // namespace peers
