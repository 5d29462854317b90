// The numbers of lists in force: from the store, or mapped from files whose seal it knows.

#include "campaigns/lists/number_cache.hpp"
#include "campaigns/lists/store_pg_lists.hpp"
#include "campaigns/store_session.hpp"
#include "dnc/number_set_file.hpp"

#include <fmt/format.h>
#include <pqxx/result>
#include <pqxx/transaction>

#include <algorithm>
#include <bit>
#include <charconv>
#include <map>
#include <utility>

namespace campaigns {

namespace {

// Lists with fewer numbers are read as soon as a file of them would be.
constexpr std::size_t kFileNumbersMin = 200'000;
// An engine applies so many changes on its control loop (some 5 ms); more come as a whole list.
constexpr std::int64_t kChangesKept = 50'000;
// A file with so many changes on top is written anew.
constexpr std::int64_t kChangesOnFile = 2'000'000;

// Numbers come a part at a time through cursors: a registry has 250 million.
constexpr auto kNumbersCursor = "DECLARE numbers NO SCROLL CURSOR FOR "
                                "SELECT number FROM suppression_numbers WHERE version_id = {}";
constexpr auto kBlocksCursor = "DECLARE numbers NO SCROLL CURSOR FOR "
                               "SELECT block, few, many FROM suppression_blocks "
                               "WHERE version_id = {}";
constexpr auto kVersionChangesCursor =
    "DECLARE numbers NO SCROLL CURSOR FOR "
    "SELECT number, listed FROM suppression_version_changes "
    "WHERE base_version = {} AND version_id > {} AND version_id <= {} ORDER BY version_id, seq";
constexpr auto kChangesCursor = "DECLARE numbers NO SCROLL CURSOR FOR "
                                "SELECT number, listed FROM suppression_changes "
                                "WHERE list_id = {} ORDER BY id";
constexpr auto kCountChanges = "SELECT coalesce(sum(changes), 0) FROM suppression_versions "
                               "WHERE base_version = {} AND id > {} AND id <= {}";
constexpr auto kSeals =
    "SELECT f.version_id, f.seal, v.as_of - date '1970-01-01' "
    "FROM suppression_files f JOIN suppression_versions v ON v.id = f.version_id "
    "WHERE v.list_id = {} AND v.id <= {} AND coalesce(v.base_version, v.id) = {} "
    "AND f.format = {} AND f.byte_order = '{}'";
constexpr auto kKeepSeal = "INSERT INTO suppression_files (version_id, format, byte_order, seal) "
                           "VALUES ({}, {}, '{}', '{}') ON CONFLICT DO NOTHING";
constexpr auto kSealOf = "SELECT seal FROM suppression_files "
                         "WHERE version_id = {} AND format = {} AND byte_order = '{}'";

constexpr auto kByteOrder = std::endian::native == std::endian::little ? "little" : "big";

template <typename OnRow>
void for_each_row(pqxx::transaction_base& work, const std::string& declare, int at_a_time,
                  OnRow on_row) {
    work.exec(declare);
    const std::string fetch = fmt::format("FETCH {} FROM numbers", at_a_time);
    for (pqxx::result rows = work.exec(fetch); !rows.empty(); rows = work.exec(fetch)) {
        for (const pqxx::row& row : rows) {
            on_row(row);
        }
    }
    work.exec("CLOSE numbers");
}

ListChange change_of(const pqxx::row& row) {
    return {dnc::Number{row[0].as<std::int64_t>()}, row[1].as<bool>()};
}

void apply(dnc::NumberSet& set, const ListChange& change) {
    if (change.listed) {
        set.insert(change.number);
    } else {
        set.erase(change.number);
    }
}

std::uint8_t hex_value(char digit) {
    return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/// The bitmap from "\x...", or the lines from "{17,4711}".
dnc::NumberBlock block_of(const pqxx::row& row) {
    dnc::NumberBlock lines{};
    if (!row[2].is_null()) {
        const char* digit = row[2].c_str() + 2;
        for (std::uint8_t& byte : lines) {
            byte = static_cast<std::uint8_t>(hex_value(digit[0]) << 4U | hex_value(digit[1]));
            digit += 2;
        }
        return lines;
    }
    const char* next = row[1].c_str();
    const char* const end = next + row[1].size();
    while (next != end) {
        std::size_t line = 0;
        const auto [after, error] = std::from_chars(next, end, line);
        if (error == std::errc{} && line < static_cast<std::size_t>(dnc::kBlockNumbers)) {
            lines[line / 8] = static_cast<std::uint8_t>(lines[line / 8] | 1U << (line % 8));
        }
        next = error == std::errc{} ? after : next + 1;
    }
    return lines;
}

/// Loads one list after the other, in one view of all tables.
class ListLoader {
public:
    ListLoader(pqxx::transaction_base& work, const std::string& cache)
        : work_{work}, cache_{cache} {
        if (cache_.enabled()) {
            note(cache_.prepare());
        }
    }

    ListUpdate load(ListInForce list, const std::vector<ListHeld>& held) {
        ListUpdate update{std::move(list.settings)};
        const auto same_list = [&](const ListHeld& one) { return one.list_id == update.list.id; };
        const auto before = std::find_if(held.begin(), held.end(), same_list);
        if (before != held.end() && may_keep(update.list, list.base_version, before->version_id)) {
            update.keep = true;
            read_version_changes(
                work_, list.base_version, before->version_id, update.list.version_id,
                [&update](ListChange change) { update.changes.push_back(change); });
            if (!update.changes.empty()) {
                each_single_change(update.list.id, [&update](ListChange change) {
                    update.changes.push_back(change);
                });
            }
            return update;
        }
        fill(update.list, list.base_version);
        return update;
    }

    /// Files that were written, for which the store must learn the seals.
    struct Written {
        std::int64_t list_id;
        std::int64_t version_id;
        std::string seal;
    };
    [[nodiscard]] const std::vector<Written>& written() const { return written_; }
    [[nodiscard]] const NumberCache& cache() const { return cache_; }
    std::vector<std::string> notices;

private:
    void note(std::string text) {
        if (!text.empty()) {
            notices.push_back(std::move(text));
        }
    }

    std::int64_t changes_between(std::int64_t base, std::int64_t after, std::int64_t up_to) {
        return work_.exec1(fmt::format(kCountChanges, base, after, up_to))[0].as<std::int64_t>();
    }

    /// True when the version held is the one in force, or an earlier one of its chain from which a
    /// few changes lead there.
    bool may_keep(const dnc::SuppressionList& list, std::int64_t base, std::int64_t held) {
        if (held == list.version_id) {
            return true;
        }
        return held >= base && held < list.version_id && base != 0 && in_chain(base, held) &&
               changes_between(base, held, list.version_id) <= kChangesKept;
    }

    bool in_chain(std::int64_t base, std::int64_t version) {
        return base == version ||
               !work_
                    .exec(fmt::format("SELECT FROM suppression_versions WHERE id = {} AND "
                                      "base_version = {}",
                                      version, base))
                    .empty();
    }

    void fill(dnc::SuppressionList& list, std::int64_t base) {
        if (list.version_id != 0) {
            const std::int64_t mapped = map_file(list, base);
            if (mapped == 0) {
                read_full_version(work_, base, list.numbers);
            }
            const std::int64_t from = std::max(mapped, base);
            const std::int64_t behind = changes_between(base, from, list.version_id);
            read_version_changes(work_, base, from, list.version_id,
                                 [&list](ListChange change) { apply(list.numbers, change); });
            if (mapped == 0 || behind > kChangesOnFile) {
                write_file(list);
            }
        }
        each_single_change(list.id, [&list](ListChange change) { apply(list.numbers, change); });
    }

    /// Opt-outs and their like, which no file holds: they stand on top of any version.
    template <typename Sink> void each_single_change(std::int64_t list_id, Sink sink) {
        for_each_row(work_, fmt::format(kChangesCursor, list_id), 20'000,
                     [&sink](const pqxx::row& row) { sink(change_of(row)); });
    }

    /// The newest version of the chain that a good file is there for; 0: none.
    std::int64_t map_file(dnc::SuppressionList& list, std::int64_t base) {
        if (!cache_.enabled()) {
            return 0;
        }
        struct Seal {
            std::string seal;
            std::chrono::year_month_day as_of;
        };
        std::map<std::int64_t, Seal> seals;
        for (const pqxx::row& row : work_.exec(fmt::format(kSeals, list.id, list.version_id, base,
                                                           dnc::kNumberSetFormat, kByteOrder))) {
            const std::chrono::sys_days day{std::chrono::days{row[2].as<int>()}};
            seals[row[0].as<std::int64_t>()] = {row[1].as<std::string>(), day};
        }
        for (const std::int64_t version : cache_.versions(list.id)) {
            const auto known = seals.find(version);
            if (known == seals.end()) {
                continue;
            }
            auto outcome =
                dnc::map_number_set(cache_.path(list.id, version),
                                    {list.id, version, known->second.as_of}, known->second.seal);
            if (auto* const set = std::get_if<dnc::NumberSet>(&outcome)) {
                list.numbers = std::move(*set);
                return version;
            }
            note(std::get<dnc::NumberSetFault>(outcome).why +
                 "; the list comes from the database instead");
        }
        return 0;
    }

    void write_file(const dnc::SuppressionList& list) {
        if (!cache_.enabled() || list.numbers.size() < kFileNumbersMin) {
            return;
        }
        auto outcome = dnc::write_number_set(list.numbers, {list.id, list.version_id, list.as_of},
                                             cache_.path(list.id, list.version_id));
        if (auto* const fault = std::get_if<dnc::NumberSetFault>(&outcome)) {
            return note(std::move(fault->why));
        }
        written_.push_back({list.id, list.version_id, std::get<std::string>(std::move(outcome))});
    }

    pqxx::transaction_base& work_;
    NumberCache cache_;
    std::vector<Written> written_;
};

/// Makes the store learn the seal. One that another machine put there first must be the same: the
/// files of a version are alike, so that a difference is damage, here or there.
void keep_seals(Store::Session& session, ListLoader& loader) {
    for (const auto& [list_id, version_id, seal] : loader.written()) {
        pqxx::work work{session.connection};
        work.exec(fmt::format(kKeepSeal, version_id, dnc::kNumberSetFormat, kByteOrder, seal));
        const auto known =
            work.exec1(fmt::format(kSealOf, version_id, dnc::kNumberSetFormat, kByteOrder))[0]
                .as<std::string>();
        work.commit();
        if (known != seal) {
            loader.notices.push_back(fmt::format(
                "version {} of list {} gives another file here than where its seal was made; this "
                "engine goes on with what the database says, and somebody should look",
                version_id, list_id));
        }
        loader.cache().forget_others(list_id, version_id);
    }
}

} // namespace

void read_full_version(pqxx::transaction_base& work, std::int64_t version_id, dnc::NumberSet& set) {
    for_each_row(work, fmt::format(kBlocksCursor, version_id), 2000, [&set](const pqxx::row& row) {
        set.insert_block(row[0].as<std::int64_t>(), block_of(row));
    });
    for_each_row(work, fmt::format(kNumbersCursor, version_id), 20'000,
                 [&set](const pqxx::row& row) { set.insert({row[0].as<std::int64_t>()}); });
}

void read_version_changes(pqxx::transaction_base& work, std::int64_t base_version,
                          std::int64_t after, std::int64_t up_to,
                          const std::function<void(ListChange)>& sink) {
    if (after >= up_to) {
        return;
    }
    for_each_row(work, fmt::format(kVersionChangesCursor, base_version, after, up_to), 20'000,
                 [&sink](const pqxx::row& row) { sink(change_of(row)); });
}

BlockColumns columns_of(std::size_t count, const dnc::NumberBlock& lines) {
    constexpr std::size_t few_max = 256; // beyond it the bitmap is the smaller one
    constexpr std::string_view digits = "0123456789abcdef";
    BlockColumns columns;
    if (count > few_max) {
        std::string text = "\\x";
        text.reserve(2 + 2 * lines.size());
        for (const std::uint8_t byte : lines) {
            text += digits[byte >> 4U];
            text += digits[byte & 15U];
        }
        columns.many = std::move(text);
        return columns;
    }
    std::string text = "{";
    for (std::size_t line = 0; line < static_cast<std::size_t>(dnc::kBlockNumbers); ++line) {
        if ((lines[line / 8] >> (line % 8) & 1U) != 0) {
            text += text.size() > 1 ? "," : "";
            text += std::to_string(line);
        }
    }
    columns.few = std::move(text) + "}";
    return columns;
}

SuppressionUpdate Store::update_suppression(const std::vector<ListHeld>& held,
                                            const std::string& cache) {
    return guarded(*session_, [&] {
        SuppressionUpdate update;
        std::optional<ListLoader> loader;
        {
            // One view of all tables: a version and the changes on top of it belong together.
            pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> work{session_->connection};
            allow_bulk(work);
            loader.emplace(work, cache);
            for (ListInForce& list : lists_in_force(work)) {
                update.lists.push_back(loader->load(std::move(list), held));
            }
            work.commit();
        }
        keep_seals(*session_, *loader);
        update.notices = std::move(loader->notices);
        return update;
    });
}

dnc::SuppressionSnapshot Store::load_suppression(Instant now) {
    SuppressionUpdate update = update_suppression({}, {});
    dnc::SuppressionSnapshot snapshot;
    for (ListUpdate& list : update.lists) {
        snapshot.lists.push_back(std::move(list.list));
    }
    snapshot.feed_alive_at = now;
    return snapshot;
}

} // namespace campaigns
