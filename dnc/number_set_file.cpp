#include "dnc/number_set_file.hpp"

#include "dnc/number_set_blocks.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dnc {

namespace {

using Digest = std::array<std::uint8_t, 32>;
using Bytes = std::span<const std::uint8_t>;

constexpr std::array<char, 8> kMagic{'D', 'N', 'C', 'S', 'E', 'T', '\r', '\n'};
constexpr std::uint32_t kByteOrder = 0x01020304; // reads otherwise on a machine of the other order
constexpr std::uint64_t kPage = 4096;            // sections begin on pages, so that they map

enum class SectionKind : std::uint32_t {
    dense = 1,  ///< an area code's bitmap
    sparse = 2, ///< 1,000 counts of two bytes, then the blocks of exchanges that hold a number
    others = 3, ///< the slots of the hash set
};

struct Header {
    std::array<char, 8> magic = kMagic;
    std::uint32_t byte_order = kByteOrder;
    std::uint32_t format = kNumberSetFormat;
    std::int64_t list_id = 0;
    std::int64_t version_id = 0;
    std::int64_t as_of_days = 0;
    std::uint64_t numbers = 0;
    std::uint64_t file_bytes = 0;
    std::uint64_t sections = 0;
};

struct Section {
    SectionKind kind = SectionKind::dense;
    std::uint32_t area = 0; ///< area code - 200
    std::uint64_t numbers = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    Digest sha256{};
};
static_assert(std::is_trivially_copyable_v<Header> && std::is_trivially_copyable_v<Section>);
static_assert(sizeof(Header) == 64 && sizeof(Section) == 64);

Digest sha256_of(Bytes bytes) {
    Digest digest{};
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1 ||
        size != digest.size()) {
        throw std::runtime_error{"SHA-256 is not available in the crypto library"};
    }
    return digest;
}

std::string hex_of(const Digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : digest) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::uint64_t on_page(std::uint64_t offset) {
    return (offset + kPage - 1) / kPage * kPage;
}

std::string seal_of(const Header& header, std::span<const Section> sections) {
    std::vector<std::uint8_t> bytes(sizeof(header) + sections.size_bytes());
    std::memcpy(bytes.data(), &header, sizeof(header));
    if (!sections.empty()) {
        std::memcpy(bytes.data() + sizeof(header), sections.data(), sections.size_bytes());
    }
    return hex_of(sha256_of(bytes));
}

Header header_of(const NumberSet& set, const NumberSetIdentity& identity) {
    Header header;
    header.list_id = identity.list_id;
    header.version_id = identity.version_id;
    header.as_of_days = std::chrono::sys_days{identity.as_of}.time_since_epoch().count();
    header.numbers = set.size();
    return header;
}

/// An open file.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_{fd} {}
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

/// A file being written beside its later place; gone again unless it is moved there.
class NewFile {
public:
    explicit NewFile(const std::string& path)
        : path_{path}, temporary_{path + ".XXXXXX"}, file_{::mkstemp(temporary_.data())} {
        if (file_.get() < 0) {
            fail(path_);
        }
    }
    ~NewFile() {
        if (!moved_) {
            ::unlink(temporary_.c_str());
        }
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    void write(Bytes bytes, std::uint64_t offset) {
        while (!bytes.empty()) {
            const ssize_t done =
                ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (done < 0 && errno != EINTR) {
                fail(temporary_);
            }
            const auto count = static_cast<std::size_t>(std::max<ssize_t>(done, 0));
            bytes = bytes.subspan(count);
            offset += count;
        }
    }

    void move_into_place(std::uint64_t size) {
        if (::ftruncate(file_.get(), static_cast<off_t>(size)) != 0 ||
            ::fchmod(file_.get(), S_IRUSR | S_IRGRP) != 0 || ::fsync(file_.get()) != 0 ||
            ::rename(temporary_.c_str(), path_.c_str()) != 0) {
            fail(path_);
        }
        moved_ = true;
    }

private:
    [[noreturn]] static void fail(const std::string& path) {
        throw std::runtime_error{path + ": " + std::strerror(errno)};
    }

    std::string path_;
    std::string temporary_;
    Descriptor file_;
    bool moved_ = false;
};

// -- writing

/// Puts sections one after the other behind the room that is kept for header and directory.
class Writer {
public:
    Writer(NewFile& file, std::size_t sections_max)
        : file_{file}, end_{on_page(sizeof(Header) + sections_max * sizeof(Section))} {}

    void add(SectionKind kind, std::size_t area, std::size_t numbers, Bytes bytes) {
        end_ = on_page(end_);
        file_.write(bytes, end_);
        sections_.push_back({kind, static_cast<std::uint32_t>(area), numbers, end_, bytes.size(),
                             sha256_of(bytes)});
        end_ += bytes.size();
    }

