#include "campaigns/files/xlsx_archive.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <utility>

namespace campaigns::xlsx {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;
constexpr zip_int64_t kPartsMax = 10'000;
constexpr std::uint64_t kRatioFreeBytes = std::uint64_t{1} << 20;

struct CloseZip {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseMember {
    // Only read from: closing has nothing to say that reading did not.
    void operator()(zip_file_t* member) const { static_cast<void>(zip_fclose(member)); }
};
using Zip = std::unique_ptr<zip_t, CloseZip>;

std::string plain_name(std::string_view name) {
    std::string plain{name};
    for (char& c : plain) {
        // Archives made by careless programs have the separator of Windows.
        c = c == '\\' ? '/' : c;
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return plain;
}

WorkbookError damaged(const std::string& what) {
    return {"damaged", what + "; open the file in a spreadsheet program and save it again as XLSX, "
                              "or get it again"};
}

Zip opened(zip_t* archive) {
    if (archive == nullptr) {
        throw damaged("the archive inside is damaged or cut off");
    }
    return Zip{archive};
}

Zip zip_of_bytes(std::string_view bytes) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    zip_t* const archive =
        source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    if (archive == nullptr && source != nullptr) {
        zip_source_free(source);
    }
    zip_error_fini(&error);
    return opened(archive);
}

} // namespace

struct Archive::State {
    explicit State(Zip its_zip) : zip{std::move(its_zip)} {
        const zip_int64_t count = zip_get_num_entries(zip.get(), 0);
        if (count > kPartsMax) {
            throw WorkbookError{"too_large", "the archive inside holds more than 10,000 files, "
                                             "which no workbook does; check where it comes from"};
        }
        for (zip_uint64_t i = 0; std::cmp_less(i, count); ++i) {
            const char* const name = zip_get_name(zip.get(), i, ZIP_FL_ENC_RAW);
            if (name != nullptr && !parts.emplace(plain_name(name), i).second) {
                throw damaged(fmt::format("the archive inside holds two files named {:.100}",
                                          std::string_view{name}));
            }
        }
    }

    Zip zip;
    std::map<std::string, zip_uint64_t, std::less<>> parts;
    std::uint64_t budget = kUnpackedBytesMax;
};

struct Part::State {
    std::string name;
    std::unique_ptr<zip_file_t, CloseMember> member;
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0; ///< as the archive says
    std::uint64_t bytes_max = 0;
    std::uint64_t done = 0;
    std::uint64_t* budget = nullptr; ///< of the archive
    std::vector<char> buffer = std::vector<char>(kPieceBytes);
};

Part::Part(std::unique_ptr<State> state) : state_{std::move(state)} {}
Part::~Part() = default;
Part::Part(Part&&) noexcept = default;
Part& Part::operator=(Part&&) noexcept = default;

std::string_view Part::read() {
    State& s = *state_;
    const zip_int64_t got = zip_fread(s.member.get(), s.buffer.data(), s.buffer.size());
    if (got < 0) {
        // At the end the library has compared the checksum of what it gave.
        throw damaged(fmt::format("its part {} is damaged or cut off", s.name));
    }
    const auto size = static_cast<std::uint64_t>(got);
    s.done += size;
    const bool bomb = s.done > kRatioFreeBytes && s.done / kRatioMax > s.packed;
    if (bomb || s.done > s.bytes_max || size > *s.budget) {
        throw WorkbookError{
            "too_large",
            fmt::format("its part {} unpacks to {}, which no lead list does; check where the file "
                        "comes from, or save the sheet as CSV",
                        s.name, bomb ? "more than 200 times its size" : "too much")};
    }
    *s.budget -= size;
    return {s.buffer.data(), static_cast<std::size_t>(size)};
}

std::uint64_t Part::packed_size() const {
    return state_->packed;
}

std::uint64_t Part::packed_done() const {
    const State& s = *state_;
    if (s.unpacked == 0) {
        return 0;
    }
    const double share = static_cast<double>(s.done) / static_cast<double>(s.unpacked);
    return std::min(s.packed, static_cast<std::uint64_t>(share * static_cast<double>(s.packed)));
}

Archive::Archive(const std::string& path) {
    int error = 0;
    state_ = std::make_unique<State>(opened(zip_open(path.c_str(), ZIP_RDONLY, &error)));
}
Archive::Archive(std::unique_ptr<State> state) : state_{std::move(state)} {}
Archive::~Archive() = default;
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;

Archive Archive::of_bytes(std::string_view bytes) {
    return Archive{std::make_unique<State>(zip_of_bytes(bytes))};
}

bool Archive::has(std::string_view name) const {
    return state_->parts.contains(plain_name(name));
}

bool Archive::has_under(std::string_view prefix) const {
    const std::string plain = plain_name(prefix);
    const auto found = state_->parts.lower_bound(plain);
    return found != state_->parts.end() && found->first.starts_with(plain);
}

Part Archive::open(std::string_view name, std::uint64_t bytes_max) {
    const auto found = state_->parts.find(plain_name(name));
    if (found == state_->parts.end()) {
        throw damaged(fmt::format("the workbook names a part {:.100} that it does not have", name));
    }
    zip_stat_t status;
    zip_stat_init(&status);
    if (zip_stat_index(state_->zip.get(), found->second, 0, &status) != 0) {
        throw damaged(fmt::format("its part {} cannot be found", found->first));
    }
    if ((status.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
        status.encryption_method != ZIP_EM_NONE) {
        throw WorkbookError{"encrypted",
                            "the file is protected by a password; save it without one"};
    }
    auto state = std::make_unique<Part::State>();
    state->name = found->first;
    state->packed = (status.valid & ZIP_STAT_COMP_SIZE) != 0 ? status.comp_size : 0;
    state->unpacked = (status.valid & ZIP_STAT_SIZE) != 0 ? status.size : 0;
    state->bytes_max = bytes_max;
    state->budget = &state_->budget;
    state->member.reset(zip_fopen_index(state_->zip.get(), found->second, 0));
    if (!state->member) {
        throw damaged(fmt::format("its part {} cannot be unpacked ({})", found->first,
                                  zip_strerror(state_->zip.get())));
    }
    return Part{std::move(state)};
}

void read_part(Archive& archive, std::string_view name, std::uint64_t bytes_max,
               XmlHandler& handler) {
    Part part = archive.open(name, bytes_max);
    XmlReader xml{std::string{name}, handler};
    while (true) {
        const std::string_view piece = part.read();
        static_cast<void>(xml.feed(piece, piece.empty()));
        if (piece.empty()) {
            return;
        }
    }
}

std::string resolve_target(std::string_view base, std::string_view target) {
    std::vector<std::string_view> steps;
    const auto walk = [&steps](std::string_view path) {
        while (!path.empty()) {
            const std::string_view step = path.substr(0, path.find('/'));
            path.remove_prefix(std::min(path.size(), step.size() + 1));
            if (step == ".." && !steps.empty()) {
                steps.pop_back();
            } else if (!step.empty() && step != "." && step != "..") {
                steps.push_back(step);
            }
        }
    };
    if (!target.starts_with('/')) {
        const std::size_t slash = base.rfind('/');
        walk(slash == std::string_view::npos ? std::string_view{} : base.substr(0, slash));
    }
    walk(target);
    return fmt::format("{}", fmt::join(steps, "/"));
}

} // namespace campaigns::xlsx
