#include "campaigns/records/scripts.hpp"

#include "dnc/json_text.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace campaigns {

namespace json = boost::json;

namespace {

constexpr std::size_t kChoicesMax = 200;
constexpr std::size_t kLabelBytesMax = 500;
constexpr std::size_t kMarkBytesMax = 100;

constexpr std::array<std::pair<AnswerKind, std::string_view>, 5> kKinds{{
    {AnswerKind::text, "text"},
    {AnswerKind::number, "number"},
    {AnswerKind::choice, "choice"},
    {AnswerKind::date, "date"},
    {AnswerKind::flag, "flag"},
}};

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// One piece of a script: text as it is, or a mark.
struct Piece {
    std::string_view text;
    bool mark = false;
    bool open = false; ///< a mark that is never closed: its text is what was written
};

// Calls `take` for each piece in order.
template <typename Take> void for_each_piece(std::string_view script, Take&& take) {
    while (!script.empty()) {
        const std::size_t begin = script.find("{{");
        take(Piece{script.substr(0, begin), false, false});
        if (begin == std::string_view::npos) {
            return;
        }
        script.remove_prefix(begin);
        if (script.starts_with("{{{{")) {
            take(Piece{script.substr(0, 2), false, false});
            script.remove_prefix(4);
            continue;
        }
        const std::size_t end = script.find("}}");
        const std::size_t again = script.find("{{", 2);
        if (end == std::string_view::npos || again < end || end > kMarkBytesMax) {
            take(Piece{script.substr(0, 2), false, true});
            script.remove_prefix(2);
            continue;
        }
        take(Piece{trimmed(script.substr(2, end - 2)), true, false});
        script.remove_prefix(end + 2);
    }
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 60 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

std::optional<std::string> text_member(const json::object& object, std::string_view name) {
    const auto* const found = object.if_contains({name.data(), name.size()});
    if (found == nullptr) {
        return std::string{};
    }
    const auto* const text = found->if_string();
    return text == nullptr ? std::nullopt
                           : std::optional{std::string{trimmed({text->data(), text->size()})}};
}

/// Reads one field of a form; `why` says what is wrong with it.
std::optional<FormField> read_field(const json::value& value, std::string& why) {
    const auto* const object = value.if_object();
    if (object == nullptr) {
        why = "is no object with a name and a type";
        return std::nullopt;
    }
    for (const auto& member : *object) {
        constexpr std::array<std::string_view, 5> known{"name", "label", "type", "required",
                                                        "choices"};
        const std::string_view key{member.key().data(), member.key().size()};
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            why = fmt::format("has a member \"{:.60}\"; known are name, label, type, required and "
                              "choices",
                              key);
            return std::nullopt;
        }
    }
    FormField field;
    const auto name = text_member(*object, "name");
    const auto label = text_member(*object, "label");
    const auto type = text_member(*object, "type");
    if (!name || !is_name(*name)) {
        why = "needs a name of letters, digits and _, at most 60 of them";
        return std::nullopt;
    }
    const auto* const kind = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& known) {
        return type && known.second == *type;
    });
    if (kind == kKinds.end()) {
        why = "needs a type: text, number, choice, date or flag";
        return std::nullopt;
    }
    if (!label || label->size() > kLabelBytesMax) {
        why = "has a label that is no text, or longer than 500 bytes";
        return std::nullopt;
    }
    field.name = *name;
    field.label = label->empty() ? *name : *label;
    field.kind = kind->first;
    if (const auto* const required = object->if_contains("required")) {
        if (!required->is_bool()) {
            why = "has a member \"required\" that is neither true nor false";
            return std::nullopt;
        }
        field.required = required->as_bool();
    }
    return field;
}

// Fills in the choices; false when they are wrong.
bool read_choices(const json::object& object, FormField& field, std::string& why) {
    const auto* const found = object.if_contains("choices");
    if (field.kind != AnswerKind::choice) {
        const bool none = found == nullptr || (found->is_array() && found->as_array().empty());
        why = none ? "" : "has choices and is no choice";
        return none;
    }
    const auto* const list = found == nullptr ? nullptr : found->if_array();
    if (list == nullptr || list->empty() || list->size() > kChoicesMax) {
        why = "needs choices: a list of 1 to 200 texts";
        return false;
    }
    std::set<std::string> seen;
    for (const json::value& choice : *list) {
        const auto* const text = choice.if_string();
        const std::string clean =
            text == nullptr ? "" : std::string{trimmed({text->data(), text->size()})};
        if (clean.empty() || clean.size() > kLabelBytesMax || !seen.insert(clean).second) {
            why = "has a choice that is empty, there twice, too long, or no text";
            return false;
        }
        field.choices.push_back(clean);
    }
    return true;
}

// What is wrong with one answer; empty: nothing.
std::string answer_fault(const FormField& field, const json::value& answer) {
    const auto* const string = answer.if_string();
    const std::string_view text =
        string == nullptr ? std::string_view{} : std::string_view{string->data(), string->size()};
    switch (field.kind) {
    case AnswerKind::text:
        if (string == nullptr) {
            return "must be a text";
        }
        return text.size() > kAnswerBytesMax ? "is longer than 10,000 bytes" : "";
    case AnswerKind::number:
        if (answer.is_double() && !std::isfinite(answer.as_double())) {
            return "must be a number";
        }
        return answer.is_number() ? "" : "must be a number, without quotes";
    case AnswerKind::choice:
        return string != nullptr && std::find(field.choices.begin(), field.choices.end(), text) !=
                                        field.choices.end()
                   ? ""
                   : "must be one of those offered";
    case AnswerKind::date:
        return string != nullptr && dnc::read_any_date(text) ? ""
                                                             : "must be a date like 2026-11-22";
    case AnswerKind::flag:
        return answer.is_bool() ? "" : "must be true or false";
    }
    return "";
}

