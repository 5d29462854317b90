// Goal: browsers sign in, stay signed in, and no page of another site can act for them.
// Method: a real server on a real PostgreSQL; the engine is a fake whose office has that store.

#include "campaigns/people/sign_in.hpp"
#include "dialer/http/credentials.hpp"
#include "dialer/http/server.hpp"
#include "tests/campaigns/store_support.hpp"
#include "tests/http/client.hpp"
#include "tests/http/fake_control.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace dialer::http;
using namespace http_test;
using store_test::Database;
using store_test::kNoon;

namespace {

const std::string kPassword = "correct horse battery";

/// The fake engine with a store behind its office.
class OfficeControl final : public FakeControl {
public:
    explicit OfficeControl(const std::string& dsn) : store{dsn} {}

    void office(OfficeJob job, std::function<void(Response)> reply) override {
        queue([this, job = std::move(job), reply = std::move(reply)] {
            try {
                reply(job(store));
            } catch (const campaigns::StoreRefusal& refusal) {
                reply(error_response(409, refusal.what()));
            }
        });
    }
    void authenticate(std::string credential,
                      std::function<void(std::optional<campaigns::User>)> reply) override {
        queue([this, credential = std::move(credential), reply = std::move(reply)] {
            const auto secret = secret_of(credential);
            reply(secret ? campaigns::find_session(store, std::string{*secret}, kNoon)
                         : store.find_user(credential));
        });
    }
    [[nodiscard]] campaigns::Instant now() const override { return kNoon; }

    campaigns::Store store;
};

struct Room {
    Room() {
        control.store.add_user(
            {.id = 0, .name = "Ann", .role = campaigns::Role::admin, .agent = std::nullopt},
            "program-token");
        campaigns::set_password(control.store, "Ann", kPassword, {"setup", kNoon});
    }

    static ServerConfig config() {
        ServerConfig made;
        made.port = 0;
        made.names = {"dialer.example"};
        made.web_root = DIALER_WEB_ROOT;
        return made;
    }

    Received ask(const std::string& method, const std::string& path, const std::string& fields,
                 const std::string& body = {}) {
        Client client{server.port()};
        client.send(method + ' ' + path + " HTTP/1.1\r\nHost: dialer.example\r\n" + fields +
                    "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        return client.read_answer();
    }

    Received sign_in(const std::string& password = kPassword, const std::string& fields = {}) {
        return ask("POST", "/api/sign-in", fields,
                   R"({"name":"ann","password":")" + password + "\"}");
    }

    Database db;
    OfficeControl control{db.engine_dsn()};
    Server server{config(), control};
};

/// "dialer_session=...", as the browser sends it back.
std::string cookie_of(const Received& answer) {
    const auto text = answer.header("set-cookie");
    return text.substr(0, text.find(';'));
}

std::string csrf_of(const Received& answer) {
    return std::string{boost::json::parse(answer.body).at("csrf").as_string()};
}

std::string fields_of(const Received& answer, const std::string& more = {}) {
    return "Cookie: theme=dark; " + cookie_of(answer) + "\r\n" + more;
}

} // namespace

TEST_CASE("a browser signs in, is known by its cookie, and signs out", "[http][pg]") {
    Room room;
    const auto in = room.sign_in();
    REQUIRE(in.status == 200);
    const auto cookie = in.header("set-cookie");
    CHECK(cookie.find("; HttpOnly") != std::string::npos);
    CHECK(cookie.find("; SameSite=Strict") != std::string::npos);
    CHECK(cookie.find("; Path=/") != std::string::npos);
    CHECK(boost::json::parse(in.body).at("role") == "admin");
    const auto me = room.ask("GET", "/api/me", fields_of(in));
    CHECK(me.status == 200);
    CHECK(csrf_of(me) == csrf_of(in));
    CHECK(room.ask("GET", "/api/live", fields_of(in)).status == 200);
    const auto out =
        room.ask("POST", "/api/sign-out", fields_of(in, "X-CSRF-Token: " + csrf_of(in) + "\r\n"));
    CHECK(out.status == 204);
    CHECK(out.header("set-cookie").find("Max-Age=0") != std::string::npos);
    CHECK(room.ask("GET", "/api/me", fields_of(in)).status == 401);
}

