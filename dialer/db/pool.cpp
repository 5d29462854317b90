#include "dialer/db/pool.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>

namespace dialer::db {

namespace asio = boost::asio;

/// One session and its thread. Everything but `outstanding` lives on that thread.
class Pool::Worker {
public:
    Worker(std::string dsn, std::shared_ptr<std::atomic<int>> connected)
        : dsn_{std::move(dsn)}, connected_{std::move(connected)}, retry_{context_}, thread_{[this] {
              work();
          }} {}

    ~Worker() {
        context_.stop();
        thread_.join();
    }

    void submit(std::unique_ptr<Task> task, Pool& pool) {
        outstanding.fetch_add(1);
        asio::post(context_, [this, &pool, task = std::move(task)] {
            const bool lost = task->run(store_.get(), pool);
            outstanding.fetch_sub(1);
            if (lost) {
                drop_session();
            }
        });
    }

    std::atomic<int> outstanding{0};

private:
    void work() {
        connect();
        context_.run();
    }

    void connect() {
        try {
            store_ = std::make_unique<campaigns::Store>(dsn_);
            connected_->fetch_add(1);
            if (lost_) {
                spdlog::info("database session is back");
            }
            lost_ = false;
        } catch (const std::exception& error) {
            if (!lost_) {
                spdlog::error("database out of reach: {}", error.what());
            }
            lost_ = true;
            connect_later();
        }
    }

    void connect_later() {
        retry_.expires_after(std::chrono::milliseconds{500});
        retry_.async_wait([this](boost::system::error_code error) {
            if (!error) {
                connect();
            }
        });
    }

    void drop_session() {
        if (store_) {
            store_.reset();
            connected_->fetch_sub(1);
            connect();
        }
    }

    std::string dsn_;
    std::shared_ptr<std::atomic<int>> connected_;
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_{context_.get_executor()};
    asio::steady_timer retry_;
    std::unique_ptr<campaigns::Store> store_;
    bool lost_ = false;
    std::thread thread_; // last: starts when everything above is there
};

Pool::Pool(asio::io_context& control, std::string dsn, int sessions)
    : control_{control}, connected_{std::make_shared<std::atomic<int>>(0)} {
    for (int i = 0; i < sessions; ++i) {
        workers_.push_back(std::make_unique<Worker>(dsn, connected_));
    }
}

Pool::~Pool() = default;

void Pool::submit(std::unique_ptr<Task> task) {
    const auto least =
        std::min_element(workers_.begin(), workers_.end(), [](const auto& a, const auto& b) {
            return a->outstanding.load() < b->outstanding.load();
        });
    if ((*least)->outstanding.load() * static_cast<int>(workers_.size()) >= jobs_max) {
        task->run(nullptr, *this);
        return;
    }
    (*least)->submit(std::move(task), *this);
}

} // namespace dialer::db
