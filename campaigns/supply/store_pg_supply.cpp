// The lease: which leads are dialed next.

#include "campaigns/supply/store_pg_supply.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/supply/filter.hpp"
#include "campaigns/supply/plan.hpp"

#include <pqxx/transaction>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

namespace campaigns {

// The aggregate is a look-up by the primary key of lead_phones.
const char* const kLeadColumns =
    "l.id, l.list_id, l.name, l.country, l.region, l.county, l.postal_code, l.debt, l.place, "
    "l.priority, l.attempts, l.phone_turn, l.for_agent, "
    "(SELECT string_agg(p.number::text, ',' ORDER BY p.position) FROM lead_phones p "
    "WHERE p.lead_id = l.id AND p.invalid_attempt IS NULL) AS phones, "
    "(SELECT c.id FROM callbacks c WHERE c.lead_id = l.id AND c.status = 'open') AS callback";

namespace {

// Nobody waits for the disk: leads whose lease a crash of the server forgets are ready again, and
// the engine that thinks it has them gets no ticket.
constexpr const char* kCampaign = R"sql(
SELECT c.running, c.filter, c.attempts_per_day, c.attempts_per_week, s.id, s.priority, s.weight,
       set_config('synchronous_commit', 'off', true)
FROM campaigns c
LEFT JOIN lists s ON s.campaign_id = c.id AND s.status = 'active' AND s.weight > 0
WHERE c.id = $1
)sql";
// What ready_groups() adds up, in pieces: thousands of groups are added up faster here. Whole
// changes of a second, on the other hand, are fewer rows once they are added up there.
constexpr const char* kGroups = R"sql(
SELECT list_id, place, priority, leads FROM due_counts WHERE campaign_id = $1
UNION ALL
SELECT list_id, place, priority, leads FROM ready_counts WHERE due <= $2 AND campaign_id = $1
UNION ALL
SELECT list_id, place, priority, sum(change::integer) FROM lead_count_changes
WHERE campaign_id = $1 AND status = 'ready' AND due <= $2 GROUP BY 1, 2, 3
)sql";

// One probe of the index for each share, to the head of its group; locks no more rows than it
// returns.
constexpr const char* kPick = R"sql(
SELECT due.id
FROM unnest($2::bigint[], $3::integer[], $4::smallint[], $5::integer[])
     AS w (list_id, place, priority, take)
CROSS JOIN LATERAL (
    SELECT l.id FROM leads l
    WHERE l.campaign_id = $1 AND l.list_id = w.list_id AND l.place = w.place
      AND l.priority = w.priority AND l.status = 'ready' AND l.for_agent IS NULL
      AND l.due_at <= $6
    ORDER BY l.due_at, l.id
    LIMIT w.take
    FOR UPDATE SKIP LOCKED
) AS due
)sql";

constexpr const char* kPark = "UPDATE leads SET status = 'filtered', stop_reason = 'filtered' "
                              "WHERE id = ANY($1::bigint[])";

// A person who asked to be called is called.
constexpr const char* kLimit = R"sql(
UPDATE leads l SET due_at = round_due(u.until, $4), stop_reason = 'attempts_limit'
FROM (
    SELECT pick.id, limited_until(pick.id, $2, $3, $4) AS until
    FROM unnest($1::bigint[]) AS pick (id)
    WHERE NOT EXISTS (SELECT FROM callbacks c WHERE c.lead_id = pick.id AND c.status = 'open')
    OFFSET 0
) AS u
WHERE l.id = u.id AND u.until > $4
RETURNING l.id
)sql";

constexpr const char* kLeaseHead = R"sql(
WITH leased AS (
    UPDATE leads SET status = 'leased', run_id = $2, leased_until = $3
    WHERE id = ANY($1::bigint[])
    RETURNING *
)
SELECT )sql";
constexpr const char* kLeaseTail = " FROM leased l ORDER BY l.due_at, l.id";

// Where nobody is to be left out, picking and leasing are one step. As an array: what a planner
// thinks of the picks must not make it read all leads.
constexpr const char* kPickAndLeaseHead = R"sql(
), leased AS (
    UPDATE leads SET status = 'leased', run_id = $7, leased_until = $8
    WHERE id = ANY(ARRAY(SELECT id FROM picked))
    RETURNING *
)
SELECT )sql";

// Nobody is left to be called: every number of theirs is known to be wrong.
constexpr const char* kMute =
    "UPDATE leads SET status = 'exhausted', stop_reason = 'invalid_number', run_id = NULL, "
    "leased_until = NULL WHERE id = ANY($1::bigint[])";

