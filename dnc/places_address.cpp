#include "dnc/places.hpp"
#include "dnc/places_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace dnc {

namespace {

constexpr std::array<char, 2> kUnitedStates = {'U', 'S'};
constexpr std::array<char, 2> kCanada = {'C', 'A'};

template <class Value> void insert_once(std::vector<Value>& sorted, const Value& value) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), value);
    if (at == sorted.end() || *at != value) {
        sorted.insert(at, value);
    }
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return c >= 'A' && c <= 'Z';
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit);
}

/// "US-FL", as ISO 3166-2 writes regions.
bool has_country_prefix(std::string_view text) {
    const auto letter = [](char c) { return is_letter(static_cast<char>(c & ~0x20)); };
    return text.size() > 3 && letter(text[0]) && letter(text[1]) && text[2] == '-';
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// A postal code in the form of the table.
struct PostalCode {
    std::array<char, 12> letters{};
    std::size_t count = 0;
    bool whole = true; ///< false: leading zeros were lost, as spreadsheets do; it narrows nothing

    [[nodiscard]] std::string_view view() const { return {letters.data(), count}; }
};

PostalCode make_code(std::string_view zeros, std::string_view text) {
    PostalCode code;
    code.whole = zeros.empty();
    for (const std::string_view part : {zeros, text}) {
        for (const char letter : part) {
            if (code.count < code.letters.size()) {
                code.letters[code.count++] = letter;
            }
        }
    }
    return code;
}

bool is_canadian(std::string_view text) {
    return text.size() >= 3 && is_letter(text[0]) && is_digit(text[1]) && is_letter(text[2]);
}

/// ZIP codes have five digits or nine; each may have lost up to two zeros at its head.
std::optional<PostalCode> read_zip(std::string_view text) {
    constexpr std::string_view kZeros = "00";
    if (!all_digits(text) || text.size() < 3 || text.size() > 9 || text.size() == 6) {
        return std::nullopt;
    }
    const std::size_t lost = text.size() <= 5 ? 5 - text.size() : 9 - text.size();
    return make_code(kZeros.substr(0, lost), text);
}

} // namespace

/// Adds one address to a place. Lives for one call.
class Places::AddressReader {
public:
    AddressReader(const Places& places, Place& out) : places_{places}, out_{out} {}

    void read(const Address& address) {
        const std::string_view region_text = trimmed(address.region);
        const bool with_country = has_country_prefix(region_text);
        const FoldedText country{!address.country.empty() ? std::string_view{address.country}
                                 : with_country           ? region_text.substr(0, 2)
                                                          : std::string_view{}};
        const FoldedText region{with_country ? region_text.substr(3) : region_text};
        const FoldedText postal{address.postal_code};
        if (country.empty() && region.empty() && postal.empty()) {
            return;
        }
        read_country(country);
        if (!region.empty()) {
            read_region(region.view());
        }
        if (!postal.empty()) {
            read_postal(postal.view());
        }
        add_all();
    }

private:
    [[nodiscard]] bool in_nanp() const { return out_.area_code != 0; }

    /// The country that the address is read in: its own, or that of the number.
    void read_country(const FoldedText& text) {
        if (!text.empty()) {
            country_area_ = places_.find_name(places_.countries_, {}, text.view());
            country_given_ = true;
            if (country_area_ == nullptr) {
                out_.zones_known = false;
                return;
            }
        } else if (!out_.of_number.empty()) {
            const CountryCode code = out_.of_number.front().country;
            country_area_ = places_.find_name(places_.countries_, {}, {code.data(), code.size()});
        }
        if (country_area_ != nullptr && !country_area_->jurisdictions.empty()) {
            country_ = country_area_->jurisdictions.front().country;
            is_part_ = country_area_->jurisdictions.size() > 1;
        }
    }

