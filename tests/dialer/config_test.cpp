// Goal: a configuration says what is wrong with it by file, line and key, and nothing misspelt is
// silently without effect.
// Method: small files written to a scratch folder.

#include "dialer/config.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

const std::string minimal = "[store]\ndsn = \"dbname=dialer\"\n"
                            "[dnc]\npacks = \"packs\"\narea_codes = \"/geo/nanp.csv\"\n"
                            "[http]\nweb_root = \"web\"\n";

/// A file in a folder of its own that is removed at the end.
class Scratch {
public:
    explicit Scratch(const std::string& text) {
        std::string name = std::filesystem::temp_directory_path() / "dialer-config-XXXXXX";
        folder = mkdtemp(name.data());
        path = folder / "dialer.toml";
        std::ofstream{path} << text;
    }
    ~Scratch() { std::filesystem::remove_all(folder); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    std::filesystem::path folder;
    std::filesystem::path path;
};

std::string error_of(const std::string& text) {
    const Scratch file{text};
    try {
        (void)dialer::load_config(file.path);
        return "";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

} // namespace

TEST_CASE("a small file is enough, and paths are taken from its folder", "[config]") {
    const Scratch file{minimal};
    const auto config = dialer::load_config(file.path);
    CHECK(config.store.dsn == "dbname=dialer");
    CHECK(config.dnc.packs == (file.folder / "packs").string());
    CHECK(config.dnc.area_codes == "/geo/nanp.csv");
    CHECK(config.dnc.cache.empty());
    CHECK(config.pacing.event_log.empty());
    CHECK(config.sip.trunks.empty());
}

TEST_CASE("the event log is a folder beside the file, and attestation is asked for by name",
          "[config]") {
    const Scratch file{minimal + "[pacing]\nevent_log = \"events\"\n"};
    const auto config = dialer::load_config(file.path);
    CHECK(config.pacing.event_log == (file.folder / "events").string());
}

TEST_CASE("an error names file, line and key", "[config]") {
    const auto error = error_of(minimal + "[sip]\nport = 70000\n");
    CHECK(error.find("dialer.toml:9: sip.port: must be between 0 and 65535") != std::string::npos);
}

TEST_CASE("what is misspelt or missing is refused", "[config]") {
    struct Row {
        const char* text;
        const char* error;
    };
    const Row rows[] = {
        {"[media]\nthread = 2\n", "media.thread: is not a setting"},
        {"[pacing]\nagentless_attested = true\n",
         "pacing.agentless_attested: is not a setting; check its spelling"},
        {"[pacing]\nthreshold = 0.5\n", "pacing.threshold: is not a setting"},
        {"[trunks]\n", "trunks: is not a section"},
        {"[sip]\naddress = \"example\"\n", "no IPv4 address"},
        {"[sip]\nport = \"x\"\n", "sip.port: has the wrong type"},
        {"[[trunk]]\nname = \"a\"\n", "host"},
        {"[[trunk]]\nhost = \"127.0.0.1\"\n", "name: is missing"},
        {"[[trunk]]\nname = \"a\"\nhost = \"127.0.0.1\"\n[[trunk]]\nname = \"a\"\nhost = "
         "\"127.0.0.1\"\n",
         "'a' is there twice"},
        {"[sip\n", "dialer.toml:8"},
    };
    for (const auto& row : rows) {
        INFO(row.text);
        CHECK(error_of(minimal + row.text).find(row.error) != std::string::npos);
    }
    CHECK(error_of("[store]\n").find("store.dsn: is missing") != std::string::npos);
}

TEST_CASE("a shifted clock is refused unless every trunk is on loopback", "[config]") {
    const std::string clock = "[engine]\nclock_start_at = 2026-11-23T15:00:00-05:00\n";
    const std::string loopback = "[[trunk]]\nname = \"a\"\nhost = \"127.0.0.1\"\n";
    const std::string outside = "[[trunk]]\nname = \"b\"\nhost = \"192.0.2.1\"\n";
    CHECK(error_of(minimal + clock + loopback).empty());
    CHECK(error_of(minimal + clock + loopback + outside).find("shifted clock") !=
          std::string::npos);

    const Scratch file{minimal + clock + loopback};
    using namespace std::chrono;
    CHECK(dialer::load_config(file.path).engine.clock_start_at ==
          sys_days{2026y / November / 23} + 20h);
}

TEST_CASE("a shifted clock needs an offset", "[config]") {
    CHECK(error_of(minimal + "[engine]\nclock_start_at = 2026-11-23T15:00:00\n").find("offset") !=
          std::string::npos);
}

TEST_CASE("browser phones need a secured way and a secret that others cannot read", "[config]") {
    namespace fs = std::filesystem;
    const std::string phones = minimal + "[browser_phones]\nsecret_file = \"phones.secret\"\n";
    const auto load = [&](const std::string& url, const std::string& secret, fs::perms access) {
        const Scratch file{phones + "url = \"" + url + "\"\n"};
        std::ofstream{file.folder / "phones.secret"} << secret;
        fs::permissions(file.folder / "phones.secret", access);
        try {
            const auto config = dialer::load_config(file.path);
            const auto& found = config.sip.browser_phones;
            return found->url + ' ' + found->secret + ' ' + config.http.connect_to;
        } catch (const std::runtime_error& error) {
            return std::string{error.what()};
        }
    };
    const std::string secret(40, 's');
    const auto ours = fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read;
    CHECK(load("wss://phones.example.com:8443/ws", secret + '\n', ours) ==
          "wss://phones.example.com:8443/ws " + secret + " wss://phones.example.com:8443");
    CHECK(load("ws://127.0.0.1:5080", secret, ours) ==
          "ws://127.0.0.1:5080 " + secret + " ws://127.0.0.1:5080");
    CHECK(load("ws://phones.example.com", secret, ours).find("must be wss://") !=
          std::string::npos);
    CHECK(load("wss://a.example.com; script-src *", secret, ours).find("must be wss://") !=
          std::string::npos);
    CHECK(load("wss://a.example.com", "short", ours).find("openssl rand") != std::string::npos);
    CHECK(load("wss://a.example.com", secret, ours | fs::perms::others_read)
              .find("others can read") != std::string::npos);
    CHECK_FALSE(dialer::load_config(Scratch{minimal}.path).sip.browser_phones);
}

TEST_CASE("an identity provider needs secured addresses and a secret; its groups give no desks",
          "[config]") {
    namespace fs = std::filesystem;
    const auto load = [&](const std::string& issuer, const std::string& more) {
        const Scratch file{minimal + "[oidc]\nclient_id = \"dialer\"\nlabel = \"Acme\"\n" +
                           "client_secret_file = \"client.secret\"\n" +
                           "public_url = \"https://dialer.example.com\"\nissuer = \"" + issuer +
                           "\"\n" + more};
        std::ofstream{file.folder / "client.secret"} << std::string(16, 's');
        fs::permissions(file.folder / "client.secret", fs::perms::owner_read);
        try {
            const auto found = dialer::load_config(file.path).http.oidc;
            return found->issuer + ' ' + found->redirect_uri() + ' ' +
                   std::to_string(found->roles.size());
        } catch (const std::runtime_error& error) {
            return std::string{error.what()};
        }
    };
    const std::string good = "https://id.example.com/realms/a";
    const std::string back = " https://dialer.example.com/api/sign-in/oidc/callback ";
    CHECK(load(good, "") == good + back + "0");
    CHECK(load(good, "role_claim = \"groups\"\nroles = { ops = \"ops\" }\n") == good + back + "1");
    CHECK(load("http://id.example.com", "").find("must be https://") != std::string::npos);
    CHECK(load(good, "role_claim = \"groups\"\n").find("oidc.roles") != std::string::npos);
    CHECK(load(good, "role_claim = \"groups\"\nroles = { a = \"agent\" }\n").find("desk") !=
          std::string::npos);
    CHECK(load(good, "secret = \"x\"\n").find("spelling") != std::string::npos);
    CHECK_FALSE(dialer::load_config(Scratch{minimal}.path).http.oidc);
}

TEST_CASE("what people type does not cross a network in the clear", "[config]") {
    const auto with = [](const std::string& lines) { return error_of(minimal + lines); };
    CHECK(with("address = \"127.0.0.5\"\n").empty());
    CHECK_THAT(with("address = \"0.0.0.0\"\n"),
               Catch::Contains(":8: http.address: 0.0.0.0 can be reached from elsewhere") &&
                   Catch::Contains("http.certificate") && Catch::Contains("http.behind_proxy"));
    CHECK(
        with("address = \"0.0.0.0\"\ncertificate = \"c.pem\"\nprivate_key = \"k.pem\"\n").empty());
    CHECK_THAT(with("certificate = \"c.pem\"\n"), Catch::Contains("http.private_key: is missing"));
    CHECK_THAT(with("private_key = \"k.pem\"\n"), Catch::Contains("http.certificate: is missing"));
    CHECK_THAT(with("redirect_port = 80\n"), Catch::Contains("http.redirect_port: leads to HTTPS"));
    CHECK_THAT(with("behind_proxy = true\n"), Catch::Contains("needs http.names"));
    CHECK(with("behind_proxy = true\nnames = [\"Dialer.example\"]\n").empty());
    CHECK_THAT(with("address = \"0.0.0.0\"\nbehind_proxy = true\nnames = [\"a.example\"]\n"),
               Catch::Contains("needs http.proxies"));
    CHECK_THAT(with("proxies = [\"proxy\"]\n"), Catch::Contains("'proxy' is no IPv4 address"));
    CHECK_THAT(with("names = \"a.example\"\n"), Catch::Contains("must be a list of texts"));
}
