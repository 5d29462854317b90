#pragma once

// One softphone: its registration, its nailed-up leg, and what it lived through.

#include "tests/peers/common/digest.hpp"
#include "tests/peers/common/moment.hpp"
#include "tests/peers/common/sofia.hpp"
#include "tests/peers/common/streams.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peers {

class PhoneBank;

/// One leg from answer to end.
struct LegRecord {
    std::int64_t start_ms = 0; ///< Unix time
    std::int64_t end_ms = 0;   ///< 0: still up
    std::string_view ended_by; ///< bye, stalled, replaced, no_ack, exit
    StreamEnd media;
};

struct PhoneRecord {
    int registered = 0;                   ///< successful REGISTERs, refreshes included
    std::map<int, int> register_failures; ///< by final status; 0: no answer in time
    int invites = 0;
    int invites_while_busy = 0;
    int media_changes = 0;
    std::vector<LegRecord> legs;
};

/// The dialog of the leg. Its address is the context of its handles, which die with it; destroyed
/// only outside of callbacks.
struct PhoneLeg {
    struct Phone* phone = nullptr;
    std::size_t record = 0; ///< index in PhoneRecord::legs
    StreamId stream{};
    std::string own_session;
    bool over = false;
    LegOwner leg;
    IncomingOwner invite;
    OutgoingOwner bye;
};

/// Lives on the SIP thread, at one address from start to end.
struct Phone {
    PhoneBank* bank = nullptr;
    std::size_t index = 0;
    Login login;
    std::string contact;
    // Registration
    std::uint64_t try_number = 0; ///< of the REGISTER under way; late timers of others are void
    int failures_in_row = 0;
    Moment tried_at{};
    bool challenged = false; ///< in this try
    std::optional<Challenge> challenge;
    std::uint32_t nonce_count = 0;
    LegOwner register_leg;
    OutgoingOwner registration;
    // The leg
    std::unique_ptr<PhoneLeg> leg;
    PhoneRecord record;
};

} // namespace peers
