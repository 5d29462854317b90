#include "tests/peers/softphones/accounts.hpp"

#include "tests/peers/common/socket.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace peers {

std::map<std::string, std::string> read_user_values(const std::string& path,
                                                    const std::vector<std::string>& users) {
    std::ifstream file{path};
    std::ostringstream content;
    content << file.rdbuf();
    if (!file) {
        throw std::runtime_error{"cannot read " + path};
    }
    const std::string text = content.str();
    std::map<std::string, std::string> values;
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first != std::string::npos && text[first] == '{') {
        try {
            const boost::json::value all = boost::json::parse(text);
            for (const auto& member : all.as_object()) {
                values[std::string{member.key()}] = std::string{member.value().as_string()};
            }
        } catch (const std::exception& fault) {
            throw std::runtime_error{path + ": not a JSON object of texts: " + fault.what()};
        }
        return values;
    }
    std::istringstream lines{text};
    std::string line;
    for (auto user = users.begin(); user != users.end() && std::getline(lines, line);) {
        const auto end = line.find_last_not_of(" \t\r");
        if (end != std::string::npos) {
            values[*user++] = line.substr(0, end + 1);
        }
    }
    return values;
}

HostPort read_host_port(std::string text) {
    const std::string given = text;
    if (text.rfind("http://", 0) == 0) {
        text.erase(0, 7);
    }
    while (!text.empty() && text.back() == '/') {
        text.pop_back();
    }
    HostPort result;
    const auto colon = text.rfind(':');
    result.host = text.substr(0, colon);
    if (colon != std::string::npos) {
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, result.port);
        if (error != std::errc{} || stop != end) {
            result.port = 0;
        }
    }
    if (result.port == 0 || !endpoint(result.host, result.port)) {
        throw std::runtime_error{"'" + given + "' is not an IPv4 address and a port"};
    }
    return result;
}

} // namespace peers
