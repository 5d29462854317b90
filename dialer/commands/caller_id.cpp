// The numbers shown to called persons: proofs, pools, rests and alarms.

#include "campaigns/settings/caller_ids.hpp"

#include "campaigns/store_json.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/settings_commands.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/sha256.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace dialer::commands {

namespace {

namespace json = boost::json;
using campaigns::CallerId;

std::optional<std::chrono::sys_days> day_option(const std::string& name, const std::string& text) {
    if (text.empty()) {
        return std::nullopt;
    }
    return std::chrono::floor<std::chrono::days>(moment_option(name, text));
}

std::string day_text(const std::optional<std::chrono::sys_days>& day) {
    return day ? campaigns::to_rfc3339(*day).substr(0, 10) : "";
}

std::string minute_text(dnc::Instant at) {
    return campaigns::to_rfc3339(at).substr(0, 16) + "Z";
}

// A contract has a few megabytes; what is larger is another file.
constexpr std::size_t kDocumentMax = 256UL * 1024 * 1024;

std::string document_hash(const std::string& path) {
    if (path.empty()) {
        return {};
    }
    std::ifstream file{path, std::ios::binary};
    std::string bytes;
    std::string piece(1 << 20, '\0');
    while (file && bytes.size() <= kDocumentMax) {
        file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        bytes.append(piece, 0, static_cast<std::size_t>(file.gcount()));
    }
    if (!file.eof() || bytes.empty()) {
        throw CommandError{Exit::usage,
                           fmt::format("--document {}: empty, too large, or not readable", path)};
    }
    return dnc::sha256_hex(bytes);
}

/// One line for people: what is wrong with the number now, if anything.
std::string standing(const CallerId& one, const campaigns::CallerIdBook& book, dnc::Instant now) {
    if (const auto fault = campaigns::proof_fault(one, now)) {
        return campaigns::english(*fault);
    }
    const auto rest = book.rests.find(one.number);
    if (rest != book.rests.end() && now < rest->second.until) {
        return fmt::format("rests until {}: {}", minute_text(rest->second.until), rest->second.why);
    }
    return one.proof == campaigns::CallerIdProof::declared ? "declared only: no proof backs it"
                                                           : "may be shown";
}

std::string pools_text(const campaigns::CallerIdBook& book,
                       const std::vector<campaigns::Campaign>& all, dnc::Number number) {
    std::string text;
    for (const auto& campaign : all) {
        const auto pool = book.pools.find(campaign.id);
        if (pool == book.pools.end()) {
            continue;
        }
        for (const auto& pooled : pool->second) {
            if (pooled.number == number && pooled.active) {
                text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", campaign.name,
                                    pooled.weight);
            }
        }
    }
    return text;
}

/// Whether the campaign shows the number, from its pool or as its one number.
bool shows(const campaigns::CallerIdBook& book, const std::vector<campaigns::Campaign>& all,
           const std::string& campaign, dnc::Number number) {
    for (const auto& one : all) {
        const auto pool = book.pools.find(one.id);
        const bool pooled =
            pool != book.pools.end() &&
            std::ranges::any_of(pool->second, [&](const auto& p) { return p.number == number; });
        if (one.name == campaign && (pooled || one.caller_id == number)) {
            return true;
        }
    }
    return false;
}

json::object number_json(const CallerId& one, const std::string& pools,
                         const std::string& standing) {
    return {{"number", dnc::to_e164(one.number)},
            {"name", one.name},
            {"owner", one.owner},
            {"proof", campaigns::to_text(one.proof)},
            {"reference", one.reference},
            {"valid_from", day_text(one.valid_from)},
            {"valid_to", day_text(one.valid_to)},
            {"document_sha256", one.document_sha256},
            {"verified", one.verified},
            {"recorded_at", campaigns::to_rfc3339(one.recorded_at)},
            {"recorded_by", one.recorded_by},
            {"pools", pools},
            {"standing", standing}};
}

} // namespace

Exit caller_id_add(const CallerIdAddOptions& options) {
    CallerId one;
    one.number = number_option(options.number);
    one.name = options.name;
    one.owner = options.owner;
    const auto proof = campaigns::caller_id_proof_from_text(options.proof);
    if (!proof) {
        throw CommandError{Exit::usage, fmt::format("--proof \"{}\": it is declared, owned, "
                                                    "contract or letter",
                                                    options.proof)};
    }
    one.proof = *proof;
    one.reference = options.reference;
    one.valid_from = day_option("--from", options.from);
    one.valid_to = day_option("--to", options.to);
    one.document_sha256 = document_hash(options.document);
    one.verified = options.verified;
    campaigns::Store store{engine_dsn(options.store)};
    campaigns::put_caller_id(store, one, command_actor(options.by));
    fmt::print("caller id {} is on record as {}\n", dnc::to_e164(one.number), options.proof);
    return Exit::done;
}

