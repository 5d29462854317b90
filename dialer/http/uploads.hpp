#pragma once

// Files that people have sent and not used yet.

#include "dialer/http/message.hpp"
#include "dnc/time.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace dialer::http {

struct Upload {
    std::shared_ptr<SpoolFile> file;
    std::string name;  ///< as the sender calls it
    std::string owner; ///< user; nobody else may use it
    std::uint64_t bytes = 0;
    dnc::Instant at{};
};

/// Kept for some hours, a bounded number of them; the oldest goes first. HTTP thread only.
class Uploads {
public:
    using Moment = dnc::Instant; // by the engine's clock
    static constexpr std::size_t kMost = 32;
    static constexpr std::chrono::hours kKept{4};

    /// The name to ask for it by: 128 random bits.
    std::string add(Upload upload);
    /// Nothing when there is none of that name, it is another user's, or too old at `now`.
    [[nodiscard]] std::optional<Upload> find(const std::string& id, const std::string& owner,
                                             Moment now);

private:
    void drop_old(Moment now);

    std::map<std::string, Upload> uploads_;
};

} // namespace dialer::http
