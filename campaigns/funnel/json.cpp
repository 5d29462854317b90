// The funnel as JSON for pages and programs.

#include "campaigns/funnel/funnel.hpp"
#include "campaigns/sentence_json.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>

namespace campaigns {

namespace {

namespace json = boost::json;

json::string text(std::string_view view) {
    return json::string{view};
}

json::value instant(const std::optional<Instant>& at) {
    return at ? json::value(text(dnc::instant_text(*at))) : json::value(nullptr);
}

json::array strings(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& one : texts) {
        array.push_back(text(one));
    }
    return array;
}

json::object counts_json(const StepCounts& counts) {
    json::object object;
    for (std::size_t step = 0; step < kFunnelSteps; ++step) {
        object[to_text(static_cast<FunnelStep>(step))] = counts.leads[step];
    }
    return object;
}

json::object stage_json(const FunnelStage& stage) {
    json::array reasons;
    for (const FunnelReason& reason : stage.reasons) {
        reasons.push_back(json::object{{"code", text(reason.code)},
                                       {"words", text(english(reason.words))},
                                       {"words_said", said_json(reason.words)},
                                       {"leads", reason.leads},
                                       {"until", instant(reason.until)}});
    }
    return {{"step", text(to_text(stage.step))},
            {"words", text(english(words_of(stage.step)))},
            {"leads", stage.leads},
            {"left", stage.left},
            {"reasons", std::move(reasons)}};
}

json::object place_json(const FunnelPlace& place) {
    return {{"place", place.place},
            {"key", text(place.key)},
            {"leads", place.leads},
            {"due", place.due},
            {"open", place.hours.open},
            {"opens_at", instant(place.hours.opens_at)},
            {"closes_at", instant(place.hours.closes_at)},
            {"code", text(place.hours.code)},
            {"words", text(english(place.hours.words))},
            {"words_said", said_json(place.hours.words)}};
}

json::object zone_json(const FunnelZone& zone) {
    json::array places;
    for (const FunnelPlace& place : zone.places) {
        places.push_back(place_json(place));
    }
    return {{"zones", strings(zone.zones)},       {"local", strings(zone.local)},
            {"leads", zone.counts.total()},       {"counts", counts_json(zone.counts)},
            {"opens_at", instant(zone.opens_at)}, {"closes_at", instant(zone.closes_at)},
            {"places", std::move(places)}};
}

json::object list_json(const FunnelList& list) {
    return {{"list", static_cast<std::int64_t>(list.list)},
            {"name", text(list.name)},
            {"source", text(list.source)},
            {"status", text(list.status)},
            {"weight", list.weight},
            {"priority", list.priority},
            {"rows_read", list.rows_read},
            {"rows_refused", list.rows_refused},
            {"leads", list.counts.total()},
            {"counts", counts_json(list.counts)}};
}

} // namespace

std::string to_json(const Funnel& funnel) {
    json::array stages;
    for (const FunnelStage& stage : funnel.stages) {
        stages.push_back(stage_json(stage));
    }
    json::array zones;
    for (const FunnelZone& zone : funnel.zones) {
        zones.push_back(zone_json(zone));
    }
    json::array lists;
    for (const FunnelList& list : funnel.lists) {
        lists.push_back(list_json(list));
    }
    return json::serialize(json::object{{"at", text(dnc::instant_text(funnel.at))},
                                        {"campaign", static_cast<std::int64_t>(funnel.campaign)},
                                        {"name", text(funnel.name)},
                                        {"running", funnel.running},
                                        {"loaded", funnel.loaded},
                                        {"rows_refused", funnel.rows_refused},
                                        {"by_hand", funnel.by_hand},
                                        {"callable", funnel.callable()},
                                        {"next_change", instant(funnel.next_change)},
                                        {"stages", std::move(stages)},
                                        {"zones", std::move(zones)},
                                        {"lists", std::move(lists)}});
}

} // namespace campaigns
