#include "campaigns/settings/fields.hpp"

#include "campaigns/settings/hours.hpp"
#include "dnc/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace campaigns {

namespace {

using namespace std::string_view_literals;

// The same words stand in the database's checks.
constexpr std::array kModes{"manual"sv,     "preview"sv, "progressive"sv,
                            "predictive"sv, "ratio"sv,   "agentless"sv};
constexpr std::array kPurposes{"telemarketing"sv, "informational"sv, "collections"sv,
                               "survey"sv,        "nonprofit"sv,     "political"sv};
constexpr std::array kProfiles{"strict"sv, "duguid"sv};
constexpr std::array kMatches{"area"sv, "state"sv, "any"sv};
constexpr std::array kParties{"consumer"sv, "business"sv};
constexpr std::array kRecordRules{"tsr"sv, "none"sv};
constexpr std::array kSignals{"off"sv, "alarm"sv, "rest"sv};
constexpr std::array kPreviewThen{"skip"sv, "dial"sv};

using enum FieldKind;

constexpr std::array kFields{
    CampaignField{"name", "name", text, 1, 100, {}, "", "What people call it"},
    CampaignField{"seller", "seller", text, 1, 200, {}, "", "On whose behalf is called"},
    CampaignField{"offer",
                  "offer",
                  offer,
                  0,
                  200,
                  {},
                  "",
                  "With the seller: the regulatory campaign that abandoned calls count for"},
    CampaignField{"purpose", "purpose", word, 0, 0, kPurposes, "telemarketing",
                  "telemarketing, informational, collections, survey, nonprofit or political"},
    CampaignField{"subject",
                  "subject",
                  text,
                  0,
                  200,
                  {},
                  "",
                  "What the calls are about, for caps and consents"},
    CampaignField{"atds_profile", "atds-profile", word, 0, 0, kProfiles, "strict",
                  "strict: a dialer that calls a list is an autodialer; duguid: it is not"},
    CampaignField{"jurisdiction",
                  "jurisdiction",
                  jurisdiction,
                  0,
                  0,
                  {},
                  "US",
                  "Whose law on abandoned calls holds: US, CA or GB"},
    CampaignField{"telemarketer",
                  "telemarketer",
                  text,
                  0,
                  200,
                  {},
                  "",
                  "Who calls, for the call record; \"\": the seller"},
    CampaignField{"called_party", "called-party", word, 0, 0, kParties, "consumer",
                  "Who is called, for the call record: consumer or business"},
    CampaignField{"record_rule", "record-rule", word, 0, 0, kRecordRules, "tsr",
                  "What a call record must hold: tsr (16 CFR 310.5) or none"},
    CampaignField{"running", "running", flag, 0, 0, {}, "false", "Whether it dials: true or false"},
    CampaignField{"mode", "mode", word, 0, 0, kModes, "predictive",
                  "How lines are dialed, see below"},
    CampaignField{
        "lines_per_agent", "lines-per-agent", real, 1, 10, {}, "1", "For --mode ratio, 1 to 10"},
    CampaignField{"lines_per_agent_max",
                  "lines-per-agent-max",
                  real,
                  1,
                  50,
                  {},
                  "12",
                  "Never more lines at once for each agent signed in, 1 to 50"},
    CampaignField{"lines_max",
                  "lines-max",
                  integer,
                  0,
                  100000,
                  {},
                  "0",
                  "Never more lines at once in all; 0: as many as the engine has"},
    CampaignField{"preview_limit_s",
                  "preview-limit",
                  integer,
                  0,
                  3600,
                  {},
                  "0",
                  "For --mode preview: seconds to look at a lead, 0 to 3600; 0: no limit"},
    CampaignField{"preview_then", "preview-then", word, 0, 0, kPreviewThen, "skip",
                  "What the engine does then: skip, or dial, which is automatic dialing by law"},
    CampaignField{"pool",
                  "pool",
                  text,
                  0,
                  100,
                  {},
                  "",
                  "Campaigns of one pool share their agents; \"\": its own agents"},
    CampaignField{"priority",
                  "priority",
                  integer,
                  -100,
                  100,
                  {},
                  "0",
                  "In the pool: the higher one is served first, -100 to 100"},
    CampaignField{"share",
                  "share",
                  real,
                  0.01,
                  100,
                  {},
                  "1",
                  "Of the pool's calls among equal priorities, 0.01 to 100"},
    CampaignField{"calling_hours",
                  "hours",
                  hours,
                  0,
                  0,
                  {},
                  "",
                  "Its own hours, inside those of the law: \"mon-fri 09:00-17:30, sat "
                  "10:00-14:00\"; \"\": any"},
    CampaignField{"hours_zone",
                  "hours-zone",
                  text,
                  0,
                  64,
                  {},
                  "",
                  "Zone of --hours such as America/Chicago; \"\": the called person's"},
    CampaignField{"caller_id",
                  "caller-id",
                  number,
                  0,
                  0,
                  {},
                  "",
                  "Number shown to the called person while the pool of caller ids is empty"},
    CampaignField{"caller_id_match", "caller-id-match", word, 0, 0, kMatches, "area",
                  "Of the pool, show numbers of the person's area code, state, or any"},
    CampaignField{"caller_id_sticky",
                  "caller-id-sticky",
                  flag,
                  0,
                  0,
                  {},
                  "true",
                  "Show a person the same number each time: true or false"},
    CampaignField{"caller_id_signals", "caller-id-signals", word, 0, 0, kSignals, "rest",
                  "When a number of the pool shows signs of a bad reputation: off, alarm or rest"},
    // Shorter is no rest, and beyond a month a number is better given up.
    CampaignField{"caller_id_rest_s",
                  "caller-id-rest",
                  integer,
                  600,
                  30 * 86400,
                  {},
                  "86400",
                  "Seconds of such a rest, 600 to 30 days; doubled when it comes again"},
    CampaignField{"trunks",
                  "trunk",
                  texts,
                  0,
                  0,
                  {},
                  "",
                  "Trunk of the configuration, in order of preference; may be given several "
                  "times; all when not given"},
    // 47 CFR 64.1200(a)(6): no unanswered telemarketing call is given up before 15 seconds or four
    // rings.
    CampaignField{"ring_max_s",
                  "ring-max",
                  integer,
                  15,
                  120,
                  {},
                  "25",
                  "Seconds of ringing, 15 to 120 (47 CFR 64.1200(a)(6) asks for 15)"},
    CampaignField{"wrap_up_max_s",
                  "wrap-up-max",
                  integer,
                  0,
                  3600,
                  {},
                  "30",
                  "Seconds after a call until the agent is ready again, 0 to 3600"},
    CampaignField{
        "attempts_max", "attempts-max", integer, 1, 100, {}, "3", "Calls a lead, 1 to 100"},
    CampaignField{"retry_after_s",
                  "retry-after",
                  integer,
                  60,
                  30 * 86400,
                  {},
                  "3600",
                  "Seconds between calls to a lead, 60 to 30 days"},
    CampaignField{"attempts_per_day",
                  "attempts-per-day",
                  integer,
                  0,
                  100,
                  {},
                  "0",
                  "Calls a lead in any 24 hours; 0: no limit but those of the law"},
    CampaignField{"attempts_per_week",
                  "attempts-per-week",
                  integer,
                  0,
                  100,
                  {},
                  "0",
                  "Calls a lead in any 7 days; 0: no limit but those of the law"},
    CampaignField{"callback_grace_s",
                  "callback-grace",
                  integer,
                  0,
                  86400,
                  {},
                  "900",
                  "Seconds that a callback waits for its own agent, 0 to 86400"},
    CampaignField{"callback_opens",
                  "callback-opens",
                  flag,
                  0,
                  0,
                  {},
                  "true",
                  "Whether it is any agent's after that: true or false"},
    CampaignField{"message_file",
                  "message",
                  text,
                  0,
                  1000,
                  {},
                  "",
                  "Message for answered calls without an agent: WAV, 8 kHz, mono"},
};

bool is_jurisdiction(std::string_view code) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto of_region = [&](char c) { return capital(c) || (c >= '0' && c <= '9'); };
    const std::string_view country = code.substr(0, 2);
    const std::string_view rest = code.substr(country.size());
    const bool region = rest.size() >= 2 && rest.size() <= 4 && rest.front() == '-' &&
                        std::ranges::all_of(rest.substr(1), of_region);
    return country.size() == 2 && std::ranges::all_of(country, capital) && (rest.empty() || region);
}

