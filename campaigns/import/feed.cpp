#include "campaigns/import/feed.hpp"

#include "campaigns/call_facts.hpp"
#include "campaigns/import/lookups.hpp"
#include "campaigns/import/places.hpp"
#include "campaigns/import/queue.hpp"
#include "campaigns/import/rows_source.hpp"
#include "campaigns/import/seen.hpp"
#include "campaigns/import/source.hpp"

#include <fmt/format.h>

#include <exception>
#include <thread>
#include <utility>
#include <variant>

namespace campaigns {

namespace {

constexpr std::size_t kBatchRows = 8'000;
constexpr std::size_t kBatchesWaiting = 3;

/// What a row gave, in the order of the file.
struct Warning {
    RowFinding finding;
};
using Item = std::variant<LeadRow, RowFinding, Warning>;

dnc::Address address_of(const LeadRow& lead) {
    return {.country = lead.country,
            .region = lead.region,
            .county = lead.county,
            .postal_code = lead.postal_code};
}

/// Judges the leads of one import for what is there already, and by the gate.
Sentence already_taken(const NumberTaken& by) {
    Sentence taken{by.in_campaign ? "row.taken" : "row.taken_elsewhere",
                   {{"lead", by.lead}, {"list", by.list}, {"file", by.file}}};
    if (!by.in_campaign) {
        taken.values.emplace_back("campaign", by.campaign);
    }
    return taken;
}

class LeadCheck {
public:
    LeadCheck(Store& store, const FeedPlan& plan)
        : plan_{plan}, lookups_{store, scope_of(plan)}, lists_{load_lists(store, plan.request)},
          bits_{lists_, plan.campaign.seller} {
        if (const ImportRules* rules = plan.request.rules) {
            declared_ = store.declarations();
            places_.emplace(store, rules->places, rules->zones);
            scrub_.emplace(*rules, plan.campaign, declared_, lists_, plan.request.actor.at);
        }
    }

    /// All of a batch: what must be asked of the store is asked once.
    ImportBatch check(std::vector<Item> items) {
        std::vector<dnc::Number> numbers;
        std::size_t leads = 0;
        for (const Item& item : items) {
            if (const auto* lead = std::get_if<LeadRow>(&item)) {
                numbers.insert(numbers.end(), lead->phones.begin(), lead->phones.end());
                ++leads;
            }
        }
        taken_ = lookups_.taken(numbers);
        facts_ = scrub_ ? lookups_.facts(numbers) : ImportLookups::Facts{};
        ids_ = lookups_.lead_ids(leads);
        next_id_ = ids_.begin();
        batch_ = {};
        for (Item& item : items) {
            std::visit([this](auto&& one) { take(std::forward<decltype(one)>(one)); },
                       std::move(item));
        }
        return std::exchange(batch_, {});
    }

    [[nodiscard]] ScrubReport report() const {
        if (!scrub_) {
            return {};
        }
        ScrubReport report = scrub_->report();
        for (const auto& [place, counts] : report.places) {
            report.place_keys.emplace(place, places_->key_of(place));
        }
        return report;
    }

private:
    static NumberScope scope_of(const FeedPlan& plan) {
        const ImportRules* rules = plan.request.rules;
        return {.campaign = plan.campaign.id,
                .seller = plan.campaign.seller,
                .source = plan.request.source,
                .dedupe = plan.request.dedupe,
                .now = plan.request.actor.at,
                .memory = rules == nullptr ? std::chrono::days{0} : memory_of(rules->gate.packs())};
    }

    static dnc::SuppressionSnapshot load_lists(Store& store, const ImportRequest& request) {
        dnc::SuppressionSnapshot snapshot;
        const std::string cache = request.rules == nullptr ? "" : request.rules->lists_cache;
        for (ListUpdate& update : store.update_suppression({}, cache).lists) {
            for (const ListChange& change : update.changes) {
                change.listed ? update.list.numbers.insert(change.number)
                              : update.list.numbers.erase(change.number);
            }
            snapshot.lists.push_back(std::move(update.list));
        }
        // Just read, and used for a report: no change can have been missed.
        snapshot.feed_alive_at = request.actor.at;
        return snapshot;
    }

    void take(Warning warning) {
        ++batch_.warnings_by_reason[warning.finding.reason];
        tell(warning.finding, false);
    }

    void take(RowFinding finding) {
        ++batch_.rows;
        ++batch_.refused;
        ++batch_.refused_by_reason[finding.reason];
        tell(finding, true);
    }

