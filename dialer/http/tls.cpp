#include "dialer/http/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace dialer::http {

namespace {

namespace fs = std::filesystem;
namespace ssl = boost::asio::ssl;

// RFC 9325 4.2: forward secrecy, authenticated encryption. Those of TLS 1.3 are all of that kind.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view kProtocol = "http/1.1";

[[noreturn]] void fail(const std::string& file, const std::string& what) {
    ERR_clear_error();
    throw std::runtime_error{file + ": " + what};
}

void check_readable(const std::string& file) {
    if (!std::ifstream{file}) {
        fail(file, "cannot be read; is the path right, and may this user read it?");
    }
}

void check_key_is_private(const std::string& file) {
    std::error_code ignored; // whether it can be read at all is seen next
    const auto access = fs::status(file, ignored).permissions();
    if (!ignored && (access & fs::perms::others_all) != fs::perms::none) {
        fail(file, "others can read this private key; chmod o= it");
    }
}

std::string instant_text(const ASN1_TIME* time) {
    std::tm parts{};
    std::array<char, 32> text{};
    ASN1_TIME_to_tm(time, &parts);
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts);
    return {text.data(), size};
}

void check_dates(const std::string& file, const X509* certificate) {
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
        fail(file, "expired on " + instant_text(X509_get0_notAfter(certificate)) +
                       "; get a new certificate");
    }
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
        fail(file, "is good only from " + instant_text(X509_get0_notBefore(certificate)) +
                       " on; is the clock of this machine right?");
    }
}

/// RFC 6125 6.4.4: the alternative names alone; a common name counts for nothing in browsers.
std::vector<std::string> names_of(X509* certificate) {
    std::vector<std::string> names;
    auto* const all = static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
        const GENERAL_NAME* const one = sk_GENERAL_NAME_value(all, i);
        if (one->type != GEN_DNS) {
            continue;
        }
        std::string name{reinterpret_cast<const char*>(ASN1_STRING_get0_data(one->d.dNSName)),
                         static_cast<std::size_t>(ASN1_STRING_length(one->d.dNSName))};
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        names.push_back(std::move(name));
    }
    GENERAL_NAMES_free(all);
    return names;
}

/// RFC 7301 3.2: we speak one protocol; a client that offers others only is told so.
int choose_protocol(SSL* /*connection*/, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void* /*nothing*/) {
    for (unsigned int at = 0; at < offered_size; at += offered[at] + 1U) {
        const std::string_view one{reinterpret_cast<const char*>(offered + at + 1), offered[at]};
        if (at + 1 + offered[at] <= offered_size && one == kProtocol) {
            *chosen = offered + at + 1;
            *chosen_size = offered[at];
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_up(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    if (SSL_CTX_set_cipher_list(context, kCiphers) != 1) {
        throw std::runtime_error{"this OpenSSL has none of the ciphers that we allow"};
    }
    // Idle connections, of which event streams are many, hold no buffers for records.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(context, &choose_protocol, nullptr);
}

} // namespace

std::shared_ptr<TlsIdentity> load_tls(const TlsFiles& files) {
    auto identity = std::make_shared<TlsIdentity>(ssl::context{ssl::context::tls_server});
    SSL_CTX* const context = identity->context.native_handle();
    set_up(context);
    ERR_clear_error();
    check_readable(files.certificate);
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
        fail(files.certificate, "is no certificate in PEM; it must begin with the server's own, "
                                "and the chain to its authority follows");
    }
    check_key_is_private(files.key);
    check_readable(files.key);
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
        const bool other = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
        fail(files.key, other ? "is not the key of " + files.certificate
                              : "is no private key in PEM without a passphrase");
    }
    if (SSL_CTX_check_private_key(context) != 1) { // of another kind than the certificate's
        fail(files.key, "is not the key of " + files.certificate);
    }
    X509* const certificate = SSL_CTX_get0_certificate(context);
    check_dates(files.certificate, certificate);
    identity->names = names_of(certificate);
    return identity;
}

TlsKeeper::TlsKeeper(TlsFiles files)
    : files_{std::move(files)}, seen_{stamp()}, identity_{load_tls(files_)} {}

TlsKeeper::Stamp TlsKeeper::stamp() const {
    std::error_code missing; // a file that is gone has the least time, so that its coming is seen
    return {fs::last_write_time(files_.certificate, missing),
            fs::last_write_time(files_.key, missing)};
}

std::string TlsKeeper::look() {
    const Stamp now = stamp();
    if (now == seen_) {
        return {};
    }
    seen_ = now;
    try {
        identity_ = load_tls(files_);
        return "the certificate in " + files_.certificate + " is in force";
    } catch (const std::runtime_error& error) {
        return std::string{error.what()} + "; the certificate before it stays in force";
    }
}

} // namespace dialer::http