template <typename Value> std::optional<Value> read(std::string_view text) {
    Value value{};
    const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = done.ec == std::errc{} && done.ptr == text.data() + text.size();
    return whole ? std::optional{value} : std::nullopt;
}

using Fault = std::optional<std::string>;
using Check = Fault (*)(const CampaignField&, std::string_view);

Fault check_text(const CampaignField& field, std::string_view value) {
    const auto length = static_cast<double>(value.size());
    if (length < field.low || value.find_first_not_of(" \t") == std::string_view::npos) {
        return field.low == 0 ? Fault{}
                              : Fault{fmt::format("--{} must not be empty", field.option)};
    }
    return length <= field.high
               ? Fault{}
               : Fault{fmt::format("--{} has at most {} characters", field.option, field.high)};
}

Fault check_flag(const CampaignField& field, std::string_view value) {
    return value == "true" || value == "false"
               ? Fault{}
               : Fault{fmt::format("--{} \"{}\": it is true or false", field.option, value)};
}

Fault out_of_range(const CampaignField& field, std::string_view value) {
    return fmt::format("--{} \"{}\": it lies between {} and {}", field.option, value, field.low,
                       field.high);
}

Fault check_integer(const CampaignField& field, std::string_view value) {
    const auto number = read<std::int64_t>(value);
    const bool fine = number && static_cast<double>(*number) >= field.low &&
                      static_cast<double>(*number) <= field.high;
    return fine ? Fault{} : out_of_range(field, value);
}

