#include "campaigns/sentence.hpp"

#include "campaigns/sentence_json.hpp"
#include "dnc/time_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace campaigns {

namespace {

namespace json = boost::json;

/// "2026-11-23 14:00:00 UTC".
std::string second_text(dnc::Instant at) {
    const auto second = std::chrono::floor<std::chrono::seconds>(at);
    const auto day = std::chrono::floor<std::chrono::days>(second);
    const auto of_day = second - day;
    return fmt::format("{} {}:{:02} UTC", dnc::date_text(std::chrono::year_month_day{day}),
                       dnc::clock_text(of_day), of_day.count() % 60);
}

std::string moment(dnc::Instant at, std::string_view form) {
    if (form == "iso") {
        return dnc::instant_text(at);
    }
    return form == "minute" ? dnc::instant_text(at).substr(0, 16) + "Z" : second_text(at);
}

/// A value as the English template asks for it; `form` is what stands behind the colon.
struct InEnglish {
    std::string_view form;

    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::format("{:g}", number); }
    std::string operator()(dnc::Instant at) const { return moment(at, form); }
    std::string operator()(const GateWord& word) const { return word.detail; }
    std::string operator()(const SentenceRow& row) const {
        const std::string between = english({row.by});
        std::string words;
        for (const Sentence& part : row.parts) {
            words += (&part == &row.parts.front() ? "" : between) + english(part);
        }
        return words;
    }
};

json::object said(const Sentence& sentence);

struct AsJson {
    json::value operator()(const std::string& text) const { return json::string{text}; }
    json::value operator()(std::int64_t number) const { return number; }
    json::value operator()(double number) const { return number; }
    json::value operator()(dnc::Instant at) const {
        return json::object{{"at", dnc::instant_text(at)}};
    }
    json::value operator()(const SentenceRow& row) const {
        json::array parts;
        for (const Sentence& part : row.parts) {
            parts.push_back(said(part));
        }
        return json::object{{"said", std::move(parts)}, {"by", row.by}};
    }
    json::value operator()(const GateWord& word) const {
        return json::object{{"code", word.code},
                            {"detail", word.detail},
                            {"said", json::array{said(sentence_of_reason(word.code))}}};
    }
};

json::object said(const Sentence& sentence) {
    json::object values;
    for (const auto& [name, value] : sentence.values) {
        values.emplace(name, std::visit(AsJson{}, value));
    }
    return {{"key", sentence.key}, {"values", std::move(values)}};
}

/// The name of a value as the template of the key writes it, so that it lives as long as that.
std::string_view name_in(std::string_view english, std::string_view name) {
    for (std::size_t at = 0; (at = english.find('{', at)) != std::string_view::npos; ++at) {
        const std::string_view rest = english.substr(at + 1);
        if (rest.starts_with(name) && rest.find_first_of(":}") == name.size()) {
            return rest.substr(0, name.size());
        }
    }
    return {};
}

std::optional<SentenceValue> value_of(const json::value& value) {
    if (const auto* text = value.if_string()) {
        return SentenceValue{std::string{text->data(), text->size()}};
    }
    if (const auto* number = value.if_int64()) {
        return SentenceValue{*number};
    }
    const auto* object = value.if_object();
    const auto* at = object == nullptr ? nullptr : object->if_contains("at");
    const auto* text = at == nullptr ? nullptr : at->if_string();
    const auto instant =
        text == nullptr ? std::nullopt : dnc::read_instant({text->data(), text->size()});
    return instant ? std::optional{SentenceValue{*instant}} : std::nullopt;
}

/// Codes whose last word is the level of the rule's pack: HOURS_STATE is HOURS with STATE.
std::optional<Sentence> with_level(std::string_view code) {
    const std::size_t bar = code.find('_');
    if (bar == std::string_view::npos) {
        return std::nullopt;
    }
    const auto* group = find_sentence(fmt::format("reason.{}", code.substr(0, bar)));
    const auto* level = find_sentence(fmt::format("level.{}", code.substr(bar + 1)));
    if (group == nullptr || level == nullptr) {
        return std::nullopt;
    }
    return Sentence{group->key, {{"level", SentenceRow{{{level->key}}}}}};
}

} // namespace

