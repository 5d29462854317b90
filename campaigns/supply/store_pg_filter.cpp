// The filter of a campaign: set, counted, and brought to the leads that are there already.

#include "campaigns/store_json.hpp"
#include "campaigns/supply/filter_store.hpp"
#include "campaigns/supply/store_pg_supply.hpp"

#include <pqxx/transaction>

#include <algorithm>
#include <cmath>
#include <vector>

namespace campaigns {

namespace {

constexpr std::int64_t kExactMax = 20'000; // leads that are simply counted
constexpr int kPoints = 200;               // of a sample
constexpr int kPerPoint = 20;              // neighbours looked at from each
constexpr int kSweepRows = 4000;
constexpr std::chrono::hours kSweepAgain{1};

constexpr const char* kFilterOf = "SELECT filter FROM campaigns WHERE name = $1";
constexpr const char* kSetFilter = "UPDATE campaigns SET filter = $2 WHERE name = $1";

constexpr const char* kTotal = R"sql(
SELECT coalesce(sum(leads), 0)::bigint FROM (
    SELECT leads FROM lead_counts WHERE campaign_id = $1 AND status IN ('ready', 'filtered')
    UNION ALL
    SELECT change FROM lead_count_changes
    WHERE campaign_id = $1 AND status IN ('ready', 'filtered')) AS counted
)sql";

// Two indexes hold those leads and no others.
constexpr const char* kExactHead = R"sql(
SELECT count(*) FILTER (WHERE passes), count(*) FROM (
    SELECT )sql";
constexpr const char* kExactMiddle = R"sql( AS passes
    FROM leads l JOIN lists s ON s.id = l.list_id
    WHERE l.campaign_id = )sql";
constexpr const char* kExactReady = " AND l.status = 'ready' AND l.for_agent IS NULL";
constexpr const char* kExactFiltered = " AND l.status = 'filtered'";

// Points by the lists' shares of the campaign's leads, and from each the neighbours on its list.
constexpr const char* kSampleHead = R"sql(
WITH share AS MATERIALIZED (
    SELECT list_id, sum(leads) AS leads FROM lead_counts
    WHERE campaign_id = $1 AND status IN ('ready', 'filtered') AND leads > 0
    GROUP BY list_id
), span AS MATERIALIZED (
    SELECT list_id, ceil($2 * leads / (SELECT sum(leads) FROM share))::integer AS points,
           (SELECT id FROM leads WHERE list_id = share.list_id ORDER BY id LIMIT 1) AS low,
           (SELECT id FROM leads WHERE list_id = share.list_id ORDER BY id DESC LIMIT 1) AS high
    FROM share
), point AS MATERIALIZED (
    SELECT row_number() OVER () AS ord, list_id,
           low + floor(random() * (high - low + 1))::bigint AS at
    FROM span CROSS JOIN generate_series(1, points)
)
SELECT count(*) FILTER (WHERE eligible AND )sql";
constexpr const char* kSampleTail = R"sql( ), count(*) FILTER (WHERE eligible)
FROM point
CROSS JOIN LATERAL (
    SELECT leads.*, status IN ('ready', 'filtered') AS eligible FROM leads
    WHERE leads.list_id = point.list_id AND leads.id >= point.at
    ORDER BY leads.list_id, leads.id LIMIT $3) AS l
JOIN lists s ON s.id = l.list_id
GROUP BY point.ord
)sql";

// Campaigns whose leads have not all met their filter, and those where time may have moved some.
constexpr const char* kSweeps = R"sql(
SELECT c.id, c.filter, w.filter IS NOT DISTINCT FROM c.filter AS goes_on,
       coalesce(w.list_id, 0) AS list_id, coalesce(w.lead_id, 0) AS lead_id,
       w.done_at IS NOT NULL AND w.filter = c.filter AS again
FROM campaigns c LEFT JOIN filter_sweeps w ON w.campaign_id = c.id
WHERE (w.campaign_id IS NULL AND c.filter <> '')
   OR w.filter <> c.filter
   OR (w.campaign_id IS NOT NULL AND w.done_at IS NULL)
   OR (c.filter <> '' AND w.done_at < $1)
ORDER BY again, c.id
)sql";
constexpr const char* kSweepTurn =
    "SELECT pg_try_advisory_xact_lock(1684630631, ($1::bigint % 2147483647)::integer)";
constexpr const char* kNextList =
    "SELECT id FROM lists WHERE campaign_id = $1 AND id >= $2 ORDER BY id LIMIT 1";
