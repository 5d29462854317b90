#include "tests/peers/common/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <strings.h>

namespace peers {
namespace {

bool same_word(std::string_view a, std::string_view b) {
    return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Where the parameter at the front ends: the next comma outside quotes.
std::size_t parameter_end(std::string_view text) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            quoted = !quoted;
        } else if (text[i] == ',' && !quoted) {
            return i;
        }
    }
    return text.size();
}

std::string response_of(const Login& login, std::string_view realm, std::string_view nonce,
                        std::string_view method, std::string_view uri, std::string_view middle) {
    const std::string ha1 = md5_hex(fmt::format("{}:{}:{}", login.user, realm, login.password));
    const std::string ha2 = md5_hex(fmt::format("{}:{}", method, uri));
    return md5_hex(fmt::format("{}:{}:{}{}", ha1, nonce, middle, ha2));
}

} // namespace

std::string md5_hex(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_md5(), nullptr) != 1) {
        throw std::runtime_error{"MD5 is not available in this OpenSSL"};
    }
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        hex += fmt::format("{:02x}", hash.at(i));
    }
    return hex;
}

std::optional<std::string> parameter(std::string_view parameters, std::string_view name) {
    while (!parameters.empty()) {
        const std::size_t end = parameter_end(parameters);
        const auto piece = parameters.substr(0, end);
        parameters.remove_prefix(std::min(end + 1, parameters.size()));
        const auto equals = piece.find('=');
        if (equals == std::string_view::npos ||
            !same_word(trimmed(piece.substr(0, equals)), name)) {
            continue;
        }
        auto value = trimmed(piece.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
            value = value.substr(1, value.size() - 2);
        }
        return std::string{value};
    }
    return std::nullopt;
}

std::optional<Challenge> read_challenge(std::string_view parameters) {
    const auto realm = parameter(parameters, "realm");
    const auto nonce = parameter(parameters, "nonce");
    const auto algorithm = parameter(parameters, "algorithm");
    if (!realm || !nonce || (algorithm && !same_word(*algorithm, "MD5"))) {
        return std::nullopt;
    }
    const std::string qop = parameter(parameters, "qop").value_or("");
    return Challenge{*realm, *nonce, parameter(parameters, "opaque").value_or(""),
                     qop.find("auth") != std::string::npos};
}

std::string answer_challenge(const Challenge& challenge, const Login& login,
                             std::string_view method, std::string_view uri,
                             std::uint32_t nonce_count) {
    const std::string count = fmt::format("{:08x}", nonce_count);
    const std::string cnonce = md5_hex(challenge.nonce + count).substr(0, 16);
    const std::string middle =
        challenge.qop_auth ? fmt::format("{}:{}:auth:", count, cnonce) : std::string{};
    std::string value =
        fmt::format(R"(Digest username="{}", realm="{}", nonce="{}", uri="{}", response="{}", )"
                    "algorithm=MD5",
                    login.user, challenge.realm, challenge.nonce, uri,
                    response_of(login, challenge.realm, challenge.nonce, method, uri, middle));
    if (challenge.qop_auth) {
        value += fmt::format(R"(, qop=auth, nc={}, cnonce="{}")", count, cnonce);
    }
    if (!challenge.opaque.empty()) {
        value += fmt::format(R"(, opaque="{}")", challenge.opaque);
    }
    return value;
}

bool proves(std::string_view parameters, const Login& login, std::string_view realm,
            std::string_view nonce, std::string_view method) {
    const auto uri = parameter(parameters, "uri");
    const auto response = parameter(parameters, "response");
    if (!uri || !response || parameter(parameters, "username") != login.user ||
        parameter(parameters, "realm") != std::string{realm} ||
        parameter(parameters, "nonce") != std::string{nonce}) {
        return false;
    }
    std::string middle;
    if (const auto qop = parameter(parameters, "qop")) {
        middle = fmt::format("{}:{}:{}:", parameter(parameters, "nc").value_or(""),
                             parameter(parameters, "cnonce").value_or(""), *qop);
    }
    return *response == response_of(login, realm, nonce, method, *uri, middle);
}

} // namespace peers
