// `dialer audit key`, `seal`, `head`: what makes signed heads, and what they are.

#include "campaigns/audit/audit.hpp"
#include "dialer/commands/audit_commands.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/config.hpp"
#include "dialer/loop/clock.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

namespace dialer::commands {

namespace {

namespace audit = campaigns::audit;
namespace json = boost::json;

/// The option, else the configuration's; empty when neither names one.
std::string key_file(const StoreOptions& store, const std::string& given) {
    if (!given.empty() || !std::filesystem::exists(store.config_path)) {
        return given;
    }
    return load_config(store.config_path).audit.key;
}

audit::SigningKey read_key(const std::string& path) {
    try {
        return audit::SigningKey::read(path);
    } catch (const std::runtime_error& error) {
        throw CommandError{Exit::failed, error.what()};
    }
}

/// Beside the secret file, for whoever shall verify exports.
void write_public(const std::string& path, const audit::PublicKey& key) {
    const std::string text = audit::text_of(key) + "\n";
    const std::string name = path + ".pub";
    std::FILE* file = std::fopen(name.c_str(), "wb");
    const bool written =
        file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (file == nullptr || std::fclose(file) != 0 || !written) {
        throw CommandError{Exit::failed, name + ": cannot be written"};
    }
}

audit::SigningKey read_or_make(const std::string& path) {
    if (std::filesystem::exists(path)) {
        return read_key(path);
    }
    auto key = audit::SigningKey::make();
    try {
        key.write(path);
    } catch (const std::runtime_error& error) {
        throw CommandError{Exit::failed, error.what()};
    }
    write_public(path, key.public_key());
    return key;
}

json::object object_of(const audit::SignedHead& head) {
    return {{"log", head.head.log},
            {"size", head.head.size},
            {"root", audit::hex_of(head.head.root)},
            {"at", head.head.at},
            {"closes", head.head.closes},
            {"key", head.head.key},
            {"signed", text_of(head.head)},
            {"signature", audit::hex_of(head.signature)}};
}

void print_head(const audit::SignedHead& head) {
    fmt::print("{}  {} leaves  root {}  key {}{}{}\n", head.head.at, head.head.size,
               audit::hex_of(head.head.root), head.head.key,
               head.head.closes.empty() ? "" : "  closes ", head.head.closes);
}

/// What nobody should learn only when an inspector asks.
void warn(const audit::Status& status) {
    if (!status.head) {
        fmt::print("WARNING: no head was ever signed: records are kept, and nothing proves that "
                   "they stay as they are\n");
    } else if (status.head->head.size < status.size) {
        fmt::print("{} leaves are not under a signed head yet\n",
                   status.size - status.head->head.size);
    }
    if (status.waiting > 0) {
        fmt::print("{}{} records wait to be sealed\n", status.waiting >= 100'000 ? "over " : "",
                   status.waiting);
    }
}

} // namespace

Exit audit_key(const AuditKeyOptions& options) {
    const std::string path = key_file(options.store, options.key);
    if (path.empty()) {
        throw CommandError{Exit::usage, "name the file of the secret key with --key, or as key in "
                                        "the section [audit] of the configuration"};
    }
    if (options.show) {
        fmt::print("{}\n", audit::text_of(read_key(path).public_key()));
        return Exit::done;
    }
    // The store first: a key that no log knows helps nobody.
    campaigns::Store store{engine_dsn(options.store)};
    std::optional<audit::SigningKey> before;
    if (!options.follow.empty()) {
        before = read_key(options.follow);
    } else if (!audit::keys(store).empty() && !std::filesystem::exists(path)) {
        fmt::print("note: this log has a key already; without --follow OLD nobody vouches for the "
                   "new one,\nand whoever verifies exports must be given it by word of mouth\n");
    }
    const auto key = read_or_make(path);
    audit::introduce_key(store, key, before ? &*before : nullptr,
                         {by_option(options.by), Clock{}.now().wall});
    fmt::print("key {}\nsecret {} (keep it off the database's machine and in a safe copy)\n"
               "public {}\n",
               audit::id_of(key.public_key()), path, audit::text_of(key.public_key()));
    return Exit::done;
}

Exit audit_seal(const AuditSealOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    const auto sealed = audit::seal_all(store);
    const std::string path = key_file(options.store, options.key);
    const auto now = Clock{}.now().wall;
    std::optional<audit::SignedHead> head;
    if (!path.empty()) {
        const auto key = read_key(path);
        const auto yesterday = std::chrono::floor<std::chrono::days>(now) - std::chrono::days{1};
        head = audit::sign(store, key, now,
                           options.close_day ? std::optional{yesterday} : std::nullopt);
    } else if (options.close_day) {
        throw CommandError{Exit::usage, "--close-day needs a key: --key, or [audit] key in the "
                                        "configuration"};
    }
    const auto status = audit::status(store);
    if (options.json) {
        json::object out{
            {"sealed", sealed.added}, {"size", status.size}, {"waiting", status.waiting}};
        out["head"] = head ? json::value{object_of(*head)} : json::value{};
        fmt::print("{}\n", json::serialize(out));
        return Exit::done;
    }
    fmt::print("{} records sealed, the log has {} leaves{}\n", sealed.added, status.size,
               sealed.busy ? "; another one seals at this moment" : "");
    if (head) {
        print_head(*head);
    }
    warn(status);
    return Exit::done;
}

Exit audit_head(const AuditHeadOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    const auto status = audit::status(store);
    const auto heads = audit::heads(store, options.count);
    if (options.json) {
        json::array list;
        for (const auto& head : heads) {
            list.push_back(object_of(head));
        }
        json::object out{{"log", status.log},
                         {"size", status.size},
                         {"waiting", status.waiting},
                         {"key", status.key ? audit::text_of(*status.key) : ""}};
        out["heads"] = std::move(list);
        fmt::print("{}\n", json::serialize(out));
        return Exit::done;
    }
    fmt::print("log {}, {} leaves\n", status.log, status.size);
    for (const auto& head : heads) {
        print_head(head);
    }
    warn(status);
    return Exit::done;
}

} // namespace dialer::commands
