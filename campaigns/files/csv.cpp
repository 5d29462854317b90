#include "campaigns/files/csv.hpp"

#include "campaigns/files/csv_records.hpp"
#include "campaigns/files/csv_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace campaigns::csv {

namespace {

// Enough for a byte order mark and the longest magic number after it.
constexpr std::size_t kHeadBytes = 32;
constexpr std::size_t kSniffBytesMax = 64 * 1024; // of the first line, to find the separator
constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::string_view kSeparators = ",;\t|";

enum class Encoding { bytes, utf16_little, utf16_big };

struct Detected {
    Encoding encoding = Encoding::bytes;
    std::size_t mark_bytes = 0;
    bool guessed = false;
};

Detected detect_encoding(std::string_view head) {
    if (head.starts_with("\xEF\xBB\xBF")) {
        return {Encoding::bytes, 3, false};
    }
    if (head.starts_with("\xFF\xFE")) {
        return {Encoding::utf16_little, 2, false};
    }
    if (head.starts_with("\xFE\xFF")) {
        return {Encoding::utf16_big, 2, false};
    }
    // A header in UTF-16 without a mark: every other byte is zero.
    if (head.size() >= 4 && head[0] != '\0' && head[2] != '\0' && head[1] == '\0' &&
        head[3] == '\0') {
        return {Encoding::utf16_little, 0, true};
    }
    if (head.size() >= 4 && head[0] == '\0' && head[2] == '\0' && head[1] != '\0' &&
        head[3] != '\0') {
        return {Encoding::utf16_big, 0, true};
    }
    return {};
}

bool is_sep_line(std::string_view line) {
    constexpr std::string_view word = "sep=";
    const auto same = [](char a, char b) { return (a | 0x20) == b; };
    return line.size() == word.size() + 1 &&
           std::equal(word.begin(), word.end() - 1, line.begin(), same) && line[3] == '=' &&
           kSeparators.find(line[4]) != std::string_view::npos;
}

// Finds the separator in the first line that is not blank.
class Sniffer {
public:
    // Looks at `text` from where it stopped; true when the line is complete.
    bool look(std::string_view text) {
        for (; position_ < text.size() && position_ < kSniffBytesMax; ++position_) {
            const char c = text[position_];
            quoted_ = quoted_ != (c == '"');
            if (!quoted_ && (c == '\n' || c == '\r')) {
                if (filled_) {
                    return true;
                }
                continue;
            }
            filled_ = filled_ || (c != ' ' && c != '\t');
            const std::size_t index = kSeparators.find(c);
            if (!quoted_ && index != std::string_view::npos) {
                ++counts_[index];
            }
        }
        return position_ >= kSniffBytesMax;
    }
    // The most frequent one outside quotes; the earlier of kSeparators when there is a tie.
    [[nodiscard]] char separator() const {
        const auto most = std::max_element(counts_.begin(), counts_.end());
        return kSeparators[static_cast<std::size_t>(most - counts_.begin())];
    }
    [[nodiscard]] std::size_t line_end() const { return position_; }

private:
    std::size_t position_ = 0;
    bool quoted_ = false;
    bool filled_ = false;
    std::array<std::size_t, kSeparators.size()> counts_{};
};

} // namespace

class Reader::Impl {
public:
    explicit Impl(Listener& listener) : listener_{listener} {}

    std::optional<Fault> feed(std::string_view bytes) {
        while (!bytes.empty() && !fault_) {
            const std::string_view piece = bytes.substr(0, kPieceBytes);
            bytes.remove_prefix(piece.size());
            take(piece);
        }
        return fault_;
    }

    std::optional<Fault> finish() {
        if (finished_ || fault_) {
            return fault_;
        }
        finished_ = true;
        if (!detected_) {
            detect();
        }
        if (fault_) {
            return fault_;
        }
        if (utf16_) {
            std::string rest;
            utf16_->finish(rest);
            parse(rest);
        }
        if (!records_) {
            start_records();
        }
        records_->finish();
        return fault_;
    }

    [[nodiscard]] char separator() const { return separator_; }

private:
    void take(std::string_view bytes) {
        if (detected_) {
            decode(bytes);
            return;
        }
        head_.append(bytes);
        if (head_.size() >= kHeadBytes) {
            detect();
        }
    }

