#include "campaigns/audit/verify.hpp"

#include "campaigns/audit/scan.hpp"

#include <algorithm>
#include <bit>
#include <future>
#include <map>
#include <utility>

namespace campaigns::audit {

namespace {

constexpr std::size_t kBatch = 8192; // records that are hashed at once
constexpr std::size_t kDigits = 2 * sizeof(merkle::Hash);
constexpr std::string_view kCheck = R"(,"check":")";
constexpr std::size_t kCheckTail = kCheck.size() + kDigits + 2; // `"}` as well

/// What a reader is told about text that may be damaged.
std::string shown(std::string_view text, std::size_t most = 80) {
    std::string out;
    for (const char c : text.substr(0, most)) {
        out += c >= ' ' && c <= '~' ? c : '?';
    }
    return text.size() > most ? out + "..." : out;
}

/// The value of a member near the beginning of a record, as well as it can be read.
std::string member(std::string_view record, std::string_view name) {
    const std::string_view head = record.substr(0, 512);
    const auto at = head.find(name);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view value = head.substr(at + name.size());
    return shown(value.substr(0, value.find('"')));
}

Fault record_fault(std::int64_t line, std::int64_t leaf, std::string_view text, std::string what) {
    return {line, leaf, member(text, R"("kind":")"), member(text, R"("subject":")"),
            std::move(what)};
}

Fault line_fault(std::int64_t line, std::string what) {
    return {line, -1, {}, {}, std::move(what)};
}

/// A record whose place is right and whose bytes have yet to be compared.
struct Waiting {
    std::string_view record;
    std::int64_t line = 0;
    std::int64_t leaf = 0;
    merkle::Hash expected{};
};

/// The first of them that has not the hash that the tree has for it.
std::optional<Fault> first_wrong(const Waiting* begin, const Waiting* end, merkle::Hasher& hasher) {
    for (const Waiting* it = begin; it != end; ++it) {
        if (const merkle::Hash hash = hasher.leaf(it->record); hash != it->expected) {
            return record_fault(it->line, it->leaf, it->record,
                                "its bytes are not those that the log has: their hash is " +
                                    hex_of(hash) + ", the tree says " + hex_of(it->expected));
        }
    }
    return std::nullopt;
}

/// Hashes batches on several threads; the first fault in the order of the file counts.
class Records {
public:
    explicit Records(int threads) : hashers_(static_cast<std::size_t>(std::max(1, threads))) {
        waiting_.reserve(kBatch);
    }

    void add(const Waiting& record) { waiting_.push_back(record); }
    [[nodiscard]] bool full() const { return waiting_.size() >= kBatch; }

    std::optional<Fault> compare() {
        const std::size_t share = waiting_.size() / hashers_.size() + 1;
        std::vector<std::future<std::optional<Fault>>> others;
        const auto part = [&](std::size_t i) {
            const auto from = std::min(waiting_.size(), i * share);
            const auto to = std::min(waiting_.size(), from + share);
            return first_wrong(waiting_.data() + from, waiting_.data() + to, hashers_[i]);
        };
        for (std::size_t i = 1; i < hashers_.size() && waiting_.size() > 64; ++i) {
            others.push_back(std::async(std::launch::async, part, i));
        }
        auto fault = part(0);
        if (others.empty()) { // few: one thread takes all
            for (std::size_t i = 1; i < hashers_.size() && !fault; ++i) {
                fault = part(i);
            }
        }
        for (auto& other : others) {
            auto found = other.get();
            fault = fault ? fault : std::move(found);
        }
        waiting_.clear();
        return fault;
    }

private:
    std::vector<merkle::Hasher> hashers_;
    std::vector<Waiting> waiting_;
};

/// Walks through the lines in the one order in which they may come.
class Verifier {
public:
    Verifier(std::string_view file, const std::vector<PublicKey>& keys, int threads)
        : rest_{file}, records_{threads} {
        for (const PublicKey& key : keys) {
            trusted_[id_of(key)] = {key, id_of(key)};
        }
    }

