#pragma once

// From a clearance to a ticket: the only way to an INVITE.
//
//   dnc::Gate::clear -> dnc::Clearance -> AttemptDraft -> Store::commit_attempts -> AttemptTicket
//
// Tickets have no public constructor. The store makes one when, and only when, the attempt's row
// is durable and the lead's lease was still ours in the same transaction.

#include "campaigns/types.hpp"
#include "dnc/caps.hpp"

#include <string>
#include <utility>
#include <vector>

namespace campaigns {

/// What the engine wants to dial; becomes a row of `attempts`.
struct AttemptDraft {
    AttemptId id{};
    LeadId lead{};
    CampaignId campaign{};
    RunId run{};
    dnc::Clearance clearance; ///< holds the number, the instant and the evidence
    std::string trunk;
    dnc::Number caller_id;
    std::optional<AttemptId>
        failover_of; ///< same lead and lease, previous trunk failed technically
    // On whose behalf and about what, as the clearance was asked for.
    std::string seller = {};
    std::string subject = {};
    dnc::Purpose purpose = dnc::Purpose::telemarketing;
    /// Revocations up to this one were known to the gate; those after it are looked for again.
    std::int64_t revocations_seen = 0;
};

/// A draft that met, in the transaction of its row, something that the gate could not know yet.
struct DraftRefusal {
    enum class Why : std::uint8_t {
        cap_used_up, ///< another call took the last slot
        opted_out,   ///< on the company list meanwhile
        revoked,     ///< consent withdrawn meanwhile
    };
    AttemptId id{};
    Why why{};
    std::string rule;       ///< of the cap
    std::int64_t taken = 0; ///< calls that the cap has counted
    int limit = 0;
    std::optional<dnc::RevocationScope> scope; ///< of the revocation
};

/// Permission to send one INVITE (with its retransmissions) for one durable attempt. Move-only:
/// a ticket is spent by moving it into the SIP layer.
class AttemptTicket {
public:
    AttemptTicket(AttemptTicket&&) noexcept = default;
    AttemptTicket& operator=(AttemptTicket&&) noexcept = default;
    AttemptTicket(const AttemptTicket&) = delete;
    AttemptTicket& operator=(const AttemptTicket&) = delete;

    [[nodiscard]] AttemptId id() const { return id_; }
    [[nodiscard]] dnc::Number number() const { return number_; }
    [[nodiscard]] dnc::Number caller_id() const { return caller_id_; }
    [[nodiscard]] const std::string& trunk() const { return trunk_; }

private:
    friend class Store;
    AttemptTicket(AttemptId id, dnc::Number number, dnc::Number caller_id, std::string trunk)
        : id_{id}, number_{number}, caller_id_{caller_id}, trunk_{std::move(trunk)} {}

    AttemptId id_;
    dnc::Number number_;
    dnc::Number caller_id_;
    std::string trunk_;
};

/// What became of a batch of drafts. A draft that is in neither had lost its lease.
struct Commitment {
    std::vector<AttemptTicket> tickets; ///< in the order of the drafts
    std::vector<DraftRefusal> refused;  ///< one or more for a draft, in the order of the drafts
};

/// Permission to repeat the INVITE of an attempt once with credentials after a 401 or 407: the
/// second INVITE on the wire is a durable event of the attempt before it leaves.
class ResendTicket {
public:
    ResendTicket(ResendTicket&&) noexcept = default;
    ResendTicket& operator=(ResendTicket&&) noexcept = default;
    ResendTicket(const ResendTicket&) = delete;
    ResendTicket& operator=(const ResendTicket&) = delete;

    [[nodiscard]] AttemptId attempt() const { return attempt_; }

private:
    friend class Store;
    explicit ResendTicket(AttemptId attempt) : attempt_{attempt} {}

    AttemptId attempt_;
};

} // namespace campaigns
