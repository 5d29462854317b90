#include "campaigns/ledger/rows.hpp"

#include "dnc/time_text.hpp"
#include "dnc/words.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace campaigns {

namespace {

namespace json = boost::json;

constexpr std::size_t kValueShown = 80; // bytes of a cell that a report repeats
constexpr std::size_t kSellerBytesMax = 500;
constexpr std::array<std::string_view, 7> kConsentColumns{"number", "grade", "sellers", "subject",
                                                          "debt",   "at",    "expires"};
constexpr std::array<std::string_view, 4> kRelationshipColumns{"number", "seller", "kind", "at"};

/// Reads the cells of one row; the first fault is kept.
class RowReader {
public:
    RowReader(const Cells& cells, std::int64_t line) : cells_{cells}, line_{line} {}

    [[nodiscard]] std::string text(std::string_view column) const {
        for (const auto& [header, value] : cells_) {
            if (header == column) {
                return value;
            }
        }
        return {};
    }

    void fail(std::string_view column, std::string_view reason, Sentence advice) {
        if (!finding_) {
            finding_ = RowFinding{line_, std::string{reason}, std::string{column},
                                  tidy_text(text(column), kValueShown), std::move(advice)};
        }
    }

    dnc::Number number() {
        const auto read = dnc::read_number(text("number"));
        if (const auto* fault = std::get_if<dnc::NumberFault>(&read)) {
            fail("number", reason_code(*fault),
                 advice_for(reason_code(*fault), dnc::explain(*fault)));
            return {};
        }
        return std::get<dnc::Number>(read);
    }

    dnc::Instant moment(std::string_view column) {
        const auto at = read_moment(text(column));
        if (!at) {
            fail(column, "time_unreadable", {"row.time_unreadable"});
        }
        return at.value_or(dnc::Instant{});
    }

    template <typename Value, std::size_t kCount>
    Value word(std::string_view column, const dnc::Words<Value, kCount>& words) {
        const auto value = dnc::from_word(words, header_key(text(column)));
        if (!value) {
            fail(column, "word_unknown", {"row.word_unknown", {{"words", dnc::all_words(words)}}});
        }
        return value.value_or(words.front().value);
    }

    /// Members of all columns but those.
    template <std::size_t kCount>
    [[nodiscard]] json::object others(const std::array<std::string_view, kCount>& known) const {
        json::object object;
        for (const auto& [header, value] : cells_) {
            if (!value.empty() && std::find(known.begin(), known.end(), header) == known.end()) {
                object[header] = value;
            }
        }
        return object;
    }

    template <typename Record> [[nodiscard]] LedgerVerdict<Record> verdict(Record record) {
        if (finding_) {
            return std::move(*finding_);
        }
        return record;
    }

private:
    const Cells& cells_;
    std::int64_t line_;
    std::optional<RowFinding> finding_;
};

std::vector<std::string> split_sellers(std::string_view text) {
    std::vector<std::string> sellers;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("|;"), text.size());
        std::string seller = tidy_text(text.substr(0, end), kSellerBytesMax);
        if (!seller.empty()) {
            sellers.push_back(std::move(seller));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return sellers;
}

template <std::size_t kCount>
std::string missing_columns(const std::vector<std::string>& headers,
                            const std::array<std::string_view, kCount>& needed) {
    std::string missing;
    for (const std::string_view column : needed) {
        if (std::find(headers.begin(), headers.end(), column) == headers.end()) {
            missing += (missing.empty() ? "" : ", ") + std::string{column};
        }
    }
    if (missing.empty()) {
        return {};
    }
    return fmt::format("the header lacks the column{} {}; rename the column that holds it",
                       missing.find(',') == std::string::npos ? "" : "s", missing);
}

} // namespace

std::string header_key(std::string_view header) {
    std::string key;
    for (const char c : header) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        const bool capital = c >= 'A' && c <= 'Z';
        if (letter || capital || static_cast<unsigned char>(c) >= 0x80) {
            key += capital ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (!key.empty() && key.back() != '_') {
            key += '_';
        }
    }
    while (!key.empty() && key.back() == '_') {
        key.pop_back();
    }
    return key;
}

std::optional<dnc::Instant> read_moment(std::string_view text) {
    if (const auto date = dnc::read_date(text)) {
        return dnc::Instant{std::chrono::sys_days{*date}};
    }
    return dnc::read_instant(text);
}

std::string consent_header_fault(const std::vector<std::string>& headers) {
    return missing_columns(
        headers, std::array<std::string_view, 5>{"number", "grade", "sellers", "at", "form"});
}

std::string relationship_header_fault(const std::vector<std::string>& headers) {
    return missing_columns(headers, kRelationshipColumns);
}

LedgerVerdict<ConsentRecord> read_consent(const Cells& cells, std::int64_t line) {
    RowReader row{cells, line};
    ConsentRecord record;
    record.number = row.number();
    record.consent.grade = row.word("grade", dnc::kConsentGrades);
    record.consent.sellers = split_sellers(row.text("sellers"));
    if (record.consent.sellers.empty()) {
        row.fail("sellers", "sellers_missing", {"row.sellers_missing"});
    }
    record.consent.subject = row.text("subject");
    record.consent.debt = row.text("debt");
    record.consent.at = row.moment("at");
    if (!row.text("expires").empty()) {
        record.consent.expires = row.moment("expires");
        if (*record.consent.expires <= record.consent.at) {
            row.fail("expires", "expires_before_given", {"row.expires_before_given"});
        }
    }
    if (row.text("form").empty()) {
        row.fail("form", "evidence_missing", {"row.evidence_missing"});
    }
    json::object evidence = row.others(kConsentColumns);
    if (row.text("timestamp").empty()) {
        evidence["timestamp"] = row.text("at");
    }
    record.evidence = json::serialize(evidence);
    return row.verdict(std::move(record));
}

LedgerVerdict<RelationshipRecord> read_relationship(const Cells& cells, std::int64_t line) {
    RowReader row{cells, line};
    RelationshipRecord record;
    record.number = row.number();
    record.seller = row.text("seller");
    if (record.seller.empty()) {
        row.fail("seller", "seller_missing", {"row.seller_missing"});
    }
    record.relationship.kind = row.word("kind", dnc::kRelationshipKinds);
    record.relationship.at = row.moment("at");
    record.proof = json::serialize(row.others(kRelationshipColumns));
    return row.verdict(std::move(record));
}

} // namespace campaigns
