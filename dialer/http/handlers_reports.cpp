// Reports over the dial log, and the log itself, to look at and to keep.

#include "campaigns/log_csv.hpp"
#include "campaigns/reports/reports.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"
#include "dialer/http/spool_writer.hpp"

#include <array>

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::FigureKind;
using campaigns::ReportKind;
using campaigns::ReportRequest;
using campaigns::Store;
using campaigns::TableFormat;

constexpr std::string_view kJsonLines = "application/x-ndjson";
constexpr std::string_view kCsv = "text/csv; charset=utf-8";

std::string_view column_kind_text(campaigns::ColumnKind kind) {
    constexpr std::array<std::string_view, 7> kNames{"text",       "whole",   "decimal", "share",
                                                     "duration_s", "instant", "number"};
    return kNames.at(static_cast<std::size_t>(kind));
}

json::value json_of_figure(const FigureKind& figure) {
    return json::object{{"name", figure.name},
                        {"kind", column_kind_text(figure.kind)},
                        {"meaning", figure.meaning}};
}

json::array words_json(const std::vector<std::string_view>& words) {
    return json_list(words, [](std::string_view word) { return json::value(word); });
}

json::value json_of_report_kind(const ReportKind& kind) {
    return json::object{{"name", kind.name},
                        {"title", kind.title},
                        {"description", kind.description},
                        {"by", words_json(kind.by)},
                        {"usual_by", words_json(kind.usual_by)},
                        {"figures", json_list(kind.figures, json_of_figure)}};
}

/// "a,b" as the texts between the commas; none of an empty text.
std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        if (!part.empty()) {
            parts.emplace_back(part);
        }
    }
    return parts;
}

/// A report as it is asked for, before anybody knows what day it is in its zone.
struct ReportWish {
    ReportRequest request;
    std::string from;
    std::string to;
    TableFormat format = TableFormat::json;
    std::string format_name;
};

ReportWish read_report(Query& query) {
    ReportWish wish;
    // Names of campaigns may hold commas: one is named, or all are meant.
    if (auto campaign = query.optional_text("campaign", InputMax::name); !campaign.empty()) {
        wish.request.campaigns.push_back(std::move(campaign));
    }
    wish.from = query.optional_text("from", InputMax::instant);
    wish.to = query.optional_text("to", InputMax::instant);
    if (auto zone = query.optional_text("zone", InputMax::name); !zone.empty()) {
        wish.request.zone = std::move(zone);
    }
    wish.request.by = parts_of(query.optional_text("by", InputMax::name));
    wish.format_name = query.optional_text("format", InputMax::name);
    wish.format_name = wish.format_name.empty() ? "json" : wish.format_name;
    const auto format = campaigns::table_format_from_text(wish.format_name);
    if (!format) {
        query.blame("format", "One of json, csv, xlsx.");
    }
    wish.format = format.value_or(TableFormat::json);
    return wish;
}

Response report_answer(Store& store, const World& world, ReportWish wish,
                       const std::string& spool) {
    for (const auto& name : wish.request.campaigns) {
        (void)campaign_named(store, name);
    }
    const auto period = campaigns::report_period(world.zones, wish.request.zone, wish.from, wish.to,
                                                 wish.request.now);
    wish.request.from = period.from;
    wish.request.to = period.to;
    const auto report = campaigns::make_report(store, {world.zones, world.laws}, wish.request);
    SpoolWriter out{spool};
    campaigns::write_report(report, wish.format,
                            [&out](std::string_view bytes) { out.write(bytes); });
    auto file = out.finish();
    if (wish.format == TableFormat::json) {
        Response response;
        response.file = std::move(file);
        return response;
    }
    return download(std::move(file), std::string{campaigns::content_type_of(wish.format)},
                    wish.request.name + "." + wish.format_name);
}

struct LogWish {
    std::string campaign;
    std::optional<campaigns::Instant> from;
    std::optional<campaigns::Instant> to;
    bool csv = false;
};

Response log_answer(Store& store, const LogWish& wish, const std::string& spool) {
    if (!wish.campaign.empty()) {
        (void)campaign_named(store, wish.campaign);
    }
    SpoolWriter out{spool};
    if (wish.csv) {
        out.write(campaigns::log_csv_header());
    }
    store.export_log(wish.campaign, *wish.from, *wish.to, [&](std::string_view row) {
        if (wish.csv) {
            out.write(campaigns::log_csv_line(row));
        } else {
            out.write(row);
            out.write("\n");
        }
    });
    return download(out.finish(), std::string{wish.csv ? kCsv : kJsonLines},
                    wish.csv ? "log.csv" : "log.jsonl");
}

} // namespace

void get_reports(const Call& /*call*/, const Reply& reply) {
    reply(ok(json::object{{"reports", json_list(campaigns::report_kinds(), json_of_report_kind)}}));
}

void get_report(const Call& call, const Reply& reply) {
    Query query{call.query};
    auto wish = read_report(query);
    wish.request.name = call.arguments.at(0);
    wish.request.now = call.control.now();
    if (is_refused(query, reply)) {
        return;
    }
    if (campaigns::find_report(wish.request.name) == nullptr) {
        reply(error_response(404, "There is no report of that name; /api/reports lists them."));
        return;
    }
    ask_store(call, reply, [wish, spool = call.spool, &control = call.control](Store& store) {
        return report_answer(store, control.world(), wish, spool);
    });
}

void get_log(const Call& call, const Reply& reply) {
    Query query{call.query};
    LogWish wish;
    wish.campaign = query.optional_text("campaign", InputMax::name);
    wish.from = read_instant(query, "from");
    if (!wish.from) {
        query.blame("from", "The query must say this.");
    }
    wish.to = read_instant(query, "to");
    if (!wish.to) {
        wish.to = call.control.now();
    }
    const auto format = query.optional_text("format", InputMax::name);
    if (!format.empty() && format != "csv" && format != "jsonl") {
        query.blame("format", "One of jsonl, csv.");
    }
    wish.csv = format == "csv";
    if (!is_refused(query, reply)) {
        ask_store(call, reply, [wish, spool = call.spool](Store& store) {
            return log_answer(store, wish, spool);
        });
    }
}

} // namespace dialer::http
