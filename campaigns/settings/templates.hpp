#pragma once

// Templates of campaigns: settings that are legal and sensible where they are for, as data.

#include "campaigns/settings/fields.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace campaigns {

struct CampaignTemplate {
    std::string name;  ///< "us-sales"
    std::string title; ///< one line for people
    std::string note;  ///< what it rests on
    SettingValues values;
};

/// Reads templates from JSON. Throws std::runtime_error naming `file`, the template and the field:
/// unknown fields and values that settings_fault refuses are told here, and not when a campaign is
/// made.
[[nodiscard]] std::vector<CampaignTemplate> parse_templates(std::string_view json,
                                                            const std::string& file);

} // namespace campaigns
