// Calls and requests not to be called again, by what they were.

#include "campaigns/call_search.hpp"
#include "campaigns/lists/opt_outs.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"

namespace dialer::http {

namespace {

using campaigns::Store;

constexpr std::int64_t kPageMax = 200;
constexpr std::int64_t kPageUsual = 50;
campaigns::CallQuery read_calls(Query& query) {
    campaigns::CallQuery wanted;
    wanted.number = read_phone(query, "number");
    wanted.person = query.optional_text("person", InputMax::name);
    wanted.agent = query.optional_text("agent", InputMax::name);
    wanted.campaign = query.optional_text("campaign", InputMax::name);
    wanted.result = query.optional_text("result", InputMax::name);
    wanted.disposition = query.optional_text("disposition", InputMax::name);
    wanted.from = read_instant(query, "from");
    wanted.to = read_instant(query, "to");
    wanted.before = read_attempt(query, "before");
    wanted.limit = static_cast<int>(query.whole_number("limit", 1, kPageMax, kPageUsual));
    return wanted;
}

} // namespace

void search_calls(const Call& call, const Reply& reply) {
    Query query{call.query};
    const auto wanted = read_calls(query);
    if (is_refused(query, reply)) {
        return;
    }
    ask_store(call, reply, [wanted](Store& store) {
        if (!wanted.campaign.empty()) {
            (void)campaign_named(store, wanted.campaign);
        }
        return json_response(campaigns::search_calls(store, wanted));
    });
}

void get_opt_outs(const Call& call, const Reply& reply) {
    Query query{call.query};
    campaigns::OptOutQuery wanted;
    wanted.from = read_instant(query, "from");
    wanted.to = read_instant(query, "to");
    wanted.before = query.whole_number("before", 1, kIdMax, 0);
    wanted.limit = static_cast<int>(query.whole_number("limit", 1, kPageMax, kPageUsual));
    if (!is_refused(query, reply)) {
        ask_store(call, reply, [wanted](Store& store) {
            return json_response(campaigns::opt_outs(store, wanted));
        });
    }
}

} // namespace dialer::http
