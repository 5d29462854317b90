// Reports on what was not dialed: refusals of the gate, and requests not to be called again.

#include "campaigns/reports/store_pg_reports.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <set>

namespace campaigns::reports {

namespace {

// Refusals with the same reasons are one group: taken apart here, they are taken apart once.
constexpr const char* kRefusals = R"sql(
SELECT campaign_id, width_bucket(at, %days), verdict,
       jsonb_path_query_array(reasons, '$[*].code')::text, count(*)
FROM gate_refusals WHERE at >= %from AND at < %to AND campaign_id = ANY ('%campaigns')
GROUP BY 1, 2, 3, 4
)sql";

constexpr const char* kRefusalCounts = R"sql(
SELECT campaign_id, count(*) FROM gate_refusals
WHERE at >= %from AND at < %to AND campaign_id = ANY ('%campaigns') GROUP BY 1
)sql";

// A request that came with a whole file names numbers, not calls: nothing is looked up for it.
// Nobody is on the line for longer than a call lasts, so those open at the request began at most
// hours before.
constexpr const char* kOptOuts = R"sql(
WITH requests AS (
    SELECT s.at, s.source, s.number, s.attempt_id, l.seller, NULL::timestamptz AS recorded_at
    FROM suppression_changes s JOIN suppression_lists l ON l.id = s.list_id
    WHERE s.listed AND l.kind = 'company' AND s.at >= %from AND s.at < %to
    UNION ALL
    SELECT r.at, 'revocation', r.number, r.attempt_id,
           CASE WHEN r.scope = 'all' THEN '' ELSE r.seller END, r.recorded_at
    FROM revocations r WHERE r.at >= %from AND r.at < %to
)
SELECT width_bucket(q.at, %days), q.source, count(*), sum(open.calls), sum(open.seconds)::float8,
       max(open.longest)::float8, sum(later.calls),
       max(extract(epoch FROM q.recorded_at - q.at))::float8
FROM requests q
CROSS JOIN LATERAL (
    SELECT count(*) AS calls, sum(extract(epoch FROM r.ended_at - q.at)) AS seconds,
           max(extract(epoch FROM r.ended_at - q.at)) AS longest
    FROM attempts a JOIN attempt_results r ON r.attempt_id = a.id
    WHERE q.source <> 'file' AND a.number = q.number
      AND a.at > q.at - interval '4 hours' AND a.at <= q.at AND r.ended_at > q.at
      AND a.id IS DISTINCT FROM q.attempt_id
      AND (q.seller = '' OR same_party(a.seller, q.seller))) open
CROSS JOIN LATERAL (
    SELECT count(*) AS calls FROM attempts a
    LEFT JOIN attempt_results r ON r.attempt_id = a.id
    WHERE q.source <> 'file' AND a.number = q.number AND a.at > q.at AND a.at < %to
      AND r.outcome IS DISTINCT FROM 'not_sent'
      AND (q.seller = '' OR same_party(a.seller, q.seller))) later
WHERE true%campaigns
GROUP BY 1, 2
)sql";

constexpr const char* kOptOutCounts = R"sql(
SELECT a.campaign_id, count(*)
FROM suppression_changes s JOIN suppression_lists l ON l.id = s.list_id
JOIN attempts a ON a.id = s.attempt_id
WHERE s.listed AND l.kind = 'company' AND s.at >= %from AND s.at < %to GROUP BY 1
)sql";

std::string filled(std::string text, std::string_view what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

std::string with_period(Work& work, const Scope& scope, const char* query) {
    std::string text =
        filled(query, "%days", work.quote(bounds_of(scope.days())) + "::timestamptz[]");
    text = filled(text, "%from", quoted(work, scope.request.from));
    return filled(text, "%to", quoted(work, scope.request.to));
}

std::map<std::int64_t, std::int64_t> counts_of(const pqxx::result& rows) {
    std::map<std::int64_t, std::int64_t> counts;
    for (const pqxx::row& row : rows) {
        counts[row[0].as<std::int64_t>()] = row[1].as<std::int64_t>();
    }
    return counts;
}

struct RefusalCounts {
    std::int64_t refusals = 0;
    std::int64_t first = 0;
    std::int64_t for_good = 0;
};

/// The codes of ["national_list", "hours"], in their order, each once.
std::vector<std::string> codes_of(const std::string& array) {
    std::vector<std::string> codes;
    const boost::json::value parsed = boost::json::parse(array);
    for (const boost::json::value& code : parsed.as_array()) {
        const std::string text = code.is_string() ? code.get_string().c_str() : "";
        if (std::find(codes.begin(), codes.end(), text) == codes.end()) {
            codes.push_back(text);
        }
    }
    return codes.empty() ? std::vector<std::string>{""} : codes;
}

/// The cells of a group by the words of the request; `word` is what no dimension knows.
std::vector<Cell> key_of(const Scope& scope, const CallGroup& group,
                         const std::vector<Bucket>& days, const std::string& word) {
    std::vector<Cell> key;
    for (const std::string& by : scope.request.by) {
        const Dimension* dimension = find_dimension(by);
        if (dimension == nullptr) {
            key.push_back(word);
            continue;
        }
        for (Cell& cell : dimension->cells(group, scope.names, days)) {
            key.push_back(std::move(cell));
        }
    }
    return key;
}

struct OptOutCounts {
    std::int64_t requests = 0;
    std::int64_t ended = 0;
    double ended_s = 0;
    std::optional<double> ended_max_s;
    std::int64_t after = 0;
    std::optional<double> recorded_max_s;
};

void take_larger(std::optional<double>& most, const pqxx::field& field) {
    if (!field.is_null()) {
        most = std::max(most.value_or(0.0), field.as<double>());
    }
}

void add_opt_outs(OptOutCounts& counts, const pqxx::row& row) {
    counts.requests += row[2].as<std::int64_t>();
    counts.ended += row[3].as<std::int64_t>(0);
    counts.ended_s += row[4].as<double>(0);
    take_larger(counts.ended_max_s, row[5]);
    counts.after += row[6].as<std::int64_t>(0);
    take_larger(counts.recorded_max_s, row[7]);
}

Cell cell_of(const std::optional<double>& value) {
    return value ? Cell{*value} : Cell{};
}

} // namespace