    std::string finish(Header header) {
        header.file_bytes = end_;
        header.sections = sections_.size();
        std::vector<std::uint8_t> head(sizeof(header) + sections_.size() * sizeof(Section));
        std::memcpy(head.data(), &header, sizeof(header));
        if (!sections_.empty()) {
            std::memcpy(head.data() + sizeof(header), sections_.data(),
                        head.size() - sizeof(header));
        }
        file_.write(head, 0);
        file_.move_into_place(end_);
        return seal_of(header, sections_);
    }

private:
    NewFile& file_;
    std::uint64_t end_;
    std::vector<Section> sections_;
};

/// One area code, gathered from the blocks that the set gives out.
struct AreaBits {
    std::vector<std::uint8_t> bits = std::vector<std::uint8_t>(kAreaBytes);
    std::array<std::uint16_t, kExchanges> counts{};

    void put(std::size_t exchange, std::size_t count, const NumberBlock& lines) {
        counts[exchange] = static_cast<std::uint16_t>(count);
        std::copy(lines.begin(), lines.end(),
                  bits.begin() + static_cast<std::ptrdiff_t>(exchange * sizeof(lines)));
    }
    [[nodiscard]] std::size_t blocks() const {
        return kExchanges -
               static_cast<std::size_t>(std::count(counts.begin(), counts.end(), std::uint16_t{0}));
    }
    [[nodiscard]] std::size_t numbers() const {
        std::size_t sum = 0;
        for (const std::uint16_t count : counts) {
            sum += count;
        }
        return sum;
    }
    /// Dense or sparse by what is held alone, whatever the set's history: equal sets give equal
    /// files.
    void write(Writer& writer, std::size_t area) const {
        if (blocks() >= kDenseBlocks) {
            return writer.add(SectionKind::dense, area, numbers(), bits);
        }
        std::vector<std::uint8_t> packed(sizeof(counts));
        std::memcpy(packed.data(), counts.data(), sizeof(counts));
        for (std::size_t exchange = 0; exchange < kExchanges; ++exchange) {
            if (counts[exchange] > 0) {
                const auto first =
                    bits.begin() + static_cast<std::ptrdiff_t>(exchange * sizeof(NumberBlock));
                packed.insert(packed.end(), first,
                              first + static_cast<std::ptrdiff_t>(sizeof(NumberBlock)));
            }
        }
        writer.add(SectionKind::sparse, area, numbers(), packed);
    }
};

void write_areas(Writer& writer, const NumberSet& set) {
    std::optional<std::size_t> area;
    auto bits = std::make_unique<AreaBits>();
    set.for_each_block([&](std::int64_t block, std::size_t count, const NumberBlock& lines) {
        const auto place = NumberSet::Blocks::place_of(block * kBlockNumbers);
        if (!place) {
            return;
        }
        if (area && *area != place->area) {
            bits->write(writer, *area);
            *bits = AreaBits{};
        }
        area = place->area;
        bits->put(place->line / kLines, count, lines);
    });
    if (area) {
        bits->write(writer, *area);
    }
}

void write_others(Writer& writer, const NumberSet& set) {
    const std::vector<std::int64_t> values = set.blocks().others.sorted();
    if (values.empty()) {
        return;
    }
    // Made anew in ascending order: where a value lies must not tell when it came.
    FlatSet slots;
    slots.reserve(values.size());
    for (const std::int64_t value : values) {
        slots.insert(value);
    }
    const auto bytes = std::as_bytes(slots.slots());
    writer.add(SectionKind::others, 0, values.size(),
               {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

// -- mapping

/// The whole file in memory, private to this process where it is written to.
class Mapping {
public:
    Mapping(std::uint8_t* data, std::size_t size) : data_{data}, size_{size} {}
    ~Mapping() { ::munmap(data_, size_); }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    [[nodiscard]] std::span<std::uint8_t> bytes() const { return {data_, size_}; }

private:
    std::uint8_t* data_;
    std::size_t size_;
};

/// Thrown inside this file alone; becomes a NumberSetFault.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::shared_ptr<Mapping> map_file(const std::string& path) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat status {};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
        throw Refused{std::strerror(errno)};
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (!S_ISREG(status.st_mode) || size < sizeof(Header)) {
        throw Refused{"this is no file of numbers"};
    }
    void* const data =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file.get(), 0);
    if (data == MAP_FAILED) {
        throw Refused{std::strerror(errno)};
    }
    return std::make_shared<Mapping>(static_cast<std::uint8_t*>(data), size);
}

Header read_header(std::span<const std::uint8_t> file) {
    Header header;
    std::memcpy(&header, file.data(), sizeof(header));
    if (header.magic != kMagic) {
        throw Refused{"this is no file of numbers"};
    }
    if (header.byte_order != kByteOrder || header.format != kNumberSetFormat) {
        throw Refused{"it was written by another program or on another kind of machine"};
    }
    if (header.file_bytes != file.size()) {
        throw Refused{"it was cut off or has grown since it was written"};
    }
    if (header.sections > kAreaCodes + 1 ||
        sizeof(header) + header.sections * sizeof(Section) > file.size()) {
        throw Refused{"its directory is damaged"};
    }
    return header;
}

std::vector<Section> read_directory(std::span<const std::uint8_t> file, const Header& header) {
    std::vector<Section> sections(header.sections);
    if (!sections.empty()) {
        std::memcpy(sections.data(), file.data() + sizeof(header),
                    sections.size() * sizeof(Section));
    }
    return sections;
}

std::span<std::uint8_t> body_of(const Section& section, std::span<std::uint8_t> file) {
    if (section.offset % kPage != 0 || section.offset > file.size() ||
        section.bytes > file.size() - section.offset || section.area >= kAreaCodes) {
        throw Refused{"its directory is damaged"};
    }
    const std::span<std::uint8_t> body = file.subspan(section.offset, section.bytes);
    if (sha256_of(body) != section.sha256) {
        throw Refused{"its content is not what was written"};
    }
    return body;
}

void take_sparse(NumberSet::Blocks& blocks, const Section& section, Bytes body) {
    std::array<std::uint16_t, kExchanges> counts{};
    if (body.size() < sizeof(counts)) {
        throw Refused{"an area code of it is damaged"};
    }
    std::memcpy(counts.data(), body.data(), sizeof(counts));
    body = body.subspan(sizeof(counts));
    for (std::size_t exchange = 0; exchange < kExchanges; ++exchange) {
        if (counts[exchange] == 0) {
            continue;
        }
        SparseBlock* const block = body.size() < sizeof(NumberBlock)
                                       ? nullptr
                                       : blocks.sparse_block(section.area, exchange);
        if (block == nullptr) {
            throw Refused{"an area code of it is damaged"};
        }
        std::memcpy(block->lines.data(), body.data(), sizeof(NumberBlock));
        block->count = counts[exchange];
        body = body.subspan(sizeof(NumberBlock));
    }
}

void take(NumberSet::Blocks& blocks, const Section& section, std::span<std::uint8_t> body) {
    switch (section.kind) {
    case SectionKind::dense:
        if (body.size() != kAreaBytes) {
            throw Refused{"an area code of it is damaged"};
        }
        blocks.dense[section.area] = body.data();
        blocks.nanp_count += section.numbers;
        return;
    case SectionKind::sparse:
        take_sparse(blocks, section, body);
        blocks.nanp_count += section.numbers;
        return;
    case SectionKind::others:
        if (body.size() % sizeof(std::int64_t) != 0) {
            throw Refused{"its hash table is damaged"};
        }
        // Pages are aligned for any type, and the file holds the integers as this machine does.
        blocks.others.adopt(
            {reinterpret_cast<std::int64_t*>(body.data()), body.size() / sizeof(std::int64_t)},
            section.numbers);
        return;
    }
    throw Refused{"its directory is damaged"};
}

NumberSet open_set(const std::string& path, const NumberSetIdentity& identity,
                   const std::string& seal) {
    const auto mapping = map_file(path);
    const Header header = read_header(mapping->bytes());
    const std::vector<Section> sections = read_directory(mapping->bytes(), header);
    if (seal_of(header, sections) != seal) {
        throw Refused{"it is not the file whose hash the store knows"};
    }
    if (header.list_id != identity.list_id || header.version_id != identity.version_id ||
        header.as_of_days != std::chrono::sys_days{identity.as_of}.time_since_epoch().count()) {
        throw Refused{"it holds another version of a list"};
    }
    auto blocks = std::make_unique<NumberSet::Blocks>();
    for (const Section& section : sections) {
        take(*blocks, section, body_of(section, mapping->bytes()));
    }
    if (blocks->nanp_count + blocks->others.size() != header.numbers) {
        throw Refused{"its counts do not add up"};
    }
    blocks->mapping = mapping;
    return NumberSet{std::move(blocks)};
}

} // namespace

std::variant<std::string, NumberSetFault>
write_number_set(const NumberSet& set, const NumberSetIdentity& identity, const std::string& path) {
    try {
        NewFile file{path};
        Writer writer{file, kAreaCodes + 1};
        write_areas(writer, set);
        write_others(writer, set);
        return writer.finish(header_of(set, identity));
    } catch (const std::runtime_error& error) {
        return NumberSetFault{std::string{"the numbers cannot be kept in a file: "} + error.what()};
    }
}

std::variant<NumberSet, NumberSetFault> map_number_set(const std::string& path,
                                                       const NumberSetIdentity& identity,
                                                       const std::string& seal) {
    try {
        return open_set(path, identity, seal);
    } catch (const Refused& refused) {
        return NumberSetFault{path + ": " + refused.what()};
    }
}

} // namespace dnc
