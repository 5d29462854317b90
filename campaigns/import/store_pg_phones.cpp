#include "campaigns/import/store_phones.hpp"

#include "campaigns/import/store_imports.hpp"
#include "campaigns/store_session.hpp"

#include <pqxx/subtransaction>

#include <algorithm>
#include <tuple>

namespace campaigns {

namespace {

// A run that met another lead's number goes on in pieces of so many numbers. A piece is written
// within milliseconds, so that the next such lead hardly ever meets the same piece again.
constexpr std::size_t kPhonesInPiece = 2'000;
// Each further try is for a lead that came during the one before.
constexpr int kTriesMax = 100;

constexpr const char* kLeaveOut = "SELECT leave_out_leads($1, $2::bigint[])";
// The background looks for the place of such a lead.
constexpr const char* kNoPlace =
    "UPDATE leads SET place = 0 WHERE id = ANY($1::bigint[]) AND place <> 0";

void sort_by_number(std::vector<PhoneRow>& phones) {
    std::sort(phones.begin(), phones.end(),
              [](const PhoneRow& a, const PhoneRow& b) { return a.number < b.number; });
}

void sort_by_lead(std::vector<PhoneRow>& phones) {
    std::sort(phones.begin(), phones.end(), [](const PhoneRow& a, const PhoneRow& b) {
        return std::tie(a.lead, a.position) < std::tie(b.lead, b.position);
    });
}

using Iterator = std::vector<PhoneRow>::const_iterator;

/// The end of the lead that begins there.
Iterator end_of_lead(Iterator begin, Iterator end) {
    return std::find_if(begin, end,
                        [lead = begin->lead](const PhoneRow& one) { return one.lead != lead; });
}

} // namespace

ImportPhones::ImportPhones(const ImportRequest& request, const Campaign& campaign,
                           std::int64_t import_id, std::int64_t list_id)
    : request_{request}, scope_{.campaign = campaign.id,
                                .seller = campaign.seller,
                                .source = request.source,
                                .dedupe = request.dedupe,
                                .now = request.actor.at},
      import_id_{import_id}, list_id_{list_id} {}

void ImportPhones::write(pqxx::dbtransaction& work, std::vector<PhoneRow>& phones) {
    if (!copied(work, phones)) {
        sort_by_lead(phones);
        for (auto begin = phones.cbegin(); begin != phones.cend();) {
            const auto left = static_cast<std::size_t>(phones.cend() - begin);
            auto end = begin + static_cast<std::ptrdiff_t>(std::min(left, kPhonesInPiece)) - 1;
            end = end_of_lead(end, phones.cend());
            write_piece(work, {begin, end});
            begin = end;
        }
        put_right(work);
    }
    phones.clear();
}

/// False, and nothing is written, when another lead has one of the numbers or, holding one, waits
/// for another one that this transaction has written.
bool ImportPhones::copied(pqxx::dbtransaction& work, std::vector<PhoneRow>& phones) {
    // In order of number the index is filled page by page instead of here and there.
    sort_by_number(phones);
    lines_.clear();
    for (const PhoneRow& phone : phones) {
        append_phone(lines_, static_cast<std::int64_t>(scope_.campaign), phone);
    }
    try {
        pqxx::subtransaction part{work, "phones"};
        copy_lines(part, "lead_phones", kCopiedPhoneColumns, lines_);
        part.commit();
        return true;
    } catch (const pqxx::unique_violation&) {
        return false;
    } catch (const pqxx::deadlock_detected&) {
        return false;
    }
}

void ImportPhones::write_piece(pqxx::dbtransaction& work, std::vector<PhoneRow> piece) {
    for (int tries = 0; !copied(work, piece); ++tries) {
        if (tries == kTriesMax) {
            throw StoreRefusal{"other leads keep taking the numbers of this file; import it again"};
        }
        std::vector<std::int64_t> numbers;
        for (const PhoneRow& phone : piece) {
            numbers.push_back(phone.number);
        }
        const auto campaign = static_cast<std::int64_t>(scope_.campaign);
        leave_out(piece, numbers_taken(work, numbers, scope_, {campaign}));
    }
}

void ImportPhones::leave_out(std::vector<PhoneRow>& piece, const ImportLookups::Taken& taken) {
    sort_by_lead(piece);
    std::vector<PhoneRow> kept;
    for (auto begin = piece.cbegin(); begin != piece.cend();) {
        const auto end = end_of_lead(begin, piece.cend());
        keep_rest({begin, end}, taken, kept);
        begin = end;
    }
    piece = std::move(kept);
}

void ImportPhones::keep_rest(std::span<const PhoneRow> lead, const ImportLookups::Taken& taken,
                             std::vector<PhoneRow>& kept) {
    const Deduped rest = dedupe(lead.size(), [&](std::size_t i) {
        const auto by = taken.find(lead[i].number);
        return by == taken.end()
                   ? std::nullopt
                   : std::optional{duplicate_of(by->second, dnc::Number{lead[i].number},
                                                lead[i].line, request_.dedupe)};
    });
    for (const RowFinding& finding : rest.left_out) {
        ++overtaken_.correction.warnings_by_reason[finding.reason];
        tell(finding, false);
    }
    for (const PhoneRow& phone : lead) {
        if (rest.refused || taken.contains(phone.number)) {
            lost_.insert(phone.number);
        }
    }
    if (rest.refused) {
        ImportBatch& counts = overtaken_.correction;
        --counts.accepted;
        ++counts.refused;
        ++counts.refused_by_reason[rest.refused->reason];
        counts.listed -= lead.front().listed ? 1 : 0;
        tell(*rest.refused, true);
        refused_.push_back(lead.front().lead);
        return;
    }
    if (rest.kept.front() != 0) {
        moved_.push_back(lead.front().lead);
    }
    std::int16_t position = 0;
    for (const std::size_t i : rest.kept) {
        kept.push_back(lead[i]);
        kept.back().position = position++;
    }
}

void ImportPhones::tell(const RowFinding& finding, bool refused) {
    append_finding(overtaken_.correction.findings, import_id_, finding, refused);
    overtaken_.rows.push_back({finding, refused});
}

/// What was written of the leads before their numbers.
void ImportPhones::put_right(pqxx::dbtransaction& work) {
    copy_lines(work, "import_refusals", kCopiedFindingColumns, overtaken_.correction.findings);
    overtaken_.correction.findings.clear();
    if (!refused_.empty()) {
        work.exec_params(kLeaveOut, list_id_, array_of(refused_));
        refused_.clear();
    }
    if (!moved_.empty()) {
        work.exec_params0(kNoPlace, array_of(moved_));
        moved_.clear();
    }
}

} // namespace campaigns
