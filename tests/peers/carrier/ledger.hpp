#pragma once

// What the carrier saw, counted, journalled as it happens and reported at the end.
//
// Journal: one JSON object a line, written at once, so that it stands when the caller is killed.
// Common members: "t" (Unix ms), "ev", "id" (of the INVITE transaction here, from 1). Events:
//   invite    number, attempt (how often this number was called, challenged ones apart; 0 while
//             challenged), x_attempt, call_id, cseq, branch, from, source, trunk, outcome
//   final     status (a final response other than 200 was sent)
//   ok        the 200 was sent, tone_hz        answer    its ACK came
//   no_ack    no ACK came in 32 s              heard     first sound from the caller
//   cancel    a CANCEL came for a call not answered yet
//   bye_in    BYE from the caller              bye_out   BYE sent by the callee
// In "instant" mode only invite, final, ok, answer, bye_in and bye_out occur.

#include "tests/peers/carrier/outcome.hpp"
#include "tests/peers/common/socket.hpp"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace peers {

/// An INVITE as it came in.
struct Invite {
    std::string number; ///< digits
    std::string x_attempt;
    std::string call_id;
    std::uint32_t cseq = 0;
    std::string branch;
    std::string from;
    std::string source;
    int trunk = 0;
};

/// One INVITE transaction; retransmissions are not counted.
struct InviteRecord {
    Invite invite;
    int attempt = 0;
    std::int64_t t_ms = 0;
    std::string_view outcome = "challenged"; ///< intended; or challenged, shed, unacceptable
    int status = 0;                          ///< final response; 0: none yet
    std::int64_t answered_ms = 0;            ///< ACK of the 200; 0: never
    bool cancelled = false;
    bool bye_in = false;
    bool bye_out = false;
    bool heard = false;
    int tone_hz = 0;
    StreamEnd media;
};

/// Not thread-safe; owned by the SIP thread. Memory: one record an INVITE, without end on
/// purpose: the record is what the carrier is for.
class Ledger {
public:
    /// An empty path switches the journal off. Throws std::runtime_error when it cannot be opened.
    explicit Ledger(const std::string& journal_path);

    /// Notes an INVITE and gives the id of its record.
    std::uint64_t invite(Invite invite, int attempt, std::string_view outcome);
    void final(std::uint64_t id, int status);
    void ok(std::uint64_t id, int tone_hz);
    void answered(std::uint64_t id);
    void no_ack(std::uint64_t id);
    void heard(std::uint64_t id);
    void cancelled(std::uint64_t id);
    void bye_in(std::uint64_t id);
    void bye_out(std::uint64_t id);
    void media(std::uint64_t id, StreamEnd end);
    void peak(std::size_t calls, std::size_t answered);

    /// The attempt number the next accepted call to this number has, from 1; counts it.
    int next_attempt(const std::string& number) { return ++attempts_[number]; }

    /// Writes the report; throws std::runtime_error when the file cannot be written.
    void write_report(const std::string& path) const;

private:
    InviteRecord& at(std::uint64_t id) { return records_.at(static_cast<std::size_t>(id) - 1); }
    void journal(std::string_view event, std::uint64_t id, std::string_view rest = {});
    [[nodiscard]] std::string totals() const;
    [[nodiscard]] std::string media_totals() const;

    Fd journal_;
    std::vector<InviteRecord> records_;
    std::unordered_map<std::string, int> attempts_;
    std::size_t calls_peak_ = 0;
    std::size_t answered_peak_ = 0;
    std::uint64_t no_acks_ = 0;
};

} // namespace peers