    Verdict run() {
        for (State state = &Verifier::header; state != nullptr && !verdict_.fault;) {
            state = step(state);
        }
        return std::move(verdict_);
    }

private:
    using Unset = std::nullptr_t;
    struct Trusted {
        PublicKey key;
        std::string given; ///< the key among the reader's on which it rests
    };
    struct State {
        using Step = State (Verifier::*)(std::string_view line);
        State(Step s) : step{s} {}      // NOLINT(google-explicit-constructor)
        State(Unset) : step{nullptr} {} // NOLINT(google-explicit-constructor)
        friend bool operator!=(State state, Unset) { return state.step != nullptr; }
        Step step;
    };

    State step(State state) {
        ++line_;
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos) {
            return cut();
        }
        const std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return (this->*state.step)(line);
    }

    State fail(Fault fault) {
        // A record before this line may be wrong as well, and then that is the first.
        if (auto earlier = records_.compare()) {
            fault = std::move(*earlier);
        }
        verdict_.fault = std::move(fault);
        return nullptr;
    }
    State fail(std::string what) { return fail(line_fault(line_, std::move(what))); }

    State cut() {
        const std::string what = rest_.empty() ? "the file ends here, before its last line"
                                               : "the file ends in the middle of this line";
        return mask_ != 0 ? fail(record_fault(line_, next_leaf(), rest_, what)) : fail(what);
    }

    /// Takes the check off the end of a line that is no record; nullopt when it is not right.
    std::optional<std::string_view> checked(std::string_view line) {
        if (line.size() < kCheckTail || !line.ends_with(R"("})")) {
            return std::nullopt;
        }
        const std::string_view text = line.substr(0, line.size() - kCheckTail);
        Scan tail{line.substr(text.size())};
        merkle::Hash written{};
        if (!tail.take(kCheck) || !read_hex(tail.rest.substr(0, kDigits), written.data(), 32)) {
            return std::nullopt;
        }
        check_ =
            hasher_.sha256({reinterpret_cast<const char*>(check_.data()), check_.size()}, text);
        return check_ == written ? std::optional{text} : std::nullopt;
    }

    State header(std::string_view line);
    State key_or_head(std::string_view line);
    State key(Scan scan);
    State head(Scan scan);
    State after_heads();
    State block_or_end(std::string_view line);
    State block(Scan scan);
    State record(std::string_view line);
    State end(Scan scan);

    std::optional<std::string> read_header(Scan scan);
    std::optional<std::string> not_enclosed() const;
    std::optional<std::vector<merkle::Hash>> take_hashes(Scan& scan);
    [[nodiscard]] std::uint64_t mask_wanted(std::int64_t block) const;
    [[nodiscard]] std::int64_t next_leaf() const {
        return (block_ << kBlockLevel) + std::countr_zero(mask_);
    }

    [[nodiscard]] bool filtered() const { return !verdict_.header.filter.empty(); }

    std::string_view rest_;
    Records records_;
    Verdict verdict_;
    merkle::Hasher hasher_;
    merkle::Hash check_{};
    std::map<std::string, Trusted> trusted_;
    std::int64_t line_ = 0;
    std::int64_t blocks_ = 0;
    std::int64_t block_ = -1;
    std::uint64_t mask_ = 0;           // leaves of the block whose records have yet to come
    std::vector<merkle::Hash> hashes_; // of the block's leaves
};