TEST_CASE("a wrong password is a 401, too many are a 429 that says how long", "[http][pg]") {
    Room room;
    for (int i = 0; i < 5; ++i) {
        const auto answer = room.sign_in("wrong wrong");
        CHECK(answer.status == 401);
        CHECK(answer.header("set-cookie").empty());
    }
    const auto locked = room.sign_in();
    CHECK(locked.status == 429);
    CHECK(locked.header("retry-after") == "900");
    CHECK(room.ask("POST", "/api/sign-in", "", R"({"name":"ann"})").status == 400);
}

TEST_CASE("a session changes nothing without its token against forgery", "[http][pg]") {
    Room room;
    const auto in = room.sign_in();
    const auto stop = [&](const std::string& fields) {
        return room.ask("POST", "/api/campaigns/demo/stop", fields).status;
    };
    CHECK(stop(fields_of(in)) == 403);
    CHECK(stop(fields_of(in, "X-CSRF-Token: " + std::string(64, '0') + "\r\n")) == 403);
    CHECK(room.control.calls().empty());
    const std::string proof = "X-CSRF-Token: " + csrf_of(in) + "\r\n";
    CHECK(stop(fields_of(in, proof + "Origin: https://evil.example\r\n")) == 403);
    CHECK(stop(fields_of(in, proof + "Origin: null\r\n")) == 403);
    CHECK(room.control.calls().empty());
    CHECK(stop(fields_of(in, proof + "Origin: http://dialer.example\r\n")) == 204);
    CHECK(stop(fields_of(in, proof)) == 204);
    // A program has no cookie that somebody else could send.
    CHECK(stop("Authorization: Bearer program-token\r\n") == 204);
}

TEST_CASE("a page of another site cannot sign a browser in", "[http][pg]") {
    Room room;
    CHECK(room.sign_in(kPassword, "Origin: https://evil.example\r\n").status == 403);
}

TEST_CASE("a cookie that was planted is not taken over by the sign-in", "[http][pg]") {
    Room room;
    const std::string planted = "dialer_session=" + std::string(64, 'a');
    const auto in = room.sign_in(kPassword, "Cookie: " + planted + "\r\n");
    REQUIRE(in.status == 200);
    CHECK(cookie_of(in) != planted);
    CHECK(room.ask("GET", "/api/me", "Cookie: " + planted + "\r\n").status == 401);
    // Two of the name: one is somebody else's.
    CHECK(room.ask("GET", "/api/me", "Cookie: " + planted + "; " + cookie_of(in) + "\r\n").status ==
          401);
}

TEST_CASE("an administrator sees all sessions and ends one", "[http][pg]") {
    Room room;
    const auto in = room.sign_in();
    const auto other = room.sign_in();
    const std::string proof = "X-CSRF-Token: " + csrf_of(in) + "\r\n";
    const auto listed = room.ask("GET", "/api/sessions", fields_of(in));
    REQUIRE(listed.status == 200);
    const auto sessions = boost::json::parse(listed.body).at("sessions").as_array();
    REQUIRE(sessions.size() == 2);
    const auto last = std::max(sessions[0].at("id").as_int64(), sessions[1].at("id").as_int64());
    const auto path = "/api/sessions/" + std::to_string(last) + "/revoke";
    CHECK(room.ask("POST", path, fields_of(in, proof)).status == 204);
    CHECK(room.ask("GET", "/api/me", fields_of(other)).status == 401);
    CHECK(room.ask("POST", path, fields_of(in, proof)).status == 409);
    CHECK(room.ask("GET", "/api/me", fields_of(in)).status == 200);
}

