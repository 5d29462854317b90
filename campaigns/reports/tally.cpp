#include "campaigns/reports/tally.hpp"

#include "campaigns/reports/rate_change.hpp"

#include <algorithm>

namespace campaigns {

namespace {

using Buckets = std::vector<Bucket>;

std::string name_of(const std::map<std::int64_t, std::string>& names, std::int64_t id) {
    const auto found = names.find(id);
    return found == names.end() ? std::string{} : found->second;
}

/// Nothing for the id of nothing.
Cell id_cell(std::int64_t id) {
    return id == 0 ? Cell{} : Cell{id};
}

const Bucket& bucket_of(const CallGroup& group, const Buckets& buckets) {
    return buckets.at(static_cast<std::size_t>(group.bucket - 1));
}

std::vector<Cell> campaign_cells(const CallGroup& group, const CallNames& names,
                                 const Buckets& /*buckets*/) {
    return {name_of(names.campaigns, group.campaign)};
}

std::vector<Cell> list_cells(const CallGroup& group, const CallNames& names,
                             const Buckets& /*buckets*/) {
    return {id_cell(group.list), name_of(names.lists, group.list)};
}

std::vector<Cell> agent_cells(const CallGroup& group, const CallNames& names,
                              const Buckets& /*buckets*/) {
    return {name_of(names.agents, group.agent), id_cell(group.agent)};
}

std::vector<Cell> caller_id_cells(const CallGroup& group, const CallNames& /*names*/,
                                  const Buckets& /*buckets*/) {
    return {dnc::Number{group.caller_id}};
}

std::vector<Cell> trunk_cells(const CallGroup& group, const CallNames& /*names*/,
                              const Buckets& /*buckets*/) {
    return {group.trunk};
}

std::vector<Cell> place_cells(const CallGroup& group, const CallNames& names,
                              const Buckets& /*buckets*/) {
    return {name_of(names.places, group.place)};
}

std::vector<Cell> time_zone_cells(const CallGroup& group, const CallNames& names,
                                  const Buckets& /*buckets*/) {
    return {name_of(names.zones, group.place)};
}

std::vector<Cell> attempt_no_cells(const CallGroup& group, const CallNames& /*names*/,
                                   const Buckets& /*buckets*/) {
    return {group.attempt_no};
}

std::vector<Cell> outcome_cells(const CallGroup& group, const CallNames& /*names*/,
                                const Buckets& /*buckets*/) {
    return {group.outcome};
}

std::vector<Cell> disposition_cells(const CallGroup& group, const CallNames& names,
                                    const Buckets& /*buckets*/) {
    return {std::string{names.categories.of(group.campaign, group.code)}, group.code};
}

std::vector<Cell> hour_cells(const CallGroup& group, const CallNames& /*names*/,
                             const Buckets& buckets) {
    const int hour = bucket_of(group, buckets).hour;
    return {(hour < 10 ? "0" : "") + std::to_string(hour) + ":00"};
}

std::vector<Cell> day_cells(const CallGroup& group, const CallNames& /*names*/,
                            const Buckets& buckets) {
    return {day_text(bucket_of(group, buckets).date)};
}

std::vector<Cell> weekday_cells(const CallGroup& group, const CallNames& /*names*/,
                                const Buckets& buckets) {
    const std::chrono::sys_days day = bucket_of(group, buckets).date;
    return {static_cast<std::int64_t>(std::chrono::weekday{day}.iso_encoding()),
            std::string{weekday_text(day)}};
}

std::vector<Cell> sip_status_cells(const CallGroup& group, const CallNames& /*names*/,
                                   const Buckets& /*buckets*/) {
    return {static_cast<std::int64_t>(group.sip_status)};
}

const std::vector<Dimension>& dimensions() {
    using K = ColumnKind;
    static const std::vector<Dimension> all{
        {"campaign", {{"campaign", K::text}}, &campaign_cells, "c.campaign_id"},
        {"list", {{"list_id", K::whole}, {"list", K::text}}, &list_cells, "c.list_id"},
        {"agent", {{"agent", K::text}, {"agent_id", K::whole}}, &agent_cells, "c.agent_id"},
        {"day", {{"day", K::text}}, &day_cells, ""},
        {"hour", {{"hour", K::text}}, &hour_cells, ""},
        {"weekday", {{"weekday", K::whole}, {"weekday_name", K::text}}, &weekday_cells, ""},
        {"caller_id", {{"caller_id", K::number}}, &caller_id_cells, "c.caller_id"},
        {"trunk", {{"trunk", K::text}}, &trunk_cells, "c.trunk"},
        {"place", {{"place", K::text}}, &place_cells, "c.place"},
        {"time_zone", {{"time_zone", K::text}}, &time_zone_cells, "c.place"},
        {"attempt", {{"attempt", K::whole}}, &attempt_no_cells, "c.attempt_no"},
        {"outcome", {{"outcome", K::text}}, &outcome_cells, "c.outcome"},
        {"disposition",
         {{"category", K::text}, {"disposition", K::text}},
         &disposition_cells,
         "c.campaign_id"},
        {"sip_status", {{"sip_status", K::whole}}, &sip_status_cells, "c.sip_status"},
    };
    return all;
}

/// Categories in which somebody was spoken to who could decide about the offer.
bool is_contact(std::string_view category) {
    constexpr std::array<std::string_view, 4> contacts{"sale", "contact", "callback",
                                                       "do_not_call"};
    return std::find(contacts.begin(), contacts.end(), category) != contacts.end();
}

} // namespace

Mean& Mean::operator+=(const Mean& other) {
    sum += other.sum;
    count += other.count;
    return *this;
}

void Tally::add(const CallGroup& group, std::string_view category) {
    const auto when = [&](bool condition) { return condition ? group.calls : 0; };
    attempts += group.calls;
    sent += when(group.outcome != "not_sent");
    answered += when(group.answered);
    connected += when(group.treatment == "bridged");
    abandoned += when(group.treatment == "abandoned");
    early_hangup += when(group.treatment == "early_hangup");
    contacts += when(is_contact(category));
    sales += when(category == "sale");
    machines += when(category == "machine");
    undisposed += when(group.treatment == "bridged" && group.code.empty());
    short_calls += group.short_calls;
    refused_603 += when(group.sip_status == 603);
    refused_607 += when(group.sip_status == 607);
    refused_608 += when(group.sip_status == 608);
    ring_ms += group.ring_ms;
    talk_ms += group.talk_ms;
    to_agent_us += group.to_agent_us;
    wrap_up_ms += group.wrap_up_ms;
}

void Categories::add(std::int64_t campaign, const std::string& code, const std::string& category) {
    by_word_.insert_or_assign({campaign, code}, category);
}

std::string_view Categories::of(std::int64_t campaign, const std::string& code) const {
    if (code.empty()) {
        return {};
    }
    auto found = by_word_.find({campaign, code});
    if (found == by_word_.end()) {
        found = by_word_.find({0, code});
    }
    return found == by_word_.end() ? std::string_view{"other"} : std::string_view{found->second};
}

std::vector<std::pair<std::int64_t, std::string>>
Categories::words_of(std::string_view category) const {
    std::vector<std::pair<std::int64_t, std::string>> words;
    for (const auto& [word, its_category] : by_word_) {
        if (its_category == category) {
            words.push_back(word);
        }
    }
    return words;
}

const Dimension* find_dimension(std::string_view name) {
    const auto& all = dimensions();
    const auto found = std::find_if(all.begin(), all.end(), [name](const Dimension& dimension) {
        return dimension.name == name;
    });
    return found == all.end() ? nullptr : &*found;
}

std::vector<std::string_view> dimension_names() {
    std::vector<std::string_view> names;
    for (const Dimension& dimension : dimensions()) {
        names.push_back(dimension.name);
    }
    return names;
}

TallyTable tally_by(const std::vector<const Dimension*>& by, const std::vector<CallGroup>& groups,
                    const CallNames& names, const std::vector<Bucket>& buckets) {
    TallyTable table;
    std::vector<Cell> key;
    for (const CallGroup& group : groups) {
        key.clear();
        for (const Dimension* dimension : by) {
            for (Cell& cell : dimension->cells(group, names, buckets)) {
                key.push_back(std::move(cell));
            }
        }
        table[key].add(group, names.categories.of(group.campaign, group.code));
    }
    return table;
}

Cell share_cell(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? Cell{} : Cell{static_cast<double>(part) / static_cast<double>(whole)};
}

Cell mean_seconds(const Mean& mean, double units_a_second) {
    if (mean.count == 0) {
        return {};
    }
    return static_cast<double>(mean.sum) / static_cast<double>(mean.count) / units_a_second;
}

void append_interval(std::vector<Cell>& row, std::int64_t part, std::int64_t whole) {
    if (whole == 0) {
        row.insert(row.end(), 3, Cell{});
        return;
    }
    // Somebody may dispose of a call that was never sent; no share is more than all.
    const RateInterval share = wilson_interval({whole, std::min(part, whole)});
    row.insert(row.end(), {share.rate, share.low, share.high});
}

std::vector<Cell> attempt_cells(const Tally& tally) {
    std::vector<Cell> row{tally.attempts, tally.sent, tally.answered};
    append_interval(row, tally.answered, tally.sent);
    row.insert(row.end(), {tally.connected, tally.abandoned, tally.early_hangup, tally.machines,
                           tally.undisposed, tally.contacts});
    append_interval(row, tally.contacts, tally.sent);
    row.insert(row.end(), {tally.sales});
    append_interval(row, tally.sales, tally.contacts);
    row.insert(row.end(), {mean_seconds(tally.ring_ms, 1e3), mean_seconds(tally.to_agent_us, 1e6),
                           mean_seconds(tally.talk_ms, 1e3), mean_seconds(tally.wrap_up_ms, 1e3)});
    return row;
}

} // namespace campaigns