bool is_hex(std::string_view text, std::size_t digits) {
    return text.size() == digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// "2026-11-23T20:00:01.250000Z": texts of this shape sort as the instants do.
bool is_instant(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00T00:00:00.000000Z";
    return std::equal(text.begin(), text.end(), shape.begin(), shape.end(),
                      [](char c, char s) { return s == '0' ? c >= '0' && c <= '9' : c == s; });
}

bool is_instant_or_nothing(std::string_view text) {
    return text.empty() || is_instant(text);
}

Verifier::State Verifier::header(std::string_view line) {
    const auto text = checked(line);
    if (!text) {
        return fail("this is not the first line of an export as it was written");
    }
    if (auto wrong = read_header(Scan{*text})) {
        return fail(std::move(*wrong));
    }
    return &Verifier::key_or_head;
}

std::optional<std::string> Verifier::read_header(Scan scan) {
    Header& header = verdict_.header;
    const auto text = [&](std::string_view name, std::string& value) {
        const auto taken = scan.take(name) ? scan.take_text() : std::nullopt;
        value = taken.value_or("");
        return taken.has_value();
    };
    const auto number = [&](std::string_view name, std::int64_t& value) {
        const auto taken = scan.take(name) ? scan.take_number() : std::nullopt;
        value = taken.value_or(-1);
        return taken.has_value();
    };
    const bool read = text(R"({"audit_export":1,"log":")", header.log) &&
                      text(R"(,"made_at":")", header.made_at) &&
                      text(R"(,"from":")", header.from) && text(R"(,"to":")", header.to) &&
                      text(R"(,"filter":")", header.filter) &&
                      number(R"(,"first":)", header.first) && number(R"(,"end":)", header.end) &&
                      number(R"(,"size":)", header.size) && scan.rest.empty();
    if (!read) {
        return "this is no export of this format";
    }
    const bool good = is_hex(header.log, 32) && is_instant(header.made_at) &&
                      is_instant_or_nothing(header.from) && is_instant_or_nothing(header.to) &&
                      header.first <= header.end && header.end <= header.size;
    return good ? std::nullopt : std::optional<std::string>{"the header contradicts itself"};
}

Verifier::State Verifier::key_or_head(std::string_view line) {
    Scan scan{line};
    if (scan.take(R"({"key":)")) {
        const auto text = checked(line);
        return text ? key(Scan{text->substr(7)}) : fail("this line of a key was changed");
    }
    if (scan.take(R"({"head":)")) {
        const auto text = checked(line);
        return text ? head(Scan{text->substr(8)}) : fail("this line of a head was changed");
    }
    if (verdict_.heads.empty()) {
        return fail("a signed head must stand here, and does not");
    }
    if (auto wrong = not_enclosed()) {
        return fail(std::move(*wrong));
    }
    return block_or_end(line);
}

/// `text` and `signature` of `{...},"signature":"..."` when that is how it begins.
std::optional<std::pair<std::string_view, Signature>> take_signed(Scan& scan) {
    const auto end = scan.rest.find('}');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view text = scan.rest.substr(0, end + 1);
    scan.rest.remove_prefix(end + 1);
    const auto digits = scan.take(R"(,"signature":")") ? scan.take_text() : std::nullopt;
    Signature signature{};
    if (!digits || !read_hex(*digits, signature.data(), signature.size())) {
        return std::nullopt;
    }
    return std::pair{text, signature};
}

Verifier::State Verifier::key(Scan scan) {
    const auto read = take_signed(scan);
    const auto record = read ? key_from(read->first) : std::nullopt;
    if (!record || !scan.rest.empty()) {
        return fail("this is no line of a key");
    }
    if (record->log != verdict_.header.log) {
        return fail("this key belongs to another log");
    }
    // A key that nobody whom the reader trusts has signed is said, and counts for nothing.
    const auto by = trusted_.find(record->endorsed_by);
    if (by != trusted_.end()) {
        if (!verify(by->second.key, read->first, read->second)) {
            return fail("the signature of key " + shown(record->endorsed_by) +
                        " under this key is wrong");
        }
        trusted_.try_emplace(id_of(record->key), Trusted{record->key, by->second.given});
    }
    return &Verifier::key_or_head;
}

Verifier::State Verifier::head(Scan scan) {
    const auto read = take_signed(scan);
    const auto head = read ? head_from(read->first) : std::nullopt;
    if (!head || !scan.take(R"(,"consistency":")")) {
        return fail("this is no line of a head");
    }
    const auto proof = take_hashes(scan);
    if (!proof || !scan.rest.empty() || !is_instant(head->at)) {
        return fail("this is no line of a head");
    }
    if (head->log != verdict_.header.log) {
        return fail("this head belongs to another log");
    }
    const auto by = trusted_.find(head->key);
    if (by == trusted_.end()) {
        return fail("this head is signed by the key " + shown(head->key) +
                    ", which is not the one that was given");
    }
    if (!verify(by->second.key, read->first, read->second)) {
        return fail("the signature of this head is wrong");
    }
    const Head* before = verdict_.heads.empty() ? nullptr : &verdict_.heads.back();
    if (before == nullptr ? !proof->empty()
                          : !merkle::consistent(before->size, before->root, head->size, head->root,
                                                *proof, hasher_)) {
        return fail("the tree of this head does not begin with that of the head before it");
    }
    verdict_.heads.push_back(*head);
    verdict_.trusted_by = by->second.given;
    return &Verifier::key_or_head;
}

std::optional<std::vector<merkle::Hash>> Verifier::take_hashes(Scan& scan) {
    const auto text = scan.take_text();
    if (!text || text->size() % kDigits != 0) {
        return std::nullopt;
    }
    std::vector<merkle::Hash> hashes(text->size() / kDigits);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        if (!read_hex(text->substr(i * kDigits, kDigits), hashes[i].data(), 32)) {
            return std::nullopt;
        }
    }
    return hashes;
}

