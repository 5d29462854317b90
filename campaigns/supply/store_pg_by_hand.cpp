// Numbers that an agent dials by hand: a lead for any number.

#include "campaigns/store_json.hpp"
#include "campaigns/supply/store_pg_supply.hpp"

#include <pqxx/transaction>

#include <chrono>

namespace campaigns {

namespace {

constexpr const char* kRunning = "SELECT running FROM campaigns WHERE id = $1";

// It holds a session of the engine, on which others wait.
constexpr std::chrono::milliseconds kLockWait{1'000};
constexpr const char* kBusy = "a list with this number is being imported or taken back at this "
                              "moment; try again when that is done";

// Waits for whoever holds the lead's row, and then sees what that one has made of it. The phone as
// well: while the undoing of an import was waited for, it may have gone.
constexpr const char* kFindLeadHead = R"sql(
SELECT l.status, l.status = 'leased' AND l.leased_until < $3 AS expired, )sql";
constexpr const char* kFindLeadTail = R"sql(
FROM lead_phones asked JOIN leads l ON l.id = asked.lead_id
WHERE asked.campaign_id = $1 AND asked.number = $2
FOR UPDATE OF l FOR KEY SHARE OF asked
)sql";

// A lead whose lease ran out keeps what it goes back to.
constexpr const char* kTakeLead = R"sql(
UPDATE leads
SET after_loan = CASE WHEN status = 'ready' THEN NULL
                      WHEN status = 'leased' THEN after_loan ELSE status END,
    status = 'leased', run_id = $2, leased_until = $3
WHERE id = $1
)sql";

// No row when another session has made a lead with the number meanwhile. The number comes first:
// whoever has to wait for it holds nothing yet that other numbers want.
constexpr const char* kMakeLeadHead = R"sql(
WITH phone AS (
    INSERT INTO lead_phones (lead_id, position, campaign_id, number)
    VALUES (nextval('leads_id_seq'), 0, $1, $2)
    ON CONFLICT (number, campaign_id) DO NOTHING
    RETURNING lead_id
), list AS (
    INSERT INTO lists AS s (campaign_id, file_name, kind, rows_read, rows_accepted)
    SELECT $1, 'dialed by hand', 'by_hand', 1, 1 FROM phone
    ON CONFLICT (campaign_id) WHERE kind = 'by_hand'
    DO UPDATE SET rows_read = s.rows_read + 1, rows_accepted = s.rows_accepted + 1
    RETURNING s.id
)
INSERT INTO leads AS l (id, campaign_id, list_id, region, status, run_id, leased_until, after_loan)
SELECT phone.lead_id, $1, list.id, $3, 'leased', $4, $5, 'by_hand' FROM phone, list
RETURNING )sql";

struct Wish {
    CampaignId campaign{};
    RunId run{};
    dnc::Number number;
    std::string region;
    Instant now{};
    Instant until{};
};

Lead lead_of(const pqxx::row& row, const Wish& wish) {
    Lead lead = read_lead(row, wish.campaign, wish.until);
    lead.phones = {wish.number};
    if (lead.address_region.empty()) {
        lead.address_region = wish.region;
    }
    return lead;
}

void require_running(pqxx::transaction_base& work, CampaignId campaign) {
    const pqxx::result found =
        work.exec_prepared("by_hand_running", static_cast<std::int64_t>(campaign));
    if (found.empty()) {
        throw StoreRefusal{"there is no such campaign"};
    }
    if (!found[0][0].as<bool>()) {
        throw StoreRefusal{"the campaign is stopped"};
    }
}

/// The campaign's lead with the number, now leased; nothing when there is none.
std::optional<Lead> take_lead(pqxx::transaction_base& work, const Wish& wish) {
    const pqxx::result found =
        work.exec_prepared("by_hand_find", static_cast<std::int64_t>(wish.campaign),
                           wish.number.e164, to_rfc3339(wish.now));
    if (found.empty()) {
        return std::nullopt;
    }
    const pqxx::row row = found[0];
    const std::string status = row["status"].as<std::string>();
    if (status == "dialing") {
        throw StoreRefusal{"this person is being called already"};
    }
    if (status == "leased" && !row["expired"].as<bool>()) {
        throw StoreRefusal{"this person is about to be called already"};
    }
    work.exec_prepared("by_hand_take", row["id"].as<std::int64_t>(),
                       static_cast<std::int64_t>(wish.run), to_rfc3339(wish.until));
    return lead_of(row, wish);
}

/// A new lead, leased; nothing when another session was faster.
std::optional<Lead> make_lead(pqxx::transaction_base& work, const Wish& wish) {
    const pqxx::result made = work.exec_prepared(
        "by_hand_make", static_cast<std::int64_t>(wish.campaign), wish.number.e164,
        clean_text(wish.region), static_cast<std::int64_t>(wish.run), to_rfc3339(wish.until));
    return made.empty() ? std::nullopt : std::optional{lead_of(made[0], wish)};
}

} // namespace

void prepare_by_hand(pqxx::connection& connection) {
    connection.prepare("by_hand_running", kRunning);
    connection.prepare("by_hand_find", std::string{kFindLeadHead} + kLeadColumns + kFindLeadTail);
    connection.prepare("by_hand_take", kTakeLead);
    connection.prepare("by_hand_make", std::string{kMakeLeadHead} + kLeadColumns);
}

Lead Store::lease_number(CampaignId campaign, RunId run, dnc::Number number,
                         const std::string& region, Instant now, Instant until,
                         std::chrono::days memory) {
    const Wish wish{campaign, run, number, clean_text(region), now, until};
    return guarded(*session_, [&] {
        pqxx::work work{session_->connection};
        hold_open(work, run);
        require_running(work, campaign);
        wait_at_most(work, kLockWait);
        std::optional<Lead> lead = or_busy(kBusy, [&] {
            std::optional<Lead> found = take_lead(work, wish);
            if (!found) {
                found = make_lead(work, wish);
            }
            // Whoever was faster has committed: the insert waited for that.
            return found ? std::move(found) : take_lead(work, wish);
        });
        if (!lead) {
            throw StoreUnavailable{"the lead of a number dialed by hand came and went"};
        }
        std::vector<Lead> leads{std::move(*lead)};
        add_facts(work, campaign, leads, now - memory);
        work.commit();
        return std::move(leads.front());
    });
}

} // namespace campaigns
