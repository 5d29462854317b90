#pragma once

// Tokens and passwords of the simulated agents, from files or the command line's text.

#include <map>
#include <string>
#include <vector>

namespace peers {

/// A JSON object user -> value, or one value a line, given to the users in order. Throws
/// std::runtime_error naming the file when it cannot be read or is no such thing.
[[nodiscard]] std::map<std::string, std::string>
read_user_values(const std::string& path, const std::vector<std::string>& users);

struct HostPort {
    std::string host;
    std::uint16_t port = 0;
};

/// "127.0.0.1:8080" or "http://127.0.0.1:8080". Throws std::runtime_error when it is neither.
[[nodiscard]] HostPort read_host_port(std::string text);

} // namespace peers
