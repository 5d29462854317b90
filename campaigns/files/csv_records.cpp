#include "campaigns/files/csv_records.hpp"

#include "campaigns/files/csv_text.hpp"

#include <algorithm>
#include <utility>

namespace campaigns::csv {

namespace {

bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

bool is_space(char c) {
    return c == ' ' || c == '\t';
}

} // namespace

Records::Records(char separator, std::int64_t first_line, Reader::Listener& listener)
    : listener_{listener}, separator_{separator}, line_{first_line}, record_line_{first_line} {}

void Records::feed(std::string_view bytes) {
    std::string again;
    while (!bytes.empty()) {
        bytes.remove_prefix(scan(bytes));
        if (std::exchange(gave_up_, false)) {
            record_begin_ = offset_;
            std::string rest = std::exchange(replay_, {});
            rest.append(bytes);
            again = std::move(rest);
            bytes = again;
        }
    }
}

void Records::finish() {
    // Each round drops at least the line of the open quote, so this ends.
    while (state_ == State::quoted) {
        give_up_quote(true);
        if (std::exchange(gave_up_, false)) {
            feed(std::exchange(replay_, {}));
        }
    }
    if (text_ == "\x1A" && ends_.empty()) {
        return; // The end-of-file mark of DOS.
    }
    if (anything_ || fault_ || !ends_.empty()) {
        end_record();
    }
}

std::size_t Records::scan(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && !gave_up_) {
        if (std::exchange(after_cr_, false) && bytes[used] == '\n') {
            if (state_ == State::quoted) {
                keep("\n");
            }
            ++used;
            ++offset_;
            continue;
        }
        const std::size_t room =
            kRecordBytesMax - std::min<std::size_t>(offset_ - record_begin_, kRecordBytesMax);
        if (room == 0 && state_ != State::skipping) {
            give_up_record();
            continue;
        }
        const std::size_t limit = state_ == State::skipping ? bytes.size() : room;
        const std::size_t taken = step(bytes.substr(used, limit));
        used += taken;
        offset_ += taken;
    }
    return used;
}

void Records::give_up_record() {
    if (state_ == State::quoted) {
        give_up_quote(false);
        return;
    }
    fail(FaultKind::line_too_long, record_line_);
    state_ = State::skipping;
}

std::size_t Records::step(std::string_view bytes) {
    switch (state_) {
    case State::field_start:
    case State::unquoted:
        return in_field(bytes);
    case State::quoted:
        return in_quotes(bytes);
    case State::quote_seen:
        return at_quote(bytes);
    case State::after_quote:
        return past_quote(bytes);
    case State::skipping:
        return skip(bytes);
    }
    return bytes.size();
}

std::size_t Records::in_field(std::string_view bytes) {
    const auto is_special = [this](char c) {
        return c == separator_ || c == '"' || is_line_end(c) || c == '\0';
    };
    const auto end = std::find_if(bytes.begin(), bytes.end(), is_special);
    const auto run = static_cast<std::size_t>(end - bytes.begin());
    if (run > 0) {
        const std::string_view text = bytes.substr(0, run);
        if (!std::all_of(text.begin(), text.end(), is_space)) {
            state_ = State::unquoted;
            anything_ = true;
        }
        keep(text);
        return run;
    }
    special(bytes.front());
    return 1;
}

void Records::special(char c) {
    if (c == '\0') {
        anything_ = true;
        fail(FaultKind::nul_byte, line_);
    } else if (c == separator_) {
        end_field();
    } else if (is_line_end(c)) {
        end_line(c);
    } else if (state_ == State::field_start) {
        open_quote();
    } else {
        keep("\""); // 5" pipe: a quote inside an unquoted field is a character like others.
    }
}

void Records::open_quote() {
    text_.resize(field_begin_);
    anything_ = true;
    state_ = State::quoted;
    quote_line_ = line_;
    replayable_ = false;
    replay_.clear();
}

std::size_t Records::in_quotes(std::string_view bytes) {
    const auto is_special = [](char c) { return c == '"' || is_line_end(c) || c == '\0'; };
    const auto end = std::find_if(bytes.begin(), bytes.end(), is_special);
    auto run = static_cast<std::size_t>(end - bytes.begin());
    if (run > 0) {
        // Cut at the cap exactly, so that the outcome does not depend on how the file is cut.
        run = std::min(run, kFieldBytesMax + 1 - std::min(field_size(), kFieldBytesMax));
        keep(bytes.substr(0, run));
        return run;
    }
    const char c = bytes.front();
    if (c == '"') {
        if (replayable_) {
            replay_.push_back(c);
        }
        state_ = State::quote_seen;
    } else if (c == '\0') {
        fail(FaultKind::nul_byte, line_);
        if (replayable_) {
            replay_.push_back(c);
        }
    } else {
        newline_in_quotes(c);
    }
    return 1;
}

