// Goal: browsers get HTTPS of today and nothing older, a wrong certificate is told in words before
// anything is served, and a new one comes into force without a restart.
// Method: certificates made here, OpenSSL's client against the server with a fake engine.

#include "dialer/http/host_names.hpp"
#include "dialer/http/server.hpp"
#include "dialer/http/tls.hpp"
#include "tests/http/client.hpp"
#include "tests/http/fake_control.hpp"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

using namespace std::chrono_literals;
using namespace dialer::http;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using http_test::FakeControl;
using http_test::kDeadline;
using http_test::request;
namespace fs = std::filesystem;

namespace {

template <auto Free> struct Freed {
    template <typename T> void operator()(T* of) const { Free(of); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

/// A folder with a certificate and its key, gone at the end.
struct Files {
    Files() {
        std::string name = fs::temp_directory_path() / "dialer-tls-XXXXXX";
        folder = mkdtemp(name.data());
    }
    ~Files() { fs::remove_all(folder); }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    [[nodiscard]] TlsFiles paths() const { return {folder / "cert.pem", folder / "key.pem"}; }

    /// Good from so many seconds before now until so many after it.
    void make(const std::string& names, long from = -60, long until = 3600,
              const char* curve = "P-256") const {
        write(Key{EVP_EC_gen(curve)}, names, from, until);
    }
    void make_rsa() const { write(Key{EVP_RSA_gen(2048)}, "DNS:dialer.example", -60, 3600); }

    fs::path folder;

private:
    void write(const Key& key, const std::string& names, long from, long until) const {
        const std::unique_ptr<X509, Freed<X509_free>> made{X509_new()};
        X509_set_version(made.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), from);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), until);
        X509_set_pubkey(made.get(), key.get());
        X509V3_CTX context{};
        X509V3_set_ctx(&context, made.get(), made.get(), nullptr, nullptr, 0);
        X509_EXTENSION* const also =
            X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, names.c_str());
        REQUIRE(also != nullptr);
        X509_add_ext(made.get(), also, -1);
        X509_EXTENSION_free(also);
        REQUIRE(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
        using Opened = std::unique_ptr<FILE, Freed<std::fclose>>;
        REQUIRE(PEM_write_X509(Opened{std::fopen(paths().certificate.c_str(), "w")}.get(),
                               made.get()) == 1);
        REQUIRE(PEM_write_PrivateKey(Opened{std::fopen(paths().key.c_str(), "w")}.get(), key.get(),
                                     nullptr, nullptr, 0, nullptr, nullptr) == 1);
        fs::permissions(paths().key, fs::perms::owner_read | fs::perms::owner_write);
    }
};