TEST_CASE("a new password needs the old one and ends the other sessions", "[http][pg]") {
    Room room;
    const auto in = room.sign_in();
    const auto other = room.sign_in();
    const std::string proof = "X-CSRF-Token: " + csrf_of(in) + "\r\n";
    const auto change = [&](const std::string& was, const std::string& is) {
        return room.ask("POST", "/api/me/password", fields_of(in, proof),
                        R"({"old":")" + was + R"(","new":")" + is + "\"}");
    };
    CHECK(change("not the old one", "a new password").status == 409);
    CHECK(change(kPassword, "short").status == 409);
    const auto changed = change(kPassword, "a new password");
    CHECK(changed.status == 200);
    CHECK(room.ask("GET", "/api/me", fields_of(other)).status == 401);
    CHECK(room.ask("GET", "/api/me", fields_of(changed)).status == 200);
    CHECK(room.sign_in().status == 401);
    CHECK(room.sign_in("a new password").status == 200);
}

TEST_CASE("cookies are read strictly", "[http]") {
    const std::string secret(64, 'f');
    CHECK(session_secret("dialer_session=" + secret, false) == secret);
    CHECK(session_secret("a=b;dialer_session=" + secret + " ; c=d", false) == secret);
    CHECK_FALSE(session_secret("dialer_session=" + secret + "0", false));
    CHECK_FALSE(session_secret("dialer_session=" + std::string(64, 'F'), false));
    CHECK_FALSE(session_secret("xdialer_session=" + secret, false));
    CHECK(session_secret("__Host-dialer_session=" + secret, true) == secret);
    CHECK_FALSE(session_secret("dialer_session=" + secret, true)); // any host of the domain sets it
    CHECK_FALSE(session_secret("__Host-dialer_session=" + secret, false));
    CHECK_FALSE(session_secret("dialer_session", false));
    CHECK_FALSE(session_secret("", false));
    CHECK_FALSE(session_secret(";;;=;", false));
    CHECK(secret_of(session_credential(secret)) == std::string_view{secret});
    CHECK_FALSE(secret_of("session"));
    CHECK(csrf_token(secret) != csrf_token(std::string(64, 'e')));
    CHECK(session_cookie(secret, true).find("; Secure") != std::string::npos);
}

TEST_CASE("who came in, was turned away and went is in the audit log", "[http][pg]") {
    Room room;
    CHECK(room.sign_in("wrong wrong").status == 401);
    const auto in = room.sign_in();
    room.ask("POST", "/api/sign-out", fields_of(in, "X-CSRF-Token: " + csrf_of(in) + "\r\n"));
    CHECK(room.db.sql("SELECT string_agg(what || ' ' || user_name, ', ' ORDER BY id) "
                      "FROM audit_logins") == "refused ann, login Ann, logout Ann");
}

TEST_CASE("somebody ends his own sessions, and only an administrator those of others",
          "[http][pg]") {
    Room room;
    const auto ann = room.sign_in();
    const auto again = room.sign_in();
    const auto proof = [](const Received& in) { return "X-CSRF-Token: " + csrf_of(in) + "\r\n"; };
    const auto told = room.ask("GET", "/api/sessions", fields_of(again));
    int current = 0;
    std::string other;
    const auto parsed = boost::json::parse(told.body);
    for (const auto& one : parsed.at("sessions").as_array()) {
        current += one.at("current").as_bool() ? 1 : 0;
        other = one.at("current").as_bool() ? other : std::to_string(one.at("id").as_int64());
    }
    CHECK(current == 1);
    room.control.store.add_user(
        {.id = 0, .name = "Bob", .role = campaigns::Role::ops, .agent = std::nullopt}, "t-bob");
    const std::string as_bob = "Authorization: Bearer t-bob\r\n";
    CHECK(room.ask("POST", "/api/sessions/" + other + "/revoke", as_bob).status == 409);
    const auto fields = fields_of(again, proof(again));
    CHECK(room.ask("POST", "/api/sessions/" + other + "/revoke", fields).status == 204);
    CHECK(room.ask("GET", "/api/me", fields_of(ann)).status == 401);
    CHECK(room.ask("GET", "/api/me", fields_of(again)).status == 200);
}
