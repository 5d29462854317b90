#include "campaigns/audit/key.hpp"

#include "campaigns/audit/form.hpp"

#include <sodium.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace campaigns::audit {

namespace {

constexpr std::string_view kFileHead = "dialer audit secret key 1 ";
constexpr std::size_t kSeedBytes = 32;
constexpr std::size_t kFileBytes = kFileHead.size() + 2 * kSeedBytes + 1;

void need_sodium() {
    if (sodium_init() < 0) {
        throw std::runtime_error{"no source of random numbers"};
    }
}

[[noreturn]] void fail(const std::string& path, const std::string& what) {
    throw std::runtime_error{path + ": " + what};
}

[[noreturn]] void fail_with_errno(const std::string& path, const std::string& what) {
    fail(path, what + ": " + std::strerror(errno));
}

class File {
public:
    File(const std::string& path, int flags) : fd_{::open(path.c_str(), flags | O_CLOEXEC, 0600)} {}
    ~File() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

private:
    int fd_;
};

/// A name in a folder is durable when the folder is.
void sync_folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    const File folder{slash == std::string::npos ? "." : path.substr(0, slash + 1),
                      O_RDONLY | O_DIRECTORY};
    if (folder.fd() < 0 || ::fsync(folder.fd()) != 0) {
        fail_with_errno(path, "its folder was not written");
    }
}

} // namespace

struct SigningKey::Secret {
    Secret() = default;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() {
        sodium_memzero(seed.data(), seed.size());
        sodium_memzero(secret.data(), secret.size());
    }

    std::array<std::uint8_t, kSeedBytes> seed{};
    std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret{};
    PublicKey public_key;
};

std::string id_of(const PublicKey& key) {
    merkle::Hasher hasher;
    return hex_of(hasher.sha256({reinterpret_cast<const char*>(key.bytes.data()), 32}))
        .substr(0, 16);
}

std::string text_of(const PublicKey& key) {
    return hex_of(key.bytes);
}

std::optional<PublicKey> public_key_from(std::string_view text) {
    PublicKey key;
    return read_hex(text, key.bytes.data(), key.bytes.size()) ? std::optional{key} : std::nullopt;
}

bool verify(const PublicKey& key, std::string_view bytes, const Signature& signature) {
    need_sodium();
    return crypto_sign_verify_detached(signature.data(),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       bytes.size(), key.bytes.data()) == 0;
}

SigningKey::SigningKey(std::unique_ptr<Secret> secret) : secret_{std::move(secret)} {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

SigningKey SigningKey::make() {
    need_sodium();
    std::array<std::uint8_t, kSeedBytes> seed{};
    randombytes_buf(seed.data(), seed.size());
    SigningKey key = from_seed(seed);
    sodium_memzero(seed.data(), seed.size());
    return key;
}

SigningKey SigningKey::from_seed(const std::array<std::uint8_t, 32>& seed) {
    need_sodium();
    auto secret = std::make_unique<Secret>();
    secret->seed = seed;
    crypto_sign_seed_keypair(secret->public_key.bytes.data(), secret->secret.data(), seed.data());
    return SigningKey{std::move(secret)};
}

SigningKey SigningKey::read(const std::string& path) {
    const File file{path, O_RDONLY};
    struct stat about {};
    if (file.fd() < 0 || ::fstat(file.fd(), &about) != 0) {
        fail_with_errno(path, "the audit key cannot be read");
    }
    if (!S_ISREG(about.st_mode) || (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        fail(path, "the audit key must be a file that its owner alone may read; chmod 600 it, and "
                   "think about who has read it");
    }
    std::array<char, kFileBytes + 1> text{};
    const ssize_t count = ::read(file.fd(), text.data(), text.size());
    const std::string_view all{text.data(), count < 0 ? 0 : static_cast<std::size_t>(count)};
    std::array<std::uint8_t, kSeedBytes> seed{};
    const bool good =
        all.size() == kFileBytes && all.starts_with(kFileHead) && all.back() == '\n' &&
        read_hex(all.substr(kFileHead.size(), 2 * kSeedBytes), seed.data(), seed.size());
    sodium_memzero(text.data(), text.size());
    if (!good) {
        fail(path, "is no audit key; `dialer audit key` makes one");
    }
    SigningKey key = from_seed(seed);
    sodium_memzero(seed.data(), seed.size());
    return key;
}

void SigningKey::write(const std::string& path) const {
    const File file{path, O_WRONLY | O_CREAT | O_EXCL};
    if (file.fd() < 0) {
        fail_with_errno(path, errno == EEXIST ? "nothing was written; a key is never replaced"
                                              : "cannot be made");
    }
    std::string text{kFileHead};
    append_hex(text, secret_->seed.data(), secret_->seed.size());
    text += '\n';
    const bool written =
        ::write(file.fd(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file.fd()) == 0;
    sodium_memzero(text.data(), text.size());
    if (!written) {
        const int why = errno;
        ::unlink(path.c_str());
        errno = why;
        fail_with_errno(path, "cannot be written");
    }
    sync_folder_of(path);
}

PublicKey SigningKey::public_key() const {
    return secret_->public_key;
}

Signature SigningKey::sign(std::string_view bytes) const {
    Signature signature;
    crypto_sign_detached(signature.data(), nullptr,
                         reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                         secret_->secret.data());
    return signature;
}

} // namespace campaigns::audit