void Records::newline_in_quotes(char c) {
    const bool first = !replayable_;
    if (first && field_size() >= kFieldBytesMax) {
        fail(FaultKind::field_too_long, quote_line_);
        end_line(c);
        return;
    }
    first_line_end_ = first ? text_.size() : first_line_end_;
    ++line_;
    after_cr_ = c == '\r';
    keep({&c, 1});
    if (first) {
        replayable_ = true;
        replay_line_ = line_;
        replay_after_cr_ = after_cr_;
    }
}

std::size_t Records::at_quote(std::string_view bytes) {
    if (bytes.front() == '"') {
        state_ = State::quoted;
        keep("\"");
        return 1;
    }
    state_ = State::after_quote;
    replayable_ = false;
    replay_.clear();
    return past_quote(bytes);
}

std::size_t Records::past_quote(std::string_view bytes) {
    const char c = bytes.front();
    if (c == separator_) {
        end_field();
    } else if (is_line_end(c)) {
        end_line(c);
    } else if (!is_space(c)) {
        fail(c == '\0' ? FaultKind::nul_byte : FaultKind::text_after_quote, line_);
        state_ = State::unquoted;
        keep(c == '\0' ? std::string_view{} : std::string_view{&c, 1});
    }
    return 1;
}

std::size_t Records::skip(std::string_view bytes) {
    const auto end = std::find_if(bytes.begin(), bytes.end(), is_line_end);
    const auto run = static_cast<std::size_t>(end - bytes.begin());
    if (run == bytes.size()) {
        return run;
    }
    end_line(*end);
    return run + 1;
}

// Bytes of the field's content; in quotes also of the lines that may have to be read again.
void Records::keep(std::string_view bytes) {
    if (state_ == State::quoted && replayable_) {
        replay_.append(bytes);
    }
    const std::size_t room = kFieldBytesMax - std::min(field_size(), kFieldBytesMax);
    text_.append(bytes.substr(0, room));
    if (bytes.size() <= room) {
        return;
    }
    if (state_ == State::quoted) {
        give_up_quote(false);
    } else {
        fail(FaultKind::field_too_long, record_line_);
    }
}

void Records::give_up_quote(bool at_end) {
    if (!replayable_) {
        fail(at_end ? FaultKind::unterminated_quote : FaultKind::field_too_long, quote_line_);
        state_ = State::skipping;
        return;
    }
    fail(FaultKind::unterminated_quote, quote_line_);
    text_.resize(first_line_end_);
    end_record();
    line_ = replay_line_;
    record_line_ = line_;
    after_cr_ = replay_after_cr_;
    replayable_ = false;
    gave_up_ = true;
}

void Records::end_line(char c) {
    // The line is counted after the row is out: the row's faults are on this one.
    end_record();
    ++line_;
    record_line_ = line_;
    after_cr_ = c == '\r';
}

void Records::end_field() {
    ends_.push_back(text_.size());
    field_begin_ = text_.size();
    anything_ = true;
    state_ = State::field_start;
    if (ends_.size() >= kColumnsMax) {
        fail(FaultKind::too_many_columns, line_);
        state_ = State::skipping;
    }
}

void Records::end_record() {
    if (anything_ || fault_) {
        ends_.push_back(text_.size());
        emit();
    }
    text_.clear();
    ends_.clear();
    field_begin_ = 0;
    anything_ = false;
    fault_.reset();
    record_begin_ = offset_;
    state_ = State::field_start;
}

void Records::emit() {
    views_.clear();
    converted_.clear();
    converted_.reserve(ends_.size()); // The views point into it: it must not move.
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
        const std::string_view field = std::string_view{text_}.substr(begin, end - begin);
        begin = end;
        if (is_utf8(field)) {
            views_.push_back(field);
            continue;
        }
        if (!std::exchange(told_encoding_, true)) {
            listener_.on_notice(record_line_, "not all text is UTF-8; what is not was read as "
                                              "Windows-1252: check the names with accents");
        }
        converted_.push_back(from_windows_1252(field));
        views_.push_back(converted_.back());
    }
    listener_.on_row({.line = record_line_, .fields = views_, .fault = std::move(fault_)});
}

void Records::fail(FaultKind kind, std::int64_t line) {
    if (!fault_) {
        fault_ = Fault{.kind = kind, .line = line, .detail = {}};
    }
}

} // namespace campaigns::csv