/// The heads must prove what the header says: that the leaves are all of the period.
std::optional<std::string> Verifier::not_enclosed() const {
    const Header& header = verdict_.header;
    if (verdict_.heads.back().size != header.size) {
        return "the last head is not that of the tree which the header names";
    }
    const auto any = [&](auto&& holds) {
        return std::any_of(verdict_.heads.begin(), verdict_.heads.end(), holds);
    };
    const bool from = header.first == 0 || (!header.from.empty() && any([&](const Head& head) {
                          return head.at <= header.from && head.size >= header.first;
                      }));
    const bool to = header.end == header.size || (!header.to.empty() && any([&](const Head& head) {
                        return head.at >= header.to && head.size <= header.end;
                    }));
    return from && to ? std::nullopt
                      : std::optional<std::string>{
                            "no head shows that the leaves cover the period of the header"};
}

Verifier::State Verifier::block_or_end(std::string_view line) {
    Scan scan{line};
    if (scan.take(R"({"block":)")) {
        const auto text = checked(line);
        return text ? block(Scan{text->substr(9)}) : fail("this line of a block was changed");
    }
    if (scan.take(R"({"records":)")) {
        const auto text = checked(line);
        return text ? end(Scan{text->substr(11)}) : fail("the last line was changed");
    }
    return fail(record_fault(line_, -1, line, "a block or the last line must stand here"));
}

std::uint64_t Verifier::mask_wanted(std::int64_t block) const {
    const std::int64_t from = block << kBlockLevel;
    std::uint64_t mask = 0;
    for (std::int64_t leaf = std::max(from, verdict_.header.first);
         leaf < std::min(from + kBlockLeaves, verdict_.header.end); ++leaf) {
        mask |= std::uint64_t{1} << (leaf - from);
    }
    return mask;
}

std::int64_t blocks_of(const Header& header) {
    return (header.size + kBlockLeaves - 1) >> kBlockLevel;
}

Verifier::State Verifier::block(Scan scan) {
    const Header& header = verdict_.header;
    const auto number = scan.take_number();
    const auto shown_text = scan.take(R"(,"shown":")") ? scan.take_text() : std::nullopt;
    auto hashes = scan.take(R"(,"hashes":")") ? take_hashes(scan) : std::nullopt;
    const auto path = scan.take(R"(,"path":")") ? take_hashes(scan) : std::nullopt;
    std::array<std::uint8_t, 8> bytes{};
    if (!number || !shown_text || !hashes || !path || !scan.rest.empty() ||
        !read_hex(*shown_text, bytes.data(), bytes.size()) || *number >= blocks_of(header)) {
        return fail("this is no line of a block");
    }
    std::uint64_t mask = 0;
    for (const std::uint8_t byte : bytes) {
        mask = mask << 8 | byte;
    }
    const std::int64_t next = block_ < 0 ? header.first >> kBlockLevel : block_ + 1;
    const std::uint64_t wanted = mask_wanted(*number);
    if (filtered() ? *number < next || mask == 0 || (mask & ~wanted) != 0
                   : *number != next || mask == 0 || mask != wanted) {
        return fail("block " + std::to_string(next) + " should stand here with all its leaves");
    }
    const std::int64_t leaves = std::min(kBlockLeaves, header.size - (*number << kBlockLevel));
    if (static_cast<std::int64_t>(hashes->size()) != leaves ||
        merkle::root_by_inclusion(*number, blocks_of(header), merkle::root_of(*hashes, hasher_),
                                  *path, hasher_) != verdict_.heads.back().root) {
        return fail("the hashes of block " + std::to_string(*number) +
                    " are not those of the signed tree");
    }
    block_ = *number;
    mask_ = mask;
    hashes_ = std::move(*hashes);
    ++blocks_;
    return &Verifier::record;
}