Fault check_real(const CampaignField& field, std::string_view value) {
    const auto number = read<double>(value);
    const bool fine = number && *number >= field.low && *number <= field.high; // not for NaN
    return fine ? Fault{} : out_of_range(field, value);
}

Fault check_word(const CampaignField& field, std::string_view value) {
    return std::ranges::find(field.words, value) != field.words.end()
               ? Fault{}
               : Fault{fmt::format("--{} \"{}\": it is one of {}", field.option, value,
                                   fmt::join(field.words, ", "))};
}

Fault check_texts(const CampaignField& field, std::string_view value) {
    return split_texts(value).size() <= 100
               ? Fault{}
               : Fault{fmt::format("--{}: at most 100 of them", field.option)};
}

Fault check_number(const CampaignField& field, std::string_view value) {
    const auto number = dnc::read_number(value);
    const auto* fault = std::get_if<dnc::NumberFault>(&number);
    return fault == nullptr
               ? Fault{}
               : Fault{fmt::format("--{} \"{}\": {}", field.option, value, dnc::explain(*fault))};
}

Fault check_jurisdiction(const CampaignField& field, std::string_view value) {
    return is_jurisdiction(value)
               ? Fault{}
               : Fault{fmt::format("--{} is a code such as US, CA or GB, or one of a region such "
                                   "as US-FL",
                                   field.option)};
}

Fault check_hours(const CampaignField& field, std::string_view value) {
    const auto hours = read_calling_hours(value);
    const auto* fault = std::get_if<std::string>(&hours);
    return fault == nullptr ? Fault{} : Fault{fmt::format("--{}: {}", field.option, *fault)};
}

// In the order of FieldKind.
constexpr std::array<Check, 10> kChecks{check_text,  check_flag,  check_integer, check_real,
                                        check_word,  check_texts, check_number,  check_jurisdiction,
                                        check_hours, check_text};

const std::string* value_of(const SettingValues& values, std::string_view name) {
    const auto found = std::ranges::find(values, name, &SettingValues::value_type::first);
    return found == values.end() ? nullptr : &found->second;
}

} // namespace

std::span<const CampaignField> campaign_fields() {
    return kFields;
}

const CampaignField* find_campaign_field(std::string_view name) {
    const auto found = std::ranges::find_if(kFields, [&](const CampaignField& field) {
        return field.name == name || field.option == name;
    });
    return found == kFields.end() ? nullptr : &*found;
}

Fault fault_of(const CampaignField& field, std::string_view value) {
    return kChecks.at(static_cast<std::size_t>(field.kind))(field, value);
}

Fault settings_fault(const SettingValues& values, std::string_view mode) {
    for (const auto& [name, value] : values) {
        const CampaignField* field = find_campaign_field(name);
        if (field == nullptr) {
            return fmt::format("there is no setting \"{}\" of campaigns", name);
        }
        if (Fault fault = fault_of(*field, value)) {
            return fault;
        }
    }
    const std::string* lines = value_of(values, "lines_per_agent");
    const std::string* given = value_of(values, "mode");
    const std::string_view its_mode = given != nullptr ? *given : mode;
    if (lines != nullptr && read<double>(*lines) != 1.0 && its_mode != "ratio") {
        return "--lines-per-agent needs --mode ratio; the other modes find out for themselves";
    }
    return std::nullopt;
}

std::vector<std::string> split_texts(std::string_view value) {
    const char separator = value.find('\n') == std::string_view::npos ? ',' : '\n';
    std::vector<std::string> texts;
    while (!value.empty()) {
        const auto end = std::min(value.find(separator), value.size());
        std::string_view one = value.substr(0, end);
        value.remove_prefix(std::min(end + 1, value.size()));
        one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
        one = one.substr(0, one.find_last_not_of(" \t") + 1);
        if (!one.empty()) {
            texts.emplace_back(one);
        }
    }
    return texts;
}

std::string join_texts(const std::vector<std::string>& texts) {
    const bool comma = std::ranges::any_of(
        texts, [](const std::string& one) { return one.find(',') != std::string::npos; });
    std::string joined;
    for (const std::string& one : texts) {
        joined += joined.empty() || comma ? "" : ",";
        joined += one + (comma ? "\n" : "");
    }
    return joined;
}

} // namespace campaigns
