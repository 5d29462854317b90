#include "campaigns/store.hpp"
#include "dialer/commands/dossier_page.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/output.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace dialer::commands {

namespace {

namespace json = boost::json;

json::value date_or_null(const std::optional<std::chrono::year_month_day>& date) {
    return date ? json::value(dnc::date_text(*date)) : json::value(nullptr);
}

json::object event_json(const campaigns::ListEvent& event) {
    return {{"at", dnc::instant_text(event.at)},
            {"listed", event.listed},
            {"version", event.version_id},
            {"as_of", date_or_null(event.as_of)},
            {"registry_at", event.registry_at ? json::value(dnc::instant_text(*event.registry_at))
                                              : json::value(nullptr)},
            {"source", event.source}};
}

json::array lists_json(const std::vector<campaigns::NumberOnList>& lists) {
    json::array array;
    for (const campaigns::NumberOnList& list : lists) {
        json::array events;
        for (const campaigns::ListEvent& event : list.events) {
            events.push_back(event_json(event));
        }
        array.push_back({{"list", list.list},
                         {"kind", campaigns::to_text(list.kind)},
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

std::string dossier_json(const DossierOptions& options) {
    const auto number = number_option(options.number);
    const auto now = Clock{}.now().wall;
    campaigns::Store store{engine_dsn(options.store)};
    std::string text = fmt::format("{{\"number\":\"{}\",\"made_at\":\"{}\",\n\"lists\":{},\n",
                                   dnc::to_e164(number), dnc::instant_text(now),
                                   json::serialize(lists_json(store.history_of(number, now))));
    store.dossier(number, [&text](std::string_view piece) { text += piece; });
    return text + "}\n";
}

} // namespace

Exit dossier(const DossierOptions& options) {
    const std::string text = dossier_json(options);
    if (!options.html.empty()) {
        Output page{options.html};
        page.write(dossier_page(text));
        page.publish();
    }
    if (options.json) {
        fmt::print("{}", text);
    } else {
        fmt::print("{}", dossier_summary(text));
        if (!options.html.empty()) {
            fmt::print("the page is {}\n", options.html);
        }
    }
    return Exit::done;
}

} // namespace dialer::commands
