#pragma once

// The static files of the browser pages, read once at start.

#include "dialer/http/message.hpp"

#include <map>
#include <string>
#include <string_view>

namespace dialer::http {

/// Immutable after construction, so any thread may read it. The files that are there at start are
/// the table; a request never becomes a file name, so there is nothing to traverse.
class Pages {
public:
    /// Reads every file below `web_root`. Throws std::runtime_error when there is no index.html, or
    /// a file cannot be read or is not of a kind that pages are made of. With an empty `web_root`
    /// there are no pages.
    /// `connect_to` is the origin beside ours that the pages may connect to: of browsers' phones.
    explicit Pages(const std::string& web_root, std::string_view connect_to = {});

    /// The file at a path ("/assets/index-1a2b.js"), packed when the reader takes that. What is no
    /// file and looks like none is a page of ours, and all of those are index.html. 404 otherwise.
    [[nodiscard]] Response get(std::string_view path, std::string_view accept_encoding) const;

private:
    struct File {
        Response plain;
        Response packed; ///< gzip; without a body when packing gains nothing
    };

    std::map<std::string, File, std::less<>> files_; // by path
};

} // namespace dialer::http
