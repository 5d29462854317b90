// From drafts to durable rows and tickets, and what happens when that fails.

#include "campaigns/call_facts.hpp"
#include "dialer/call/dialing.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::Store;
using db::StoreError;
using db::StoreResult;

namespace {

constexpr auto doubt_retry_time = 500ms;
constexpr std::size_t group_max = 500;

} // namespace

void Dialing::commit() {
    if (committing_ || gathering_.drafts.empty()) {
        return;
    }
    // Whatever gathers while one transaction runs goes into the next one: group commit.
    committing_ = true;
    auto group = std::make_shared<Group>();
    if (gathering_.drafts.size() <= group_max) {
        std::swap(*group, gathering_);
    } else {
        for (std::size_t i = 0; i < group_max; ++i) {
            group->drafts.push_back(std::move(gathering_.drafts[i]));
            group->drafted.push_back(std::move(gathering_.drafted[i]));
        }
        gathering_.drafts.erase(gathering_.drafts.begin(), gathering_.drafts.begin() + group_max);
        gathering_.drafted.erase(gathering_.drafted.begin(),
                                 gathering_.drafted.begin() + group_max);
    }
    loop_.pool.run([group](Store& store) { return store.commit_attempts(group->drafts); },
                   [this, group](StoreResult<campaigns::Commitment> result) {
                       auto* commitment = std::get_if<campaigns::Commitment>(&result);
                       if (commitment == nullptr) {
                           return not_committed(std::move(*group), std::get<StoreError>(result));
                       }
                       committing_ = false;
                       committed(std::move(*group), std::move(*commitment));
                       commit();
                   });
}

void Dialing::committed(Group group, campaigns::Commitment commitment) {
    auto ticket = commitment.tickets.begin();
    auto refusal = commitment.refused.begin();
    for (std::size_t i = 0; i < group.drafted.size(); ++i) {
        auto& drafted = group.drafted[i];
        const auto& clearance = group.drafts[i].clearance;
        --campaigns_.at(drafted.campaign).committing;
        const auto refused_from = refusal;
        while (refusal != commitment.refused.end() && refusal->id == drafted.id) {
            ++refusal;
        }
        if (refusal != refused_from) {
            no_call(drafted);
            refused_by_store(drafted, clearance, {refused_from, refusal});
        } else if (ticket == commitment.tickets.end() || ticket->id() != drafted.id) {
            no_call(drafted); // the lease was gone: no row, no call
            if (drafted.hand.failover_of) {
                give_back({drafted.hand.lead.id});
            }
        } else {
            went_out(drafted, std::move(*ticket++), clearance.decided_at());
        }
    }
}

/// The row is durable. What came to light since the decision still stops the call.
void Dialing::went_out(Drafted& drafted, campaigns::AttemptTicket ticket, dnc::Instant decided_at) {
    if (opt_outs_.listed_by_company(ticket.number(),
                                    campaigns_.at(drafted.campaign).settings.seller)) {
        not_sent(drafted, "opted out before the INVITE");
    } else if (auto why = why_illegal(drafted.campaign, drafted.hand)) {
        not_sent(drafted, "no longer legal before the INVITE: " + *why);
    } else if (loop_.now().wall - decided_at > campaigns::kClearanceAgeMax) {
        not_sent(drafted, "the decision was too old when the row became durable");
    } else if (stopping_) {
        not_sent(drafted, "the engine is stopping");
    } else if (drafted.hand.agent && !desk_.reserved_for(*drafted.hand.agent, drafted.id)) {
        not_sent(drafted, "the agent who dialed left before the INVITE");
    } else {
        --drafts_open_;
        calls_.start(drafted.campaign, std::move(drafted.hand), std::move(ticket));
    }
}

void Dialing::not_committed(Group group, const StoreError& error) {
    spdlog::error("{} attempts not committed: {}", group.drafted.size(), error.what);
    if (error.kind == StoreError::Kind::in_doubt) {
        return look_up(std::move(group));
    }
    resolve_doubt(group, {});
}

/// The commit may have happened. Nothing is sent; the rows that exist are closed as `not_sent`.
void Dialing::look_up(Group group) {
    auto shared = std::make_shared<Group>(std::move(group));
    loop_.pool.run([shared](Store& store) { return store.find_attempts(shared->drafts); },
                   [this, shared](StoreResult<std::vector<AttemptId>> result) {
                       if (auto* found = std::get_if<std::vector<AttemptId>>(&result)) {
                           return resolve_doubt(*shared, *found);
                       }
                       doubt_timer_.expires_after(doubt_retry_time);
                       doubt_timer_.async_wait([this, shared](boost::system::error_code error) {
                           if (!error) {
                               look_up(std::move(*shared));
                           }
                       });
                   });
}

void Dialing::resolve_doubt(const Group& group, const std::vector<AttemptId>& found) {
    for (const auto& drafted : group.drafted) {
        --campaigns_.at(drafted.campaign).committing;
        if (std::find(found.begin(), found.end(), drafted.id) != found.end()) {
            not_sent(drafted, "the database was lost while the row was committed");
        } else {
            take_back(drafted);
        }
    }
    committing_ = false;
    commit();
}

/// The row exists, the INVITE will never leave.
void Dialing::not_sent(const Drafted& drafted, const std::string& why) {
    no_call(drafted);
    const auto now = loop_.now().wall;
    loop_.log.add(campaigns::AttemptEvent{drafted.id, 0, now, "not_sent", why});
    campaigns::AttemptResult result;
    result.attempt = drafted.id;
    result.lead = drafted.hand.lead.id;
    result.outcome = campaigns::Outcome::not_sent;
    result.ended_at = now;
    result.ended_by = "engine";
    loop_.log.add(std::move(result));
    auto& figures = campaigns_.at(drafted.campaign).figures;
    ++figures.outcomes[static_cast<std::size_t>(campaigns::Outcome::not_sent)];
}

/// No row exists. The lead is still on loan to us, or waits in `dialing` after a failed trunk.
void Dialing::take_back(Drafted drafted) {
    no_call(drafted);
    auto& campaign = campaigns_.at(drafted.campaign);
    if (drafted.hand.failover_of || drafted.hand.agent) {
        return give_back({drafted.hand.lead.id});
    }
    campaign.ready.push_front(std::move(drafted.hand));
}

/// The draft becomes no call: its trunk and the agent who waits for it are free again.
void Dialing::no_call(const Drafted& drafted) {
    --drafts_open_;
    caller_ids_.forget(drafted.id);
    trunks_.release(drafted.trunk);
    pace_.ended(drafted.id, loop_.now());
    if (drafted.hand.agent && desk_.reserved_for(*drafted.hand.agent, drafted.id)) {
        desk_.unreserve(*desk_.find(*drafted.hand.agent));
    }
}

} // namespace dialer::call