constexpr const char* kPlaces =
    "SELECT id, key, zones, number, country, region, county, postal_code "
    "FROM places WHERE id <> 0 ORDER BY id";

constexpr const char* kCampaignNamed = "SELECT id FROM campaigns WHERE name = $1";
std::vector<dnc::Number> numbers_of(std::string_view text) {
    std::vector<dnc::Number> numbers;
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at < end;) {
        dnc::Number number;
        const auto read = std::from_chars(at, end, number.e164);
        if (read.ec != std::errc{}) {
            break;
        }
        numbers.push_back(number);
        at = read.ptr == end ? end : read.ptr + 1;
    }
    return numbers;
}

std::int64_t whole(const pqxx::field& field) {
    std::int64_t value = 0;
    std::from_chars(field.c_str(), field.c_str() + field.size(), value);
    return value;
}

/// Different for each lease of each run, and the same again when a run is replayed.
double start_of(const LeaseWish& wish, int round) {
    auto x = static_cast<std::uint64_t>(wish.now.time_since_epoch().count()) +
             static_cast<std::uint64_t>(wish.run) * 0x9E3779B97F4A7C15ULL +
             static_cast<std::uint64_t>(round);
    // The mixing steps of SplitMix64.
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return std::ldexp(static_cast<double>((x ^ (x >> 31U)) >> 11U), -53);
}

/// Columns of shares as PostgreSQL arrays.
struct Columns {
    explicit Columns(const std::vector<SupplyShare>& shares) {
        const auto add = [](std::string& text, std::int64_t value) {
            text += (text.size() > 1 ? "," : "") + std::to_string(value);
        };
        for (const SupplyShare& share : shares) {
            add(lists, share.list);
            add(places, share.place);
            add(priorities, share.priority);
            add(takes, share.take);
        }
        for (std::string* text : {&lists, &places, &priorities, &takes}) {
            *text += '}';
        }
    }
    std::string lists = "{";
    std::string places = "{";
    std::string priorities = "{";
    std::string takes = "{";
};

/// One lease in its transaction.
class Lease {
public:
    Lease(pqxx::transaction_base& work, const LeaseWish& wish)
        : work_{work}, wish_{wish}, campaign_{static_cast<std::int64_t>(wish.campaign)},
          now_{to_rfc3339(wish.now)} {}

    Leased run() {
        const pqxx::result found = work_.exec_prepared("supply_campaign", campaign_);
        if (found.empty() || !found[0][0].as<bool>() || wish_.count <= 0) {
            return std::move(leased_);
        }
        read_filter_of(found[0]);
        per_day_ = found[0][2].as<int>();
        per_week_ = found[0][3].as<int>();
        read_lists(found);
        // Another round when another engine had what was counted, or candidates were not let
        // through; those are looked at more of at a time.
        int candidates = 0;
        int factor = 1;
        for (int round = 0; round < kRounds && candidates < kCandidatesMax; ++round) {
            const int missing = wish_.count - static_cast<int>(leased_.leads.size());
            if (missing <= 0) {
                break;
            }
            const int want = std::min(missing * factor, kCandidatesMax - candidates);
            const auto shares = divide_supply(groups(), want, start_of(wish_, round));
            if (shares.empty()) {
                break;
            }
            const int looked_at = lease_round(shares, missing);
            if (looked_at == 0) {
                break;
            }
            candidates += looked_at;
            factor *= filter_ ? 8 : 1;
        }
        return std::move(leased_);
    }

private:
    static constexpr int kRounds = 5;

    void read_filter_of(const pqxx::row& campaign) {
        const std::string text = campaign[1].as<std::string>();
        if (text.empty()) {
            return;
        }
        // It was understood when it was set. If an older program meets a newer language, it dials
        // nobody whom it cannot judge.
        filter_ = filter_sql(work_, text, wish_.now);
    }

    void read_lists(const pqxx::result& rows) {
        for (const pqxx::row& row : rows) {
            if (!row[4].is_null()) {
                lists_[whole(row[4])] = {row[5].as<int>(), row[6].as<int>()};
            }
        }
    }

    /// What may be dialed now, by group.
    std::vector<SupplyGroup> groups() {
        std::vector<SupplyGroup> groups;
        const pqxx::result rows = work_.exec_prepared("supply_groups", campaign_, now_);
        groups.reserve(static_cast<std::size_t>(rows.size()));
        for (const pqxx::row& row : rows) {
            const auto list = lists_.find(whole(row[0]));
            if (list != lists_.end()) {
                groups.push_back({list->first, static_cast<std::int32_t>(whole(row[1])),
                                  static_cast<int>(whole(row[2])), list->second.priority,
                                  list->second.weight, whole(row[3])});
            }
        }
        add_up(groups);
        std::erase_if(groups, [this](const SupplyGroup& group) { return !is_open(group); });
        return groups;
    }

