#pragma once

// The commands of the audit log: plain options in, an exit code out.

#include "dialer/commands/command.hpp"

#include <string>
#include <vector>

namespace dialer::commands {

struct AuditKeyOptions {
    StoreOptions store;
    std::string key;    ///< file of the secret key; empty: the configuration's
    std::string follow; ///< file of the key before it, which signs the new one
    bool show = false;  ///< prints the public key of the file, and asks nobody
    std::string by;
};
Exit audit_key(const AuditKeyOptions& options);

struct AuditSealOptions {
    StoreOptions store;
    std::string key;
    bool close_day = false;
    bool json = false;
};
Exit audit_seal(const AuditSealOptions& options);

struct AuditHeadOptions {
    StoreOptions store;
    int count = 1;
    bool json = false;
};
Exit audit_head(const AuditHeadOptions& options);

struct AuditExportOptions {
    StoreOptions store;
    std::string from;
    std::string to;
    std::string campaign;
    std::string number;
    std::string out; ///< empty: stdout
    bool all_heads = false;
};
Exit audit_export(const AuditExportOptions& options);

struct AuditProveOptions {
    StoreOptions store;
    std::string attempt;
    std::string out;
};
Exit audit_prove(const AuditProveOptions& options);

struct AuditVerifyOptions {
    std::string file;
    std::vector<std::string> keys; ///< public: 64 hexadecimal digits, or files with them
    int threads = 2;
    bool json = false;
};
/// Exit::refused when something is wrong in the file.
Exit audit_verify(const AuditVerifyOptions& options);

struct AuditCheckOptions {
    StoreOptions store;
    bool json = false;
};
/// Exit::refused when the database and its log differ.
Exit audit_check(const AuditCheckOptions& options);

} // namespace dialer::commands
