// `dialer audit verify` (a file, no database) and `check` (the database against its log).

#include "campaigns/audit/audit.hpp"
#include "campaigns/audit/verify.hpp"
#include "dialer/commands/audit_commands.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace dialer::commands {

namespace {

namespace audit = campaigns::audit;
namespace json = boost::json;

/// A file as bytes, without reading it whole.
class Mapped {
public:
    explicit Mapped(const std::string& path) {
        const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat about {};
        if (fd < 0 || ::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
            const std::string why = fd < 0 ? std::strerror(errno) : "is no file";
            if (fd >= 0) {
                ::close(fd);
            }
            throw CommandError{Exit::failed, path + ": " + why};
        }
        size_ = static_cast<std::size_t>(about.st_size);
        if (size_ > 0) {
            address_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
        }
        ::close(fd);
        if (address_ == MAP_FAILED) {
            throw CommandError{Exit::failed, path + ": " + std::strerror(errno)};
        }
        if (address_ != nullptr) {
            ::madvise(address_, size_, MADV_SEQUENTIAL);
        }
    }
    ~Mapped() {
        if (address_ != nullptr) {
            ::munmap(address_, size_);
        }
    }
    Mapped(const Mapped&) = delete;
    Mapped& operator=(const Mapped&) = delete;

    [[nodiscard]] std::string_view bytes() const {
        return {static_cast<const char*>(address_), size_};
    }

private:
    void* address_ = nullptr;
    std::size_t size_ = 0;
};

audit::PublicKey public_key(const std::string& given) {
    if (const auto key = audit::public_key_from(given)) {
        return *key;
    }
    std::ifstream file{given};
    std::string line;
    std::getline(file, line);
    if (const auto key = audit::public_key_from(line)) {
        return *key;
    }
    throw CommandError{Exit::usage,
                       fmt::format("--key \"{}\" is neither a public key (64 hexadecimal digits) "
                                   "nor a file with one; `dialer audit key` prints it",
                                   given)};
}

json::object object_of(const audit::Verdict& verdict) {
    json::object out{{"proved", !verdict.fault}, {"records", verdict.records}};
    if (verdict.fault) {
        const audit::Fault& fault = *verdict.fault;
        out["fault"] = json::object{{"line", fault.line},
                                    {"leaf", fault.leaf},
                                    {"kind", fault.kind},
                                    {"subject", fault.subject},
                                    {"what", fault.what}};
        return out;
    }
    const audit::Head& last = verdict.heads.back();
    out["log"] = last.log;
    out["size"] = last.size;
    out["root"] = audit::hex_of(last.root);
    out["signed_at"] = last.at;
    out["key"] = last.key;
    out["trusted_by"] = verdict.trusted_by;
    out["heads"] = verdict.heads.size();
    out["first"] = verdict.header.first;
    out["end"] = verdict.header.end;
    out["filter"] = verdict.header.filter;
    out["complete"] = verdict.header.filter.empty();
    return out;
}

} // namespace

Exit audit_verify(const AuditVerifyOptions& options) {
    std::vector<audit::PublicKey> keys;
    for (const std::string& given : options.keys) {
        keys.push_back(public_key(given));
    }
    const Mapped file{options.file};
    const auto verdict = audit::verify_export(file.bytes(), keys, options.threads);
    fmt::print("{}\n",
               options.json ? json::serialize(object_of(verdict)) : audit::explain(verdict));
    return verdict.fault ? Exit::refused : Exit::done;
}

Exit audit_check(const AuditCheckOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    const auto checked = audit::check(store);
    if (options.json) {
        json::array differences;
        for (const std::string& difference : checked.differences) {
            differences.emplace_back(difference);
        }
        fmt::print("{}\n", json::serialize(json::object{{"leaves", checked.leaves},
                                                        {"heads", checked.heads},
                                                        {"rows", checked.rows},
                                                        {"waiting", checked.waiting},
                                                        {"differences", differences}}));
    } else {
        fmt::print("{} rows, {} leaves, {} heads looked at; {} records wait to be sealed\n",
                   checked.rows, checked.leaves, checked.heads, checked.waiting);
        for (const std::string& difference : checked.differences) {
            fmt::print("DIFFERS: {}\n", difference);
        }
        if (checked.differences.empty()) {
            fmt::print("the database and its log agree\n");
        }
    }
    return checked.differences.empty() ? Exit::done : Exit::refused;
}

} // namespace dialer::commands
