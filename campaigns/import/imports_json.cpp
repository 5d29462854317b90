// Records of imports as JSON.

#include "campaigns/import/imports.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>

namespace campaigns {

namespace {

namespace json = boost::json;

json::object counts_json(const std::map<std::string, std::int64_t>& counts) {
    json::object object;
    for (const auto& [reason, count] : counts) {
        object.emplace(reason, count);
    }
    return object;
}

json::value instant_json(const std::optional<Instant>& at) {
    return at ? json::value(dnc::instant_text(*at)) : json::value(nullptr);
}

} // namespace

std::string to_json(const ImportRecord& record) {
    return json::serialize(json::object{
        {"id", record.id},
        {"campaign", record.campaign_name},
        {"list", record.list_id == 0 ? json::value(nullptr) : json::value(record.list_id)},
        {"file", record.file_name},
        {"bytes", record.bytes},
        {"sha256", record.sha256},
        {"source", record.source},
        {"by", record.by},
        {"started_at", instant_json(record.started_at)},
        {"ended_at", instant_json(record.ended_at)},
        {"status", record.status},
        {"rows", record.rows},
        {"accepted", record.accepted},
        {"refused_total", record.refused},
        {"consents", record.consents},
        {"refused", counts_json(record.refused_by_reason)},
        {"warnings", counts_json(record.warnings_by_reason)},
        {"columns", json::value_from(record.columns)},
        {"notices", json::value_from(record.notices)},
        {"scrub", json::parse(to_json(record.scrub))},
        {"error", record.error},
        {"undone_at", instant_json(record.undone_at)},
        {"undone_by", record.undone_by},
        {"taken_back", record.taken_back},
        {"kept", record.kept}});
}

} // namespace campaigns