Verifier::State Verifier::record(std::string_view line) {
    const std::int64_t leaf = next_leaf();
    Scan scan{line};
    const auto number = scan.take(R"({"leaf":)") ? scan.take_number() : std::nullopt;
    if (!number || !scan.take(R"(,"record":)") || !scan.rest.ends_with('}')) {
        return fail(record_fault(line_, leaf, line, "this is not its line"));
    }
    if (*number != leaf) {
        return fail(
            record_fault(line_, leaf, {},
                         "it should stand here, and leaf " + std::to_string(*number) + " does"));
    }
    scan.rest.remove_suffix(1);
    const auto index = static_cast<std::size_t>(std::countr_zero(mask_));
    records_.add({scan.rest, line_, leaf, hashes_[index]});
    ++verdict_.records;
    mask_ &= mask_ - 1;
    if (records_.full()) {
        if (auto fault = records_.compare()) {
            return fail(std::move(*fault));
        }
    }
    return mask_ != 0 ? &Verifier::record : &Verifier::block_or_end;
}

Verifier::State Verifier::end(Scan scan) {
    const Header& header = verdict_.header;
    const auto records = scan.take_number();
    const auto blocks = scan.take(R"(,"blocks":)") ? scan.take_number() : std::nullopt;
    if (!records || !blocks || !scan.rest.empty()) {
        return fail("this is not the last line of an export");
    }
    if (!filtered() && verdict_.records != header.end - header.first) {
        return fail(record_fault(line_, header.first + verdict_.records, {},
                                 "it is missing: the export ends before it"));
    }
    if (*records != verdict_.records || *blocks != blocks_) {
        return fail("the last line counts " + std::to_string(*records) + " records, here are " +
                    std::to_string(verdict_.records));
    }
    if (auto fault = records_.compare()) {
        return fail(std::move(*fault));
    }
    if (!rest_.empty()) {
        ++line_;
        return fail("something follows the last line");
    }
    return nullptr;
}

} // namespace

Verdict verify_export(std::string_view file, const std::vector<PublicKey>& keys, int threads) {
    return Verifier{file, keys, threads}.run();
}

namespace {

std::string explain_fault(const Fault& fault) {
    std::string text = "WRONG at line " + std::to_string(fault.line);
    if (fault.leaf >= 0) {
        text += ", leaf " + std::to_string(fault.leaf);
    }
    if (!fault.kind.empty()) {
        text += ", kind " + fault.kind;
    }
    if (!fault.subject.empty()) {
        text += ", " + fault.subject;
    }
    return text + ": " + fault.what + ".\nThis is the first fault; what follows was not looked at.";
}

std::string period_of(const Header& header) {
    const std::string from = header.from.empty() ? "the beginning" : header.from;
    const std::string to = header.to.empty() ? "the last head" : header.to;
    return "from " + from + " to " + to;
}

} // namespace

std::string explain(const Verdict& verdict) {
    if (verdict.fault) {
        return explain_fault(*verdict.fault);
    }
    const Header& header = verdict.header;
    const Head& last = verdict.heads.back();
    std::string text = "PROVED: " + std::to_string(verdict.records) + " records of the log " +
                       header.log + " are as they were when the log was signed.\n";
    text += "The tree has " + std::to_string(last.size) + " leaves and the root " +
            hex_of(last.root) + ", signed at " + last.at + " by key " + last.key +
            (last.key == verdict.trusted_by ? "" : ", introduced by key " + verdict.trusted_by) +
            ".\n" +
            (verdict.heads.size() == 1
                 ? "One signed head.\n"
                 : std::to_string(verdict.heads.size()) +
                       " signed heads; each tree begins with the one before it.\n");
    if (header.filter.empty()) {
        return text + "Complete: all leaves from " + std::to_string(header.first) + " up to " +
               std::to_string(header.end) + " (not included), all that was recorded " +
               period_of(header) + ".";
    }
    return text + "Filtered by " + header.filter + ", " + period_of(header) +
           ": each record shown is in the log, unchanged. That no other record of this filter is "
           "in the log is not proved; an export without a filter proves it.";
}

} // namespace campaigns::audit