    /// Leaves one group of several pieces; in the order of lists, places and priorities.
    static void add_up(std::vector<SupplyGroup>& groups) {
        const auto key = [](const SupplyGroup& group) {
            return std::tuple{group.list, group.place, group.priority};
        };
        std::sort(groups.begin(), groups.end(),
                  [&](const auto& a, const auto& b) { return key(a) < key(b); });
        std::size_t kept = 0;
        for (const SupplyGroup& piece : groups) {
            if (kept > 0 && key(groups[kept - 1]) == key(piece)) {
                groups[kept - 1].leads += piece.leads;
            } else {
                groups[kept++] = piece;
            }
        }
        groups.resize(kept);
    }

    bool is_open(const SupplyGroup& group) {
        if (group.leads <= 0) {
            return false;
        }
        if (std::binary_search(wish_.closed_places.begin(), wish_.closed_places.end(),
                               group.place)) {
            leased_.closed = true;
            return false;
        }
        return group.level() >= wish_.level_min;
    }

    /// Leases up to `most` of the shares' leads and parks those that may not be dialed. Returns how
    /// many it has looked at.
    int lease_round(const std::vector<SupplyShare>& shares, int most) {
        const Columns columns{shares};
        const auto run = static_cast<std::int64_t>(wish_.run);
        const std::string until = to_rfc3339(wish_.until);
        if (!filter_ && per_day_ == 0 && per_week_ == 0) {
            return take(work_.exec_prepared("supply_pick_and_lease", campaign_, columns.lists,
                                            columns.places, columns.priorities, columns.takes, now_,
                                            run, until));
        }
        std::vector<std::int64_t> picked;
        for (const pqxx::row& row :
             work_.exec_prepared("supply_pick", campaign_, columns.lists, columns.places,
                                 columns.priorities, columns.takes, now_)) {
            picked.push_back(whole(row[0]));
        }
        const int looked_at = static_cast<int>(picked.size());
        park(picked);
        if (picked.size() > static_cast<std::size_t>(most)) {
            picked.resize(static_cast<std::size_t>(most)); // the others stay where they are
        }
        limit(picked);
        if (!picked.empty()) {
            take(work_.exec_prepared("supply_lease", array_of(picked), run, until));
        }
        return looked_at;
    }

    /// People who asked to be called are called whatever the filter says.
    void park(std::vector<std::int64_t>& picked) {
        if (!filter_ || picked.empty()) {
            return;
        }
        const pqxx::result rows = work_.exec(
            "SELECT l.id FROM leads l JOIN lists s ON s.id = l.list_id WHERE l.id = ANY('" +
            array_of(picked) + "'::bigint[]) AND l.for_agent IS NULL AND NOT (" + *filter_ +
            ") AND NOT EXISTS (SELECT FROM callbacks c WHERE c.lead_id = l.id AND c.status = "
            "'open')");
        remove(picked, rows, leased_.filtered);
        if (!rows.empty()) {
            std::vector<std::int64_t> parked;
            for (const pqxx::row& row : rows) {
                parked.push_back(whole(row[0]));
            }
            work_.exec_prepared("supply_park", array_of(parked));
        }
    }

    void limit(std::vector<std::int64_t>& picked) {
        if ((per_day_ > 0 || per_week_ > 0) && !picked.empty()) {
            remove(picked,
                   work_.exec_prepared("supply_limit", array_of(picked), per_day_, per_week_, now_),
                   leased_.limited);
        }
    }

    static void remove(std::vector<std::int64_t>& picked, const pqxx::result& rows, int& count) {
        std::vector<std::int64_t> out;
        for (const pqxx::row& row : rows) {
            out.push_back(whole(row[0]));
        }
        std::sort(out.begin(), out.end());
        std::erase_if(picked, [&](std::int64_t id) {
            return std::binary_search(out.begin(), out.end(), id);
        });
        count += static_cast<int>(out.size());
    }

    /// Leads that are leased now; returns how many.
    int take(const pqxx::result& rows) {
        auto& leads = leased_.leads;
        std::vector<LeadId> mute;
        for (const pqxx::row& row : rows) {
            Lead lead = read_lead(row, wish_.campaign, wish_.until);
            const auto list = lists_.at(static_cast<std::int64_t>(lead.list));
            lead.priority = std::max(lead.priority, list.priority);
            lead.phones.empty() ? mute.push_back(lead.id) : leads.push_back(std::move(lead));
        }
        if (!mute.empty()) {
            work_.exec_prepared("supply_mute", array_of(mute));
        }
        // They came by the instants at which they were due.
        std::stable_sort(leads.begin(), leads.end(),
                         [](const Lead& a, const Lead& b) { return a.priority > b.priority; });
        return static_cast<int>(rows.size());
    }

