#include "campaigns/lists/numbers_file_source.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <utility>
#include <vector>

namespace campaigns {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;
constexpr std::string_view kZipMagic{"PK\x03\x04"};
// The largest registry is a twentieth of it; an archive that promises more is none.
constexpr std::uint64_t kUnpackedBytesMax = std::uint64_t{64} * 1024 * 1024 * 1024;

struct CloseZip {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseMember {
    // Only read from: closing has nothing to say that reading did not.
    void operator()(zip_file_t* member) const { static_cast<void>(zip_fclose(member)); }
};

bool is_zip(SourceFile& file) {
    const bool zip = file.read().starts_with(kZipMagic);
    file.rewind();
    return zip;
}

} // namespace

struct NumbersSource::Archive {
    explicit Archive(const std::string& path) : name{path}, buffer(kPieceBytes) {
        int error = 0;
        archive.reset(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &error));
        if (!archive) {
            throw SourceError{fmt::format("{}: the archive is damaged or cut off; download it "
                                          "again",
                                          path)};
        }
        choose_member();
    }

    /// The only file; folders do not count.
    void choose_member() {
        const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
        int files = 0;
        zip_uint64_t chosen = 0;
        for (zip_uint64_t i = 0; std::cmp_less(i, count); ++i) {
            const char* const member_name = zip_get_name(archive.get(), i, ZIP_FL_ENC_RAW);
            if (member_name != nullptr && !std::string_view{member_name}.ends_with('/')) {
                chosen = i;
                ++files;
            }
        }
        if (files != 1) {
            throw SourceError{fmt::format("{}: the archive holds {} files; unpack it and load them "
                                          "one by one",
                                          name, files)};
        }
        zip_stat_t status;
        zip_stat_init(&status);
        if (zip_stat_index(archive.get(), chosen, 0, &status) != 0 ||
            (status.valid & ZIP_STAT_SIZE) == 0 || status.size > kUnpackedBytesMax) {
            throw SourceError{fmt::format("{}: the archive does not say how large its file is, or "
                                          "it is too large",
                                          name)};
        }
        size = status.size;
        member.reset(zip_fopen_index(archive.get(), chosen, 0));
        if (!member) {
            throw SourceError{fmt::format("{}: the file in the archive cannot be opened: {}", name,
                                          zip_strerror(archive.get()))};
        }
    }

    std::string_view read() {
        const zip_int64_t got = zip_fread(member.get(), buffer.data(), buffer.size());
        done += got > 0 ? static_cast<std::uint64_t>(got) : 0;
        // At the end the library has compared the checksum of what it gave.
        if (got < 0 || done > size || (got == 0 && done != size)) {
            throw SourceError{fmt::format("{}: the file in the archive is damaged or cut off; "
                                          "download it again",
                                          name)};
        }
        return {buffer.data(), static_cast<std::size_t>(got)};
    }

    std::string name;
    std::vector<char> buffer;
    std::unique_ptr<zip_t, CloseZip> archive;
    std::unique_ptr<zip_file_t, CloseMember> member; // before its archive in destruction
    std::uint64_t size = 0;
    std::uint64_t done = 0;
};

NumbersSource::NumbersSource(std::string path)
    : file_{std::move(path)}, sha256_{hash_of(file_)},
      archive_{is_zip(file_) ? std::make_unique<Archive>(file_.path()) : nullptr} {}

NumbersSource::~NumbersSource() = default;

std::string_view NumbersSource::read() {
    return archive_ ? archive_->read() : file_.read();
}

std::uint64_t NumbersSource::size() const {
    return archive_ ? archive_->size : file_.size();
}

void NumbersSource::check_unchanged() {
    file_.rewind();
    if (hash_of(file_) != sha256_) {
        throw SourceError{fmt::format("{}: the file changed while it was read; load it again when "
                                      "it is complete",
                                      file_.path())};
    }
}

} // namespace campaigns