bool is_empty(const json::value& answer) {
    return answer.is_null() || (answer.is_string() && answer.as_string().empty());
}

} // namespace

RenderedScript render_script(std::string_view text, const LeadFields& fields) {
    RenderedScript rendered;
    for_each_piece(text, [&](const Piece& piece) {
        if (!piece.mark) {
            rendered.text += piece.text;
            return;
        }
        if (const auto found = fields.find(piece.text); found != fields.end()) {
            rendered.text += found->second;
            return;
        }
        rendered.text += fmt::format("[{}?]", piece.text);
        if (std::find(rendered.unknown.begin(), rendered.unknown.end(), piece.text) ==
            rendered.unknown.end()) {
            rendered.unknown.emplace_back(piece.text);
        }
    });
    return rendered;
}

const std::vector<std::string>& standard_lead_fields() {
    static const std::vector<std::string> fields{
        "name",   "first_name", "last_name", "phone",       "email",     "address", "city",
        "region", "county",     "country",   "postal_code", "time_zone", "debt",    "external_id"};
    return fields;
}

std::vector<std::string> script_warnings(std::string_view text,
                                         const std::vector<std::string>& custom) {
    std::vector<std::string> warnings;
    const auto warn = [&](std::string warning) {
        if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) {
            warnings.push_back(std::move(warning));
        }
    };
    for_each_piece(text, [&](const Piece& piece) {
        if (piece.open) {
            warn("\"{{\" without \"}}\" after it; it is shown as it is");
        }
        if (!piece.mark) {
            return;
        }
        const auto& standard = standard_lead_fields();
        constexpr std::string_view prefix = "custom.";
        const bool known =
            std::find(standard.begin(), standard.end(), piece.text) != standard.end() ||
            (piece.text.starts_with(prefix) && piece.text.size() > prefix.size() &&
             (custom.empty() || std::find(custom.begin(), custom.end(),
                                          piece.text.substr(prefix.size())) != custom.end()));
        if (!known) {
            warn(fmt::format("no lead has a field \"{}\"; agents will read [{}?]", piece.text,
                             piece.text));
        }
    });
    return warnings;
}

std::string_view to_text(AnswerKind kind) {
    for (const auto& [known, word] : kKinds) {
        if (known == kind) {
            return word;
        }
    }
    return {};
}

std::variant<std::vector<FormField>, FormFault> read_form(std::string_view text) {
    json::value value;
    std::string why;
    if (!dnc::parse_json(text, {}, value, why)) {
        return FormFault{"the form is no JSON: " + why};
    }
    const auto* const list = value.if_array();
    if (list == nullptr || list->size() > kFormFieldsMax) {
        return FormFault{"the form must be a JSON list of at most 100 fields"};
    }
    std::vector<FormField> form;
    for (const json::value& entry : *list) {
        auto field = read_field(entry, why);
        if (!field || !read_choices(entry.as_object(), *field, why)) {
            return FormFault{fmt::format("field {} of the form {}", form.size() + 1, why)};
        }
        const bool twice = std::any_of(form.begin(), form.end(), [&](const FormField& other) {
            return other.name == field->name;
        });
        if (twice) {
            return FormFault{fmt::format("the form has two fields named \"{}\"", field->name)};
        }
        form.push_back(std::move(*field));
    }
    return form;
}

std::string form_json(const std::vector<FormField>& form) {
    json::array list;
    for (const FormField& field : form) {
        json::array choices;
        for (const std::string& choice : field.choices) {
            choices.emplace_back(choice);
        }
        list.push_back(json::object{{"name", field.name},
                                    {"label", field.label},
                                    {"type", json::string{to_text(field.kind)}},
                                    {"required", field.required},
                                    {"choices", std::move(choices)}});
    }
    return json::serialize(list);
}

std::vector<AnswerFault> check_answers(const std::vector<FormField>& form,
                                       std::string_view answers_json) {
    json::value value;
    std::string why;
    if (!dnc::parse_json(answers_json, {}, value, why)) {
        return {{"", "the answers are no JSON: " + why}};
    }
    const auto* const answers = value.if_object();
    if (answers == nullptr) {
        return {{"", "the answers must be a JSON object of the form's fields"}};
    }
    std::vector<AnswerFault> faults;
    for (const FormField& field : form) {
        const auto* const answer = answers->if_contains(field.name);
        if (answer == nullptr || is_empty(*answer)) {
            if (field.required) {
                faults.push_back({field.name, "must be answered"});
            }
        } else if (std::string fault = answer_fault(field, *answer); !fault.empty()) {
            faults.push_back({field.name, std::move(fault)});
        }
    }
    for (const auto& member : *answers) {
        const std::string_view name{member.key().data(), member.key().size()};
        if (std::none_of(form.begin(), form.end(),
                         [&](const FormField& field) { return field.name == name; })) {
            faults.push_back({std::string{name.substr(0, 60)}, "is no field of the form"});
        }
    }
    return faults;
}

} // namespace campaigns