void fill_refusals(Work& work, const Scope& scope, Report& report) {
    const auto days = scope.days();
    std::map<std::vector<Cell>, RefusalCounts> table;
    const auto query =
        filled(with_period(work, scope, kRefusals), "%campaigns", array_of(scope.campaigns));
    for (const pqxx::row& row : work.exec(query)) {
        CallGroup group;
        group.campaign = row[0].as<std::int64_t>();
        group.bucket = row[1].as<std::int64_t>();
        const auto calls = row[4].as<std::int64_t>();
        const auto codes = codes_of(row[3].as<std::string>());
        // Not divided by reason, a refusal is one however many reasons it has.
        const auto count = scope.divides_by("reason") ? codes.size() : 1;
        for (std::size_t i = 0; i < count; ++i) {
            RefusalCounts& counts = table[key_of(scope, group, days, codes[i])];
            counts.refusals += calls;
            counts.first += i == 0 ? calls : 0;
            counts.for_good += row[2].as<std::string>() == "deny" ? calls : 0;
        }
    }
    for (const auto& [key, counts] : table) {
        std::vector<Cell> row = key;
        row.insert(row.end(), {counts.refusals, counts.first, counts.for_good,
                               counts.refusals - counts.for_good});
        add_row(report, std::move(row));
    }
}

void fill_opt_outs(Work& work, const Scope& scope, Report& report) {
    const auto days = scope.days();
    const std::string only = scope.all_campaigns
                                 ? std::string{}
                                 : " AND EXISTS (SELECT FROM attempts c WHERE c.id = q.attempt_id" +
                                       campaign_filter(scope, "c.campaign_id") + ")";
    std::map<std::vector<Cell>, OptOutCounts> table;
    for (const pqxx::row& row :
         work.exec(filled(with_period(work, scope, kOptOuts), "%campaigns", only))) {
        CallGroup group;
        group.bucket = row[0].as<std::int64_t>();
        add_opt_outs(table[key_of(scope, group, days, row[1].as<std::string>())], row);
    }
    for (const auto& [key, counts] : table) {
        std::vector<Cell> row = key;
        row.insert(row.end(), {counts.requests, counts.ended});
        row.push_back(counts.ended == 0 ? Cell{}
                                        : Cell{counts.ended_s / static_cast<double>(counts.ended)});
        row.push_back(cell_of(counts.ended_max_s));
        row.push_back(counts.after);
        row.push_back(cell_of(counts.recorded_max_s));
        add_row(report, std::move(row));
    }
    report.notes.push_back("The request acts in the engine's memory at once: what rings to the "
                           "number is cancelled, and the end of those calls is what can be "
                           "measured. The call in which the request was made is not among them. "
                           "A call after the request may be legal again by a later consent.");
    report.notes.push_back("Divided by campaigns, requests count that were made in a call of "
                           "theirs. Requests with the source file came with a list; no calls are "
                           "looked up for them.");
}

std::map<std::int64_t, std::int64_t> refusals_by_campaign(Work& work, const Scope& scope) {
    return counts_of(work.exec(
        filled(with_period(work, scope, kRefusalCounts), "%campaigns", array_of(scope.campaigns))));
}

std::map<std::int64_t, std::int64_t> opt_outs_by_campaign(Work& work, const Scope& scope) {
    return counts_of(work.exec(with_period(work, scope, kOptOutCounts)));
}

} // namespace campaigns::reports
