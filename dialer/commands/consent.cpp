#include "campaigns/ledger/file.hpp"
#include "campaigns/ledger/rows.hpp"
#include "dialer/commands/gate_files.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/progress.hpp"
#include "dialer/config.hpp"
#include "dialer/loop/clock.hpp"
#include "dnc/calendar.hpp"
#include "dnc/civil.hpp"
#include "dnc/time_text.hpp"
#include "dnc/words.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace dialer::commands {

namespace {

using campaigns::LedgerFileSummary;
using campaigns::Store;

template <typename Value, std::size_t kCount>
Value word_option(const std::string& name, const dnc::Words<Value, kCount>& words,
                  const std::string& text) {
    const auto value = dnc::from_word(words, campaigns::header_key(text));
    if (!value) {
        throw CommandError{Exit::usage, fmt::format("{} \"{}\": it is one of {}", name, text,
                                                    dnc::all_words(words))};
    }
    return *value;
}

/// The packs that the configuration names, else those that come with the program.
dnc::PackSet packs_of(const StoreOptions& options) {
    const bool configured = std::filesystem::exists(options.config_path);
    return dnc::load_packs(configured ? load_config(options.config_path).dnc.packs
                                      : default_packs_folder());
}

/// By when the law wants the revocation honoured: business days of the United States, whose rule
/// it is (47 CFR 64.1200(a)(10)), by the strictest pack. It is honoured at once; this is for the
/// record.
std::chrono::year_month_day deadline_of(const dnc::PackSet& packs, dnc::Instant at) {
    int days = dnc::RevocationRule{}.deadline_business_days;
    std::vector<dnc::Calendar> holidays;
    for (const dnc::Pack& pack : packs.packs) {
        for (const dnc::Rule& rule : pack.rules) {
            if (const auto* revocation = std::get_if<dnc::RevocationRule>(&rule.body)) {
                days = std::min(days, revocation->deadline_business_days);
            }
            const auto* calendar = std::get_if<dnc::CalendarRule>(&rule.body);
            if (calendar != nullptr && pack.level == dnc::PackLevel::federal) {
                holidays.emplace_back(*calendar);
            }
        }
    }
    const auto is_holiday = [&holidays](std::chrono::sys_days date) {
        return std::ranges::any_of(holidays, [date](const dnc::Calendar& calendar) {
            return calendar.find(date, [](const auto&) { return true; }) != nullptr;
        });
    };
    return dnc::add_business_days(std::chrono::floor<std::chrono::days>(at), days, is_holiday);
}

void tell_findings(const LedgerLoadOptions& options, const LedgerFileSummary& summary) {
    for (const campaigns::RowFinding& finding : summary.findings) {
        fmt::print(stderr, "dialer: load: {}:{}: {}{}\"{}\": {}\n", options.file, finding.line,
                   finding.field, finding.field.empty() ? "" : " ", finding.value,
                   campaigns::english(finding.advice));
    }
    for (const std::string& notice : summary.notices) {
        fmt::print(stderr, "dialer: load: {}\n", notice);
    }
}

void print_summary(const LedgerLoadOptions& options, const LedgerFileSummary& summary,
                   const std::string& report) {
    if (options.json) {
        const boost::json::object object{{"file", options.file},
                                         {"sha256", summary.sha256},
                                         {"rows", summary.rows},
                                         {"added", summary.added},
                                         {"known", summary.known},
                                         {"refused", summary.refused},
                                         {"refused_file", summary.report_written
                                                              ? boost::json::value(report)
                                                              : boost::json::value(nullptr)}};
        fmt::print("{}\n", boost::json::serialize(object));
        return;
    }
    fmt::print("{}: {} rows, {} added, {} there already, {} refused\n", options.file, summary.rows,
               summary.added, summary.known, summary.refused);
    if (summary.report_written) {
        fmt::print("each refused row, and what to do: {}\n", report);
    }
}

using Load = std::variant<LedgerFileSummary, campaigns::ImportFault> (*)(
    Store&, const campaigns::LedgerFileRequest&, const campaigns::OnProgress&);

Exit load_file(const LedgerLoadOptions& options, Load load) {
    const std::string report =
        options.refused_file.empty() ? options.file + ".refused.csv" : options.refused_file;
    const auto outcome = [&] {
        Store store{engine_dsn(options.store)};
        ProgressBar bar{options.quiet};
        return load(store, {options.file, report, Clock{}.now().wall, by_option(options.by)},
                    [&bar](const campaigns::ImportProgress& progress) { bar.show(progress); });
    }();
    if (const auto* fault = std::get_if<campaigns::ImportFault>(&outcome)) {
        throw CommandError{Exit::refused, fault->text};
    }
    const auto& summary = std::get<LedgerFileSummary>(outcome);
    tell_findings(options, summary);
    print_summary(options, summary, report);
    if (summary.rows > 0 && summary.refused == summary.rows) {
        throw CommandError{Exit::refused,
                           fmt::format("{}: no row was accepted; see {}", options.file, report)};
    }
    return Exit::done;
}

} // namespace