    void detect() {
        detected_ = true;
        const std::string head = std::exchange(head_, {});
        const Detected found = detect_encoding(head);
        const std::string_view body = std::string_view{head}.substr(found.mark_bytes);
        const std::string_view type =
            foreign_type(head).empty() ? foreign_type(body) : foreign_type(head);
        if (!type.empty()) {
            fault_ = Fault{FaultKind::wrong_file_type, 1, std::string{type}};
            return;
        }
        if (found.encoding != Encoding::bytes) {
            utf16_.emplace(found.encoding == Encoding::utf16_big);
        }
        if (found.guessed) {
            listener_.on_notice(1, "the file has no byte order mark and was read as UTF-16");
        }
        decode(body);
    }

    void decode(std::string_view bytes) {
        if (!utf16_) {
            parse(bytes);
            return;
        }
        std::string text;
        text.reserve(bytes.size() * 2);
        utf16_->decode(bytes, text);
        parse(text);
    }

    void parse(std::string_view text) {
        if (records_) {
            records_->feed(text);
            return;
        }
        first_.append(text);
        if (sniffer_.look(first_)) {
            start_records();
        }
    }

    void start_records() {
        separator_ = sniffer_.separator();
        std::string_view text = first_;
        if (const auto first_line = text.substr(0, sniffer_.line_end()); is_sep_line(first_line)) {
            separator_ = first_line[4];
            // What stays of that line is its end: the parser counts it as a blank line 1.
            text.remove_prefix(first_line.size());
        }
        records_.emplace(separator_, 1, listener_);
        records_->feed(text);
        first_ = {};
    }

    Listener& listener_;
    bool detected_ = false;
    bool finished_ = false;
    std::optional<Fault> fault_;
    std::string head_;
    std::optional<Utf16Decoder> utf16_;
    std::string first_; // text up to the end of the first line
    Sniffer sniffer_;
    char separator_ = ',';
    std::optional<Records> records_;
};

Reader::Reader(Listener& listener) : impl_{std::make_unique<Impl>(listener)} {}
Reader::~Reader() = default;

std::optional<Fault> Reader::feed(std::string_view bytes) {
    return impl_->feed(bytes);
}
std::optional<Fault> Reader::finish() {
    return impl_->finish();
}
char Reader::separator() const {
    return impl_->separator();
}

std::string_view to_text(FaultKind kind) {
    switch (kind) {
    case FaultKind::wrong_file_type:
        return "wrong_file_type";
    case FaultKind::unterminated_quote:
        return "unterminated_quote";
    case FaultKind::text_after_quote:
        return "text_after_quote";
    case FaultKind::field_too_long:
        return "field_too_long";
    case FaultKind::line_too_long:
        return "line_too_long";
    case FaultKind::too_many_columns:
        return "too_many_columns";
    case FaultKind::nul_byte:
        return "nul_byte";
    case FaultKind::bad_cell:
        return "bad_cell";
    }
    return "unknown";
}

std::string explain(const Fault& fault) {
    if (!fault.detail.empty() && fault.kind != FaultKind::wrong_file_type) {
        return fault.detail;
    }
    switch (fault.kind) {
    case FaultKind::wrong_file_type:
        return "this is " + fault.detail + ", not CSV; open it and save it as CSV (UTF-8)";
    case FaultKind::unterminated_quote:
        return "a quote is opened here and never closed; close it, or double it if it is text";
    case FaultKind::text_after_quote:
        return "text follows a closing quote; double the quotes that are part of the text";
    case FaultKind::field_too_long:
        return "a field is longer than 64 KiB; shorten it, or close the quote before it";
    case FaultKind::line_too_long:
        return "the line is longer than 1 MiB; check the line ends of the file";
    case FaultKind::too_many_columns:
        return "the line has more than 1024 columns; check the separator";
    case FaultKind::nul_byte:
        return "the line holds a zero byte, which is no text; export the file again";
    case FaultKind::bad_cell:
        return "a cell cannot be read; save the file again";
    }
    return "unreadable";
}

} // namespace campaigns::csv
