#include "dialer/config.hpp"

#include "dialer/oidc/provider.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace dialer {

namespace {

/// The file being read: makes errors that name file, line and key.
class Reader {
public:
    explicit Reader(std::string path) : path_{std::move(path)} {}

    [[noreturn]] void fail(const toml::node* node, std::string_view key,
                           std::string_view what) const {
        const auto line = node != nullptr ? node->source().begin.line : 0;
        throw std::runtime_error{line > 0 ? fmt::format("{}:{}: {}: {}", path_, line, key, what)
                                          : fmt::format("{}: {}: {}", path_, key, what)};
    }

    /// A path in the file is relative to the file's folder.
    [[nodiscard]] std::string resolve(const std::string& path) const {
        if (path.empty() || path.front() == '/') {
            return path;
        }
        return (std::filesystem::absolute(path_).parent_path() / path).lexically_normal().string();
    }

private:
    std::string path_;
};

/// One table of the file. Keys that nobody asked for are errors: a misspelt limit must not be
/// silently without effect.
class Section {
public:
    Section(const Reader& reader, const toml::table* table, std::string name)
        : reader_{reader}, table_{table}, name_{std::move(name)} {}

    template <typename T> void read(std::string_view key, T& value) {
        known_.emplace_back(key);
        const auto* node = table_ != nullptr ? table_->get(key) : nullptr;
        if (node == nullptr) {
            return;
        }
        const auto found = node->value<T>();
        if (!found) {
            reader_.fail(node, name(key), "has the wrong type");
        }
        value = *found;
    }

    template <typename T>
    void read_number(std::string_view key, T& value, std::int64_t least, std::int64_t most) {
        auto number = static_cast<std::int64_t>(value);
        read(key, number);
        if (number < least || number > most) {
            reader_.fail(table_->get(key), name(key),
                         fmt::format("must be between {} and {}", least, most));
        }
        value = static_cast<T>(number);
    }

    template <typename Duration>
    void read_duration(std::string_view key, Duration& value, std::int64_t least,
                       std::int64_t most) {
        auto count = value.count();
        read_number(key, count, least, most);
        value = Duration{count};
    }

    void read_ipv4(std::string_view key, std::string& value) {
        read(key, value);
        in_addr parsed{};
        if (inet_pton(AF_INET, value.c_str(), &parsed) != 1) {
            reader_.fail(table_ != nullptr ? table_->get(key) : nullptr, name(key),
                         fmt::format("'{}' is no IPv4 address", value));
        }
    }

    void read_ipv4s(std::string_view key, std::vector<std::string>& values) {
        read_texts(key, values);
        for (std::string& value : values) {
            in_addr parsed{};
            if (inet_pton(AF_INET, value.c_str(), &parsed) != 1) {
                reader_.fail(table_->get(key), name(key),
                             fmt::format("'{}' is no IPv4 address", value));
            }
        }
    }

    void read_texts(std::string_view key, std::vector<std::string>& values) {
        known_.emplace_back(key);
        const auto* node = table_ != nullptr ? table_->get(key) : nullptr;
        if (node == nullptr) {
            return;
        }
        const auto* list = node->as_array();
        values.clear();
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            values.push_back(list->get(i)->value_or(std::string{}));
        }
        if (values.empty() || std::ranges::count(values, std::string{}) > 0) {
            reader_.fail(node, name(key), "must be a list of texts, such as [\"a\", \"b\"]");
        }
    }

    void read_path(std::string_view key, std::string& value) {
        read(key, value);
        value = reader_.resolve(value);
    }

    /// A key that somebody else reads.
    void expect(std::string_view key) { known_.emplace_back(key); }

    void require(std::string_view key, const std::string& value) const {
        if (value.empty()) {
            reader_.fail(table_, name(key), "is missing");
        }
    }

