#include "tests/peers/softphones/report.hpp"

#include "tests/peers/common/json_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace peers {
namespace {

template <typename List, typename ToText> std::string array_of(const List& list, ToText to_text) {
    std::string text;
    for (const auto& each : list) {
        text += (text.empty() ? "" : ",") + to_text(each);
    }
    return "[" + text + "]";
}

std::string period_json(const VoicePeriod& period) {
    return fmt::format(R"({{"start_ms":{},"frames":{},"tones_hz":[{}]}})", period.start_ms,
                       period.frames, fmt::join(period.tones_hz, ","));
}

std::string leg_json(const LegRecord& leg) {
    const Heard& heard = leg.media.heard;
    return fmt::format(R"({{"start_ms":{},"end_ms":{},"ended_by":"{}","sent":{},"send_errors":{},)"
                       R"("received":{},"voiced":{},"largest_gap_ms":{:.1f},"gaps_over_60ms":{},)"
                       R"("ssrc_changes":{},"sequence_jumps":{},"timestamp_jumps":{},"late":{},)",
                       leg.start_ms, leg.end_ms, leg.ended_by, leg.media.sent,
                       leg.media.send_errors, heard.packets, heard.voiced, heard.largest_gap_ms,
                       heard.gaps_over_60ms, heard.ssrc_changes, heard.sequence_jumps,
                       heard.timestamp_jumps, heard.late) +
           fmt::format(R"("strangers":{},"malformed":{},"foreign":{},"crossed":{},"keys":{},)"
                       R"("voice_periods":{},"periods":{}}})",
                       heard.strangers, heard.malformed, heard.foreign, heard.crossed,
                       quoted(heard.keys), heard.periods_all, array_of(heard.periods, period_json));
}

template <typename Key, typename Number>
std::string counts_json(const std::map<Key, Number>& counts) {
    std::string text;
    for (const auto& [key, count] : counts) {
        text += fmt::format(R"({}"{}":{})", text.empty() ? "" : ",", key, count);
    }
    return "{" + text + "}";
}

std::string person_json(const PersonRecord& record) {
    return fmt::format(
        R"({{"sign_ins":{},"sign_in_failures":{},"event_streams":{},"talks":{},"wrap_ups":{},)"
        R"("disposition_failures":{},"machines":{},"wrap_up_signals":{},"previews":{},)"
        R"("previews_skipped":{},"preview_failures":{},"dispositions":{},"state_ms":{}}})",
        record.sign_ins, record.sign_in_failures, record.event_streams, record.talks,
        record.wrap_ups, record.disposition_failures, record.machines, record.wrap_up_signals,
        record.previews, record.previews_skipped, record.preview_failures,
        counts_json(record.dispositions), counts_json(record.state_ms));
}

std::string phone_json(const Phone& phone, const Person* person) {
    const PhoneRecord& record = phone.record;
    return fmt::format(
        R"({{"user":{},"tone_hz":{},"registered":{},"register_failures":{},"invites":{},)"
        R"("invites_while_busy":{},"media_changes":{},"legs":{},"person":{}}})",
        quoted(phone.login.user), tone_hz(kPhoneTones, phone.index), record.registered,
        counts_json(record.register_failures), record.invites, record.invites_while_busy,
        record.media_changes, array_of(record.legs, leg_json),
        person == nullptr ? "null" : person_json(person->record()));
}

std::string totals_json(const std::vector<std::unique_ptr<Phone>>& phones) {
    Heard all;
    std::size_t legs = 0;
    std::uint64_t sent = 0;
    for (const auto& phone : phones) {
        for (const LegRecord& leg : phone->record.legs) {
            const Heard& heard = leg.media.heard;
            ++legs;
            sent += leg.media.sent;
            all.packets += heard.packets;
            all.periods_all += heard.periods_all;
            all.crossed += heard.crossed;
            all.foreign += heard.foreign;
            all.strangers += heard.strangers;
            all.ssrc_changes += heard.ssrc_changes;
            all.sequence_jumps += heard.sequence_jumps;
            all.timestamp_jumps += heard.timestamp_jumps;
            all.gaps_over_60ms += heard.gaps_over_60ms;
            all.largest_gap_ms = std::max(all.largest_gap_ms, heard.largest_gap_ms);
        }
    }
    return fmt::format(
        R"({{"phones":{},"legs":{},"sent":{},"received":{},"voice_periods":{},"crossed":{},)"
        R"("foreign":{},"strangers":{},"ssrc_changes":{},"sequence_jumps":{},)"
        R"("timestamp_jumps":{},"gaps_over_60ms":{},"largest_gap_ms":{:.1f}}})",
        phones.size(), legs, sent, all.packets, all.periods_all, all.crossed, all.foreign,
        all.strangers, all.ssrc_changes, all.sequence_jumps, all.timestamp_jumps,
        all.gaps_over_60ms, all.largest_gap_ms);
}

} // namespace

void write_phones_report(const std::string& path, const std::vector<std::unique_ptr<Phone>>& phones,
                         const std::vector<std::unique_ptr<Person>>& persons) {
    std::ofstream file{path, std::ios::trunc};
    file << "{\"totals\":" << totals_json(phones) << ",\n\"phones\":[";
    for (std::size_t i = 0; i < phones.size(); ++i) {
        file << (i == 0 ? "\n" : ",\n")
             << phone_json(*phones[i], i < persons.size() ? persons[i].get() : nullptr);
    }
    file << "]}\n";
    file.flush();
    if (!file) {
        throw std::runtime_error{"cannot write report " + path};
    }
}

} // namespace peers
