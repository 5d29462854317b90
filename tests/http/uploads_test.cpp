// Goal: a file that is sent is kept whole for its sender, whoever may not send it is told so before
// it comes, and no upload takes memory or leaves a file behind.
// Method: a real server with a fake engine and a spool folder of its own; sizes and cuts of the
// body vary.

#include "dialer/http/query.hpp"
#include "dialer/http/server.hpp"
#include "dialer/http/uploads.hpp"
#include "tests/http/client.hpp"
#include "tests/http/fake_control.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

using namespace dialer::http;
using namespace http_test;
namespace fs = std::filesystem;

namespace {

/// An empty folder that is gone afterwards.
struct Folder {
    Folder() {
        std::string name = (fs::temp_directory_path() / "spool-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::vector<fs::path> files() const {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator{path}) {
            found.push_back(entry.path());
        }
        return found;
    }

    fs::path path;
};

struct Room {
    static ServerConfig config(const fs::path& spool) {
        ServerConfig made;
        made.port = 0;
        made.spool = spool.string();
        return made;
    }

    Folder folder;
    FakeControl control;
    std::optional<Server> server{std::in_place, config(folder.path), control};
};

std::string head_of(std::string_view token, std::string_view fields) {
    return "POST /api/uploads?name=leads%20of+May.csv HTTP/1.1\r\nHost: "
           "localhost\r\nAuthorization: "
           "Bearer " +
           std::string{token} + "\r\n" + std::string{fields} + "\r\n\r\n";
}

std::string length(std::size_t bytes) {
    return "Content-Length: " + std::to_string(bytes);
}

std::string content_of(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

std::string numbers(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i) {
        text += std::to_string(i) + "\r\n";
    }
    text.resize(bytes);
    return text;
}

} // namespace

TEST_CASE("an upload lies in the spool as it was sent, and the connection goes on", "[http]") {
    Room room;
    Client client{room.server->port()};
    const std::string sent = numbers(3'000'001);
    client.send(head_of("ops", length(sent.size())) + sent);
    const auto answer = client.read_answer();
    REQUIRE(answer.status == 201);
    const auto told = boost::json::parse(answer.body);
    CHECK(told.at("name") == "leads of May.csv");
    CHECK(told.at("bytes") == sent.size());
    CHECK(told.at("upload").as_string().size() == 32);
    REQUIRE(room.folder.files().size() == 1);
    CHECK(content_of(room.folder.files().front()) == sent);
    CHECK(client.ask("GET", "/api/me", "ops").status == 200);
    room.server.reset();
    CHECK(room.folder.files().empty());
}

TEST_CASE("an upload in chunks and one that waits for 100 are kept as well", "[http]") {
    Room room;
    Client client{room.server->port()};
    client.send(head_of("ops", "Transfer-Encoding: chunked") +
                "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
    CHECK(client.read_answer().status == 201);
    client.send(head_of("ops", length(5) + "\r\nExpect: 100-continue"));
    client.read_until("HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    CHECK(client.read_answer().status == 201);
    CHECK(room.folder.files().size() == 2);
}

TEST_CASE("whoever may not upload is refused before the file comes", "[http]") {
    Room room;
    for (const auto& [token, status] : {std::pair{"nobody", 401}, std::pair{"agent", 403}}) {
        Client client{room.server->port()};
        client.send(head_of(token, length(1'000'000'000) + "\r\nExpect: 100-continue"));
        CHECK(client.read_answer().status == status);
    }
    CHECK(room.folder.files().empty());
}

TEST_CASE("a file that is too large or empty, and one without a name, are refused", "[http]") {
    Room room;
    Client large{room.server->port()};
    large.send(head_of("ops", length(std::size_t{3} << 30)));
    const auto refused = large.read_answer();
    CHECK(refused.status == 413);
    CHECK(refused.body.find(" MiB") != std::string::npos);
    Client empty{room.server->port()};
    empty.send(head_of("ops", length(0)));
    CHECK(empty.read_answer().status == 400);
    Client nameless{room.server->port()};
    CHECK(nameless.ask("POST", "/api/uploads", "ops", "a").status == 400);
    CHECK(Client{room.server->port()}.ask("GET", "/api/me", "ops").status == 200);
    CHECK(room.folder.files().empty());
}

TEST_CASE("an upload that breaks off leaves no file", "[http]") {
    Room room;
    Client broken{room.server->port()};
    broken.send(head_of("ops", length(1000)) + "half");
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    while (room.folder.files().empty() && std::chrono::steady_clock::now() < deadline) {
        // Each question is an event of the same thread that takes the upload in.
        CHECK(Client{room.server->port()}.ask("GET", "/api/me", "ops").status == 200);
    }
    REQUIRE(room.folder.files().size() == 1);
    broken.close(true);
    while (!room.folder.files().empty() && std::chrono::steady_clock::now() < deadline) {
        CHECK(Client{room.server->port()}.ask("GET", "/api/me", "ops").status == 200);
    }
    CHECK(room.folder.files().empty());
}

TEST_CASE("uploads are their sender's, a bounded number of them, for some hours", "[http]") {
    Folder folder;
    Uploads uploads;
    const Uploads::Moment start{};
    const auto add = [&](Uploads::Moment at) {
        return uploads.add({std::make_shared<SpoolFile>(folder.path), "a.csv", "ann", 1, at});
    };
    const auto first = add(start);
    CHECK(uploads.find(first, "ann", start).has_value());
    CHECK_FALSE(uploads.find(first, "bob", start).has_value());
    CHECK_FALSE(uploads.find("", "ann", start).has_value());
    for (std::size_t i = 1; i <= Uploads::kMost; ++i) {
        add(start + std::chrono::seconds{i});
    }
    CHECK_FALSE(uploads.find(first, "ann", start).has_value());
    CHECK(folder.files().size() == Uploads::kMost);
    const auto late = start + Uploads::kKept + std::chrono::minutes{1};
    const auto last = add(late);
    CHECK(uploads.find(last, "ann", late).has_value());
    CHECK(folder.files().size() == 1);
}

TEST_CASE("a query is read name by name and blames what is wrong", "[http]") {
    Query query{"from=2026-11-01&zone=America%2FNew_York&note=a+b&n=12&empty="};
    CHECK(query.text("from", 20) == "2026-11-01");
    CHECK(query.optional_text("zone", 50) == "America/New_York");
    CHECK(query.optional_text("note", 50) == "a b");
    CHECK(query.whole_number("n", 1, 20, 7) == 12);
    CHECK(query.whole_number("m", 1, 20, 7) == 7);
    CHECK(query.optional_text("empty", 5).empty());
    CHECK_FALSE(query.fault().has_value());

    const auto fault_of = [](std::string_view text) {
        Query asked{text};
        (void)asked.text("a", 3);
        (void)asked.whole_number("n", 1, 20, 7);
        const auto fault = asked.fault();
        return fault ? fault->field : "none";
    };
    CHECK(fault_of("a=1") == "none");
    CHECK(fault_of("") == "a");
    CHECK(fault_of("a=1234") == "a");
    CHECK(fault_of("a=1&a=2") == "a");
    CHECK(fault_of("a=1&n=x") == "n");
    CHECK(fault_of("a=1&n=21") == "n");
    CHECK(fault_of("a=1&b=2") == "b");
    CHECK(fault_of("a=%FF").empty());
    CHECK(fault_of("a=%0").empty());
}
