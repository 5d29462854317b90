#include "dialer/commands/commands.hpp"
#include "dnc/pack.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dialer::commands {

namespace {

namespace json = boost::json;

/// A folder's packs by id, each as the JSON that it was read from.
using Documents = std::map<std::string, json::object>;

json::object read_document(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    return json::parse(text).as_object();
}

/// load_packs() has found each file valid; so the members that are used here exist.
Documents read_folder(const std::string& folder) {
    Documents documents;
    for (const dnc::Pack& pack : dnc::load_packs(folder).packs) {
        documents.emplace(pack.id, read_document(std::filesystem::path{folder} / pack.file));
    }
    return documents;
}

std::string text_of(const json::object& object, std::string_view member) {
    const json::value& value = object.at(json::string_view{member.data(), member.size()});
    return std::string{value.as_string().data(), value.as_string().size()};
}

/// The elements of a list by the member that names them; empty when the list was left out.
std::map<std::string, json::object> by_name(const json::object& pack, std::string_view list,
                                            std::string_view name) {
    std::map<std::string, json::object> named;
    const json::value* const found = pack.if_contains(json::string_view{list.data(), list.size()});
    if (found != nullptr) {
        for (const json::value& element : found->as_array()) {
            named.emplace(text_of(element.as_object(), name), element.as_object());
        }
    }
    return named;
}

void compare_values(const std::string& place, const json::value& before, const json::value& after);

void compare_objects(const std::string& place, const json::object& before,
                     const json::object& after) {
    for (const json::key_value_pair& member : before) {
        const std::string where = place + "." + std::string{member.key()};
        if (const json::value* const now = after.if_contains(member.key())) {
            compare_values(where, member.value(), *now);
        } else {
            fmt::print("    {} removed, was {}\n", where, json::serialize(member.value()));
        }
    }
    for (const json::key_value_pair& member : after) {
        if (!before.contains(member.key())) {
            fmt::print("    {}.{} added: {}\n", place, std::string{member.key()},
                       json::serialize(member.value()));
        }
    }
}

void compare_values(const std::string& place, const json::value& before, const json::value& after) {
    if (before == after) {
        return;
    }
    if (before.is_object() && after.is_object()) {
        compare_objects(place, before.get_object(), after.get_object());
    } else {
        fmt::print("    {} changed from {} to {}\n", place, json::serialize(before),
                   json::serialize(after));
    }
}

std::string rule_text(const json::object& rule) {
    return fmt::format("{}, effective {}, {}", text_of(rule, "kind"),
                       json::serialize(rule.at("effective")), text_of(rule, "cite"));
}

void compare_rules(const json::object& before, const json::object& after) {
    const auto old_rules = by_name(before, "rules", "id");
    const auto new_rules = by_name(after, "rules", "id");
    for (const auto& [id, rule] : old_rules) {
        if (const auto found = new_rules.find(id); found == new_rules.end()) {
            fmt::print("  rule {} removed: {}\n", id, rule_text(rule));
        } else if (found->second != rule) {
            fmt::print("  rule {} changed\n", id);
            compare_objects(id, rule, found->second);
        }
    }
    for (const auto& [id, rule] : new_rules) {
        if (!old_rules.contains(id)) {
            fmt::print("  rule {} added: {}\n", id, rule_text(rule));
        }
    }
}

void compare_cases(const json::object& before, const json::object& after) {
    const auto old_cases = by_name(before, "cases", "name");
    const auto new_cases = by_name(after, "cases", "name");
    for (const auto& [name, golden] : old_cases) {
        const auto found = new_cases.find(name);
        if (found == new_cases.end() || found->second != golden) {
            fmt::print("  case \"{}\" {}\n", name,
                       found == new_cases.end() ? "removed" : "changed");
        }
    }
    for (const auto& [name, golden] : new_cases) {
        if (!old_cases.contains(name)) {
            fmt::print("  case \"{}\" added\n", name);
        }
    }
}

/// True when there is anything to tell.
bool compare_packs(const std::string& id, json::object before, json::object after) {
    if (before == after) {
        return false;
    }
    fmt::print("pack {} changed: version {} to {}\n", id, text_of(before, "version"),
               text_of(after, "version"));
    compare_rules(before, after);
    compare_cases(before, after);
    for (const char* const listed : {"rules", "cases", "version"}) {
        before.erase(listed);
        after.erase(listed);
    }
    compare_objects(id, before, after);
    return true;
}

} // namespace

Exit packs_diff(const PacksDiffOptions& options) {
    const Documents before = read_folder(options.old_folder);
    const Documents after = read_folder(options.new_folder);
    bool changed = false;
    for (const auto& [id, document] : before) {
        if (const auto found = after.find(id); found != after.end()) {
            changed = compare_packs(id, document, found->second) || changed;
        } else {
            fmt::print("pack {} removed, was version {}\n", id, text_of(document, "version"));
            changed = true;
        }
    }
    for (const auto& [id, document] : after) {
        if (!before.contains(id)) {
            fmt::print("pack {} added: version {}, {} rules\n", id, text_of(document, "version"),
                       document.at("rules").as_array().size());
            changed = true;
        }
    }
    if (!changed) {
        fmt::print("no difference\n");
    }
    return Exit::done;
}

} // namespace dialer::commands