    void reject_unknown() const {
        if (table_ == nullptr) {
            return;
        }
        for (const auto& [key, node] : *table_) {
            if (std::find(known_.begin(), known_.end(), key.str()) == known_.end()) {
                reader_.fail(&node, name(key.str()), "is not a setting; check its spelling");
            }
        }
    }

private:
    [[nodiscard]] std::string name(std::string_view key) const {
        return name_.empty() ? std::string{key} : fmt::format("{}.{}", name_, key);
    }

    const Reader& reader_;
    const toml::table* table_;
    std::string name_;
    std::vector<std::string> known_;
};

std::array<std::uint8_t, 4> to_bytes(const std::string& ipv4) {
    std::array<std::uint8_t, 4> bytes{};
    inet_pton(AF_INET, ipv4.c_str(), bytes.data());
    return bytes;
}

void read_store(Section section, StoreConfig& store) {
    section.read("dsn", store.dsn);
    section.require("dsn", store.dsn);
    section.read("owner_dsn", store.owner_dsn);
    section.read_number("sessions", store.sessions, 2, 64);
    section.read_number("office_sessions", store.office_sessions, 1, 16);
    section.reject_unknown();
}

void read_dnc(Section section, DncConfig& dnc) {
    section.read_path("packs", dnc.packs);
    section.require("packs", dnc.packs);
    section.read_path("area_codes", dnc.area_codes);
    section.require("area_codes", dnc.area_codes);
    section.read_path("tzdata", dnc.tzdata);
    section.read_path("cache", dnc.cache);
    section.reject_unknown();
}

