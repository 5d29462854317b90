// Goal: administrators manage users through the API, and cannot lock everybody out.
// Method: a real server over a real PostgreSQL. The fake engine knows callers by their role's name;
// users of those names are made where a test needs them.

#include "tests/http/api_room.hpp"

#include "campaigns/people/sign_in.hpp"

#include <catch2/catch.hpp>

namespace json = boost::json;
using namespace http_test;

namespace {

json::value user_named(ApiRoom& room, std::string_view name) {
    const auto told = room.get("/api/users");
    for (const auto& user : told.at("users").as_array()) {
        if (std::string{user.at("name").as_string()} == name) {
            return user;
        }
    }
    return nullptr;
}

bool signs_in(ApiRoom& room, const std::string& name, const std::string& password) {
    campaigns::Store store{room.db.engine_dsn()};
    return std::holds_alternative<campaigns::Session>(
        campaigns::sign_in(store, name, password, {"192.0.2.7", "Firefox"}, store_test::kNoon));
}

} // namespace

TEST_CASE("a user is added with a password, a token, or both", "[api]") {
    ApiRoom room;
    const auto with_password = room.post(
        "/api/users",
        {{"name", "Maria"}, {"role", "compliance"}, {"password", "correct horse battery"}}, 201);
    CHECK(with_password.at("token").is_null());
    CHECK(signs_in(room, "maria", "correct horse battery"));
    const auto user = user_named(room, "Maria");
    CHECK(user.at("password") == true);
    CHECK(user.at("token") == false);
    CHECK(user.at("sessions") == 1);
    CHECK_FALSE(user.at("signed_in_at").is_null());
    const auto with_token = room.post("/api/users", {{"name", "feed"}, {"role", "ops"}}, 201);
    const std::string token{with_token.at("token").as_string()};
    campaigns::Store store{room.db.engine_dsn()};
    CHECK(store.find_user(token));
    const auto again = room.post("/api/users/feed/token", json::object{});
    CHECK_FALSE(store.find_user(token));
    CHECK(store.find_user(std::string{again.at("token").as_string()}));
    room.post("/api/users", {{"name", "maria"}, {"role", "ops"}}, 409);
    room.post("/api/users", {{"name", "Bob"}, {"role", "agent"}}, 409);
    room.post("/api/users", {{"name", "Bob"}, {"role", "agent"}, {"agent", 99}}, 409);
    room.post("/api/users", {{"name", "Bob"}, {"role", "king"}}, 400);
    room.post("/api/users", {{"name", "Bob"}, {"role", "ops"}, {"password", "short"}}, 409);
    CHECK(room.ask("GET", "/api/users", "supervisor").status == 403);
}

TEST_CASE("a change ends the user's sessions, and so does a new password", "[api]") {
    ApiRoom room;
    room.post("/api/users", {{"name", "root"}, {"role", "admin"}}, 201);
    room.post("/api/users",
              {{"name", "Maria"}, {"role", "ops"}, {"password", "correct horse battery"}}, 201);
    REQUIRE(signs_in(room, "Maria", "correct horse battery"));
    room.post("/api/users/Maria/change", {{"role", "ops"}}, 204); // nothing new
    CHECK(user_named(room, "Maria").at("sessions") == 1);
    room.post("/api/users/maria/change", {{"role", "supervisor"}}, 204);
    CHECK(user_named(room, "Maria").at("role") == "supervisor");
    CHECK(user_named(room, "Maria").at("sessions") == 0);
    room.post("/api/users/Maria/password", {{"password", "another long one"}}, 204);
    CHECK_FALSE(signs_in(room, "Maria", "correct horse battery"));
    CHECK(signs_in(room, "Maria", "another long one"));
    CHECK(room.post("/api/users/Maria/sessions/end", json::object{}).at("ended") == 1);
    room.post("/api/users/Maria/change", {{"active", false}}, 204);
    CHECK_FALSE(signs_in(room, "Maria", "another long one"));
    room.post("/api/users/Maria/change", {{"active", true}}, 204);
    CHECK(signs_in(room, "Maria", "another long one"));
    room.post("/api/users/nobody/change", {{"active", false}}, 404);
    room.post("/api/users/Maria/change", {{"role", "agent"}}, 409);
}

TEST_CASE("nobody takes his own rights, and the last administrator stays", "[api]") {
    ApiRoom room;
    room.post("/api/users", {{"name", "admin"}, {"role", "admin"}}, 201); // who asks here
    room.post("/api/users/admin/change", {{"active", false}}, 409);
    room.post("/api/users/admin/change", {{"role", "ops"}}, 409);
    room.post("/api/users", {{"name", "other"}, {"role", "admin"}}, 201);
    room.post("/api/users/other/change", {{"role", "ops"}}, 204);
    room.db.sql("UPDATE users SET active = false WHERE name = 'admin'");
    room.post("/api/users/other/change", {{"role", "admin"}}, 204);
    room.post("/api/users/other/change", {{"active", false}}, 409);
    CHECK(user_named(room, "other").at("active") == true);
}