std::string error_of(const TlsFiles& files) {
    try {
        (void)load_tls(files);
        return "";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

/// A client that speaks TLS; it waits ten seconds for anything.
class TlsClient {
public:
    explicit TlsClient(std::uint16_t port, int newest = TLS1_3_VERSION,
                       const std::string& protocol = "")
        : context_{SSL_CTX_new(TLS_client_method())}, connection_{SSL_new(context_.get())} {
        SSL_set_max_proto_version(connection_.get(), newest);
        SSL_set_min_proto_version(connection_.get(), TLS1_VERSION);
        SSL_set_security_level(connection_.get(), 0); // so that what is old is offered at all
        if (!protocol.empty()) {
            const std::string offered = static_cast<char>(protocol.size()) + protocol;
            SSL_set_alpn_protos(connection_.get(),
                                reinterpret_cast<const unsigned char*>(offered.data()),
                                static_cast<unsigned int>(offered.size()));
        }
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        const timeval within{kDeadline.count(), 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &within, sizeof within);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
        SSL_set_fd(connection_.get(), socket_);
        connected_ = SSL_connect(connection_.get()) == 1;
    }
    ~TlsClient() { ::close(socket_); }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }
    [[nodiscard]] std::string version() const { return SSL_get_version(connection_.get()); }
    [[nodiscard]] std::string cipher() const { return SSL_get_cipher(connection_.get()); }

    void send(const std::string& bytes) {
        REQUIRE(SSL_write(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
                static_cast<int>(bytes.size()));
    }
    /// Everything until `needle` has come, or the end.
    std::string read_until(const std::string& needle) {
        std::string text;
        std::array<char, 4096> piece{};
        while (text.find(needle) == std::string::npos) {
            const int size =
                SSL_read(connection_.get(), piece.data(), static_cast<int>(piece.size()));
            if (size <= 0) {
                closed_well_ = SSL_get_error(connection_.get(), size) == SSL_ERROR_ZERO_RETURN;
                break;
            }
            text.append(piece.data(), static_cast<std::size_t>(size));
        }
        return text;
    }
    /// The peer said that this is the end, so nothing was cut off.
    [[nodiscard]] bool closed_well() const { return closed_well_; }

    /// The names of the certificate that was shown.
    [[nodiscard]] bool is_shown(const std::string& name) const {
        const std::unique_ptr<X509, Freed<X509_free>> shown{
            SSL_get1_peer_certificate(connection_.get())};
        return shown && X509_check_host(shown.get(), name.data(), name.size(), 0, nullptr) == 1;
    }

private:
    std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>> context_;
    std::unique_ptr<SSL, Freed<SSL_free>> connection_;
    int socket_ = -1;
    bool connected_ = false;
    bool closed_well_ = false;
};

struct Room {
    Room() {
        files.make("DNS:dialer.example,DNS:*.calls.example");
        ServerConfig config;
        config.port = 0;
        config.tls = files.paths();
        config.redirect_port = 0;
        config.times.heartbeat = 50ms;
        config.times.tick = 20ms;
        server = std::make_unique<Server>(config, control);
    }

    Files files;
    FakeControl control;
    std::unique_ptr<Server> server;
};

std::string from(const std::string& host, const std::string& target = "/healthz") {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
}

} // namespace

TEST_CASE("requests travel through TLS, one after the other and with large bodies", "[http][tls]") {
    Room room;
    TlsClient client{room.server->port(), TLS1_3_VERSION, "http/1.1"};
    REQUIRE(client.connected());
    CHECK(client.version() == "TLSv1.3");
    const std::string long_name(60'000, 'x');
    client.send(request("GET", "/api/me", "ops") +
                request("POST", "/api/opt-outs", "ops", "{\"number\":\"" + long_name + "\"}") +
                from("localhost"));
    const std::string all = client.read_until("no end is marked");
    CHECK_THAT(all, StartsWith("HTTP/1.1 200") && Contains("HTTP/1.1 400") &&
                        Contains("\"number\"") && Contains("Strict-Transport-Security: max-age="));
    CHECK(client.closed_well());
}

TEST_CASE("old versions, other protocols and plain HTTP are refused", "[http][tls]") {
    Room room;
    CHECK_FALSE(TlsClient{room.server->port(), TLS1_1_VERSION}.connected());
    CHECK_FALSE(TlsClient{room.server->port(), TLS1_3_VERSION, "h2"}.connected());
    TlsClient older{room.server->port(), TLS1_2_VERSION};
    REQUIRE(older.connected());
    CHECK_THAT(older.cipher(), StartsWith("ECDHE") && (Contains("GCM") || Contains("POLY1305")));

    http_test::Client plain{room.server->port()};
    plain.send(request("GET", "/api/me", "ops"));
    const auto told = plain.read_answer();
    CHECK(told.status == 400);
    CHECK_THAT(told.body, Contains("https://"));
    CHECK(plain.ended());
}

TEST_CASE("who begins a handshake and says nothing makes room for others", "[http][tls]") {
    Files files;
    files.make("DNS:dialer.example");
    ServerConfig config;
    config.port = 0;
    config.tls = files.paths();
    config.connections_max = 2;
    FakeControl control;
    Server server{config, control};
    http_test::Client silent{server.port()};
    http_test::Client half{server.port()};
    half.send("\x16\x03\x01");
    TlsClient third{server.port()};
    REQUIRE(third.connected());
    third.send(from("localhost"));
    CHECK_THAT(third.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
    CHECK(silent.ended());
}

TEST_CASE("events come through TLS while the reader sends as well", "[http][tls]") {
    Room room;
    TlsClient reader{room.server->port()};
    REQUIRE(reader.connected());
    reader.send(request("GET", "/api/events", "supervisor"));
    CHECK_THAT(reader.read_until("event: live"), Contains("text/event-stream"));
    reader.send("what nobody reads");
    CHECK_THAT(reader.read_until("event: heartbeat"), Contains("event: heartbeat"));
}

TEST_CASE("plain HTTP is sent on to HTTPS under our own names only", "[http][tls]") {
    Room room;
    const auto ask = [&](const std::string& host, const std::string& target) {
        http_test::Client client{room.server->redirect_port()};
        client.send(from(host, target));
        return client.read_answer();
    };
    const auto sent = ask("dialer.example:80", "/desk?a=b");
    CHECK(sent.status == 308);
    CHECK(sent.header("location") ==
          "https://dialer.example:" + std::to_string(room.server->port()) + "/desk?a=b");
    CHECK(ask("evil.example", "/desk").status == 421);
    CHECK(ask("dialer.example", "http://evil.example/").header("location") ==
          "https://dialer.example:" + std::to_string(room.server->port()) + "/");
}

TEST_CASE("the names of the certificate are ours", "[http][tls]") {
    Room room;
    const auto status = [&](const std::string& host) {
        TlsClient client{room.server->port()};
        client.send(from(host));
        return client.read_until("\r\n").substr(9, 3);
    };
    CHECK(status("dialer.example") == "200");
    CHECK(status("Rome.calls.example:8443") == "200");
    CHECK(status("a.rome.calls.example") == "421");
    CHECK(status("evil.example") == "421");
}

TEST_CASE("a name is ours when the configuration, or the address, says so", "[http]") {
    const std::vector<std::string> names{"dialer.example"};
    for (const char* ours :
         {"dialer.example", "DIALER.example:443", "localhost", "127.0.0.1:8080"}) {
        INFO(ours);
        CHECK(is_our_name(ours, names, "127.0.0.1"));
    }
    for (const char* other : {"", ":80", "dialer.example.evil.example", "dialer.example:80a",
                              "x@dialer.example", "127.0.0.2", "dialer.example:"}) {
        INFO(other);
        CHECK_FALSE(is_our_name(other, names, "127.0.0.1"));
    }
}

TEST_CASE("a new certificate is in force without a restart, a bad one is not", "[http][tls]") {
    Files files;
    files.make("DNS:first.example");
    TlsKeeper keeper{files.paths()};
    CHECK(keeper.look().empty());
    const auto first = keeper.identity();
    const auto touch = [&](int seconds) {
        fs::last_write_time(files.paths().certificate,
                            fs::file_time_type::clock::now() + std::chrono::seconds{seconds});
    };
    fs::remove(files.paths().key);
    CHECK_THAT(keeper.look(), Contains("key.pem") && Contains("stays in force"));
    CHECK(keeper.look().empty()); // told once
    CHECK(keeper.identity() == first);
    files.make("DNS:second.example", -60, -10);
    touch(1);
    CHECK_THAT(keeper.look(), Contains("expired"));
    files.make("DNS:second.example");
    touch(2);
    CHECK_THAT(keeper.look(), Contains("is in force"));
    CHECK(keeper.identity()->names == std::vector<std::string>{"second.example"});
}

TEST_CASE("the server takes a new certificate for those who come after it", "[http][tls]") {
    Room room;
    TlsClient before{room.server->port()};
    REQUIRE(before.is_shown("dialer.example"));
    room.files.make("DNS:other.example");
    const auto until = std::chrono::steady_clock::now() + kDeadline;
    bool shown = false;
    while (!shown && std::chrono::steady_clock::now() < until) {
        const TlsClient after{room.server->port()};
        shown = after.connected() && after.is_shown("other.example");
    }
    CHECK(shown);
    before.send(from("localhost"));
    CHECK_THAT(before.read_until("\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_CASE("what is wrong with a certificate is said with its file", "[http][tls]") {
    Files files;
    CHECK_THAT(error_of(files.paths()), Contains("cert.pem: cannot be read"));
    files.make("DNS:dialer.example");
    CHECK(error_of(files.paths()).empty());
    const auto [certificate, key] = files.paths();
    CHECK_THAT(error_of({key, key}), Contains("key.pem: is no certificate in PEM"));
    fs::permissions(certificate, fs::perms::others_all, fs::perm_options::remove);
    CHECK_THAT(error_of({certificate, certificate}), Contains("is no private key"));
    CHECK_THAT(error_of({certificate, files.folder / "none"}), Contains("none: cannot be read"));
    fs::permissions(key, fs::perms::others_read, fs::perm_options::add);
    CHECK_THAT(error_of(files.paths()), Contains("others can read this private key"));

    Files other;
    other.make("DNS:dialer.example");
    CHECK_THAT(error_of({certificate, other.paths().key}), Contains("is not the key of"));
    other.make_rsa();
    CHECK_THAT(error_of({certificate, other.paths().key}), Contains("is not the key of"));
    CHECK(error_of(other.paths()).empty());
    other.make("DNS:dialer.example", -7200, -3600);
    CHECK_THAT(error_of(other.paths()), Contains("expired on 2"));
    other.make("DNS:dialer.example", 3600, 7200);
    CHECK_THAT(error_of(other.paths()), Contains("is good only from 2"));
}