    void take(LeadRow lead) {
        if (auto finding = duplicate(lead)) {
            take(std::move(*finding));
            return;
        }
        const std::int64_t id = *next_id_++;
        ++batch_.rows;
        ++batch_.accepted;
        int position = 0;
        for (const dnc::Number number : lead.phones) {
            in_file_.insert(number, lead.line);
            batch_.phones.push_back({id, number.e164, position++});
        }
        append_lead(batch_.leads, plan_.frame, lead, id, scrub(lead));
        if (lead.consent) {
            batch_.consents.push_back(std::move(*lead.consent));
        }
    }

    void tell(const RowFinding& finding, bool refused) {
        append_finding(batch_.findings, plan_.import_id, finding, refused);
        plan_.report.add(finding, refused);
    }

    /// Asks what lists and the gate say. Returns the lead's place.
    std::int32_t scrub(const LeadRow& lead) {
        const dnc::Address address = address_of(lead);
        std::int32_t place = 0;
        std::uint64_t listed = 0;
        phones_.clear();
        for (const dnc::Number number : lead.phones) {
            Scrub::Phone phone{.number = number, .lists = bits_.of(number)};
            listed |= phone.lists;
            if (places_) {
                const PlaceIds::Found found = places_->find(number, address);
                place = phones_.empty() ? found.place : place;
                phone.whereabouts = found.whereabouts;
                const auto known = facts_.find(number.e164);
                phone.facts = known == facts_.end() ? nullptr : &known->second;
            }
            phones_.push_back(phone);
        }
        batch_.listed += bits_.do_not_call(listed) ? 1 : 0;
        if (!scrub_) {
            return place;
        }
        if (lead.consent) {
            // It is on record with the lead, so it counts.
            own_ = phones_.front().facts == nullptr ? NumberFacts{} : *phones_.front().facts;
            own_.ledger.consents.push_back(lead.consent->consent);
            own_.ledger.consents.back().evidence = true;
            phones_.front().facts = &own_;
        }
        scrub_->add(phones_, address, lead.debt, place);
        return place;
    }

    /// Any number that another lead has makes the row a duplicate: two leads with one number would
    /// have one person called twice. Where the policy lets it pass, the lead comes without it.
    std::optional<RowFinding> duplicate(LeadRow& lead) {
        std::optional<RowFinding> last;
        std::vector<dnc::Number> kept;
        for (const dnc::Number number : lead.phones) {
            auto found = duplicate(number, lead.line);
            if (!found) {
                kept.push_back(number);
                continue;
            }
            if (found->second) {
                return std::move(found->first);
            }
            last = std::move(found->first);
            if (kept.empty() && number == lead.phones.back()) {
                return last;
            }
            Warning warning{*last};
            warning.finding.reason += "_left_out";
            take(std::move(warning));
        }
        if (last && !kept.empty() && kept.front() != lead.phones.front()) {
            lead.consent.reset(); // it was given for a number that the lead comes without
        }
        lead.phones = std::move(kept);
        return std::nullopt;
    }

    /// Why the number cannot be the lead's, and whether that refuses the row.
    std::optional<std::pair<RowFinding, bool>> duplicate(dnc::Number number, std::int64_t line) {
        const DedupePolicy& policy = plan_.request.dedupe;
        RowFinding finding{.line = line, .reason = {}, .field = "phone", .value = {}, .advice = {}};
        const std::int64_t earlier = in_file_.line_of(number);
        if (earlier != 0) {
            finding.reason = "duplicate_in_file";
            finding.value = dnc::to_e164(number);
            finding.advice = together({{"row.same_line", {{"line", earlier}}},
                                       {"row.nothing"},
                                       policy.file ? Sentence{} : Sentence{"row.never_twice"}},
                                      "join.then");
            return std::pair{std::move(finding), policy.file};
        }
        const auto found = taken_.find(number.e164);
        if (found == taken_.end()) {
            return std::nullopt;
        }
        const NumberTaken& by = found->second;
        const bool list = policy.list && by.in_list;
        finding.value = dnc::to_e164(number);
        finding.reason = list             ? "duplicate_in_list"
                         : by.in_campaign ? "duplicate_in_campaign"
                                          : "duplicate_in_company";
        const bool insisted = by.in_campaign && !policy.campaign;
        finding.advice = together({already_taken(by),
                                   {"row.nothing"},
                                   insisted ? Sentence{"row.never_twice_whatever"} : Sentence{}},
                                  "join.then");
        return std::pair{std::move(finding), list || !by.in_campaign || policy.campaign};
    }