    struct OfList {
        int priority = 0;
        int weight = 1;
    };

    pqxx::transaction_base& work_;
    const LeaseWish& wish_;
    std::int64_t campaign_;
    std::string now_;
    std::optional<std::string> filter_; ///< as SQL
    int per_day_ = 0;
    int per_week_ = 0;
    std::map<std::int64_t, OfList> lists_;
    Leased leased_;
};

} // namespace

Lead read_lead(const pqxx::row& row, CampaignId campaign, Instant until) {
    Lead lead;
    lead.id = LeadId{whole(row["id"])};
    lead.campaign = campaign;
    lead.list = ListId{whole(row["list_id"])};
    lead.phones = numbers_of(row["phones"].c_str());
    lead.name = row["name"].as<std::string>();
    lead.address_country = row["country"].as<std::string>();
    lead.address_region = row["region"].as<std::string>();
    lead.county = row["county"].as<std::string>();
    lead.postal_code = row["postal_code"].as<std::string>();
    lead.debt = row["debt"].as<std::string>();
    lead.place = static_cast<std::int32_t>(whole(row["place"]));
    lead.priority = static_cast<int>(whole(row["priority"]));
    lead.attempts = static_cast<int>(whole(row["attempts"]));
    lead.phone_turn = static_cast<int>(whole(row["phone_turn"]));
    lead.leased_until = until;
    if (!row["for_agent"].is_null()) {
        lead.for_agent = AgentId{whole(row["for_agent"])};
    }
    if (!row["callback"].is_null()) {
        lead.callback = whole(row["callback"]);
    }
    return lead;
}

CampaignId campaign_named(pqxx::transaction_base& work, const std::string& name) {
    const pqxx::result found = work.exec_params(kCampaignNamed, clean_text(name));
    if (found.empty()) {
        throw StoreRefusal{"there is no campaign named \"" + clean_text(name) + "\""};
    }
    return CampaignId{found[0][0].as<std::int64_t>()};
}

std::string filter_sql(pqxx::transaction_base& work, const std::string& expression, Instant now) {
    const auto read = read_filter(expression);
    if (const auto* fault = std::get_if<FilterFault>(&read)) {
        throw StoreRefusal{fault->words()};
    }
    return sql_of(std::get<Filter>(read), work.quote(to_rfc3339(now)));
}

void wait_at_most(pqxx::transaction_base& work, std::chrono::milliseconds limit) {
    work.exec("SET LOCAL lock_timeout = " + std::to_string(limit.count()));
}

void tell_leads(pqxx::transaction_base& work) {
    work.exec("SELECT pg_notify('dialer_leads', '')");
}

void tell_campaigns(pqxx::transaction_base& work, const std::string& name) {
    work.exec_params("SELECT pg_notify('dialer_campaigns', $1)", clean_text(name));
}

std::vector<PlaceSample> places_of_leads(Store& store) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<PlaceSample> places;
        for (const pqxx::row& row : work.exec(kPlaces)) {
            places.push_back({static_cast<std::int32_t>(whole(row[0])),
                              row[1].as<std::string>(),
                              texts_of(row[2]),
                              {whole(row[3])},
                              {row[4].as<std::string>(), row[5].as<std::string>(),
                               row[6].as<std::string>(), row[7].as<std::string>()}});
        }
        return places;
    });
}

void prepare_supply(pqxx::connection& connection) {
    connection.prepare("supply_campaign", kCampaign);
    connection.prepare("supply_groups", kGroups);
    connection.prepare("supply_pick", kPick);
    connection.prepare("supply_park", kPark);
    connection.prepare("supply_limit", kLimit);
    connection.prepare("supply_mute", kMute);
    connection.prepare("supply_lease", std::string{kLeaseHead} + kLeadColumns + kLeaseTail);
    connection.prepare("supply_pick_and_lease", std::string{"WITH picked AS MATERIALIZED ("} +
                                                    kPick + kPickAndLeaseHead + kLeadColumns +
                                                    kLeaseTail);
}

Leased lease_supply(Store& store, const LeaseWish& wish) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        hold_open(work, wish.run);
        Leased leased = Lease{work, wish}.run();
        add_facts(work, wish.campaign, leased.leads, wish.now - wish.memory);
        work.commit();
        return leased;
    });
}

} // namespace campaigns
