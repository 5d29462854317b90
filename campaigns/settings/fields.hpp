#pragma once

// What can be set on a campaign: one table with names, ranges and words, for commands, API,
// templates and copies. Pure.
//
// A value travels as text: "25", "true", "predictive", "carrier-a,carrier-b". The store writes it
// into the column of the same name.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace campaigns {

enum class FieldKind {
    text,
    flag, ///< true or false
    integer,
    real,
    word,         ///< one of a few
    texts,        ///< separated by commas
    number,       ///< a telephone number
    jurisdiction, ///< "US", "US-FL"
    hours,        ///< read_calling_hours
    offer,        ///< with the seller: the regulatory campaign
};

struct CampaignField {
    std::string_view name;   ///< column and name in JSON: "ring_max_s"
    std::string_view option; ///< of the command line, without dashes: "ring-max"
    FieldKind kind{};
    double low = 0;                          ///< of integer and real; shortest length of text
    double high = 0;                         ///< of integer and real; longest length of text
    std::span<const std::string_view> words; ///< of FieldKind::word
    std::string_view usual;                  ///< when a campaign is made and nothing is said
    std::string_view help;                   ///< one line for people
};

/// All fields, in the order in which people want to see them.
[[nodiscard]] std::span<const CampaignField> campaign_fields();
/// By name or by option; nullptr when there is none.
[[nodiscard]] const CampaignField* find_campaign_field(std::string_view name);

/// Names with values, in the order given.
using SettingValues = std::vector<std::pair<std::string, std::string>>;

/// What is wrong with the value, a sentence that names the option and the range; nothing when it
/// is fine.
[[nodiscard]] std::optional<std::string> fault_of(const CampaignField& field,
                                                  std::string_view value);
/// The first fault of several values, unknown names included; also what only values together
/// show. `mode` is the campaign's mode before, for settings that need one; empty: a new campaign.
[[nodiscard]] std::optional<std::string> settings_fault(const SettingValues& values,
                                                        std::string_view mode);

/// The texts of a FieldKind::texts, separated by line ends if there is one, else by commas; blanks
/// around them and empty ones are left out. And back.
[[nodiscard]] std::vector<std::string> split_texts(std::string_view value);
[[nodiscard]] std::string join_texts(const std::vector<std::string>& texts);

} // namespace campaigns
