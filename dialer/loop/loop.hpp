#pragma once

// What every part of the control loop may use. One instance, owned by the engine.

#include "campaigns/ids.hpp"
#include "dialer/db/log_writer.hpp"
#include "dialer/db/pool.hpp"
#include "dialer/leg.hpp"
#include "dialer/loop/clock.hpp"
#include "dialer/media/media.hpp"
#include "dialer/sip/legs.hpp"

#include <boost/asio/io_context.hpp>

namespace dialer {

/// References to the loop's services and the makers of identifiers. Control thread only.
struct Loop {
    boost::asio::io_context& context;
    const Clock& clock;
    campaigns::IdMaker& ids;
    db::Pool& pool;
    db::LogWriter& log;
    sip::Legs& legs;
    media::Media& media;
    campaigns::RunId run{};
    std::uint64_t last_leg = 0;

    [[nodiscard]] Stamp now() const { return clock.now(); }
    [[nodiscard]] std::int64_t make_id() { return ids.make(clock.now().wall); }
    [[nodiscard]] LegId make_leg() { return LegId{++last_leg}; }
};

/// The far end's description as the media plane needs it.
[[nodiscard]] inline media::Remote to_remote(const sdp::Audio& ours, const sdp::Audio& theirs) {
    media::Remote remote;
    remote.address = theirs.address;
    remote.port = theirs.port;
    remote.codec = sdp::agreed_codec(ours, theirs).value_or(sdp::Codec::pcmu);
    remote.telephone_event = theirs.telephone_event.value_or(0);
    remote.may_send = theirs.direction == sdp::Direction::sendrecv ||
                      theirs.direction == sdp::Direction::recvonly;
    return remote;
}

} // namespace dialer
