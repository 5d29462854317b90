#pragma once

// A server over a real PostgreSQL, for tests of the API: a database of its own, and a clock that
// stands at noon in New York.

#include "dialer/http/server.hpp"
#include "tests/campaigns/store_support.hpp"
#include "tests/http/client.hpp"
#include "tests/http/fake_control.hpp"
#include "tests/http/schema.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace http_test {

class ApiRoom {
public:
    ApiRoom();

    /// One request with the token of a role. The answer's shape is held against the document when
    /// it is JSON; a fault there fails the test.
    Received ask(std::string_view method, const std::string& target, std::string_view role,
                 const boost::json::value& body = nullptr);
    /// The JSON of an answer with that status; throws std::runtime_error for another status.
    boost::json::value get(const std::string& target, std::string_view role = "admin");
    boost::json::value post(const std::string& target, const boost::json::value& body,
                            int status = 200, std::string_view role = "admin");

    /// A campaign with the usual settings.
    void make_campaign(const std::string& name);
    /// Sends a file and returns what to name it by.
    std::string upload(const std::string& name, std::string_view content,
                       std::string_view role = "admin");
    /// Imports a file and waits until that is over; the job as it is then.
    boost::json::value import(const std::string& campaign, const std::string& name,
                              std::string_view content);
    /// Waits until the job is over.
    boost::json::value wait_for_job(std::int64_t job);

    store_test::Database db;
    FakeControl control;

private:
    static dialer::http::ServerConfig config();

    dialer::http::Server server_;
    boost::json::value document_;
};

} // namespace http_test
