#include "tests/peers/softphones/http_text.hpp"

#include <algorithm>
#include <charconv>
#include <strings.h>
#include <utility>

namespace peers {
namespace {

constexpr std::size_t kHeadMax = 64 * 1024;
constexpr std::size_t kBodyMax = 1024 * 1024;
constexpr std::size_t kEventMax = 256 * 1024;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool same_word(std::string_view a, std::string_view b) {
    return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool read_number(std::string_view text, int base, std::size_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc{} && end == text.data() + text.size();
}

} // namespace

void HttpReader::feed(std::string_view bytes) {
    if (state_ == State::complete || state_ == State::broken) {
        return;
    }
    pending_.append(bytes);
    if (state_ == State::head) {
        const auto end = pending_.find("\r\n\r\n");
        if (end == std::string::npos) {
            state_ = pending_.size() > kHeadMax ? State::broken : State::head;
            return;
        }
        const std::string head = pending_.substr(0, end);
        pending_.erase(0, end + 4);
        read_head(head);
    }
    if (state_ == State::body) {
        read_body();
    }
    if (body_.size() > kBodyMax || pending_.size() > kBodyMax) {
        state_ = State::broken;
    }
}

void HttpReader::end() {
    if (state_ == State::body && framing_ == Framing::until_close) {
        state_ = State::complete;
    } else if (state_ != State::complete) {
        state_ = State::broken;
    }
}

std::string HttpReader::take_body() {
    return std::exchange(body_, {});
}

void HttpReader::read_head(std::string_view head) {
    std::size_t status = 0;
    if (head.substr(0, 7) != "HTTP/1." || head.size() < 12 ||
        !read_number(head.substr(9, 3), 10, status)) {
        state_ = State::broken;
        return;
    }
    status_ = static_cast<int>(status);
    state_ = State::body;
    bool length_known = false;
    while (!head.empty()) {
        const auto end = head.find('\n');
        const auto line = head.substr(0, end);
        head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) {
            continue;
        }
        const auto value = trimmed(line.substr(colon + 1));
        if (same_word(line.substr(0, colon), "Content-Length")) {
            length_known = read_number(value, 10, left_);
            state_ = length_known ? state_ : State::broken;
        } else if (same_word(line.substr(0, colon), "Transfer-Encoding") &&
                   same_word(value, "chunked")) {
            framing_ = Framing::chunked;
        }
    }
    if (framing_ != Framing::chunked && length_known) {
        framing_ = Framing::length;
    }
    if (status_ == 204 || status_ == 304) {
        framing_ = Framing::length; // RFC 9112 6.3: never a body
        left_ = 0;
    } else if (framing_ == Framing::chunked) {
        left_ = 0;
    }
}

void HttpReader::read_body() {
    if (framing_ == Framing::until_close) {
        body_ += std::exchange(pending_, {});
        return;
    }
    if (framing_ == Framing::length) {
        const auto take = std::min(left_, pending_.size());
        body_.append(pending_, 0, take);
        pending_.erase(0, take);
        left_ -= take;
        state_ = left_ == 0 ? State::complete : State::body;
        return;
    }
    while (state_ == State::body && read_chunk()) {
    }
}

/// One step of the chunked coding (RFC 9112 7.1); false when more bytes are needed.
bool HttpReader::read_chunk() {
    if (left_ > 0) {
        const auto take = std::min(left_, pending_.size());
        body_.append(pending_, 0, take);
        pending_.erase(0, take);
        left_ -= take;
        after_chunk_ = left_ == 0;
        return after_chunk_;
    }
    const auto end = pending_.find("\r\n");
    if (end == std::string::npos) {
        return false;
    }
    const std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 2);
    if (after_chunk_) {
        after_chunk_ = false;
        state_ = line.empty() ? State::body : State::broken;
        return line.empty();
    }
    if (!read_number(trimmed(std::string_view{line}.substr(0, line.find(';'))), 16, left_)) {
        state_ = State::broken;
        return false;
    }
    state_ = left_ == 0 ? State::complete : State::body;
    return left_ != 0;
}

std::vector<std::string> EventReader::feed(std::string_view text) {
    std::vector<std::string> events;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (line_.size() < kEventMax) {
            line_.append(text.substr(0, end));
        }
        if (end == std::string_view::npos) {
            break;
        }
        text.remove_prefix(end + 1);
        take_line(line_, events);
        line_.clear();
    }
    return events;
}

void EventReader::take_line(std::string_view line, std::vector<std::string>& events) {
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    if (line.empty()) {
        if (!data_.empty() && data_.size() < kEventMax) {
            events.push_back(data_);
        }
        data_.clear();
        return;
    }
    constexpr std::string_view kData = "data:";
    if (line.substr(0, kData.size()) == kData && data_.size() < kEventMax) {
        line.remove_prefix(kData.size());
        line.remove_prefix(!line.empty() && line.front() == ' ' ? 1 : 0);
        data_.append(data_.empty() ? "" : "\n").append(line);
    }
}

} // namespace peers
