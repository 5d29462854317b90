// The scrub report as JSON, as it is kept with its import.

#include "campaigns/import/scrub.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace campaigns {

namespace {

namespace json = boost::json;

json::object counts_json(const CallableCounts& counts) {
    json::object object;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        object.emplace(kCallableWords[i], counts[i]);
    }
    return object;
}

CallableCounts counts_of(const json::value& value) {
    CallableCounts counts{};
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (const json::value* count = value.as_object().if_contains(kCallableWords[i])) {
            counts[i] = count->as_int64();
        }
    }
    return counts;
}

} // namespace

std::string to_json(const ScrubReport& report) {
    if (!report.made) {
        return "null";
    }
    json::object reasons;
    for (const auto& [code, counts] : report.reasons) {
        reasons.emplace(code, counts_json(counts));
    }
    json::array places;
    for (const auto& [place, counts] : report.places) {
        json::object object{{"place", place}};
        const auto key = report.place_keys.find(place);
        object.emplace("key", key == report.place_keys.end() ? std::string{} : key->second);
        const json::object columns = counts_json(counts);
        for (const auto& [word, count] : columns) {
            object.emplace(word, count);
        }
        places.push_back(std::move(object));
    }
    return json::serialize(json::object{{"at", dnc::instant_text(report.at)},
                                        {"leads", counts_json(report.leads)},
                                        {"reasons", std::move(reasons)},
                                        {"places", std::move(places)},
                                        {"packs", report.packs},
                                        {"tzdb", report.tzdb},
                                        {"lists", json::value_from(report.lists)}});
}

ScrubReport scrub_from_json(const std::string& text) {
    ScrubReport report;
    const json::value value = json::parse(text);
    if (!value.is_object()) {
        return report;
    }
    const json::object& object = value.as_object();
    report.made = true;
    report.at =
        dnc::read_any_instant(json::value_to<std::string>(object.at("at"))).value_or(Instant{});
    report.leads = counts_of(object.at("leads"));
    for (const auto& [code, counts] : object.at("reasons").as_object()) {
        report.reasons.emplace(std::string{code}, counts_of(counts));
    }
    for (const json::value& one : object.at("places").as_array()) {
        const auto place = static_cast<std::int32_t>(one.as_object().at("place").as_int64());
        report.places.emplace(place, counts_of(one));
        report.place_keys.emplace(place, json::value_to<std::string>(one.as_object().at("key")));
    }
    report.packs = json::value_to<std::string>(object.at("packs"));
    report.tzdb = json::value_to<std::string>(object.at("tzdb"));
    report.lists = json::value_to<std::vector<std::string>>(object.at("lists"));
    return report;
}

} // namespace campaigns