const SentenceTemplate* find_sentence(std::string_view key) {
    const auto all = sentence_templates();
    const auto found = std::ranges::find(all, key, &SentenceTemplate::key);
    return found == all.end() ? nullptr : &*found;
}

std::string english(const Sentence& sentence) {
    const SentenceTemplate* const known = find_sentence(sentence.key);
    if (known == nullptr) {
        return std::string{sentence.key};
    }
    std::string words;
    std::string_view rest = known->english;
    for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
        const std::size_t close = rest.find('}', open);
        const std::string_view hole = rest.substr(open + 1, close - open - 1);
        const std::string_view name = hole.substr(0, hole.find(':'));
        const std::string_view form =
            name.size() == hole.size() ? std::string_view{} : hole.substr(name.size() + 1);
        words += rest.substr(0, open);
        for (const auto& [named, value] : sentence.values) {
            words += named == name ? std::visit(InEnglish{form}, value) : std::string{};
        }
        rest.remove_prefix(close + 1);
    }
    return words.append(rest);
}

Sentence typed(std::string_view text) {
    return text.empty() ? Sentence{} : Sentence{"typed", {{"text", std::string{text}}}};
}

Sentence together(std::vector<Sentence> parts, std::string_view by) {
    std::erase_if(parts, [](const Sentence& part) { return part.empty(); });
    if (parts.empty()) {
        return {};
    }
    return parts.size() == 1 ? std::move(parts.front())
                             : Sentence{"together", {{"parts", SentenceRow{std::move(parts), by}}}};
}

json::value said_json(const Sentence& sentence) {
    return sentence.empty() ? json::value(nullptr) : json::value(said(sentence));
}

json::array said_json(const std::vector<Sentence>& sentences) {
    json::array all;
    for (const Sentence& sentence : sentences) {
        all.push_back(said_json(sentence));
    }
    return all;
}

std::optional<Sentence> sentence_from_json(std::string_view text) {
    json::error_code fault;
    const json::value value = json::parse(json::string_view{text.data(), text.size()}, fault);
    const json::object* const object = fault ? nullptr : value.if_object();
    const json::value* const key = object == nullptr ? nullptr : object->if_contains("key");
    const json::value* const values = object == nullptr ? nullptr : object->if_contains("values");
    if (key == nullptr || !key->is_string() || values == nullptr || !values->is_object()) {
        return std::nullopt;
    }
    const json::string& name = key->get_string();
    const SentenceTemplate* const known = find_sentence({name.data(), name.size()});
    if (known == nullptr) {
        return std::nullopt;
    }
    Sentence sentence{known->key};
    for (const auto& [named, given] : values->get_object()) {
        const auto own = name_in(known->english, {named.data(), named.size()});
        auto read = value_of(given);
        if (own.empty() || !read) {
            return std::nullopt;
        }
        sentence.values.emplace_back(own, std::move(*read));
    }
    return sentence;
}

std::vector<Sentence> sentences_from_json(const std::vector<std::string>& texts) {
    std::vector<Sentence> sentences;
    for (const std::string& text : texts) {
        sentences.push_back(sentence_from_json(text).value_or(typed(text)));
    }
    return sentences;
}

Sentence sentence_of_reason(std::string_view code) {
    if (code.empty()) {
        return {"reason.never_tried"};
    }
    if (const auto* const known = find_sentence(fmt::format("reason.{}", code))) {
        // A group stands for codes with a level behind it, and is no reason alone.
        if (known->english.find('{') == std::string_view::npos) {
            return {known->key};
        }
    }
    if (auto found = with_level(code)) {
        return std::move(*found);
    }
    std::string words{code};
    std::replace(words.begin(), words.end(), '_', ' ');
    return typed(words);
}

} // namespace campaigns