constexpr const char* kSweepMark = R"sql(
INSERT INTO filter_sweeps (campaign_id, filter, list_id, lead_id, done_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (campaign_id) DO UPDATE
SET filter = excluded.filter, list_id = excluded.list_id, lead_id = excluded.lead_id,
    done_at = excluded.done_at
)sql";
// A lead that somebody else holds at this moment is judged when it is leased.
constexpr const char* kSweepPark = R"sql(
WITH free AS MATERIALIZED (
    SELECT id FROM leads WHERE id = ANY($1::bigint[]) AND status = 'ready' AND for_agent IS NULL
    ORDER BY id FOR UPDATE SKIP LOCKED)
UPDATE leads l SET status = 'filtered', stop_reason = 'filtered'
FROM free WHERE l.id = free.id
  AND NOT EXISTS (SELECT FROM callbacks c WHERE c.lead_id = l.id AND c.status = 'open')
)sql";
constexpr const char* kSweepReturn = R"sql(
WITH free AS MATERIALIZED (
    SELECT id FROM leads WHERE id = ANY($1::bigint[]) AND status = 'filtered'
    ORDER BY id FOR UPDATE SKIP LOCKED)
UPDATE leads l SET status = 'ready', stop_reason = l.last_outcome
FROM free WHERE l.id = free.id
)sql";

Filter understood(const std::string& expression) {
    auto read = read_filter(expression);
    if (const auto* fault = std::get_if<FilterFault>(&read)) {
        throw StoreRefusal{fault->words()};
    }
    return std::get<Filter>(std::move(read));
}

FilterCount count_all(pqxx::transaction_base& work, std::int64_t campaign,
                      const std::string& condition) {
    const std::string part = condition + kExactMiddle + std::to_string(campaign);
    const pqxx::row row = work.exec1(kExactHead + part + kExactReady + " UNION ALL SELECT " + part +
                                     kExactFiltered + ") AS leads");
    FilterCount count;
    count.let_through = row[0].as<std::int64_t>();
    count.of = row[1].as<std::int64_t>();
    count.sampled = count.of;
    return count;
}

/// A ratio of sums over clusters; Cochran, Sampling Techniques, 3rd ed., 9A.1.
FilterCount estimate(const pqxx::result& clusters, std::int64_t total) {
    double hits = 0;
    double seen = 0;
    for (const pqxx::row& row : clusters) {
        hits += row[0].as<double>();
        seen += row[1].as<double>();
    }
    FilterCount count{.of = total, .exact = false, .error = total};
    const auto n = static_cast<double>(clusters.size());
    count.sampled = static_cast<std::int64_t>(seen);
    if (seen < 1 || n < 2) {
        return count;
    }
    const double ratio = hits / seen;
    double squares = 0;
    for (const pqxx::row& row : clusters) {
        const double off = row[0].as<double>() - ratio * row[1].as<double>();
        squares += off * off;
    }
    const double deviation = std::sqrt(n / (n - 1) * squares) / seen;
    // Nothing seen is not nothing there: the rule of three.
    const double near = std::max(1.96 * deviation, hits == 0 || hits == seen ? 3 / seen : 0.0);
    const auto whole = static_cast<double>(total);
    count.let_through = std::llround(ratio * whole);
    count.error = std::llround(std::ceil(near * whole));
    return count;
}

/// One batch of one campaign, on its list `list` from behind `lead`.
class Sweep {
public:
    Sweep(pqxx::transaction_base& work, std::int64_t campaign, const std::string& filter,
          Instant now)
        : work_{work}, campaign_{campaign}, filter_{filter}, now_{now} {}

