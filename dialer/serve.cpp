#include "dialer/serve.hpp"

#include "dialer/config.hpp"
#include "dialer/engine.hpp"
#include "dialer/http/server.hpp"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>

namespace dialer {

namespace {

constexpr std::size_t log_lines_max = 8192;

/// Log lines go to stderr, which leaves stdout to the line with the ports. A thread of its own
/// writes them: a reader who does not read must not stop a loop, so lines beyond the queue are
/// lost, the oldest first.
struct LogThread {
    LogThread() {
        spdlog::init_thread_pool(log_lines_max, 1);
        spdlog::set_default_logger(
            spdlog::create_async_nb<spdlog::sinks::stderr_sink_mt>("dialer"));
    }
    ~LogThread() { spdlog::shutdown(); }
    LogThread(const LogThread&) = delete;
    LogThread& operator=(const LogThread&) = delete;
};

std::chrono::microseconds clock_shift(const Config& config) {
    if (!config.engine.clock_start_at) {
        return {};
    }
    return *config.engine.clock_start_at - Clock{}.now().wall;
}

} // namespace

int serve(const std::string& config_path) {
    const auto config = load_config(config_path);
    const LogThread log; // outlives all that logs
    const Clock clock{clock_shift(config)};
    boost::asio::io_context context{1};
    Engine engine{context, config, clock};
    http::Server server{config.http, engine};
    if (clock.shift().count() != 0) {
        spdlog::warn("the wall clock is shifted by {} s for a demo on loopback",
                     std::chrono::duration_cast<std::chrono::seconds>(clock.shift()).count());
    }
    // One line for whoever started us with port 0.
    fmt::print("{{\"sip_port\":{},\"http_port\":{},\"redirect_port\":{}}}\n", engine.sip_port(),
               server.port(), server.redirect_port());
    std::fflush(stdout);

    boost::asio::signal_set signals{context, SIGINT, SIGTERM};
    signals.async_wait([&](boost::system::error_code error, int /*signal*/) {
        if (!error) {
            engine.stop([&context] { context.stop(); });
        }
    });
    context.run();
    return engine.failed() ? 1 : 0;
}

} // namespace dialer
