// Answers of the reassigned-numbers database on their way into the store.

#include "campaigns/lists/numbers_file_read.hpp"
#include "campaigns/lists/numbers_file_source.hpp"
#include "campaigns/store_session.hpp"
#include "dnc/time_text.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <tuple>
#include <utility>

namespace campaigns {

namespace {

constexpr auto kEarlier =
    "SELECT id, rows FROM reassigned_loads WHERE as_of = $1::date AND sha256 = $2";
constexpr auto kNextLoad = "SELECT nextval('reassigned_loads_id_seq')";
constexpr auto kMakeLoad =
    "INSERT INTO reassigned_loads (id, as_of, sha256, rows, bad, source, loaded_at) "
    "OVERRIDING SYSTEM VALUE "
    "VALUES ($1, $2::date, $3, $4, $5, $6, to_timestamp($7::double precision / 1000000))";

const char* word_of(dnc::Reassignment::Answer answer) {
    switch (answer) {
    case dnc::Reassignment::Answer::yes:
        return "yes";
    case dnc::Reassignment::Answer::no:
        return "no";
    case dnc::Reassignment::Answer::no_data:
        break;
    }
    return "no_data";
}

std::variant<NumbersSummary, NumbersFault> load(Store& store, const NumbersRequest& request,
                                                NumbersSource& source,
                                                const OnProgress& on_progress) {
    pqxx::work work{store.session().connection};
    allow_bulk(work);
    NumbersSummary summary;
    summary.kind = "reassigned";
    summary.as_of = request.as_of;
    const std::string as_of = dnc::date_text(request.as_of);
    if (const auto found = work.exec_params(kEarlier, as_of, source.sha256()); !found.empty()) {
        summary.already_loaded = true;
        summary.sha256 = source.sha256();
        summary.version_id = found[0][0].as<std::int64_t>();
        summary.numbers = found[0][1].as<std::int64_t>();
        return summary;
    }
    const auto load_id = work.exec1(kNextLoad)[0].as<std::int64_t>();
    // The day is all that is known of when the answers were given: its beginning, the careful end.
    const std::string queried_at = as_of + "T00:00:00Z";
    dnc::RegistryOptions options;
    options.content = dnc::RegistryContent::answers;
    options.columns = request.columns;
    pqxx::stream_to rows{
        work, "reassigned_answers",
        std::vector<std::string>{"load_id", "number", "consent_date", "answer", "queried_at"}};
    auto why = read_numbers_file(
        source, request, options, summary, on_progress, [&](const dnc::RegistryRecord& record) {
            ++summary.added;
            rows << std::make_tuple(load_id, record.first.e164, dnc::date_text(record.date),
                                    std::string{word_of(record.answer)}, queried_at);
        });
    rows.complete();
    if (why) {
        return NumbersFault{std::move(*why), std::move(summary.bad_lines)};
    }
    summary.numbers = summary.added;
    summary.version_id = load_id;
    work.exec_params0(kMakeLoad, load_id, as_of, summary.sha256, summary.added, summary.bad,
                      file_name(request.path), request.at.time_since_epoch().count());
    work.commit();
    return summary;
}

} // namespace

std::variant<NumbersSummary, NumbersFault>
load_reassigned(Store& store, const NumbersRequest& request, const OnProgress& on_progress) {
    if (std::chrono::sys_days{request.as_of} > std::chrono::floor<std::chrono::days>(request.at)) {
        return NumbersFault{fmt::format("--as-of {} is in the future; give the day on which the "
                                        "answers were given",
                                        dnc::date_text(request.as_of)),
                            {}};
    }
    NumbersSource source{request.path};
    return guarded(store.session(), [&] { return load(store, request, source, on_progress); });
}

} // namespace campaigns
