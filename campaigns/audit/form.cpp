#include "campaigns/audit/form.hpp"

#include "campaigns/audit/scan.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace campaigns::audit {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

int value_of(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

// Values are joined here and not by a formatter, so that the form stands in one place as it is
// read.
void append(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append("\"").append(value).append("\"");
}

void append(std::string& out, std::string_view name, std::int64_t value) {
    out.append(name).append(std::to_string(value));
}

void append_all(std::string& out, const std::vector<merkle::Hash>& hashes) {
    for (const merkle::Hash& hash : hashes) {
        append_hex(out, hash.data(), hash.size());
    }
}

std::string text_of(const Header& header) {
    std::string text;
    append(text, R"({"audit_export":1,"log":)", header.log);
    append(text, R"(,"made_at":)", header.made_at);
    append(text, R"(,"from":)", header.from);
    append(text, R"(,"to":)", header.to);
    append(text, R"(,"filter":)", header.filter);
    append(text, R"(,"first":)", header.first);
    append(text, R"(,"end":)", header.end);
    append(text, R"(,"size":)", header.size);
    return text;
}

} // namespace

void append_hex(std::string& out, const std::uint8_t* bytes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        out += kDigits[bytes[i] >> 4];
        out += kDigits[bytes[i] & 15];
    }
}

bool read_hex(std::string_view text, std::uint8_t* bytes, std::size_t count) {
    if (text.size() != 2 * count) {
        return false;
    }
    int wrong = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const int high = value_of(text[2 * i]);
        const int low = value_of(text[2 * i + 1]);
        wrong |= high | low;
        bytes[i] = static_cast<std::uint8_t>((high << 4) | (low & 15));
    }
    return wrong >= 0;
}

std::string text_of(const Head& head) {
    std::string text;
    append(text, R"({"audit_head":1,"log":)", head.log);
    append(text, R"(,"size":)", head.size);
    append(text, R"(,"root":)", hex_of(head.root));
    append(text, R"(,"at":)", head.at);
    append(text, R"(,"closes":)", head.closes);
    append(text, R"(,"key":)", head.key);
    return text + "}";
}

std::optional<Head> head_from(std::string_view text) {
    Scan scan{text};
    Head head;
    const auto quoted = [&](std::string_view name, std::string& value) {
        const auto taken = scan.take(name) ? scan.take_text() : std::nullopt;
        value = taken.value_or("");
        return taken.has_value();
    };
    std::string root;
    if (!quoted(R"({"audit_head":1,"log":")", head.log) || !scan.take(R"(,"size":)")) {
        return std::nullopt;
    }
    head.size = scan.take_number().value_or(-1);
    const bool good = head.size >= 0 && quoted(R"(,"root":")", root) &&
                      read_hex(root, head.root.data(), head.root.size()) &&
                      quoted(R"(,"at":")", head.at) && quoted(R"(,"closes":")", head.closes) &&
                      quoted(R"(,"key":")", head.key) && scan.rest == "}";
    return good ? std::optional{head} : std::nullopt;
}

std::string text_of(const KeyRecord& key) {
    std::string text;
    append(text, R"({"audit_key":1,"log":)", key.log);
    append(text, R"(,"key":)", text_of(key.key));
    append(text, R"(,"at":)", key.at);
    append(text, R"(,"endorsed_by":)", key.endorsed_by);
    return text + "}";
}

std::optional<KeyRecord> key_from(std::string_view text) {
    Scan scan{text};
    KeyRecord key;
    const auto quoted = [&](std::string_view name, std::string& value) {
        const auto taken = scan.take(name) ? scan.take_text() : std::nullopt;
        value = taken.value_or("");
        return taken.has_value();
    };
    std::string bytes;
    const bool good = quoted(R"({"audit_key":1,"log":")", key.log) &&
                      quoted(R"(,"key":")", bytes) && quoted(R"(,"at":")", key.at) &&
                      quoted(R"(,"endorsed_by":")", key.endorsed_by) && scan.rest == "}";
    const auto read = public_key_from(bytes);
    if (!good || !read) {
        return std::nullopt;
    }
    key.key = *read;
    return key;
}

ExportWriter::ExportWriter(merkle::Subtrees& tree, Sink sink)
    : tree_{tree}, sink_{std::move(sink)} {}

void ExportWriter::begin(const Header& header, const std::vector<KeyRecord>& keys,
                         const std::vector<SignedHead>& heads) {
    if (heads.empty() || heads.back().head.size != header.size) {
        throw std::logic_error{"an export is proved by the last of its heads"};
    }
    size_ = header.size;
    finish_line(text_of(header));
    for (const KeyRecord& key : keys) {
        std::string line = R"({"key":)" + text_of(key);
        append(line, R"(,"signature":)", hex_of(key.signature));
        finish_line(std::move(line));
    }
    const SignedHead* before = nullptr;
    for (const SignedHead& head : heads) {
        write_head(head, before);
        before = &head;
    }
}

void ExportWriter::write_head(const SignedHead& head, const SignedHead* before) {
    std::string line = R"({"head":)" + text_of(head.head);
    append(line, R"(,"signature":)", hex_of(head.signature));
    std::string proof;
    if (before != nullptr && before->head.size > 0) {
        append_all(proof,
                   merkle::consistency_proof(before->head.size, head.head.size, tree_, hasher_));
    }
    append(line, R"(,"consistency":)", proof);
    finish_line(std::move(line));
}

void ExportWriter::add(std::int64_t leaf, std::string_view record) {
    if (leaf >> kBlockLevel != block_) {
        flush_block();
        block_ = leaf >> kBlockLevel;
    }
    shown_ |= std::uint64_t{1} << (leaf % kBlockLeaves);
    held_.append(R"({"leaf":)").append(std::to_string(leaf));
    held_.append(R"(,"record":)").append(record).append("}\n");
    ++records_;
}

void ExportWriter::flush_block() {
    if (shown_ == 0) {
        return;
    }
    std::string hashes;
    const std::int64_t from = block_ << kBlockLevel;
    for (std::int64_t leaf = from; leaf < std::min(from + kBlockLeaves, size_); ++leaf) {
        const merkle::Hash hash = tree_.complete(0, leaf);
        append_hex(hashes, hash.data(), hash.size());
    }
    merkle::BlockTree blocks{tree_, kBlockLevel, size_, hasher_};
    std::string path;
    append_all(path, merkle::inclusion_proof(block_, (size_ + kBlockLeaves - 1) >> kBlockLevel,
                                             blocks, hasher_));
    std::array<std::uint8_t, 8> mask{};
    for (std::size_t i = 0; i < mask.size(); ++i) {
        mask[i] = static_cast<std::uint8_t>(shown_ >> (56 - 8 * i));
    }
    std::string line;
    append(line, R"({"block":)", block_);
    append(line, R"(,"shown":)", hex_of(mask));
    append(line, R"(,"hashes":)", hashes);
    append(line, R"(,"path":)", path);
    finish_line(std::move(line));
    sink_(held_);
    held_.clear();
    shown_ = 0;
    ++blocks_;
}

void ExportWriter::end() {
    flush_block();
    std::string line;
    append(line, R"({"records":)", records_);
    append(line, R"(,"blocks":)", blocks_);
    finish_line(std::move(line));
}

void ExportWriter::finish_line(std::string line) {
    check_ = hasher_.sha256({reinterpret_cast<const char*>(check_.data()), check_.size()}, line);
    append(line, R"(,"check":)", hex_of(check_));
    line += "}\n";
    sink_(line);
}

} // namespace campaigns::audit
