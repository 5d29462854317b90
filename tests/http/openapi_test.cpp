// Goal: web/public/openapi.json says what the server does, no less and no more.
// Method: the file is held against the route table in both directions, and the answers of a real
// server with a fake engine are held against the file's schemas by a small reader of them.

#include "dialer/http/routes.hpp"
#include "dialer/http/server.hpp"
#include "tests/http/client.hpp"
#include "tests/http/fake_control.hpp"
#include "tests/http/schema.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <set>

namespace json = boost::json;
using namespace dialer::http;
using namespace http_test;

namespace {

std::string lower(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::set<std::string> roles_of(const Access& access) {
    using campaigns::Role;
    std::set<std::string> names;
    for (const Role role :
         {Role::ops, Role::agent, Role::supervisor, Role::compliance, Role::admin}) {
        if (!access.is_open() && access.allows(role)) {
            names.emplace(campaigns::to_text(role));
        }
    }
    return names;
}

/// The names in braces of a path template.
std::set<std::string> arguments_of(std::string_view path) {
    std::set<std::string> names;
    for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{')) {
        path.remove_prefix(open + 1);
        names.emplace(path.substr(0, path.find('}')));
    }
    return names;
}

/// The arguments that stand in the path, as the document describes them.
std::set<std::string> described_arguments(const json::object& operation) {
    std::set<std::string> names;
    if (const auto* const parameters = operation.if_contains("parameters")) {
        for (const auto& parameter : parameters->as_array()) {
            if (parameter.at("in") == "path") {
                names.emplace(parameter.at("name").as_string());
            }
        }
    }
    return names;
}

} // namespace

TEST_CASE("the document and the route table hold the same routes for the same roles", "[http]") {
    const auto document = read_document();
    std::set<std::string> in_table;
    for (const Route& route : routes()) {
        const auto method = lower(to_text(route.method));
        in_table.insert(method + ' ' + std::string{route.path});
        INFO(method << ' ' << route.path);
        const auto* const path = document.at("paths").as_object().if_contains(route.path);
        REQUIRE(path != nullptr);
        REQUIRE(path->as_object().contains(method));
        const auto& operation = path->at(method).as_object();
        std::set<std::string> roles;
        for (const auto& role : operation.at("x-roles").as_array()) {
            roles.emplace(role.as_string());
        }
        CHECK(roles == roles_of(route.access));
        // An empty security list switches the document's token off for this operation.
        CHECK(operation.contains("security") == route.access.is_open());
        const auto& responses = operation.at("responses").as_object();
        if (!route.access.is_open()) {
            CHECK(responses.contains("401"));
            CHECK(responses.contains("403"));
        }
        CHECK(std::ranges::any_of(responses, [](const auto& response) {
            // Ways to the identity provider and back lead browsers on.
            return std::string_view{response.key()}.starts_with('2') || response.key() == "303";
        }));
    }
    for (const auto& [path, operations] : document.at("paths").as_object()) {
        for (const auto& [method, operation] : operations.as_object()) {
            INFO(method << ' ' << path);
            CHECK(in_table.contains(std::string{method} + ' ' + std::string{path}));
        }
    }
}

TEST_CASE("every path argument of a template is described", "[http]") {
    const auto document = read_document();
    for (const auto& [path, operations] : document.at("paths").as_object()) {
        for (const auto& [method, operation] : operations.as_object()) {
            INFO(method << ' ' << path);
            CHECK(arguments_of(path) == described_arguments(operation.as_object()));
        }
    }
}

TEST_CASE("answers have the shape the document promises", "[http]") {
    const auto document = read_document();
    FakeControl control;
    ServerConfig config;
    config.port = 0;
    config.web_root = DIALER_WEB_ROOT;
    const Server server{config, control};
    Client client{server.port()};

    const std::vector<std::tuple<std::string, std::string, int>> cases{
        {"/healthz", "", 200},
        {"/api/me", "agent", 200},
        {"/api/me", "admin", 200},
        {"/api/live", "compliance", 200},
        {"/api/live/history", "supervisor", 200},
        {"/api/live", "", 401},
        {"/api/live", "agent", 403},
        {"/api/campaigns", "ops", 200},
        {"/api/agents", "ops", 200},
        {"/api/disposition-codes", "agent", 200},
        {"/api/agent/desk", "agent", 200},
        {"/api/agent/phone", "agent", 200},
    };
    for (const auto& [path, token, status] : cases) {
        INFO(path << " as " << token);
        const auto answer = client.ask("GET", path, token);
        CHECK(answer.status == status);
        CHECK(faults_of(document, path, "get", answer) == std::vector<std::string>{});
    }
    const auto wrong = client.ask("POST", "/api/opt-outs", "agent", "{}");
    CHECK(wrong.status == 400);
    CHECK(faults_of(document, "/api/opt-outs", "post", wrong) == std::vector<std::string>{});
}

TEST_CASE("the reader of schemas finds what is wrong", "[http]") {
    const auto document = read_document();
    const auto& schema = document.at("components").at("schemas").at("Me");
    std::vector<std::string> faults;
    find_faults(document, schema, json::parse(R"({"name":1,"role":"king","extra":0})"), "$",
                faults);
    CHECK(faults.size() == 4); // agent missing, name no text, role unknown, extra not described
}

TEST_CASE("each post body of the document is held to by the server", "[http]") {
    // Every required field of a request body, left out, is answered by 400 with its name.
    const auto document = read_document();
    FakeControl control;
    ServerConfig config;
    config.port = 0;
    const Server server{config, control};
    Client client{server.port()};
    int bodies = 0;
    for (const auto& [path, operations] : document.at("paths").as_object()) {
        const auto* const post = operations.as_object().if_contains("post");
        const auto* const whole =
            post == nullptr ? nullptr : post->as_object().if_contains("requestBody");
        const auto* const kind =
            whole == nullptr ? nullptr
                             : whole->at("content").as_object().if_contains("application/json");
        if (kind == nullptr || !kind->at("schema").as_object().contains("required")) {
            continue;
        }
        ++bodies;
        INFO(path);
        const auto& schema = kind->at("schema");
        const auto& roles = post->at("x-roles").as_array();
        const std::string role{roles.empty() ? "" : roles.front().as_string().c_str()};
        std::string target{path};
        for (auto at = target.find('{'); at != std::string::npos; at = target.find('{')) {
            target.replace(at, target.find('}') - at + 1, "3");
        }
        const auto answer = client.ask("POST", target, role, "{}");
        CHECK(answer.status == 400);
        CHECK(json::parse(answer.body).at("error").at("field") == schema.at("required").at(0));
    }
    CHECK(bodies >= 30);
}
