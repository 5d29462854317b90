#include "tests/peers/carrier/ledger.hpp"

#include "tests/peers/common/json_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>

namespace peers {
namespace {

std::set<int> tones_of(const Heard& heard) {
    std::set<int> tones;
    for (const VoicePeriod& period : heard.periods) {
        tones.insert(period.tones_hz.begin(), period.tones_hz.end());
    }
    return tones;
}

std::string record_json(const InviteRecord& record, std::uint64_t id) {
    const Invite& invite = record.invite;
    return fmt::format(
        R"({{"id":{},"t":{},"attempt":{},"x_attempt":{},"call_id":{},"cseq":{},"branch":{},)"
        R"("from":{},"source":{},"trunk":{},"outcome":"{}","status":{},"answered_ms":{},)"
        R"("cancelled":{},"bye_in":{},"bye_out":{},"heard":{},"tone_hz":{},)"
        R"("rtp":{{"sent":{},"received":{},"voiced":{},"largest_gap_ms":{:.1f},"strangers":{},)"
        R"("foreign":{},"tones":[{}],"keys":{}}}}})",
        id, record.t_ms, record.attempt, quoted(invite.x_attempt), quoted(invite.call_id),
        invite.cseq, quoted(invite.branch), quoted(invite.from), quoted(invite.source),
        invite.trunk, record.outcome, record.status, record.answered_ms, record.cancelled,
        record.bye_in, record.bye_out, record.heard, record.tone_hz, record.media.sent,
        record.media.heard.packets, record.media.heard.voiced, record.media.heard.largest_gap_ms,
        record.media.heard.strangers, record.media.heard.foreign,
        fmt::join(tones_of(record.media.heard), ","), quoted(record.media.heard.keys));
}

template <typename Map> std::string counts_json(const Map& counts) {
    std::string text;
    for (const auto& [key, count] : counts) {
        text += fmt::format(R"({}"{}":{})", text.empty() ? "" : ",", key, count);
    }
    return "{" + text + "}";
}

} // namespace

Ledger::Ledger(const std::string& journal_path) {
    if (journal_path.empty()) {
        return;
    }
    journal_ =
        Fd{::open(journal_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644)};
    if (!journal_) {
        throw std::runtime_error{"cannot write journal " + journal_path};
    }
}

void Ledger::journal(std::string_view event, std::uint64_t id, std::string_view rest) {
    if (!journal_) {
        return;
    }
    const std::string line = fmt::format(R"({{"t":{},"ev":"{}","id":{}{}}})"
                                         "\n",
                                         wall_ms(), event, id, rest);
    // A full disk shows in the test that reads the journal; the carrier goes on.
    [[maybe_unused]] const auto written = ::write(journal_.get(), line.data(), line.size());
}

std::uint64_t Ledger::invite(Invite invite, int attempt, std::string_view outcome) {
    records_.push_back({});
    InviteRecord& record = records_.back();
    record.invite = std::move(invite);
    record.attempt = attempt;
    record.outcome = outcome;
    record.t_ms = wall_ms();
    const std::uint64_t id = records_.size();
    if (journal_) {
        const Invite& noted = record.invite;
        journal("invite", id,
                fmt::format(R"(,"number":"+{}","attempt":{},"x_attempt":{},"call_id":{},)"
                            R"("cseq":{},"branch":{},"from":{},"source":{},"trunk":{},)"
                            R"("outcome":"{}")",
                            noted.number, attempt, quoted(noted.x_attempt), quoted(noted.call_id),
                            noted.cseq, quoted(noted.branch), quoted(noted.from),
                            quoted(noted.source), noted.trunk, outcome));
    }
    return id;
}

void Ledger::final(std::uint64_t id, int status) {
    at(id).status = status;
    journal("final", id, fmt::format(R"(,"status":{})", status));
}

void Ledger::ok(std::uint64_t id, int tone_hz) {
    at(id).status = 200;
    at(id).tone_hz = tone_hz;
    journal("ok", id, fmt::format(R"(,"tone_hz":{})", tone_hz));
}

void Ledger::answered(std::uint64_t id) {
    at(id).answered_ms = wall_ms();
    journal("answer", id);
}

void Ledger::no_ack(std::uint64_t id) {
    ++no_acks_;
    journal("no_ack", id);
}

void Ledger::heard(std::uint64_t id) {
    at(id).heard = true;
    journal("heard", id);
}

void Ledger::cancelled(std::uint64_t id) {
    at(id).cancelled = true;
    journal("cancel", id);
}

void Ledger::bye_in(std::uint64_t id) {
    at(id).bye_in = true;
    journal("bye_in", id);
}

void Ledger::bye_out(std::uint64_t id) {
    at(id).bye_out = true;
    journal("bye_out", id);
}

void Ledger::media(std::uint64_t id, StreamEnd end) {
    at(id).media = std::move(end);
}

void Ledger::peak(std::size_t calls, std::size_t answered) {
    calls_peak_ = std::max(calls_peak_, calls);
    answered_peak_ = std::max(answered_peak_, answered);
}

std::string Ledger::media_totals() const {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t strangers = 0;
    std::uint64_t foreign = 0;
    std::uint64_t gaps = 0;
    double largest_gap_ms = 0;
    for (const InviteRecord& record : records_) {
        const Heard& heard = record.media.heard;
        sent += record.media.sent;
        received += heard.packets;
        strangers += heard.strangers;
        foreign += heard.foreign;
        gaps += static_cast<std::uint64_t>(heard.gaps_over_60ms);
        largest_gap_ms = std::max(largest_gap_ms, heard.largest_gap_ms);
    }
    return fmt::format(R"("rtp":{{"sent":{},"received":{},"strangers":{},"foreign":{},)"
                       R"("gaps_over_60ms":{},"largest_gap_ms":{:.1f}}})",
                       sent, received, strangers, foreign, gaps, largest_gap_ms);
}

std::string Ledger::totals() const {
    std::map<std::string_view, std::uint64_t> outcomes;
    std::map<int, std::uint64_t> finals;
    std::uint64_t oks = 0;
    std::uint64_t answers = 0;
    std::uint64_t cancels = 0;
    std::uint64_t byes_in = 0;
    std::uint64_t byes_out = 0;
    for (const InviteRecord& record : records_) {
        ++outcomes[record.outcome];
        oks += record.status == 200 ? 1U : 0U;
        answers += record.answered_ms != 0 ? 1U : 0U;
        cancels += record.cancelled ? 1U : 0U;
        byes_in += record.bye_in ? 1U : 0U;
        byes_out += record.bye_out ? 1U : 0U;
        if (record.status != 0 && record.status != 200) {
            ++finals[record.status];
        }
    }
    return fmt::format(R"("invites":{},"numbers_called":{},"oks_sent":{},"answers":{},)"
                       R"("cancels":{},"byes_received":{},"byes_sent":{},"no_acks":{},)"
                       R"("calls_peak":{},"answered_peak":{},"outcomes":{},"finals":{},)",
                       records_.size(), attempts_.size(), oks, answers, cancels, byes_in, byes_out,
                       no_acks_, calls_peak_, answered_peak_, counts_json(outcomes),
                       counts_json(finals)) +
           media_totals();
}

void Ledger::write_report(const std::string& path) const {
    std::map<std::string_view, std::vector<std::uint64_t>> by_number;
    for (std::size_t i = 0; i < records_.size(); ++i) {
        by_number[records_[i].invite.number].push_back(i + 1);
    }
    std::ofstream file{path, std::ios::trunc};
    file << "{" << totals() << ",\n\"numbers\":{";
    const char* separator = "\n";
    for (const auto& [number, ids] : by_number) {
        file << separator << fmt::format(R"("+{}":{{"invites":{},"calls":[)", number, ids.size());
        for (std::size_t i = 0; i < ids.size(); ++i) {
            file << (i == 0 ? "" : ",\n  ")
                 << record_json(records_[static_cast<std::size_t>(ids[i]) - 1], ids[i]);
        }
        file << "]}";
        separator = ",\n";
    }
    file << "}}\n";
    file.flush();
    if (!file) {
        throw std::runtime_error{"cannot write report " + path};
    }
}

} // namespace peers
