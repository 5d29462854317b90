#pragma once

// The engine's part in the audit log: records get their leaves, and heads are signed, on a
// schedule.

#include "campaigns/audit/audit.hpp"
#include "dialer/config.hpp"
#include "dialer/loop/loop.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace dialer::call {

/// Seals every few seconds and signs when there is something new and the interval has passed, or
/// when a day (UTC) has ended. Of several engines one does it at a time. Control thread only; the
/// work is done on a database thread.
class AuditKeeping {
public:
    /// Told when the log cannot be signed though that is required, with the reason; with an empty
    /// sentence when it can again.
    using Stuck = std::function<void(const campaigns::Sentence& why)>;
    /// Throws std::runtime_error when the configuration names a key that cannot be read: better
    /// told at the start than when an inspector asks.
    AuditKeeping(Loop& loop, const AuditConfig& config, Stuck stuck);

    /// At each beat of the loop.
    void tick();
    /// The newest head that this engine signed or found.
    [[nodiscard]] const std::optional<campaigns::audit::SignedHead>& head() const { return head_; }

private:
    /// What one visit to the store came to.
    struct Visit {
        campaigns::audit::Sealed sealed;
        std::optional<campaigns::audit::SignedHead> head;
    };
    struct Wish {
        bool sign = false;
        std::optional<std::chrono::sys_days> closes;
    };

    [[nodiscard]] Wish wish(Stamp now) const;
    void visit(Stamp now);
    void visited(const Wish& wish, const db::StoreResult<Visit>& result);
    void set_stuck(const campaigns::Sentence& why);

    Loop& loop_;
    std::chrono::seconds sign_interval_;
    bool required_;
    Stuck stuck_;
    std::shared_ptr<const campaigns::audit::SigningKey> key_; ///< null: nothing is signed
    std::optional<campaigns::audit::SignedHead> head_;
    std::optional<std::chrono::sys_days> closed_; ///< that nobody has to close any more
    bool visiting_ = false;
    Monotonic visit_at_{};
    Monotonic signed_at_{};
    Monotonic good_at_{}; ///< last time that all went well
    std::string why_stuck_;
};

} // namespace dialer::call
