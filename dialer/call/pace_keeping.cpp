#include "dialer/call/pace_keeping.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace dialer::call {

using namespace std::chrono_literals;
using campaigns::CampaignId;
using campaigns::Store;
using db::StoreError;
using db::StoreResult;

namespace {

constexpr auto reread_time = 500ms;
constexpr auto save_time = 60s;
constexpr auto sample_time = 10s;
// Every change of what limits dialing is kept, but a limit that flickers is one story.
constexpr auto limit_sample_time = 1s;

} // namespace

PaceKeeping::PaceKeeping(Loop& loop, Pace& pace, std::map<CampaignId, CampaignRuntime>& campaigns,
                         ToJson to_json)
    : loop_{loop}, pace_{pace}, campaigns_{campaigns}, to_json_{std::move(to_json)} {}

void PaceKeeping::tick() {
    const auto now = loop_.now();
    pace_.tick(now);
    for (const auto& [id, campaign] : campaigns_) {
        auto& kept = kept_[id];
        if (const auto wanted = pace_.history_wanted(id, now);
            wanted && !kept.loading && now.mono >= kept.retry_at && loop_.pool.available()) {
            read(id, kept, *wanted);
        }
        if (kept.saved_at == Monotonic{}) {
            kept.saved_at = now.mono;
        }
        if (campaign.settings.running && now.mono - kept.saved_at > save_time) {
            save(id, kept);
        }
        sample(campaign, kept, now);
    }
}

void PaceKeeping::read(CampaignId id, Kept& kept, const Pace::HistoryWanted& wanted) {
    kept.loading = true;
    loop_.pool.run(
        [id, wanted](Store& store) {
            return Read{store.answers_by_day(id, wanted.zone, wanted.from), store.load_pacing(id)};
        },
        [this, id, zone = wanted.zone](const StoreResult<Read>& result) {
            was_read(id, zone, result);
        });
}

void PaceKeeping::was_read(CampaignId id, const std::string& zone,
                           const StoreResult<Read>& result) {
    auto& kept = kept_[id];
    kept.loading = false;
    const auto* read = std::get_if<Read>(&result);
    if (read == nullptr) {
        spdlog::error("the abandonment history of campaign {} was not read: {}",
                      static_cast<std::int64_t>(id), std::get<StoreError>(result).what);
        kept.retry_at = loop_.now().mono + reread_time;
        return;
    }
    if (!std::exchange(kept.learnt_loaded, true) && !read->learnt.empty() &&
        !pace_.load(id, read->learnt)) {
        spdlog::warn("what the pacing of campaign {} had learnt cannot be read; it starts anew, "
                     "with caution",
                     static_cast<std::int64_t>(id));
    }
    pace_.add_history(id, zone, read->days, loop_.now());
}

void PaceKeeping::save(CampaignId id, Kept& kept) {
    kept.saved_at = loop_.now().mono;
    auto learnt = pace_.save(id);
    if (!kept.learnt_loaded || learnt.empty()) {
        return;
    }
    ++saves_open_;
    loop_.pool.run([id, learnt = std::move(learnt),
                    at = loop_.now().wall](Store& store) { store.save_pacing(id, learnt, at); },
                   [this](const StoreResult<db::Nothing>& result) {
                       --saves_open_;
                       if (const auto* error = std::get_if<StoreError>(&result)) {
                           spdlog::warn("what pacing has learnt was not saved: {}", error->what);
                       }
                   });
}

void PaceKeeping::save_all() {
    for (auto& [id, kept] : kept_) {
        save(id, kept);
    }
}

void PaceKeeping::sample(const CampaignRuntime& campaign, Kept& kept, Stamp now) {
    const auto id = campaign.settings.id;
    const auto since = now.mono - kept.sampled_at;
    const bool first = kept.sampled_at == Monotonic{};
    if (!campaign.settings.running || (!first && since < limit_sample_time)) {
        return;
    }
    const auto explanation = pace_.explain(id);
    const bool decided = explanation.at > kept.sampled.at; // not asked, not dialing
    const bool other_limit = explanation.limit != kept.sampled.limit;
    if (!decided || (!first && !other_limit && since < sample_time)) {
        return;
    }
    kept.sampled_at = now.mono;
    kept.sampled = explanation;
    loop_.log.add(campaigns::PacingSample{loop_.make_id(), now.wall, id, to_json_(explanation)});
}

} // namespace dialer::call
