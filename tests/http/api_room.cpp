#include "tests/http/api_room.hpp"

#include "dialer/http/routes.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <stdexcept>

namespace http_test {

namespace json = boost::json;

namespace {

dialer::http::Method method_of(std::string_view method) {
    return method == "GET" ? dialer::http::Method::get : dialer::http::Method::post;
}

} // namespace

dialer::http::ServerConfig ApiRoom::config() {
    dialer::http::ServerConfig made;
    made.port = 0;
    made.web_root = DIALER_WEB_ROOT;
    return made;
}

ApiRoom::ApiRoom() : server_{config(), control}, document_(read_document()) {
    control.use_store(db.engine_dsn(), store_test::kNoon);
}

Received ApiRoom::ask(std::string_view method, const std::string& target, std::string_view role,
                      const json::value& body) {
    Client client{server_.port()};
    auto answer =
        client.ask(method, target, role, body.is_null() ? std::string{} : json::serialize(body));
    if (answer.header("content-type") == "application/json" && answer.status != 500) {
        const auto* const route = dialer::http::find_route(method_of(method), target);
        REQUIRE(route != nullptr);
        INFO(method << ' ' << target << " -> " << answer.status << ' '
                    << answer.body.substr(0, 2000));
        CHECK(faults_of(document_, std::string{route->path}, method == "GET" ? "get" : "post",
                        answer) == std::vector<std::string>{});
    }
    return answer;
}

json::value ApiRoom::get(const std::string& target, std::string_view role) {
    const auto answer = ask("GET", target, role);
    if (answer.status != 200) {
        throw std::runtime_error{"GET " + target + ": " + std::to_string(answer.status) + ' ' +
                                 answer.body};
    }
    return json::parse(answer.body);
}

json::value ApiRoom::post(const std::string& target, const json::value& body, int status,
                          std::string_view role) {
    const auto answer = ask("POST", target, role, body);
    if (answer.status != status) {
        throw std::runtime_error{"POST " + target + ' ' + json::serialize(body) + ": " +
                                 std::to_string(answer.status) + ' ' + answer.body};
    }
    return answer.body.empty() ? json::value(nullptr) : json::parse(answer.body);
}

void ApiRoom::make_campaign(const std::string& name) {
    post("/api/campaigns",
         {{"name", name}, {"seller", "Acme " + name}, {"caller_id", "+12125550199"}}, 201);
}

std::string ApiRoom::upload(const std::string& name, std::string_view content,
                            std::string_view role) {
    Client client{server_.port()};
    std::string bytes = "POST /api/uploads?name=" + name +
                        " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                        std::string{role} +
                        "\r\nContent-Length: " + std::to_string(content.size()) + "\r\n\r\n";
    bytes += content;
    client.send(bytes);
    const auto answer = client.read_answer();
    REQUIRE(answer.status == 201);
    return std::string{json::parse(answer.body).at("upload").as_string()};
}

json::value ApiRoom::import(const std::string& campaign, const std::string& name,
                            std::string_view content) {
    const auto started =
        post("/api/imports", {{"upload", upload(name, content)}, {"campaign", campaign}}, 202);
    return wait_for_job(started.at("job").as_int64());
}

json::value ApiRoom::wait_for_job(std::int64_t job) {
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    for (;;) {
        auto told = get("/api/import-jobs/" + std::to_string(job));
        const auto state = std::string{told.at("state").as_string()};
        if (state != "queued" && state != "running") {
            return told;
        }
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error{"the import does not end: " + json::serialize(told)};
        }
    }
}

} // namespace http_test
