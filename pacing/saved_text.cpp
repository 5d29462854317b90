#include "pacing/saved_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace pacing {

namespace {

constexpr std::string_view head = "pacing-learnt 1\n";
constexpr std::size_t sum_digits = 16;

std::uint64_t checksum(std::string_view text) {
    std::uint64_t sum = 14695981039346656037ULL; // FNV-1a, 64 bits
    for (const char c : text) {
        sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    return sum;
}

std::string sum_line(std::string_view text) {
    std::array<char, sum_digits> digits{};
    std::uint64_t sum = checksum(text);
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
        *digit = "0123456789abcdef"[sum & 15U];
        sum >>= 4U;
    }
    return "sum " + std::string{digits.data(), digits.size()} + "\n";
}

} // namespace

SavedWriter::SavedWriter() : text_{head} {}

void SavedWriter::put(std::string_view name, std::span<const double> values) {
    text_ += name;
    for (const double value : values) {
        std::array<char, 40> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        text_ += ' ';
        text_.append(digits.data(), end);
    }
    text_ += '\n';
}

std::string SavedWriter::finish() && {
    text_ += sum_line(text_);
    return std::move(text_);
}

SavedReader::SavedReader(std::string_view text) {
    const std::size_t line = 4 + sum_digits + 1;
    if (text.size() < head.size() + line || !text.starts_with(head) ||
        text.substr(text.size() - line) != sum_line(text.substr(0, text.size() - line))) {
        ok_ = false;
        return;
    }
    rest_ = text.substr(head.size(), text.size() - line - head.size());
}

std::string_view SavedReader::token() {
    const auto end = rest_.find_first_of(" \n");
    const auto found = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
    return found;
}

void SavedReader::get(std::string_view name, std::span<double> values) {
    if (!ok_ || token() != name) {
        ok_ = false;
        return;
    }
    for (double& value : values) {
        const auto digits = token();
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value)) {
            ok_ = false;
            return;
        }
    }
}

double SavedReader::get(std::string_view name) {
    double value = 0;
    get(name, std::span{&value, 1});
    return value;
}

} // namespace pacing
