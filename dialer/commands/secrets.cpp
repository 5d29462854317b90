#include "dialer/commands/secrets.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <stdexcept>

namespace dialer::commands {

namespace {

// Turns the terminal's echo off as long as it lives.
class NoEcho {
public:
    NoEcho() {
        if (::tcgetattr(STDIN_FILENO, &before_) == 0) {
            termios quiet = before_;
            quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
        }
    }
    ~NoEcho() {
        if (changed_) {
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
            std::fputs("\n", stderr);
        }
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

private:
    termios before_{};
    bool changed_ = false;
};

} // namespace

std::string digest_ha1(std::string_view user, std::string_view realm, std::string_view password) {
    const std::string text = fmt::format("{}:{}:{}", user, realm, password);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) {
        throw std::runtime_error{"MD5 is not available in the crypto library"};
    }
    std::string out;
    for (unsigned int i = 0; i < size; ++i) {
        out += fmt::format("{:02x}", digest[i]);
    }
    return out;
}

std::string make_token() {
    if (sodium_init() < 0) {
        throw std::runtime_error{"no source of random numbers"};
    }
    std::array<unsigned char, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::string out;
    for (const unsigned char byte : bytes) {
        out += fmt::format("{:02x}", byte);
    }
    return out;
}

std::string read_password(std::string_view prompt) {
    std::string line;
    if (::isatty(STDIN_FILENO) == 1) {
        fmt::print(stderr, "{}", prompt);
        std::fflush(stderr);
        const NoEcho quiet;
        std::getline(std::cin, line);
    } else {
        std::getline(std::cin, line);
    }
    if (!line.empty() && line.back() == '\r') {
        line.pop_back();
    }
    return line;
}

} // namespace dialer::commands
