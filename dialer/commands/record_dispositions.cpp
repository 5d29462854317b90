// `dialer disposition`: what agents may say that a call was.

#include "campaigns/records/dispositions.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/record_commands.hpp"
#include "dialer/loop/clock.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace dialer::commands {

namespace {

using campaigns::DispositionCode;
using campaigns::Store;

std::optional<std::string> campaign_of(const std::string& name) {
    return name.empty() ? std::nullopt : std::optional{name};
}

campaigns::DispositionCategory category_option(const std::string& text) {
    const auto category = campaigns::disposition_category_from_text(text);
    if (!category) {
        throw CommandError{Exit::usage,
                           fmt::format("--category \"{}\": it is one of sale, contact, no_contact, "
                                       "machine, callback, do_not_call, wrong_number, other",
                                       text)};
    }
    return *category;
}

campaigns::LeadAction action_option(const std::string& text) {
    const auto action = campaigns::lead_action_from_text(text);
    if (!action) {
        throw CommandError{Exit::usage,
                           fmt::format("--lead \"{}\": it is one of finish, retry, callback, "
                                       "block_number, opt_out",
                                       text)};
    }
    return *action;
}

std::optional<bool> active_option(const std::string& text) {
    if (text.empty()) {
        return std::nullopt;
    }
    if (text != "yes" && text != "no") {
        throw CommandError{Exit::usage, fmt::format("--active \"{}\": it is yes or no", text)};
    }
    return text == "yes";
}

boost::json::object json_of(const DispositionCode& code) {
    boost::json::object object{{"code", code.code},
                               {"campaign", nullptr},
                               {"label", code.label},
                               {"category", boost::json::string{to_text(code.category)}},
                               {"lead_action", boost::json::string{to_text(code.lead_action)}},
                               {"position", code.position},
                               {"active", code.active}};
    if (code.campaign) {
        object["campaign"] = *code.campaign;
    }
    return object;
}

} // namespace

Exit disposition_list(const DispositionListOptions& options) {
    Store store{engine_dsn(options.store)};
    const auto codes =
        campaigns::disposition_codes_of(store, campaign_of(options.campaign), options.all);
    if (options.json) {
        boost::json::array list;
        for (const DispositionCode& code : codes) {
            list.push_back(json_of(code));
        }
        fmt::print("{}\n", boost::json::serialize(list));
        return Exit::done;
    }
    fmt::print("{:>3}  {:<20}  {:<24}  {:<12}  {:<12}  {}\n", "pos", "code", "label", "category",
               "lead", "campaign");
    for (const DispositionCode& code : codes) {
        fmt::print("{:>3}  {:<20}  {:<24}  {:<12}  {:<12}  {}{}\n", code.position, code.code,
                   code.label, to_text(code.category), to_text(code.lead_action),
                   code.campaign.value_or("all"), code.active ? "" : " (off)");
    }
    return Exit::done;
}

Exit disposition_add(const DispositionOptions& options) {
    DispositionCode code;
    code.code = options.code;
    code.campaign = campaign_of(options.campaign);
    code.label = options.label;
    if (!options.category.empty()) {
        code.category = category_option(options.category);
    }
    if (!options.lead_action.empty()) {
        code.lead_action = action_option(options.lead_action);
    }
    code.position = options.position.value_or(0);
    code.active = active_option(options.active).value_or(true);
    Store store{engine_dsn(options.store)};
    campaigns::add_disposition_code(store, code, {by_option(options.by), Clock{}.now().wall});
    fmt::print("agents may say \"{}\" now\n", code.code);
    return Exit::done;
}

Exit disposition_set(const DispositionOptions& options) {
    campaigns::DispositionChange change;
    if (!options.label.empty()) {
        change.label = options.label;
    }
    if (!options.category.empty()) {
        change.category = category_option(options.category);
    }
    if (!options.lead_action.empty()) {
        change.lead_action = action_option(options.lead_action);
    }
    change.position = options.position;
    change.active = active_option(options.active);
    Store store{engine_dsn(options.store)};
    campaigns::change_disposition_code(store, options.code, campaign_of(options.campaign), change,
                                       {by_option(options.by), Clock{}.now().wall});
    fmt::print("disposition \"{}\" is changed; past calls keep what was done\n", options.code);
    return Exit::done;
}

} // namespace dialer::commands
