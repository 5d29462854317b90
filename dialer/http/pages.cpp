#include "dialer/http/pages.hpp"

#include "dialer/http/path.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace dialer::http {

namespace fs = std::filesystem;

namespace {

struct Kind {
    std::string_view extension;
    std::string_view content_type;
    bool packs; ///< text that gzip makes smaller
};

constexpr std::array kKinds{
    Kind{".html", "text/html; charset=utf-8", true},
    Kind{".js", "text/javascript; charset=utf-8", true},
    Kind{".css", "text/css; charset=utf-8", true},
    Kind{".json", "application/json", true},
    Kind{".svg", "image/svg+xml", true},
    Kind{".png", "image/png", false},
    Kind{".wav", "audio/wav", false},
    Kind{".woff2", "font/woff2", false},
};

constexpr std::uintmax_t kFileBytesMax = std::uintmax_t{8} << 20;

std::string read_file(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file || fs::file_size(path) > kFileBytesMax) {
        throw std::runtime_error{"cannot read " + path.string() + ", or it is larger than 8 MiB"};
    }
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

const Kind& kind_of(const fs::path& path) {
    const auto extension = path.extension().string();
    const auto* const found = std::ranges::find(kKinds, extension, &Kind::extension);
    if (found == kKinds.end()) {
        throw std::runtime_error{path.string() + " is no file of a page; http.web_root must be the "
                                                 "folder with the built pages and nothing else"};
    }
    return *found;
}

/// RFC 1952; empty when it does not become smaller.
std::string gzip(const std::string& text) {
    constexpr int kGzipFormat = 16 + MAX_WBITS;
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipFormat, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        throw std::runtime_error{"gzip has no memory"};
    }
    std::string packed(deflateBound(&stream, text.size()), '\0');
    // zlib takes what it only reads as if it would write.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const int ended = deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return ended == Z_STREAM_END && packed.size() < text.size() ? packed : std::string{};
}

/// "gzip", "br, gzip;q=0.8", "*": RFC 9110 12.5.3, read narrowly: a weight of 0 is a no.
bool takes_gzip(std::string_view accept_encoding) {
    while (!accept_encoding.empty()) {
        auto item = accept_encoding.substr(0, accept_encoding.find(','));
        accept_encoding.remove_prefix(std::min(item.size() + 1, accept_encoding.size()));
        item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
        const auto name = item.substr(0, item.find_first_of("; "));
        if (name == "gzip") {
            return item.find("q=0") == std::string_view::npos ||
                   item.find_first_of("123456789", item.find("q=0")) != std::string_view::npos;
        }
    }
    return false;
}

/// A part of a page's path: a name that may hold anything but what moves between folders.
bool is_plain_part(std::string_view part) {
    const auto decoded = decode_segment(part);
    return decoded && !decoded->empty() && decoded->front() != '.' &&
           decoded->find_first_of("/\\") == std::string::npos;
}

/// Whether a path could be one of a page: those of files have a dot in their last part.
bool looks_like_page(std::string_view path) {
    const auto last = path.substr(path.rfind('/') + 1);
    if (last.find('.') != std::string_view::npos) {
        return false;
    }
    // "/" and "/lists/" are pages; an empty part anywhere else is none.
    while (path.size() > 1) {
        path.remove_prefix(1);
        const auto part = path.substr(0, path.find('/'));
        if (!is_plain_part(part)) {
            return false;
        }
        path.remove_prefix(part.size());
    }
    return true;
}

} // namespace

Pages::Pages(const std::string& web_root) {
    if (web_root.empty()) {
        return;
    }
    for (const auto& entry : fs::recursive_directory_iterator{web_root}) {
        if (!entry.is_regular_file()) {
            continue;
        }
        const Kind& kind = kind_of(entry.path());
        const auto path = '/' + entry.path().lexically_relative(web_root).generic_string();
        // The name of an asset is made of its content, so it may be kept for ever.
        const std::string keep =
            path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
        File file;
        file.plain.content_type = kind.content_type;
        file.plain.body = read_file(entry.path());
        file.plain.headers = {{"Cache-Control", keep}, {"Vary", "Accept-Encoding"}};
        if (kind.packs) {
            file.packed = file.plain;
            file.packed.body = gzip(file.plain.body);
            file.packed.headers.emplace_back("Content-Encoding", "gzip");
        }
        files_.emplace(path, std::move(file));
    }
    if (!files_.contains("/index.html")) {
        throw std::runtime_error{web_root + " has no index.html; http.web_root must be the folder "
                                            "with the built pages (tools/web)"};
    }
}

Response Pages::get(std::string_view path, std::string_view accept_encoding) const {
    auto found = files_.find(path);
    if (found == files_.end()) {
        found = files_.find(std::string{path} + ".html");
    }
    if (found == files_.end() && looks_like_page(path)) {
        found = files_.find("/index.html");
    }
    if (found == files_.end()) {
        return error_response(
            404, files_.empty() ? "This server was started without its pages (http.web_root)."
                                : "There is nothing at this path.");
    }
    const bool packed = takes_gzip(accept_encoding) && !found->second.packed.body.empty();
    return packed ? found->second.packed : found->second.plain;
}

} // namespace dialer::http
