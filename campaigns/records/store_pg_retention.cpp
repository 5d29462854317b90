// Retention: terms, holds, and the dropping of months that nothing keeps.

#include "campaigns/records/retention.hpp"
#include "campaigns/store_json.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/transaction>

#include <map>

namespace campaigns {

namespace {

constexpr const char* kSetTerm = R"sql(
INSERT INTO retention_terms (kind, keep_years, source) VALUES ($1, $2, $3)
ON CONFLICT (kind) DO UPDATE SET keep_years = excluded.keep_years, source = excluded.source
)sql";
constexpr const char* kCampaign = "SELECT id FROM campaigns WHERE name = $1";
// A hold that comes while months are being dropped waits, and is told what is gone already.
constexpr const char* kTakeTurns = "SELECT pg_advisory_xact_lock(1684630627, 12)";
constexpr const char* kAddHold = R"sql(
INSERT INTO litigation_holds (number, campaign_id, why, at, by_whom)
VALUES ($1, $2, $3, $4, $5) RETURNING id
)sql";
constexpr const char* kReleaseHold = R"sql(
INSERT INTO litigation_hold_releases (hold_id, why, at, by_whom)
SELECT id, $2, $3, $4 FROM litigation_holds WHERE id = $1
ON CONFLICT DO NOTHING
)sql";
constexpr const char* kHolds = R"sql(
SELECT h.id, h.number, c.name, h.why, h.by_whom,
       (extract(epoch FROM h.at) * 1000000)::bigint,
       (extract(epoch FROM r.at) * 1000000)::bigint, r.by_whom, r.why
FROM litigation_holds h LEFT JOIN campaigns c ON c.id = h.campaign_id
LEFT JOIN litigation_hold_releases r ON r.hold_id = h.id
WHERE $1 OR r.hold_id IS NULL
ORDER BY h.id
)sql";
constexpr const char* kItems = R"sql(
SELECT log_table, part, (extract(epoch FROM from_at) * 1000000)::bigint,
       (extract(epoch FROM to_at) * 1000000)::bigint,
       (extract(epoch FROM keep_until) * 1000000)::bigint, source, bytes, expired, held
FROM retention_items($1)
)sql";
constexpr const char* kLogDrop = R"sql(
INSERT INTO retention_drops (part, from_at, to_at, bytes, source, at, by_whom)
VALUES ($1, $2, $3, $4, $5, $6, $7)
)sql";
constexpr const char* kMayDrop = "SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables "
                                 "WHERE schemaname = 'public' AND tablename = 'attempts'";

std::optional<Instant> optional_instant(const pqxx::field& field) {
    return field.is_null() ? std::nullopt
                           : std::optional{instant_from_micros(field.as<std::int64_t>())};
}

std::string text_or_empty(const pqxx::field& field) {
    return field.is_null() ? std::string{} : field.as<std::string>();
}

std::string reason_of(const std::string& why, const char* what) {
    std::string clean = clean_text(why);
    if (clean.find_first_not_of(" \t\r\n") == std::string::npos) {
        throw StoreRefusal{std::string{what} + " needs a reason"};
    }
    return clean;
}

LitigationHold hold_of(const pqxx::row& row) {
    LitigationHold hold;
    hold.id = row[0].as<std::int64_t>();
    if (!row[1].is_null()) {
        hold.number = dnc::Number{row[1].as<std::int64_t>()};
    }
    if (!row[2].is_null()) {
        hold.campaign = row[2].as<std::string>();
    }
    hold.why = row[3].as<std::string>();
    hold.by = row[4].as<std::string>();
    hold.at = instant_from_micros(row[5].as<std::int64_t>());
    hold.released_at = optional_instant(row[6]);
    hold.released_by = text_or_empty(row[7]);
    hold.released_why = text_or_empty(row[8]);
    return hold;
}

RetentionItem item_of(const pqxx::row& row) {
    RetentionItem item;
    item.table = row[0].as<std::string>();
    item.part = row[1].as<std::string>();
    item.from = instant_from_micros(row[2].as<std::int64_t>());
    item.to = instant_from_micros(row[3].as<std::int64_t>());
    item.keep_until = instant_from_micros(row[4].as<std::int64_t>());
    item.source = row[5].as<std::string>();
    item.bytes = row[6].as<std::int64_t>();
    item.expired = row[7].as<bool>();
    item.held_by = row[8].as<std::string>();
    return item;
}

