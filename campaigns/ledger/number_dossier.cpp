#include "campaigns/ledger/number_dossier.hpp"

#include "campaigns/lists/lists.hpp"
#include "campaigns/store.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace campaigns {

namespace json = boost::json;

namespace {

json::value date_or_null(const std::optional<std::chrono::year_month_day>& date) {
    return date ? json::value(dnc::date_text(*date)) : json::value(nullptr);
}

json::object event_json(const ListEvent& event) {
    return {{"at", dnc::instant_text(event.at)},
            {"listed", event.listed},
            {"version", event.version_id},
            {"as_of", date_or_null(event.as_of)},
            {"registry_at", event.registry_at ? json::value(dnc::instant_text(*event.registry_at))
                                              : json::value(nullptr)},
            {"source", event.source}};
}

json::array lists_json(const std::vector<NumberOnList>& lists) {
    json::array array;
    for (const NumberOnList& list : lists) {
        json::array events;
        for (const ListEvent& event : list.events) {
            events.push_back(event_json(event));
        }
        array.push_back({{"list", list.list},
                         {"kind", to_text(list.kind)},
                         {"country", list.country},
                         {"region", list.region},
                         {"seller", list.seller},
                         {"listed", list.listed},
                         {"version", list.version_id},
                         {"as_of", date_or_null(list.as_of)},
                         {"covered", list.covered},
                         {"events", std::move(events)}});
    }
    return array;
}

} // namespace

std::string number_dossier(Store& store, dnc::Number number, Instant now) {
    std::string text = fmt::format("{{\"number\":\"{}\",\"made_at\":\"{}\",\n\"lists\":{},\n",
                                   dnc::to_e164(number), dnc::instant_text(now),
                                   json::serialize(lists_json(store.history_of(number, now))));
    store.dossier(number, [&text](std::string_view piece) { text += piece; });
    return text + "}\n";
}

} // namespace campaigns
