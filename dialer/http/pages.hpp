#pragma once

// The static files of the browser pages, read once at start.

#include "dialer/http/message.hpp"

#include <map>
#include <string>
#include <string_view>

namespace dialer::http {

/// Immutable after construction, so any thread may read it. What can be served is a fixed table
/// of names; a request never becomes a file name, so there is nothing to traverse.
class Pages {
public:
    /// Reads every file of the table from `web_root`. Throws std::runtime_error naming a file that
    /// cannot be read. With an empty `web_root` there are no pages.
    explicit Pages(const std::string& web_root);

    /// The page at a path of the table ("/live"), 404 without a web root.
    [[nodiscard]] Response get(std::string_view path) const;

private:
    std::map<std::string, Response, std::less<>> pages_; // by path
};

} // namespace dialer::http
