#pragma once

// Reads the JSON object of a request's body field by field and remembers the first fault.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialer::http {

/// What is wrong with a body; `field` is empty when the body as a whole is.
struct BodyFault {
    std::string field;
    std::string message;
};

/// Use: read all fields, then ask `fault()` before using any of them. After the first fault the
/// readers return empty values. Unknown fields are a fault, so that a typing error is not
/// silently a default.
class Body {
public:
    /// An empty body reads as an object without fields.
    explicit Body(std::string_view text);
    ~Body();
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    /// A string of 1 to `bytes_max` bytes.
    [[nodiscard]] std::string text(std::string_view field, std::size_t bytes_max);
    /// A string of up to `bytes_max` bytes, line breaks allowed; empty when absent.
    [[nodiscard]] std::string optional_text(std::string_view field, std::size_t bytes_max);
    [[nodiscard]] bool optional_flag(std::string_view field, bool otherwise);
    /// A whole number from `low` to `high`; `low` when it is anything else.
    [[nodiscard]] std::int64_t whole_number(std::string_view field, std::int64_t low,
                                            std::int64_t high);

    /// Nothing when absent, which is something else than empty; line breaks allowed.
    [[nodiscard]] std::optional<std::string> maybe_text(std::string_view field,
                                                        std::size_t bytes_max);
    /// Nothing when absent.
    [[nodiscard]] std::optional<std::int64_t>
    maybe_whole_number(std::string_view field, std::int64_t low, std::int64_t high);
    [[nodiscard]] std::optional<bool> maybe_flag(std::string_view field);
    /// A list of up to `count_max` texts of 1 to `bytes_max` bytes each; empty when absent.
    [[nodiscard]] std::vector<std::string> texts(std::string_view field, std::size_t count_max,
                                                 std::size_t bytes_max);

    /// Names with texts. Numbers and flags become their texts, a list of texts is joined by commas.
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    /// Of an object of up to `count_max` such values; empty when absent.
    [[nodiscard]] Pairs pairs(std::string_view field, std::size_t count_max, std::size_t bytes_max);
    /// Of all fields that were not asked for yet.
    [[nodiscard]] Pairs rest(std::size_t bytes_max);
    /// Whatever it is, as JSON text; empty when absent.
    [[nodiscard]] std::string optional_json(std::string_view field);

    /// Remembers a fault that the caller found in the field, unless there was one before.
    void blame(std::string_view field, std::string message);

    /// The first fault, else a field that nobody asked for.
    [[nodiscard]] std::optional<BodyFault> fault() const;

private:
    struct Fields;

    [[nodiscard]] Pairs pairs_of(const Fields& fields, std::string_view prefix,
                                 std::size_t bytes_max);

    std::unique_ptr<Fields> fields_;
    std::optional<BodyFault> fault_;
};

} // namespace dialer::http