    void read_region(std::string_view text) {
        region_area_ = places_.find_name(places_.regions_, country_, text);
        const bool american = country_ == kUnitedStates || country_ == kCanada || in_nanp();
        for (const CountryCode other : {kUnitedStates, kCanada}) {
            if (region_area_ == nullptr && american && !is_part_) {
                region_area_ = places_.find_name(places_.regions_, other, text);
                elsewhere_ = region_area_ != nullptr && country_given_;
            }
        }
        region_unknown_ = region_area_ == nullptr && !is_part_;
    }

    void read_postal(std::string_view text) {
        CountryCode country = region_area_ != nullptr && !region_area_->jurisdictions.empty()
                                  ? region_area_->jurisdictions.front().country
                                  : country_;
        PostalCode code = make_code({}, text);
        if (country == kUnitedStates || country == kCanada || (in_nanp() && !country_given_)) {
            const auto zip = read_zip(text);
            if (!zip && !is_canadian(text)) {
                return;
            }
            country = zip ? kUnitedStates : kCanada;
            code = zip.value_or(code);
        }
        postal_whole_ = code.whole;
        const std::string_view digits = code.view();
        for (std::size_t length = digits.size(); length > 0 && postal_area_ == nullptr; --length) {
            postal_area_ = places_.find_name(places_.postal_, country, digits.substr(0, length));
        }
    }

    void add_all() {
        const bool in_number_country =
            std::any_of(out_.of_number.begin(), out_.of_number.end(),
                        [&](const Jurisdiction& one) { return one.country == country_; });
        const bool whole_country = region_unknown_ || elsewhere_ || is_part_ ||
                                   (region_area_ == nullptr && country_given_ &&
                                    !in_number_country && postal_area_ == nullptr);
        if (whole_country && country_area_ != nullptr) {
            add(*country_area_);
        }
        if (region_area_ == nullptr) {
            add_postal(postal_area_);
        } else if (postal_area_ != nullptr && is_inside(*region_area_, *postal_area_)) {
            add_narrowed(*region_area_, *postal_area_);
        } else {
            add(*region_area_);
            add_postal(postal_area_);
        }
    }

    /// Whether the region is one of those that the postal code touches.
    static bool is_inside(const Area& region, const Area& postal) {
        return std::includes(postal.jurisdictions.begin(), postal.jurisdictions.end(),
                             region.jurisdictions.begin(), region.jurisdictions.end());
    }

    /// The zones of the region that the postal code leaves. Both know all of theirs, so where they
    /// share none, one of them is wrong and both count.
    void add_narrowed(const Area& region, const Area& postal) {
        bool shared = false;
        for (const ZoneId zone : region.zones) {
            if (std::binary_search(postal.zones.begin(), postal.zones.end(), zone)) {
                shared = true;
                insert_once(out_.zones, zone);
            }
        }
        if (!shared || !postal_whole_ || !region.zones_known || !postal.zones_known) {
            add(postal);
            add(region);
            return;
        }
        add_jurisdictions(region);
    }

    void add_postal(const Area* postal) {
        if (postal == nullptr) {
            return;
        }
        add(*postal);
    }

    void add(const Area& area) {
        for (const ZoneId zone : area.zones) {
            insert_once(out_.zones, zone);
        }
        out_.zones_known = out_.zones_known && area.zones_known;
        add_jurisdictions(area);
    }

    void add_jurisdictions(const Area& area) {
        for (const Jurisdiction& jurisdiction : area.jurisdictions) {
            insert_once(out_.jurisdictions, jurisdiction);
        }
    }

    const Places& places_;
    Place& out_;
    CountryCode country_{};
    const Area* country_area_ = nullptr;
    const Area* region_area_ = nullptr;
    const Area* postal_area_ = nullptr;
    bool country_given_ = false;
    bool is_part_ = false;        // the country named is itself a region: Puerto Rico
    bool region_unknown_ = false; // there is a text, and no region has that name
    bool elsewhere_ = false;      // the region is in another country than the one given
    bool postal_whole_ = true;
};

void Places::add_address(const Address& address, Place& out) const {
    AddressReader{*this, out}.read(address);
}

} // namespace dnc
