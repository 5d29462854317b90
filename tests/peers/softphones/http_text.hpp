#pragma once

// HTTP/1.1 responses and server-sent events, read from untrusted bytes as they arrive. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace peers {

/// Reads one response. Memory: at most 64 KiB of head and 1 MiB of body not yet taken.
class HttpReader {
public:
    enum class State : std::uint8_t { head, body, complete, broken };

    void feed(std::string_view bytes);
    /// The connection has ended: completes a body without a length.
    void end();

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] int status() const { return status_; }
    /// The body so far, decoded; taken away.
    [[nodiscard]] std::string take_body();

private:
    enum class Framing : std::uint8_t { until_close, length, chunked };

    void read_head(std::string_view head);
    void read_body();
    bool read_chunk();

    State state_ = State::head;
    Framing framing_ = Framing::until_close;
    int status_ = 0;
    std::size_t left_ = 0;     // of the length, or of the chunk
    bool after_chunk_ = false; // the line end after a chunk's data is due
    std::string pending_;      // undecoded
    std::string body_;
};

/// Splits a text/event-stream into the data of its events.
class EventReader {
public:
    /// Data of the events that this completes. Events above 256 KiB are dropped.
    [[nodiscard]] std::vector<std::string> feed(std::string_view text);

private:
    void take_line(std::string_view line, std::vector<std::string>& events);

    std::string line_;
    std::string data_;
};

} // namespace peers
