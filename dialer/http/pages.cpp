#include "dialer/http/pages.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace dialer::http {

namespace {

struct PageFile {
    std::string_view path;
    std::string_view file;
    std::string_view content_type;
};

constexpr std::array kPages{
    PageFile{"/", "live.html", "text/html; charset=utf-8"},
    PageFile{"/live", "live.html", "text/html; charset=utf-8"},
    PageFile{"/live.js", "live.js", "text/javascript; charset=utf-8"},
    PageFile{"/page.js", "page.js", "text/javascript; charset=utf-8"},
    PageFile{"/pacing.js", "pacing.js", "text/javascript; charset=utf-8"},
    PageFile{"/events.js", "events.js", "text/javascript; charset=utf-8"},
    PageFile{"/live.css", "live.css", "text/css; charset=utf-8"},
    PageFile{"/favicon.svg", "favicon.svg", "image/svg+xml"},
    PageFile{"/openapi.json", "openapi.json", "application/json"},
};

std::string read_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        throw std::runtime_error{"cannot read " + path +
                                 "; http.web_root must be the folder with the pages"};
    }
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

} // namespace

Pages::Pages(const std::string& web_root) {
    if (web_root.empty()) {
        return;
    }
    for (const auto& page : kPages) {
        Response response;
        response.content_type = page.content_type;
        response.body = read_file(web_root + '/' + std::string{page.file});
        pages_.emplace(page.path, std::move(response));
    }
}

Response Pages::get(std::string_view path) const {
    const auto found = pages_.find(path);
    if (found == pages_.end()) {
        return error_response(404, "This server was started without its pages (http.web_root).");
    }
    return found->second;
}

} // namespace dialer::http