Exit caller_id_list(const CallerIdListOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    const auto now = Clock{}.now().wall;
    const auto book = campaigns::caller_id_book(store, now);
    const auto all = store.campaigns();
    if (!options.json) {
        fmt::print("{:<16} {:<9} {:<10} {:<10} {:<20} {}\n", "number", "proof", "from", "to",
                   "pools (weight)", "standing");
    }
    for (const auto& [number, one] : book.numbers) {
        if (!options.campaign.empty() && !shows(book, all, options.campaign, number)) {
            continue;
        }
        const std::string pools = pools_text(book, all, number);
        const std::string state = standing(one, book, now);
        if (options.json) {
            fmt::print("{}\n", json::serialize(number_json(one, pools, state)));
        } else {
            fmt::print("{:<16} {:<9} {:<10} {:<10} {:<20} {}\n", dnc::to_e164(number),
                       campaigns::to_text(one.proof), day_text(one.valid_from),
                       day_text(one.valid_to), pools.empty() ? "-" : pools, state);
        }
    }
    if (!options.campaign.empty()) {
        for (const auto& why : campaigns::caller_id_obstacles(store, options.campaign, now)) {
            fmt::print(stderr, "campaign {} cannot dial: {}\n", options.campaign,
                       campaigns::english(why));
        }
    }
    return Exit::done;
}

Exit caller_id_assign(const CallerIdAssignOptions& options) {
    const auto number = number_option(options.number);
    if (options.weight < 1 || options.weight > 100) {
        throw CommandError{Exit::usage, "--weight lies between 1 and 100"};
    }
    campaigns::Store store{engine_dsn(options.store)};
    campaigns::assign_caller_id(store, options.campaign, {number, options.weight, !options.remove},
                                command_actor(options.by));
    fmt::print("caller id {} is {} the pool of {}\n", dnc::to_e164(number),
               options.remove ? "out of" : "in", options.campaign);
    return Exit::done;
}

Exit caller_id_rest(const CallerIdRestOptions& options) {
    const auto number = number_option(options.number);
    const auto actor = command_actor(options.by);
    if (options.hours <= 0 || options.hours > 24 * 365) {
        throw CommandError{Exit::usage, "--hours lies between 0 and a year"};
    }
    const auto length = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::duration<double, std::ratio<3600>>{options.hours});
    const auto until =
        options.until.empty() ? actor.at + length : moment_option("--until", options.until);
    campaigns::Store store{engine_dsn(options.store)};
    campaigns::rest_caller_id(store, number, until, options.why, actor);
    fmt::print("caller id {} rests until {}\n", dnc::to_e164(number), minute_text(until));
    return Exit::done;
}

Exit caller_id_wake(const CallerIdWakeOptions& options) {
    const auto number = number_option(options.number);
    campaigns::Store store{engine_dsn(options.store)};
    const bool rested = campaigns::wake_caller_id(store, number, command_actor(options.by));
    fmt::print("caller id {} {}\n", dnc::to_e164(number), rested ? "is awake" : "does not rest");
    return Exit::done;
}

Exit caller_id_alarms(const CallerIdAlarmsOptions& options) {
    std::optional<dnc::Number> number;
    if (!options.number.empty()) {
        number = number_option(options.number);
    }
    campaigns::Store store{engine_dsn(options.store)};
    for (const auto& alarm : campaigns::caller_id_alarms(store, number, options.limit)) {
        const std::string until = alarm.rest_until ? minute_text(*alarm.rest_until) : "";
        if (options.json) {
            fmt::print("{}\n", json::serialize(json::object{
                                   {"id", std::to_string(alarm.id)},
                                   {"at", campaigns::to_rfc3339(alarm.at)},
                                   {"campaign", static_cast<std::int64_t>(alarm.campaign)},
                                   {"number", dnc::to_e164(alarm.number)},
                                   {"trunk", alarm.trunk},
                                   {"signal", alarm.signal},
                                   {"detail", alarm.detail},
                                   {"rest_until", until}}));
        } else {
            fmt::print("{}  {}  {}  {}: {}{}\n", minute_text(alarm.at), dnc::to_e164(alarm.number),
                       alarm.trunk, alarm.signal, alarm.detail,
                       until.empty() ? "" : "; rested until " + until);
        }
    }
    return Exit::done;
}

} // namespace dialer::commands