    const FeedPlan& plan_;
    ImportLookups lookups_;
    dnc::SuppressionSnapshot lists_;
    ListBits bits_;
    std::optional<Declarations> declared_;
    std::optional<PlaceIds> places_;
    std::optional<Scrub> scrub_;
    SeenNumbers in_file_;
    // Of the batch at hand.
    ImportLookups::Taken taken_;
    ImportLookups::Facts facts_;
    std::vector<std::int64_t> ids_;
    std::vector<std::int64_t>::iterator next_id_;
    ImportBatch batch_;
    std::vector<Scrub::Phone> phones_;
    NumberFacts own_;
};

} // namespace

class ImportFeed::Impl final : public csv::Reader::Listener {
public:
    explicit Impl(const FeedPlan& plan)
        : plan_{plan}, store_{plan.dsn}, queue_{kBatchesWaiting}, thread_{[this] { run(); }} {}

    ~Impl() override {
        queue_.give_up();
        thread_.join();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    std::optional<ImportBatch> next() {
        auto batch = queue_.pop();
        if (!batch && failure_) {
            std::rethrow_exception(failure_);
        }
        return batch;
    }

    [[nodiscard]] const FeedResult& result() const { return result_; }

    void on_row(const csv::Row& row) override {
        if (result_.fault) {
            return;
        }
        if (!judge_) {
            read_header(row);
            return;
        }
        std::visit([this](auto&& verdict) { take(std::forward<decltype(verdict)>(verdict)); },
                   judge_->judge(row));
    }

    void on_notice(std::int64_t line, std::string_view text) override {
        result_.notices.push_back(fmt::format("{}:{}: {}", plan_.request.file_name, line, text));
    }

private:
    /// The whole life of the thread; what it throws is for whoever takes the batches.
    void run() {
        try {
            read();
        } catch (const std::exception&) {
            failure_ = std::current_exception();
        }
        queue_.close();
    }

    void read() {
        check_.emplace(store_, plan_);
        RowsSource source;
        const auto fault = read_rows(
            plan_.request.path, plan_.request.sheet, *this,
            [this](std::uint64_t done, std::uint64_t total) {
                bytes_read_ = done;
                bytes_total_ = total;
                return !result_.fault && !queue_.given_up();
            },
            source);
        if (fault && !result_.fault) {
            result_.fault = fmt::format("{}: {}", plan_.request.file_name, *fault);
        }
        if (!judge_ && !result_.fault) {
            result_.fault =
                fmt::format("{}: the file is empty; export it again", plan_.request.file_name);
        }
        if (!result_.fault) {
            flush();
            result_.scrub = check_->report();
        }
    }

    void read_header(const csv::Row& row) {
        auto read = campaigns::read_header(row, plan_.choices);
        if (const auto* fault = std::get_if<ColumnFault>(&read)) {
            result_.fault = fmt::format("{}:{}: {}", plan_.request.file_name,
                                        row.fault ? row.fault->line : row.line, fault->text);
            return;
        }
        ColumnMap map = std::get<ColumnMap>(std::move(read));
        for (std::string& notice : notices_of(map)) {
            result_.notices.push_back(std::move(notice));
        }
        result_.columns = map;
        const ImportRules* rules = plan_.request.rules;
        judge_.emplace(
            std::move(map),
            [this](RowFinding finding) { items_.emplace_back(Warning{std::move(finding)}); },
            RowContext{.zones = rules == nullptr ? nullptr : &rules->zones,
                       .seller = plan_.campaign.seller,
                       .file_name = plan_.request.file_name,
                       .actor = plan_.request.actor});
    }

    void take(BlankRow /*row*/) {}

    template <typename Row> void take(Row row) {
        items_.emplace_back(std::move(row));
        if (items_.size() >= kBatchRows) {
            flush();
        }
    }

    void flush() {
        ImportBatch batch = check_->check(std::exchange(items_, {}));
        batch.bytes_read = bytes_read_;
        batch.bytes_total = bytes_total_;
        queue_.push(std::move(batch)); // given up: the reading ends with the next bytes
    }

    // Passed by argument.
    const FeedPlan& plan_;
    // Of the reading thread.
    Store store_;
    std::optional<LeadCheck> check_;
    std::optional<RowJudge> judge_;
    std::vector<Item> items_;
    std::uint64_t bytes_read_ = 0;
    std::uint64_t bytes_total_ = 0;
    // Written by the reading thread, read by the other one once the queue is closed.
    FeedResult result_;
    std::exception_ptr failure_;
    // Shared.
    BatchQueue<ImportBatch> queue_;
    std::thread thread_; // last: it uses all of the above
};

ImportFeed::ImportFeed(const FeedPlan& plan) : impl_{std::make_unique<Impl>(plan)} {}
ImportFeed::~ImportFeed() = default;

std::optional<ImportBatch> ImportFeed::next() {
    return impl_->next();
}

const FeedResult& ImportFeed::result() const {
    return impl_->result();
}

} // namespace campaigns
