// What compliance officers need: the audit log with its proofs, call records, litigation holds.

#include "campaigns/audit/audit.hpp"
#include "campaigns/records/records.hpp"
#include "campaigns/records/retention.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"
#include "dialer/http/spool_writer.hpp"

#include <algorithm>

namespace dialer::http {

namespace json = boost::json;
namespace audit = campaigns::audit;

namespace {

using campaigns::Store;

constexpr std::size_t kValueBytesMax = 1000;
constexpr std::int64_t kRepairsMax = 10'000;

json::value json_of_head(const audit::SignedHead& signed_head) {
    const auto& head = signed_head.head;
    return json::object{
        {"size", head.size},
        {"root", audit::hex_of(head.root)},
        {"at", head.at},
        {"closes", head.closes.empty() ? json::value(nullptr) : json::value(head.closes)},
        {"key", head.key},
        {"signature", audit::hex_of(signed_head.signature)}};
}

json::value json_of_key(const audit::PublicKey& key) {
    return json::object{{"id", audit::id_of(key)}, {"key", audit::text_of(key)}};
}

Response head_answer(Store& store) {
    const auto status = audit::status(store);
    return ok(json::object{{"log", status.log},
                           {"size", status.size},
                           {"waiting", status.waiting},
                           {"oldest_waiting", json_of_instant(status.oldest_waiting)},
                           {"head", status.head ? json_of_head(*status.head) : nullptr},
                           {"key", status.key ? json_of_key(*status.key) : nullptr}});
}

Response export_answer(Store& store, const audit::ExportWish& wish, campaigns::Instant now,
                       const std::string& spool, std::string_view name) {
    if (!wish.campaign.empty()) {
        (void)campaign_named(store, wish.campaign);
    }
    SpoolWriter out{spool};
    audit::export_log(store, wish, now, [&out](std::string_view line) {
        out.write(line);
        if (!line.ends_with('\n')) {
            out.write("\n");
        }
    });
    return download(out.finish(), "application/x-ndjson", name);
}

Response check_answer(Store& store) {
    const auto checked = audit::check(store);
    return ok(
        json::object{{"agrees", checked.differences.empty()},
                     {"leaves", checked.leaves},
                     {"heads", checked.heads},
                     {"rows", checked.rows},
                     {"waiting", checked.waiting},
                     {"differences", json_list(checked.differences, [](const std::string& text) {
                          return json::value(text);
                      })}});
}

json::value json_of_repair(const campaigns::RecordRepair& repair) {
    return json::object{{"attempt", json_of_attempt(repair.attempt)},
                        {"campaign", repair.campaign},
                        {"field", repair.field},
                        {"text", repair.text},
                        {"found_at", json_of_instant(repair.found_at)},
                        {"repaired_at", json_of_instant(repair.repaired_at)},
                        {"by", repair.by},
                        {"value", repair.value},
                        {"note", repair.note}};
}

json::value json_of_hold(const campaigns::LitigationHold& hold) {
    return json::object{{"id", hold.id},
                        {"number", hold.number ? json_of_number(*hold.number) : nullptr},
                        {"campaign", json_of_text(hold.campaign)},
                        {"why", hold.why},
                        {"by", hold.by},
                        {"at", json_of_instant(hold.at)},
                        {"released_at", json_of_instant(hold.released_at)},
                        {"released_by", hold.released_by},
                        {"released_why", hold.released_why}};
}

Response holds_answer(Store& store, bool with_released) {
    return ok(json::object{
        {"holds", json_list(campaigns::litigation_holds(store, with_released), json_of_hold)}});
}

bool read_flag(Query& query, std::string_view name) {
    const auto text = query.optional_text(name, InputMax::name);
    if (!text.empty() && text != "true" && text != "false") {
        query.blame(name, "True or false is needed.");
    }
    return text == "true";
}

/// What a repair gives, for one attempt or for all of a campaign that lack it.
struct RepairWish {
    std::string field;
    std::string value;
    std::string note;
    std::optional<campaigns::AttemptId> attempt;
    std::string campaign;
};

std::int64_t repair(Store& store, const RepairWish& wish, const campaigns::Actor& actor) {
    if (wish.attempt) {
        campaigns::repair_record(store, *wish.attempt, wish.field, wish.value, wish.note, actor);
        return 1;
    }
    (void)campaign_named(store, wish.campaign);
    return campaigns::repair_records(store, wish.campaign, wish.field, wish.value, wish.note,
                                     actor);
}

} // namespace

void get_audit_head(const Call& call, const Reply& reply) {
    ask_store(call, reply, [](Store& store) { return head_answer(store); });
}

void get_audit_export(const Call& call, const Reply& reply) {
    Query query{call.query};
    audit::ExportWish wish;
    wish.from = read_instant(query, "from");
    wish.to = read_instant(query, "to");
    wish.campaign = query.optional_text("campaign", InputMax::name);
    if (const auto number = read_phone(query, "number")) {
        wish.number = number->e164;
    }
    wish.all_heads = read_flag(query, "all_heads");
    if (!wish.campaign.empty() && wish.number) {
        query.blame("number", "Either a campaign or a number is filtered by.");
    }
    if (!is_refused(query, reply)) {
        ask_store(call, reply, [wish, spool = call.spool, now = call.control.now()](Store& store) {
            return export_answer(store, wish, now, spool, "audit.jsonl");
        });
    }
}

void get_audit_proof(const Call& call, const Reply& reply) {
    const auto id = id_in_path(call, 0, reply);
    if (!id) {
        return;
    }
    audit::ExportWish wish;
    wish.attempt = campaigns::AttemptId{*id};
    ask_store(call, reply,
              [wish, id = *id, spool = call.spool, now = call.control.now()](Store& store) {
                  return export_answer(store, wish, now, spool,
                                       "audit-attempt-" + std::to_string(id) + ".jsonl");
              });
}

void check_audit(const Call& call, const Reply& reply) {
    if (!is_refused(Body{call.body}, reply)) {
        ask_store(call, reply, [](Store& store) { return check_answer(store); });
    }
}

void get_record_repairs(const Call& call, const Reply& reply) {
    Query query{call.query};
    campaigns::RepairQuery wanted;
    if (auto campaign = query.optional_text("campaign", InputMax::name); !campaign.empty()) {
        wanted.campaign = std::move(campaign);
    }
    wanted.open_only = !read_flag(query, "all");
    wanted.limit = query.whole_number("limit", 1, kRepairsMax, 1000);
    if (is_refused(query, reply)) {
        return;
    }
    ask_store(call, reply, [wanted](Store& store) {
        if (wanted.campaign) {
            (void)campaign_named(store, *wanted.campaign);
        }
        return ok(json::object{
            {"repairs", json_list(campaigns::record_repairs(store, wanted), json_of_repair)}});
    });
}

void repair_record(const Call& call, const Reply& reply) {
    Body body{call.body};
    RepairWish wish;
    wish.field = body.text("field", InputMax::name);
    wish.value = body.text("value", kValueBytesMax);
    wish.note = body.optional_text("note", kValueBytesMax);
    wish.attempt = read_attempt(body, "attempt");
    wish.campaign = body.optional_text("campaign", InputMax::name);
    if (wish.attempt.has_value() == !wish.campaign.empty()) {
        body.blame("attempt", "Either an attempt or a campaign is repaired.");
    }
    if (!is_refused(body, reply)) {
        ask_store(call, reply, [wish, actor = actor_of(call)](Store& store) {
            return ok(json::object{{"repaired", repair(store, wish, actor)}});
        });
    }
}

void get_holds(const Call& call, const Reply& reply) {
    Query query{call.query};
    const bool all = read_flag(query, "all");
    if (!is_refused(query, reply)) {
        ask_store(call, reply, [all](Store& store) { return holds_answer(store, all); });
    }
}

void add_hold(const Call& call, const Reply& reply) {
    Body body{call.body};
    campaigns::LitigationHold hold;
    hold.why = body.text("why", kValueBytesMax);
    hold.number = read_phone(body, "number");
    if (auto campaign = body.optional_text("campaign", InputMax::name); !campaign.empty()) {
        hold.campaign = std::move(campaign);
    }
    if (hold.number && hold.campaign) {
        body.blame("campaign", "A number, a campaign, or neither: then everything is held.");
    }
    if (is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [hold, actor = actor_of(call)](Store& store) {
        if (hold.campaign) {
            (void)campaign_named(store, *hold.campaign);
        }
        return created(json::object{{"id", campaigns::add_hold(store, hold, actor)}});
    });
}

void release_hold(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto why = body.text("why", kValueBytesMax);
    const auto id = id_in_path(call, 0, reply);
    if (!id || is_refused(body, reply)) {
        return;
    }
    ask_store(call, reply, [id = *id, why, actor = actor_of(call)](Store& store) {
        const auto all = campaigns::litigation_holds(store, true);
        if (std::ranges::find(all, id, &campaigns::LitigationHold::id) == all.end()) {
            throw NotThere{"There is no hold of that id."};
        }
        campaigns::release_hold(store, id, why, actor);
        return no_content();
    });
}

void get_retention(const Call& call, const Reply& reply) {
    ask_store(call, reply, [now = call.control.now()](Store& store) {
        const auto form = [](const campaigns::RetentionItem& item) {
            return json::object{{"table", item.table},
                                {"part", item.part},
                                {"from", json_of_instant(item.from)},
                                {"to", json_of_instant(item.to)},
                                {"keep_until", json_of_instant(item.keep_until)},
                                {"source", item.source},
                                {"bytes", item.bytes},
                                {"expired", item.expired},
                                {"held_by", item.held_by}};
        };
        return ok(
            json::object{{"parts", json_list(campaigns::retention_report(store, now), form)}});
    });
}

} // namespace dialer::http
