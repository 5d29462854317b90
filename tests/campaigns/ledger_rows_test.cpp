// Goal: rows of consent and relationship files become records with all their evidence, and a row
// that is wrong is named with its field and what to do. Method: rows by hand; no file, no database.

#include "campaigns/ledger/rows.hpp"

#include <catch2/catch.hpp>

using campaigns::Cells;
using campaigns::ConsentRecord;
using campaigns::RelationshipRecord;
using campaigns::RowFinding;
using namespace std::chrono_literals;

namespace {

Cells good_consent() {
    return {{"number", "(212) 555-0123"},
            {"grade", "Written"},
            {"sellers", "Acme Solar | Acme Wind"},
            {"at", "2026-11-02T14:05:00-05:00"},
            {"form", "quote page v7"},
            {"ip", "192.0.2.7"},
            {"subject", "solar"},
            {"debt", ""}};
}

Cells with(Cells cells, const std::string& column, const std::string& value) {
    for (auto& [name, text] : cells) {
        if (name == column) {
            text = value;
            return cells;
        }
    }
    cells.emplace_back(column, value);
    return cells;
}

std::string fault_of(const Cells& cells) {
    const auto verdict = campaigns::read_consent(cells, 7);
    const auto* finding = std::get_if<RowFinding>(&verdict);
    if (finding == nullptr) {
        return "none";
    }
    CHECK(finding->line == 7);
    CHECK_FALSE(finding->advice.empty());
    return finding->field + ":" + finding->reason;
}

} // namespace

TEST_CASE("a row of a consent file becomes a consent with its evidence", "[ledger]") {
    const auto verdict = campaigns::read_consent(good_consent(), 2);
    const auto* record = std::get_if<ConsentRecord>(&verdict);
    REQUIRE(record != nullptr);
    CHECK(record->number.e164 == 12125550123);
    CHECK(record->consent.grade == dnc::ConsentGrade::written);
    CHECK(record->consent.sellers == std::vector<std::string>{"Acme Solar", "Acme Wind"});
    CHECK(record->consent.subject == "solar");
    CHECK(record->consent.at ==
          std::chrono::sys_days{std::chrono::November / 2 / 2026} + 19h + 5min);
    CHECK_FALSE(record->consent.expires.has_value());
    CHECK(record->evidence == R"({"form":"quote page v7","ip":"192.0.2.7",)"
                              R"("timestamp":"2026-11-02T14:05:00-05:00"})");
}

TEST_CASE("the time that the evidence shows may be another than the consent's", "[ledger]") {
    const auto verdict =
        campaigns::read_consent(with(good_consent(), "timestamp", "2026-11-02 14:04"), 2);
    CHECK(std::get<ConsentRecord>(verdict).evidence.find("2026-11-02 14:04") != std::string::npos);
}

TEST_CASE("a consent row that is wrong is named with its field", "[ledger]") {
    const Cells good = good_consent();
    CHECK(fault_of(good) == "none");
    CHECK(fault_of(with(good, "number", "555-0123")) == "number:phone_too_short");
    CHECK(fault_of(with(good, "grade", "verbal")) == "grade:word_unknown");
    CHECK(fault_of(with(good, "grade", "")) == "grade:word_unknown");
    CHECK(fault_of(with(good, "sellers", " | ;")) == "sellers:sellers_missing");
    CHECK(fault_of(with(good, "at", "11/02/2026")) == "at:time_unreadable");
    CHECK(fault_of(with(good, "at", "2026-02-30")) == "at:time_unreadable");
    CHECK(fault_of(with(good, "at", "2026-11-02T14:05:00")) == "at:time_unreadable");
    CHECK(fault_of(with(good, "expires", "2026-11-01")) == "expires:expires_before_given");
    CHECK(fault_of(with(good, "expires", "soon")) == "expires:time_unreadable");
    CHECK(fault_of(with(good, "form", "")) == "form:evidence_missing");
}

TEST_CASE("a row of a relationship file keeps its further columns as proof", "[ledger]") {
    const Cells cells{{"number", "+12125550123"},
                      {"seller", "Acme"},
                      {"kind", "purchase"},
                      {"at", "2026-03-01"},
                      {"invoice", "4711"}};
    const auto verdict = campaigns::read_relationship(cells, 2);
    const auto* record = std::get_if<RelationshipRecord>(&verdict);
    REQUIRE(record != nullptr);
    CHECK(record->relationship.kind == dnc::Relationship::Kind::purchase);
    CHECK(record->relationship.at == std::chrono::sys_days{std::chrono::March / 1 / 2026});
    CHECK(record->proof == R"({"invoice":"4711"})");
    const auto bad = campaigns::read_relationship(with(cells, "kind", "gift"), 3);
    CHECK(std::get<RowFinding>(bad).field == "kind");
}

TEST_CASE("headers are told by their words, and what is missing is named", "[ledger]") {
    CHECK(campaigns::header_key(" Form Version ") == "form_version");
    CHECK(campaigns::header_key("Números") == "números");
    CHECK(campaigns::consent_header_fault({"number", "grade", "sellers", "at", "form"}).empty());
    CHECK(campaigns::consent_header_fault({"number", "grade", "at"}) ==
          "the header lacks the columns sellers, form; rename the column that holds it");
    CHECK_FALSE(campaigns::relationship_header_fault({"number"}).empty());
}
