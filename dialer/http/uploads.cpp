#include "dialer/http/uploads.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

namespace dialer::http {

namespace {

std::string random_name() {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::random_device source; // of the operating system
    std::string name;
    for (int word = 0; word < 4; ++word) {
        auto bits = source();
        for (int digit = 0; digit < 8; ++digit, bits >>= 4U) {
            name += kDigits[bits & 0xFU];
        }
    }
    return name;
}

} // namespace

std::string Uploads::add(Upload upload) {
    drop_old(upload.at);
    if (uploads_.size() >= kMost) {
        uploads_.erase(std::ranges::min_element(uploads_, {},
                                                [](const auto& entry) { return entry.second.at; }));
    }
    auto id = random_name();
    uploads_.emplace(id, std::move(upload));
    return id;
}

std::optional<Upload> Uploads::find(const std::string& id, const std::string& owner, Moment now) {
    drop_old(now);
    const auto found = uploads_.find(id);
    const bool his = found != uploads_.end() && found->second.owner == owner;
    return his ? std::optional{found->second} : std::nullopt;
}

void Uploads::drop_old(Moment now) {
    std::erase_if(uploads_, [now](const auto& entry) { return now - entry.second.at > kKept; });
}

} // namespace dialer::http
