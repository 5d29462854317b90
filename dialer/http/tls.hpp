#pragma once

// Our own TLS: the certificate that browsers are shown, and what we take from them.

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace dialer::http {

/// PEM files: the certificate with the chain to its authority below it, and its private key.
struct TlsFiles {
    std::string certificate; ///< empty: no TLS
    std::string key;
};

/// A certificate that can be shown. Connections that began under it keep it.
struct TlsIdentity {
    boost::asio::ssl::context context;
    std::vector<std::string> names; ///< that it is good for, in lower case; "*.example.com" as well
};

/// TLS 1.2 and newer with forward secrecy and AEAD ciphers (RFC 9325 3.1.1 and 4.2), no
/// renegotiation, ALPN http/1.1 (RFC 7301). Throws std::runtime_error that names the file and what
/// to do: missing, not PEM, a key that is another certificate's or that others can read, expired.
[[nodiscard]] std::shared_ptr<TlsIdentity> load_tls(const TlsFiles& files);

/// Holds the identity in force and takes the next one when the files change. One thread only.
class TlsKeeper {
public:
    /// Throws as load_tls does.
    explicit TlsKeeper(TlsFiles files);

    [[nodiscard]] const std::shared_ptr<TlsIdentity>& identity() const { return identity_; }

    /// To be called every few seconds: looks at the times of the files. Returns what to log, empty
    /// when nothing happened. Files that are no good change nothing and are told once; half of a
    /// change (the key is there, its certificate not yet) is made whole at a later look.
    [[nodiscard]] std::string look();

private:
    using Stamp = std::pair<std::filesystem::file_time_type, std::filesystem::file_time_type>;
    [[nodiscard]] Stamp stamp() const;

    TlsFiles files_;
    Stamp seen_;
    std::shared_ptr<TlsIdentity> identity_;
};

} // namespace dialer::http
