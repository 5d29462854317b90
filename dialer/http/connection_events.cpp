// The events of a client that reads a stream.

#include "dialer/http/client.hpp"

#include <algorithm>
#include <utility>

namespace dialer::http {

namespace {

/// Bounds what the kernel holds for an event reader that has stopped reading.
constexpr int kStreamSendBytes = 128 * 1024;
/// The store is asked less often whether a reader's token still stands.
constexpr int kBeatsPerCheck = 3;

} // namespace

void Client::start_stream(StreamKind kind, Dispatched dispatched) {
    // Streams last for a shift; a quarter of the connections stays free for requests.
    const std::size_t max = shared_->config.connections_max;
    if (shared_->registry.streams >= std::max<std::size_t>(max - max / 4, 1)) {
        send(error_response(503, "There are too many event streams open."),
             keep_alive_ ? After::keep_alive : After::close);
        return;
    }
    ++shared_->registry.streams;
    phase_ = Phase::streaming;
    kind_ = kind;
    user_ = std::move(dispatched.user);
    credential_ = std::move(dispatched.credential);
    access_ = dispatched.access;
    Error ignored;
    stream_.socket().set_option(asio::socket_base::send_buffer_size{kStreamSendBytes}, ignored);
    stream_.expires_never();
    cut_when_unconfirmed(stream_.socket().native_handle());
    read_nothing();
    offer(std::make_shared<const std::string>(event_stream_head()));
    if (kind == StreamKind::live) {
        offer_live(shared_->control.live());
    } else {
        shared_->registry.enter_desk(*user_.agent); // only agents get one
        poll_desk();
    }
}

void Client::read_nothing() {
    // The only way to learn at once that the reader has left.
    stream_.async_read_some(asio::buffer(ignored_),
                            [self = shared_from_this()](Error error, std::size_t) {
                                if (error) {
                                    self->close();
                                } else {
                                    self->stream_.expires_never();
                                    self->read_nothing();
                                }
                            });
}

void Client::offer(Frame frame) {
    waiting_ = std::move(frame);
    if (!writing_) {
        write_next();
    }
}

void Client::offer_live(const Json& json) {
    const bool news = streams(StreamKind::live) && json &&
                      (!live_json_ || (json != live_json_ &&
                                       without_instant(*json) != without_instant(*live_json_)));
    if (news) {
        live_json_ = json;
        offer(shared_->live_frame_of(json));
    }
}

void Client::write_next() {
    sending_ = std::exchange(waiting_, nullptr);
    writing_ = sending_ != nullptr;
    if (!writing_) {
        return;
    }
    // A reader that does not take one frame in this time is dropped. The read that is pending
    // keeps running without a deadline.
    stream_.expires_after(shared_->config.times.write);
    asio::async_write(stream_, asio::buffer(*sending_),
                      [self = shared_from_this()](Error error, std::size_t) {
                          if (error) {
                              self->close();
                          } else {
                              self->write_next();
                          }
                      });
}

void Client::poll_desk() {
    if (!streams(StreamKind::desk) || desk_asked_ || !user_.agent) {
        return;
    }
    desk_asked_ = true;
    shared_->control.desk(*user_.agent,
                          [weak = weak_from_this(), post = shared_->post](std::string json) {
                              post([weak, json = std::move(json)]() mutable {
                                  if (const auto self = weak.lock()) {
                                      self->on_desk(std::move(json));
                                  }
                              });
                          });
}

void Client::on_desk(std::string json) {
    desk_asked_ = false;
    if (phase_ == Phase::streaming && json != desk_json_) {
        desk_json_ = std::move(json);
        offer(std::make_shared<const std::string>(event_frame("desk", desk_json_)));
    }
}

void Client::beat() {
    if (phase_ != Phase::streaming) {
        return;
    }
    desk_asked_ = false; // an answer that never came must not silence the stream
    if (++beats_ % kBeatsPerCheck == 0) {
        check_reader();
    }
    if (!writing_) {
        // An event and no comment, which pages are not told of.
        offer(std::make_shared<const std::string>("event: heartbeat\ndata:\n\n"));
    }
}

void Client::check_reader() {
    // A token that was taken back ends the streams that were opened with it.
    shared_->control.authenticate(credential_, [weak = weak_from_this(), post = shared_->post](
                                                   std::optional<campaigns::User> user) {
        post([weak, user = std::move(user)] {
            const auto self = weak.lock();
            if (self &&
                (!user || !self->access_.allows(user->role) || user->agent != self->user_.agent)) {
                self->close();
            }
        });
    });
}

} // namespace dialer::http
