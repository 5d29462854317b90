#pragma once

// What agents read out and fill in: scripts with fields of the lead, and forms. Pure.
//
// A script is text with marks like {{first_name}} or {{custom.policy}}. The text is plain: whoever
// shows it escapes it for where it is shown.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace campaigns {

/// Fields of one lead by name: name, phone, region, ..., custom.COLUMN.
using LeadFields = std::map<std::string, std::string, std::less<>>;

struct RenderedScript {
    std::string text;
    std::vector<std::string> unknown; ///< marks that named no field of this lead, each once
};

/// Replaces the marks. One that names nothing stays visible as "[name?]", so that an agent sees
/// that something is missing instead of reading a sentence with a hole. A known field that is empty
/// becomes nothing. "{{{{" is a literal "{{". O(text).
[[nodiscard]] RenderedScript render_script(std::string_view text, const LeadFields& fields);

/// The names that every lead has: "name", "phone", ...
[[nodiscard]] const std::vector<std::string>& standard_lead_fields();

/// What is odd about a script, for people, in the order of the text: a mark that is not closed, a
/// name that no lead has. `custom` are the columns known of the campaign's leads; with none, names
/// that begin with "custom." are taken as they are.
[[nodiscard]] std::vector<std::string> script_warnings(std::string_view text,
                                                       const std::vector<std::string>& custom = {});

enum class AnswerKind { text, number, choice, date, flag };
[[nodiscard]] std::string_view to_text(AnswerKind kind);

struct FormField {
    std::string name;  ///< member of the answers: letters, digits, '_'
    std::string label; ///< what the agent reads
    AnswerKind kind = AnswerKind::text;
    bool required = false;
    std::vector<std::string> choices; ///< for AnswerKind::choice, at least one
};

struct FormFault {
    std::string text; ///< for people: which field, what is wrong, what to do
};

inline constexpr std::size_t kFormFieldsMax = 100;
inline constexpr std::size_t kScriptBytesMax = 256 * 1024;
inline constexpr std::size_t kAnswerBytesMax = 10'000;

/// Reads a form: a JSON list of {"name", "label", "type", "required", "choices"}. Members with
/// other names are a fault, so that a spelling mistake is seen.
[[nodiscard]] std::variant<std::vector<FormField>, FormFault> read_form(std::string_view json);
/// The same as JSON again, every member written.
[[nodiscard]] std::string form_json(const std::vector<FormField>& form);

struct AnswerFault {
    std::string field; ///< empty: the answers as a whole
    std::string text;
};

/// Checks answers (a JSON object of the fields' names) against the form: required ones are there,
/// numbers are numbers, choices among those offered, dates as 2026-11-22, flags true or false,
/// nothing that the form does not ask. Empty: all is well.
[[nodiscard]] std::vector<AnswerFault> check_answers(const std::vector<FormField>& form,
                                                     std::string_view answers_json);

} // namespace campaigns
