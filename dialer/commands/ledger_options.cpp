#include "dialer/commands/ledger_options.hpp"

#include "campaigns/ids.hpp"
#include "campaigns/ledger/rows.hpp"
#include "dialer/loop/clock.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstdlib>

namespace dialer::commands {

namespace {

[[noreturn]] void fail(const std::string& text) {
    throw CommandError{Exit::usage, text};
}

} // namespace

dnc::Number number_option(const std::string& text) {
    const auto read = dnc::read_number(text);
    if (const auto* fault = std::get_if<dnc::NumberFault>(&read)) {
        fail(fmt::format("\"{}\": {}", text, dnc::explain(*fault)));
    }
    return std::get<dnc::Number>(read);
}

dnc::Instant moment_option(const std::string& name, const std::string& text) {
    const auto at = campaigns::read_moment(text);
    if (!at) {
        fail(fmt::format("{} \"{}\": write a date (2026-11-23) or an instant with its offset "
                         "(2026-11-23T15:00:00-05:00)",
                         name, text));
    }
    return *at;
}

campaigns::Declared declared_option(const DeclaredOptions& options) {
    if (options.source.empty() || options.reviewer.empty()) {
        fail("--source says where the authority says so, --reviewer who has read it; both are "
             "needed");
    }
    return {options.source, options.reviewer, {Clock{}.now().wall, by_option(options.by), ""}};
}

std::string region_option(const std::string& text) {
    const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    const std::string_view all{text};
    const std::string_view part = all.size() > 3 && all[2] == '-' ? all.substr(3) : all;
    const bool prefix_fits = part.size() == all.size() || (fits(all[0]) && fits(all[1]));
    if (part.empty() || part.size() > 3 || !std::ranges::all_of(part, fits) || !prefix_fits) {
        fail(fmt::format("\"{}\" is no region; write its code: LA, or US-LA", text));
    }
    return std::string{part};
}

std::string object_option(const std::string& name, const std::vector<std::string>& pairs,
                          const std::vector<std::pair<std::string, std::string>>& more) {
    boost::json::object object;
    for (const auto& [key, value] : more) {
        object[key] = value;
    }
    for (const std::string& pair : pairs) {
        const auto equals = pair.find('=');
        if (equals == std::string::npos || equals == 0) {
            fail(fmt::format("{} \"{}\": write it as KEY=VALUE", name, pair));
        }
        object[campaigns::tidy_text(pair.substr(0, equals), 100)] =
            campaigns::tidy_text(pair.substr(equals + 1), 2000);
    }
    return boost::json::serialize(object);
}

std::string by_option(const std::string& by) {
    if (!by.empty()) {
        return by;
    }
    const char* user = std::getenv("USER");
    return user == nullptr ? "command" : std::string{user};
}

campaigns::Actor command_actor(const std::string& by) {
    return {by_option(by), Clock{}.now().wall};
}

std::int64_t request_id(dnc::Instant now) {
    // Engines have the nodes 1 .. 1000; commands take one of the others at random, so that two of
    // them in the same millisecond do not make the same id.
    constexpr int first = 1001;
    constexpr std::uint32_t count = 23;
    if (sodium_init() < 0) {
        throw std::runtime_error{"no source of random numbers"};
    }
    campaigns::IdMaker ids{first + static_cast<int>(randombytes_uniform(count))};
    return ids.make(now);
}

} // namespace dialer::commands
