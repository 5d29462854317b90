#pragma once

// The agent at a phone: signs in, follows the desk, wraps up and says how each call went.

#include "tests/peers/common/random.hpp"
#include "tests/peers/softphones/http_client.hpp"
#include "tests/peers/softphones/options.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace peers {

/// A whole count of what the person did; read it only after run has returned.
struct PersonRecord {
    int sign_ins = 0;
    int sign_in_failures = 0;
    int event_streams = 0;
    int talks = 0; ///< times the desk showed talking
    int wrap_ups = 0;
    int disposition_failures = 0;
    int machines = 0;        ///< calls ended because a machine beeped
    int wrap_up_signals = 0; ///< ends of wrap-ups announced
    int previews = 0;        ///< leads looked at and dialed
    int previews_skipped = 0;
    int preview_failures = 0; ///< decisions that the engine did not take
    std::map<std::string, int> dispositions;
    std::map<std::string, std::int64_t> state_ms; ///< time the desk showed each state
};

/// Runs on a thread of its own and blocks there; a readable stop_fd ends it at once.
class Person {
public:
    /// `lost_sight` is called when the API went away or says that the phone is not registered.
    Person(const SoftphoneOptions& options, HttpAccess access, std::uint64_t seed,
           std::function<void()> lost_sight);

    void run();

    /// The far end beeped, as machines do; any thread. The person hangs up and says so.
    void hear_beep() { beep_ = true; }

    [[nodiscard]] const PersonRecord& record() const { return record_; }

private:
    bool sign_in();
    void follow_events();
    /// False when the events are to be opened anew.
    bool see_desk(const std::string& json);
    void see_state(const std::string& state);
    void see_preview(const std::string& number);
    /// What is due by now: hanging up on a machine, deciding on a lead.
    void act();
    void decide_on_preview();
    [[nodiscard]] bool wrap_up();
    /// Rests for the wrap-up and announces its end when asked to. False when everything is to end.
    bool write_up(double seconds);
    [[nodiscard]] std::string choose_disposition();
    /// False when everything is to end.
    bool rest(Millis time);
    [[nodiscard]] HttpReply post(std::string_view path, std::string_view json);

    const SoftphoneOptions& options_;
    HttpAccess access_;
    Random random_;
    std::function<void()> lost_sight_;
    PersonRecord record_;
    std::string state_ = "offline";
    std::string disposed_since_; // the wrap-up that is done; the desk shows it a little longer
    Moment state_since_;
    std::atomic<bool> beep_ = false;
    bool machine_ = false;             // the call at hand is one
    std::string preview_;              // number of the lead on the desk; empty: none
    std::optional<Moment> look_until_; // when the look at it is over
};

} // namespace peers
