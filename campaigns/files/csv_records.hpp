#pragma once

// The record parser inside the CSV reader: bytes of an ASCII superset in, rows out.

#include "campaigns/files/csv.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace campaigns::csv {

/// Splits records (RFC 4180 section 2) with recovery. One thread.
///
/// A quote that is never closed would swallow the rest of a file. So what a quoted field holds
/// after its first line is kept aside (at most kFieldBytesMax), and when the field outgrows its
/// cap or the file ends, the row is reported and those lines are read again as ordinary ones.
/// They cannot open such a field again: any lone quote among them would have closed the first.
/// So every byte is read at most twice, and a hostile file costs no more than a good one.
class Records {
public:
    Records(char separator, std::int64_t first_line, Reader::Listener& listener);

    void feed(std::string_view bytes);
    void finish();

private:
    enum class State {
        field_start, ///< only spaces of the field were seen
        unquoted,
        quoted,
        quote_seen,  ///< a quote inside a quoted field: its end, or half of a doubled quote
        after_quote, ///< spaces after the end of a quoted field
        skipping,    ///< to the end of the line, the row is lost
    };

    std::size_t scan(std::string_view bytes);
    std::size_t step(std::string_view bytes);
    std::size_t in_field(std::string_view bytes);
    std::size_t in_quotes(std::string_view bytes);
    std::size_t at_quote(std::string_view bytes);
    std::size_t past_quote(std::string_view bytes);
    std::size_t skip(std::string_view bytes);

    void special(char c);
    void open_quote();
    void newline_in_quotes(char c);
    void keep(std::string_view bytes);
    void give_up_record();
    void give_up_quote(bool at_end);
    void end_line(char c);
    void end_field();
    void end_record();
    void emit();
    void fail(FaultKind kind, std::int64_t line);
    [[nodiscard]] std::size_t field_size() const { return text_.size() - field_begin_; }

    Reader::Listener& listener_;
    char separator_;
    State state_ = State::field_start;

    std::string text_;               // contents of the record's fields, one after the other
    std::vector<std::size_t> ends_;  // where each finished field ends in text_
    std::size_t field_begin_ = 0;    // of the field being read
    bool anything_ = false;          // the record has more than white space
    std::optional<Fault> fault_;     // the record's first
    std::uint64_t offset_ = 0;       // bytes read
    std::uint64_t record_begin_ = 0; // of the record, as offset_
    std::int64_t line_;              // physical, of the next byte
    std::int64_t record_line_;
    bool after_cr_ = false; // an LF now belongs to the line end already counted

    std::int64_t quote_line_ = 0; // where the open quote is
    bool replayable_ = false;     // a line ended inside the quoted field
    std::string replay_;          // the field's raw bytes after its first line
    std::int64_t replay_line_ = 0;
    bool replay_after_cr_ = false;
    std::size_t first_line_end_ = 0; // of the quoted field's first line, in text_
    bool gave_up_ = false;           // replay_ is to be read again

    bool told_encoding_ = false;
    std::vector<std::string_view> views_;
    std::vector<std::string> converted_;
};

} // namespace campaigns::csv
