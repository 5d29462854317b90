#include "campaigns/import/source.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace campaigns {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

void require(int ok) {
    if (ok != 1) {
        throw std::runtime_error{"SHA-256 is not available in the crypto library"};
    }
}

} // namespace

struct Sha256::Context {
    std::unique_ptr<EVP_MD_CTX, FreeDigest> digest{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_{std::make_unique<Context>()} {
    require(context_->digest ? 1 : 0);
    require(EVP_DigestInit_ex(context_->digest.get(), EVP_sha256(), nullptr));
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
    require(EVP_DigestUpdate(context_->digest.get(), bytes.data(), bytes.size()));
}

std::string Sha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    require(EVP_DigestFinal_ex(context_->digest.get(), digest.data(), &size));
    std::string out;
    for (unsigned int i = 0; i < size; ++i) {
        out += fmt::format("{:02x}", digest[i]);
    }
    return out;
}

void SourceFile::Closer::operator()(std::FILE* file) const {
    // Opened for reading: there is nothing that closing could lose.
    static_cast<void>(std::fclose(file));
}

SourceFile::SourceFile(std::string path) : path_{std::move(path)}, buffer_(kPieceBytes) {
    std::error_code error;
    const auto status = std::filesystem::status(path_, error);
    if (!std::filesystem::exists(status)) {
        throw SourceError{fmt::format("{}: no such file; check the path", path_)};
    }
    if (!std::filesystem::is_regular_file(status)) {
        throw SourceError{fmt::format("{}: not a regular file; save it to disk first", path_)};
    }
    file_.reset(std::fopen(path_.c_str(), "rb"));
    if (!file_) {
        throw SourceError{fmt::format("{}: cannot be opened: {}", path_, std::strerror(errno))};
    }
    size_ = std::filesystem::file_size(path_, error);
    if (error) {
        throw SourceError{fmt::format("{}: {}", path_, error.message())};
    }
}

std::string_view SourceFile::read() {
    const std::size_t got = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
    if (got == 0 && std::ferror(file_.get()) != 0) {
        throw SourceError{fmt::format("{}: cannot be read: {}", path_, std::strerror(errno))};
    }
    return {buffer_.data(), got};
}

void SourceFile::rewind() {
    std::rewind(file_.get());
}

std::string hash_of(SourceFile& file) {
    Sha256 hash;
    for (std::string_view piece = file.read(); !piece.empty(); piece = file.read()) {
        hash.update(piece);
    }
    file.rewind();
    return hash.hex();
}

namespace {

/// Size, instant of the last change and inode; zeros when there is no such file any more.
SourceState without_hash(const std::string& path) {
    struct stat info {};
    SourceState state;
    state.path = path;
    if (::stat(path.c_str(), &info) == 0) {
        state.size = static_cast<std::uint64_t>(info.st_size);
        state.changed_ns = std::int64_t{info.st_ctim.tv_sec} * 1'000'000'000 + info.st_ctim.tv_nsec;
        state.inode = info.st_ino;
    }
    return state;
}

} // namespace

bool SourceState::is_unchanged() const {
    const SourceState now = without_hash(path);
    return now.size == size && now.changed_ns == changed_ns && now.inode == inode;
}

SourceState state_of(const std::string& path) {
    SourceFile file{path};
    SourceState state = without_hash(path);
    state.sha256 = hash_of(file);
    return state;
}

std::string file_name(const std::string& path) {
    return std::filesystem::path{path}.filename().string();
}

} // namespace campaigns
