#pragma once

// Versions of a campaign's script and form, and the answers that agents gave.

#include "campaigns/records/scripts.hpp"
#include "campaigns/types.hpp"

#include <optional>
#include <string>
#include <vector>

namespace campaigns {

class Store;

/// One version; never changed. The highest version of a campaign is in force.
struct ScriptVersion {
    std::int64_t id = 0;
    CampaignId campaign{};
    int version = 0; ///< from 1
    std::string text;
    std::vector<FormField> form;
    std::string by;
    Instant at{};
};

struct AddedScript {
    std::int64_t id = 0;
    int version = 0;
    bool unchanged = false; ///< the version in force says the same: none was added
    std::vector<std::string> warnings;
};

/// A further version, in force from now on. StoreRefusal: no such campaign, no text, too long, a
/// form that cannot be read (its text says where).
AddedScript add_script(Store& store, const std::string& campaign, const std::string& text,
                       const std::string& form_json, const Actor& actor);

/// Of the campaign, newest first. StoreRefusal when there is no such campaign.
[[nodiscard]] std::vector<ScriptVersion> scripts_of(Store& store, const std::string& campaign);
[[nodiscard]] std::optional<ScriptVersion> script_in_force(Store& store, CampaignId campaign);
[[nodiscard]] std::optional<ScriptVersion> script_version(Store& store, std::int64_t id);

/// Fields of the lead for render_script; StoreRefusal when there is no such lead.
[[nodiscard]] LeadFields lead_fields(Store& store, LeadId lead);

/// What an agent filled in during a call. Given again, a further row; the latest counts.
struct FormAnswers {
    AttemptId attempt{};
    AgentId agent{};
    Instant at{};
    std::int64_t script = 0; ///< ScriptVersion::id
    std::string answers;     ///< a JSON object
};

/// Checks the answers against the version's form and stores them. StoreRefusal with all faults in
/// one text, each with its field; also when attempt or version is unknown, or of two campaigns.
void save_form_answers(Store& store, const FormAnswers& answers);
/// The latest of the attempt; nothing when none were given.
[[nodiscard]] std::optional<FormAnswers> form_answers_of(Store& store, AttemptId attempt);

} // namespace campaigns