    void run(std::int64_t list, std::int64_t lead, FilterSweep& total) {
        const pqxx::result next = work_.exec_params(kNextList, campaign_, list);
        if (next.empty()) {
            mark(list, lead, true);
            return;
        }
        if (const auto found = next[0][0].as<std::int64_t>(); found != list) {
            list = found;
            lead = 0;
        }
        const pqxx::result rows = work_.exec(
            "SELECT l.id, l.status, " + filter_sql(work_, filter_, now_) +
            " FROM (SELECT * FROM leads WHERE list_id = " + std::to_string(list) + " AND id > " +
            std::to_string(lead) + " ORDER BY list_id, id LIMIT " + std::to_string(kSweepRows) +
            ") AS l JOIN lists s ON s.id = l.list_id ORDER BY l.id");
        std::vector<std::int64_t> park;
        std::vector<std::int64_t> back;
        for (const pqxx::row& row : rows) {
            lead = row[0].as<std::int64_t>();
            const std::string_view status{row[1].c_str(), row[1].size()};
            const bool passes = row[2].as<bool>();
            if (status == "ready" && !passes) {
                park.push_back(lead);
            } else if (status == "filtered" && passes) {
                back.push_back(lead);
            }
        }
        move(kSweepPark, park, total.parked);
        move(kSweepReturn, back, total.brought_back);
        const bool list_done = rows.size() < static_cast<std::size_t>(kSweepRows);
        mark(list_done ? list + 1 : list, list_done ? 0 : lead, false);
        total.done = false;
    }

private:
    void move(const char* statement, const std::vector<std::int64_t>& leads, std::int64_t& count) {
        if (!leads.empty()) {
            count += static_cast<std::int64_t>(
                work_.exec_params(statement, array_of(leads)).affected_rows());
        }
    }

    void mark(std::int64_t list, std::int64_t lead, bool done) {
        const auto at = done ? std::optional{to_rfc3339(now_)} : std::nullopt;
        work_.exec_params(kSweepMark, campaign_, filter_, list, lead, at);
    }

    pqxx::transaction_base& work_;
    std::int64_t campaign_;
    const std::string& filter_;
    Instant now_;
};

} // namespace

std::string filter_of(Store& store, const std::string& campaign) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const pqxx::result found = work.exec_params(kFilterOf, clean_text(campaign));
        if (found.empty()) {
            throw StoreRefusal{"there is no campaign named \"" + clean_text(campaign) + "\""};
        }
        return found[0][0].as<std::string>();
    });
}

FilterCount count_filter(Store& store, const std::string& campaign, const std::string& expression,
                         Instant now) {
    const Filter filter = understood(expression);
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto id = static_cast<std::int64_t>(campaign_named(work, campaign));
        const auto total = work.exec_params1(kTotal, id)[0].as<std::int64_t>();
        const std::string condition = sql_of(filter, work.quote(to_rfc3339(now)));
        if (filter.lets_all()) {
            return FilterCount{.let_through = total, .of = total, .sampled = total};
        }
        if (total <= kExactMax) {
            return count_all(work, id, condition);
        }
        return estimate(
            work.exec_params(kSampleHead + condition + kSampleTail, id, kPoints, kPerPoint), total);
    });
}

FilterCount count_filter_exactly(Store& store, const std::string& campaign,
                                 const std::string& expression, Instant now) {
    const Filter filter = understood(expression);
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        allow_bulk(work);
        const auto id = static_cast<std::int64_t>(campaign_named(work, campaign));
        return count_all(work, id, sql_of(filter, work.quote(to_rfc3339(now))));
    });
}

std::string set_filter(Store& store, const std::string& campaign, const std::string& expression,
                       const Actor& actor) {
    const std::string canonical = understood(expression).text();
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        if (work.exec_params(kSetFilter, clean_text(campaign), canonical).affected_rows() == 0) {
            throw StoreRefusal{"there is no campaign named \"" + clean_text(campaign) + "\""};
        }
        tell_campaigns(work, campaign);
        tell_leads(work);
        work.commit();
        return canonical;
    });
}

FilterSweep sweep_filters(Store& store, Instant now) {
    return guarded(store.session(), [&] {
        FilterSweep sweep;
        pqxx::work work{store.session().connection};
        for (const pqxx::row& row : work.exec_params(kSweeps, to_rfc3339(now - kSweepAgain))) {
            const auto campaign = row[0].as<std::int64_t>();
            const std::string filter = row[1].as<std::string>();
            const bool again = row[5].as<bool>();
            const auto read = read_filter(filter);
            if (std::holds_alternative<FilterFault>(read) ||
                (again && !std::get<Filter>(read).moves()) ||
                !work.exec_params1(kSweepTurn, campaign)[0].as<bool>()) {
                continue;
            }
            const bool goes_on = row[2].as<bool>() && !again;
            Sweep{work, campaign, filter, now}.run(goes_on ? row[3].as<std::int64_t>() : 0,
                                                   goes_on ? row[4].as<std::int64_t>() : 0, sweep);
            sweep.done = false;
            if (sweep.brought_back > 0) {
                tell_leads(work);
            }
            break;
        }
        work.commit();
        return sweep;
    });
}

} // namespace campaigns
