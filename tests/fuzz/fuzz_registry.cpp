// The readers of number files on hostile bytes: they never fail, and what they read does not depend
// on how the bytes were cut. The first byte of the input chooses form and content, the second the
// cuts.

#include "dnc/registry.hpp"
#include "dnc/registry_flat.hpp"
#include "dnc/registry_json.hpp"
#include "dnc/registry_rows.hpp"
#include "dnc/registry_xml.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>

namespace {

void require(bool ok) {
    if (!ok) {
        std::abort();
    }
}

/// Hashes what it is given and checks its bounds.
class Checker final : public dnc::RegistrySink {
public:
    void on_record(const dnc::RegistryRecord& record) override {
        require(record.first.e164 > 0 && record.first.e164 < 1'000'000'000'000'000);
        require(record.count == 1 || record.count == 1000 || record.count == 10'000);
        require(record.count == 1 || dnc::area_code(record.first).has_value());
        add(std::to_string(record.first.e164) + (record.listed ? "+" : "-"));
    }
    void on_bad(dnc::BadRecord record) override {
        require(record.line > 0 && record.value.size() <= 60 && !record.why.empty());
        add(record.field + record.value);
    }
    void add(std::string_view text) {
        hash_ = hash_ * 1099511628211ULL ^ std::hash<std::string_view>{}(text);
    }
    [[nodiscard]] std::size_t hash() const { return hash_; }

private:
    std::size_t hash_ = 14695981039346656037ULL;
};

template <typename Reader>
std::size_t read(std::string_view bytes, const dnc::RegistryOptions& options, std::size_t cut) {
    Checker checker;
    Reader reader{options, checker};
    bool fault = false;
    while (!bytes.empty() && !fault) {
        const std::string_view piece = bytes.substr(0, cut);
        fault = reader.feed(piece).has_value();
        bytes.remove_prefix(piece.size());
    }
    fault = fault || reader.finish().has_value();
    // Where a fault was found decides which records came before it, so that these may differ.
    return fault ? 1 : checker.hash();
}

template <typename Reader>
void compare(std::string_view bytes, const dnc::RegistryOptions& options, std::size_t cut) {
    require(read<Reader>(bytes, options, bytes.size() + 1) == read<Reader>(bytes, options, cut));
}

void read_rows(std::string_view bytes, const dnc::RegistryOptions& options) {
    Checker checker;
    dnc::RegistryRows rows{options, checker};
    std::int64_t line = 0;
    while (!bytes.empty()) {
        const std::string_view text = bytes.substr(0, bytes.find('\n'));
        bytes.remove_prefix(std::min(bytes.size(), text.size() + 1));
        std::array<std::string_view, 8> fields;
        std::size_t count = 0;
        for (std::string_view rest = text; count < fields.size();) {
            fields[count] = rest.substr(0, rest.find(','));
            rest.remove_prefix(std::min(rest.size(), fields[count].size() + 1));
            ++count;
            if (rest.empty()) {
                break;
            }
        }
        if (rows.row(++line, {fields.data(), count})) {
            return;
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    constexpr std::array<std::string_view, 4> countries{"US", "GB", "IT", ""};
    dnc::RegistryOptions options;
    options.content = static_cast<dnc::RegistryContent>(data[0] >> 2U & 3U);
    options.country = countries[data[0] >> 4U & 3U];
    if ((data[0] & 64U) != 0) {
        options.columns = {{dnc::RegistryField::number, "2"}, {dnc::RegistryField::mark, "Mark"}};
    }
    const std::size_t cut = data[1] % 31U + 1U;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 2, size - 2};
    switch (data[0] & 3U) {
    case 0:
        compare<dnc::FlatRegistryReader>(bytes, options, cut);
        break;
    case 1:
        compare<dnc::XmlRegistryReader>(bytes, options, cut);
        break;
    case 2:
        compare<dnc::JsonRegistryReader>(bytes, options, cut);
        break;
    default:
        read_rows(bytes, options);
        break;
    }
    return 0;
}