void read_engine(const Reader& reader, const toml::table* table, EngineConfig& engine) {
    Section section{reader, table, "engine"};
    section.read_number("node", engine.node, 1, 1000);
    section.read_number("lines_max", engine.lines_max, 1, 20'000);
    section.read_duration("preview_loan_s", engine.preview_loan, 10, 3600);
    toml::date_time start{};
    section.read("clock_start_at", start);
    if (table != nullptr && table->contains("clock_start_at")) {
        if (!start.offset) {
            reader.fail(table->get("clock_start_at"), "engine.clock_start_at",
                        "needs an offset, e.g. 2026-11-23T15:00:00-05:00");
        }
        const std::chrono::sys_days day{std::chrono::year{start.date.year} /
                                        std::chrono::month{start.date.month} /
                                        std::chrono::day{start.date.day}};
        engine.clock_start_at =
            day + std::chrono::hours{start.time.hour} + std::chrono::minutes{start.time.minute} +
            std::chrono::seconds{start.time.second} - std::chrono::minutes{start.offset->minutes};
    }
    section.reject_unknown();
}

void read_pacing(Section section, PacingConfig& pacing) {
    section.read_path("event_log", pacing.event_log);
    section.reject_unknown();
}

void read_audit(const Reader& reader, const toml::table* table, AuditConfig& audit) {
    Section section{reader, table, "audit"};
    section.read_path("key", audit.key);
    section.read_duration("sign_interval_s", audit.sign_interval, 1, 3600);
    section.read("required", audit.required);
    if (audit.required && audit.key.empty()) {
        reader.fail(table, "audit.required",
                    "needs audit.key: the file that `dialer audit key` makes");
    }
    section.reject_unknown();
}

void read_sip(Section section, sip::StackConfig& sip) {
    section.read_ipv4("address", sip.address);
    section.read_number("port", sip.port, 0, 65535);
    section.read("realm", sip.realm);
    section.read_duration("t1_ms", sip.t1, 10, 4000);
    section.read_duration("invite_timeout_ms", sip.invite_timeout, 100, 64'000);
    section.read_duration("proceeding_timeout_s", sip.proceeding_timeout, 60, 600);
    section.read_duration("registration_max_s", sip.registration_max, 10, 3600);
    section.read_duration("session_expires_s", sip.session_expires, 0, 86'400);
    section.reject_unknown();
}

sip::Trunk read_trunk(const Reader& reader, const toml::table& table, std::size_t index) {
    Section section{reader, &table, fmt::format("trunk[{}]", index)};
    sip::Trunk trunk;
    section.read("name", trunk.name);
    section.require("name", trunk.name);
    section.read_ipv4("host", trunk.host);
    section.read_number("port", trunk.port, 1, 65535);
    section.read("from_domain", trunk.from_domain);
    section.read("asserted_identity", trunk.asserted_identity);
    section.read("calls_per_second_max", trunk.calls_per_second_max);
    section.read_number("channels_max", trunk.channels_max, 1, 20'000);
    section.read_duration("options_interval_s", trunk.options_interval, 0, 3600);
    sip::Credentials credentials;
    section.read("user", credentials.user);
    section.read("password", credentials.password);
    if (!credentials.user.empty()) {
        trunk.credentials = std::move(credentials);
    }
    if (!(trunk.calls_per_second_max > 0.0 && trunk.calls_per_second_max <= 2000.0)) {
        reader.fail(table.get("calls_per_second_max"), "calls_per_second_max",
                    "must be above 0 and at most 2000");
    }
    section.reject_unknown();
    return trunk;
}

void read_trunks(const Reader& reader, const toml::table& file, std::vector<sip::Trunk>& trunks) {
    const auto* list = file["trunk"].as_array();
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        const auto* table = list->get(i)->as_table();
        if (table == nullptr) {
            reader.fail(list->get(i), "trunk", "must be [[trunk]] tables");
        }
        auto trunk = read_trunk(reader, *table, i);
        const auto same = [&](const sip::Trunk& other) { return other.name == trunk.name; };
        if (std::any_of(trunks.begin(), trunks.end(), same)) {
            reader.fail(table, "trunk.name", fmt::format("'{}' is there twice", trunk.name));
        }
        trunks.push_back(std::move(trunk));
    }
}

void read_media(Section section, media::Config& media) {
    std::string address = fmt::format("{}", fmt::join(media.address, "."));
    section.read_ipv4("address", address);
    media.address = to_bytes(address);
    section.read_number("port_min", media.port_min, 1024, 65534);
    section.read_number("port_max", media.port_max, 1026, 65534);
    section.read_number("threads", media.threads, 1, 16);
    section.read("realtime", media.realtime);
    section.read_duration("silence_limit_ms", media.silence_limit, 500, 600'000);
    section.reject_unknown();
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Names, passwords and people's data must not cross a network in the clear.
void check_transport(const Reader& reader, const toml::table* table,
                     const http::ServerConfig& http) {
    const bool tls = !http.tls.certificate.empty();
    if (tls != !http.tls.key.empty()) {
        reader.fail(table, tls ? "http.private_key" : "http.certificate",
                    "is missing; a certificate and its private key go together");
    }
    if (http.redirect_port && !tls) {
        reader.fail(table->get("redirect_port"), "http.redirect_port",
                    "leads to HTTPS of our own, which needs http.certificate");
    }
    const bool loopback = to_bytes(http.address)[0] == 127;
    if (!loopback && !http.is_secure()) {
        reader.fail(table != nullptr ? table->get("address") : nullptr, "http.address",
                    fmt::format("{} can be reached from elsewhere, and what people type would "
                                "travel in the clear; give http.certificate and "
                                "http.private_key, or set http.behind_proxy when a proxy before "
                                "this server speaks TLS, or listen on 127.0.0.1",
                                http.address));
    }
    if (http.behind_proxy && !tls && http.names.empty()) {
        reader.fail(table->get("behind_proxy"), "http.behind_proxy",
                    "needs http.names: the names by which browsers call the proxy");
    }
    if (http.behind_proxy && !loopback && !table->contains("proxies")) {
        reader.fail(table->get("behind_proxy"), "http.behind_proxy",
                    "needs http.proxies: the addresses of the proxies that may say who the "
                    "client is");
    }
}

void read_http(const Reader& reader, const toml::table* table, http::ServerConfig& http) {
    Section section{reader, table, "http"};
    section.read_ipv4("address", http.address);
    section.read_number("port", http.port, 0, 65535);
    section.read_path("web_root", http.web_root);
    section.require("web_root", http.web_root);
    section.read_path("spool", http.spool);
    section.read_path("certificate", http.tls.certificate);
    section.read_path("private_key", http.tls.key);
    if (table != nullptr && table->contains("redirect_port")) {
        section.read_number("redirect_port", http.redirect_port.emplace(0), 0, 65535);
    }
    section.read("behind_proxy", http.behind_proxy);
    section.read_ipv4s("proxies", http.proxies);
    section.read_texts("names", http.names);
    std::ranges::transform(http.names, http.names.begin(), lower);
    section.reject_unknown();
    check_transport(reader, table, http);
}

/// The one line of a file that nobody else may read: who has it can be anybody's phone, or ask a
/// provider in our name.
std::string read_secret(const Reader& reader, const toml::table* table, std::string_view key,
                        const std::string& path, std::size_t bytes_min) {
    namespace fs = std::filesystem;
    std::error_code error;
    const auto access = fs::status(path, error).permissions();
    if (!error && (access & fs::perms::others_all) != fs::perms::none) {
        reader.fail(table, key, fmt::format("others can read {}; chmod o= it", path));
    }
    std::ifstream file{path};
    std::string secret;
    std::getline(file, secret);
    if (!file || secret.size() < bytes_min) {
        reader.fail(table, key,
                    fmt::format("{} must hold a line of at least {} characters; make one with "
                                "`openssl rand -hex 32`",
                                path, bytes_min));
    }
    return secret;
}

void check_phone_url(const Reader& reader, const toml::table* table, const std::string& url) {
    const bool plain = std::ranges::all_of(
        url, [](unsigned char c) { return c > 0x20 && c < 0x7f && c != ';' && c != ','; });
    const bool local = url.starts_with("ws://127.0.0.1:") || url.starts_with("ws://localhost:");
    if (!plain || (!local && !url.starts_with("wss://"))) {
        reader.fail(table, "browser_phones.url",
                    "must be wss://host..., or ws:// with a port on this machine's 127.0.0.1: "
                    "browsers give no microphone to pages that are not secured");
    }
}

void read_browser_phones(const Reader& reader, const toml::table* table, Config& config) {
    if (table == nullptr) {
        return;
    }
    Section section{reader, table, "browser_phones"};
    sip::BrowserPhones phones;
    std::string secret_file;
    section.read("url", phones.url);
    section.require("url", phones.url);
    section.read_ipv4("proxy", phones.proxy);
    section.read_number("proxy_port", phones.proxy_port, 1, 65535);
    section.read_path("secret_file", secret_file);
    section.require("secret_file", secret_file);
    section.read_duration("login_s", phones.login_life, 60, 3600);
    section.reject_unknown();
    check_phone_url(reader, table, phones.url);
    phones.secret = read_secret(reader, table, "browser_phones.secret_file", secret_file, 32);
    // Scheme, host and port, as the pages' security policy names them.
    config.http.connect_to = phones.url.substr(0, phones.url.find('/', phones.url.find("//") + 2));
    config.sip.browser_phones = std::move(phones);
}

/// Groups of the provider, and the role that each gives.
void read_oidc_roles(const Reader& reader, const toml::table& table, oidc::Settings& oidc) {
    const auto* const roles = table["roles"].as_table();
    if (table.contains("roles") && roles == nullptr) {
        reader.fail(table.get("roles"), "oidc.roles", "must be a table: group = \"role\"");
    }
    for (const auto& [group, node] : roles != nullptr ? *roles : toml::table{}) {
        const auto role = campaigns::role_from_text(node.value_or(std::string{}));
        if (!role || *role == campaigns::Role::agent) {
            reader.fail(&node, fmt::format("oidc.roles.{}", group.str()),
                        "must be ops, supervisor, compliance or admin; agents need a desk and are "
                        "added by an administrator");
        }
        oidc.roles.emplace(std::string{group.str()}, *role);
    }
    if (oidc.role_claim.empty() != oidc.roles.empty()) {
        reader.fail(&table, "oidc.role_claim", "needs oidc.roles, and the other way round");
    }
}

void read_oidc(const Reader& reader, const toml::table* table, http::ServerConfig& http) {
    if (table == nullptr) {
        return;
    }
    Section section{reader, table, "oidc"};
    oidc::Settings oidc;
    std::string secret_file;
    const auto read_url = [&](const char* key, std::string& url) {
        section.read(key, url);
        section.require(key, url);
        if (!oidc::is_safe_address(url) || url.find_first_of("?#") != std::string::npos) {
            reader.fail(table->get(key), fmt::format("oidc.{}", key),
                        "must be https://host..., or http:// with this machine's 127.0.0.1");
        }
    };
    read_url("issuer", oidc.issuer);
    read_url("public_url", oidc.public_url);
    if (oidc.public_url.find('/', oidc.public_url.find("//") + 2) != std::string::npos) {
        reader.fail(table->get("public_url"), "oidc.public_url", "must end after host and port");
    }
    // The provider sends browsers back under this name.
    const std::string host = oidc.public_url.substr(oidc.public_url.find("//") + 2);
    http.names.push_back(lower(host.substr(0, host.find(':'))));
    section.read("client_id", oidc.client_id);
    section.require("client_id", oidc.client_id);
    section.read_path("client_secret_file", secret_file);
    section.require("client_secret_file", secret_file);
    section.read("label", oidc.label);
    section.require("label", oidc.label);
    section.read("scope", oidc.scope);
    section.read_path("ca_file", oidc.ca_file);
    section.read("role_claim", oidc.role_claim);
    section.expect("roles");
    section.reject_unknown();
    read_oidc_roles(reader, *table, oidc);
    oidc.client_secret = read_secret(reader, table, "oidc.client_secret_file", secret_file, 16);
    http.oidc = std::move(oidc);
}

/// 47 CFR 64.1601(e) and the log's honesty: a clock that is not the world's may only ever meet a
/// simulated carrier.
void check_shifted_clock(const Reader& reader, const Config& config) {
    if (!config.engine.clock_start_at) {
        return;
    }
    for (const auto& trunk : config.sip.trunks) {
        if (to_bytes(trunk.host)[0] != 127) {
            reader.fail(nullptr, "engine.clock_start_at",
                        fmt::format("a shifted clock is for demos on loopback trunks, but trunk "
                                    "'{}' is at {}; remove the setting",
                                    trunk.name, trunk.host));
        }
    }
}

} // namespace

Config load_config(const std::string& path) {
    const Reader reader{path};
    toml::table file;
    try {
        file = toml::parse_file(path);
    } catch (const toml::parse_error& error) {
        throw std::runtime_error{
            fmt::format("{}:{}: {}", path, error.source().begin.line, error.description())};
    }
    constexpr std::array sections{"audit", "store", "dnc",  "engine",         "pacing", "sip",
                                  "trunk", "media", "http", "browser_phones", "oidc"};
    for (const auto& [key, node] : file) {
        if (std::find(sections.begin(), sections.end(), key.str()) == sections.end()) {
            reader.fail(&node, key.str(), "is not a section; check its spelling");
        }
    }
    Config config;
    const auto section = [&](const char* name) {
        return Section{reader, file[name].as_table(), name};
    };
    read_store(section("store"), config.store);
    read_dnc(section("dnc"), config.dnc);
    read_engine(reader, file["engine"].as_table(), config.engine);
    read_pacing(section("pacing"), config.pacing);
    read_audit(reader, file["audit"].as_table(), config.audit);
    read_sip(section("sip"), config.sip);
    read_trunks(reader, file, config.sip.trunks);
    read_media(section("media"), config.media);
    read_http(reader, file["http"].as_table(), config.http);
    read_oidc(reader, file["oidc"].as_table(), config.http);
    read_browser_phones(reader, file["browser_phones"].as_table(), config);
    check_shifted_clock(reader, config);
    return config;
}

} // namespace dialer