Exit consent_add(const ConsentAddOptions& options) {
    campaigns::ConsentRecord record;
    record.number = number_option(options.number);
    record.consent.grade = word_option("--grade", dnc::kConsentGrades, options.grade);
    record.consent.sellers = options.sellers;
    record.consent.subject = options.subject;
    record.consent.debt = options.debt;
    record.consent.at = moment_option("--at", options.at);
    if (!options.expires.empty()) {
        record.consent.expires = moment_option("--expires", options.expires);
    }
    record.evidence =
        object_option("--evidence", options.evidence,
                      {{"form", options.form},
                       {"timestamp", options.timestamp.empty() ? options.at : options.timestamp}});
    record.recorded = {Clock{}.now().wall, by_option(options.by), "command"};
    Store store{engine_dsn(options.store)};
    const auto recorded = store.add_consents({record});
    fmt::print("{}: {} consent for {} {}\n", dnc::to_e164(record.number), options.grade,
               fmt::join(options.sellers, ", "),
               recorded.added == 1 ? "is on record now" : "was on record already");
    return Exit::done;
}

Exit consent_load(const LedgerLoadOptions& options) {
    return load_file(options, &campaigns::load_consents);
}

Exit relationship_load(const LedgerLoadOptions& options) {
    return load_file(options, &campaigns::load_relationships);
}

Exit consent_revoke(const ConsentRevokeOptions& options) {
    const auto now = Clock{}.now().wall;
    campaigns::RevocationRecord record;
    record.number = number_option(options.number);
    record.request = request_id(now);
    record.revocation.at = options.at.empty() ? now : moment_option("--at", options.at);
    record.revocation.means = options.means;
    record.revocation.scope = word_option("--scope", dnc::kRevocationScopes, options.scope);
    record.revocation.seller = options.seller;
    record.revocation.subject = options.subject;
    record.deadline = deadline_of(packs_of(options.store), record.revocation.at);
    record.recorded = {now, by_option(options.by), "command"};
    Store store{engine_dsn(options.store)};
    store.add_revocation(record);
    fmt::print("{}: revoked by {}, scope {}; it acts from now on (the law's last day is {})\n",
               dnc::to_e164(record.number), options.means, options.scope,
               dnc::date_text(record.deadline));
    return Exit::done;
}

Exit consent_list(const NumberOptions& options) {
    const auto number = number_option(options.number);
    Store store{engine_dsn(options.store)};
    const auto ledger = store.ledger_of(number);
    for (const auto& record : ledger.consents) {
        fmt::print(
            "consent {}: {} for {}{}, given {}{}; evidence {}; recorded by {} from {}\n",
            record.consent.id, dnc::to_word(dnc::kConsentGrades, record.consent.grade),
            fmt::join(record.consent.sellers, ", "),
            record.consent.subject.empty() ? "" : " about " + record.consent.subject,
            dnc::instant_text(record.consent.at),
            record.consent.expires ? ", expires " + dnc::instant_text(*record.consent.expires) : "",
            record.evidence, record.recorded.by, record.recorded.source);
    }
    for (const auto& record : ledger.revocations) {
        fmt::print("revocation {}: by {}, scope {}{}{}, at {}; recorded by {}\n", record.id,
                   record.revocation.means,
                   dnc::to_word(dnc::kRevocationScopes, record.revocation.scope),
                   record.revocation.seller.empty() ? "" : ", seller " + record.revocation.seller,
                   record.revocation.subject.empty() ? "" : ", about " + record.revocation.subject,
                   dnc::instant_text(record.revocation.at), record.recorded.by);
    }
    for (const auto& record : ledger.relationships) {
        fmt::print("relationship {}: {} with {} at {}; proof {}\n", record.relationship.id,
                   dnc::to_word(dnc::kRelationshipKinds, record.relationship.kind), record.seller,
                   dnc::instant_text(record.relationship.at), record.proof);
    }
    if (ledger.consents.empty() && ledger.revocations.empty() && ledger.relationships.empty()) {
        fmt::print("{}: nothing is on record\n", dnc::to_e164(number));
    }
    return Exit::done;
}

Exit relationship_add(const RelationshipAddOptions& options) {
    campaigns::RelationshipRecord record;
    record.number = number_option(options.number);
    record.seller = options.seller;
    record.relationship.kind = word_option("--kind", dnc::kRelationshipKinds, options.kind);
    record.relationship.at = moment_option("--at", options.at);
    record.proof = object_option("--proof", options.proof);
    record.recorded = {Clock{}.now().wall, by_option(options.by), "command"};
    Store store{engine_dsn(options.store)};
    const auto recorded = store.add_relationships({record});
    fmt::print("{}: {} with {} {}\n", dnc::to_e164(record.number), options.kind, options.seller,
               recorded.added == 1 ? "is on record now" : "was on record already");
    return Exit::done;
}

} // namespace dialer::commands