std::vector<RetentionItem> items(pqxx::transaction_base& work, Instant now) {
    std::vector<RetentionItem> all;
    for (const pqxx::row& row : work.exec_params(kItems, to_rfc3339(now))) {
        all.push_back(item_of(row));
    }
    return all;
}

// Of the months of which every table is past its term and nothing is held.
std::vector<RetentionItem> droppable(const std::vector<RetentionItem>& all) {
    std::map<Instant, bool> whole;
    for (const RetentionItem& item : all) {
        const bool free = item.expired && item.held_by.empty();
        const auto [month, first] = whole.emplace(item.from, free);
        month->second = month->second && free;
    }
    std::vector<RetentionItem> chosen;
    for (const RetentionItem& item : all) {
        if (whole.at(item.from)) {
            chosen.push_back(item);
        }
    }
    return chosen;
}

} // namespace

void set_retention_terms(Store& store, const std::vector<RetentionTerm>& terms,
                         const Actor& actor) {
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        act_as(work, actor);
        for (const RetentionTerm& term : terms) {
            if (term.keep_years < kKeepYearsMin) {
                throw StoreRefusal{"records are kept for at least 5 years (16 CFR 310.5(b))"};
            }
            work.exec_params0(kSetTerm, clean_text(term.kind), term.keep_years,
                              clean_text(term.source));
        }
        work.commit();
    });
}

std::int64_t add_hold(Store& store, const LitigationHold& hold, const Actor& actor) {
    const std::string why = reason_of(hold.why, "a hold");
    if (hold.number && hold.campaign) {
        throw StoreRefusal{"a hold is of a number, of a campaign, or of everything"};
    }
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        work.exec(kTakeTurns);
        std::optional<std::int64_t> campaign;
        if (hold.campaign) {
            const auto rows = work.exec_params(kCampaign, clean_text(*hold.campaign));
            if (rows.empty()) {
                throw StoreRefusal{"there is no campaign named \"" +
                                   clean_text(*hold.campaign, 200) + "\""};
            }
            campaign = rows[0][0].as<std::int64_t>();
        }
        const auto number =
            hold.number ? std::optional{hold.number->e164} : std::optional<std::int64_t>{};
        const auto id = work.exec_params1(kAddHold, number, campaign, why, to_rfc3339(actor.at),
                                          clean_text(actor.name))[0]
                            .as<std::int64_t>();
        work.commit();
        return id;
    });
}

void release_hold(Store& store, std::int64_t id, const std::string& why, const Actor& actor) {
    const std::string reason = reason_of(why, "the release of a hold");
    guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        const auto done = work.exec_params(kReleaseHold, id, reason, to_rfc3339(actor.at),
                                           clean_text(actor.name));
        if (done.affected_rows() == 0) {
            throw StoreRefusal{"there is no hold " + std::to_string(id) +
                               ", or it was released already; see `dialer hold list --all`"};
        }
        work.commit();
    });
}

std::vector<LitigationHold> litigation_holds(Store& store, bool with_released) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        std::vector<LitigationHold> holds;
        for (const pqxx::row& row : work.exec_params(kHolds, with_released)) {
            holds.push_back(hold_of(row));
        }
        work.commit();
        return holds;
    });
}

std::vector<RetentionItem> retention_report(Store& store, Instant now) {
    return guarded(store.session(), [&] {
        pqxx::work work{store.session().connection};
        allow_bulk(work);
        auto all = items(work, now);
        work.commit();
        return all;
    });
}

std::vector<RetentionItem> drop_expired(Store& owner, Instant now, const Actor& actor,
                                        bool dry_run) {
    return guarded(owner.session(), [&] {
        pqxx::work work{owner.session().connection};
        allow_bulk(work);
        if (!work.exec1(kMayDrop)[0].as<bool>()) {
            throw StoreRefusal{"only the owner of the schema drops records; give his connection "
                               "string"};
        }
        work.exec(kTakeTurns);
        auto chosen = droppable(items(work, now));
        for (const RetentionItem& item : chosen) {
            if (dry_run) {
                break;
            }
            work.exec_params0(kLogDrop, item.part, to_rfc3339(item.from), to_rfc3339(item.to),
                              item.bytes, item.source, to_rfc3339(now), clean_text(actor.name));
            work.exec0("DROP TABLE " + work.quote_name(item.part));
        }
        work.commit();
        return chosen;
    });
}

} // namespace campaigns
