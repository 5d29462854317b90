#pragma once

// The commands of the ledger (consents, relationships, what authorities declare) and the dossier:
// plain options in, an exit code out.

#include "dialer/commands/command.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace dialer::commands {

struct ConsentAddOptions {
    StoreOptions store;
    std::string number;
    std::string grade;
    std::vector<std::string> sellers;
    std::string subject;
    std::string debt;
    std::string at;
    std::string expires;
    std::string form;
    std::string timestamp;             ///< empty: `at`
    std::vector<std::string> evidence; ///< KEY=VALUE
    std::string by;
};
Exit consent_add(const ConsentAddOptions& options);

/// For consents and relationships alike.
struct LedgerLoadOptions {
    StoreOptions store;
    std::string file;
    std::string refused_file; ///< empty: FILE.refused.csv
    std::string by;
    bool json = false;
    bool quiet = false;
};
Exit consent_load(const LedgerLoadOptions& options);
Exit relationship_load(const LedgerLoadOptions& options);

struct ConsentRevokeOptions {
    StoreOptions store;
    std::string number;
    std::string means;
    std::string scope = "seller";
    std::string seller;
    std::string subject;
    std::string at; ///< empty: now
    std::string by;
};
Exit consent_revoke(const ConsentRevokeOptions& options);

struct NumberOptions {
    StoreOptions store;
    std::string number;
};
Exit consent_list(const NumberOptions& options);

struct RelationshipAddOptions {
    StoreOptions store;
    std::string number;
    std::string seller;
    std::string kind;
    std::string at;
    std::vector<std::string> proof; ///< KEY=VALUE
    std::string by;
};
Exit relationship_add(const RelationshipAddOptions& options);

/// Who says so, and who has looked at it.
struct DeclaredOptions {
    std::string source;
    std::string reviewer;
    std::string by;
};

struct EmergencyAddOptions {
    StoreOptions store;
    std::string region;
    std::string from;
    std::string to; ///< empty: until it is ended
    DeclaredOptions declared;
};
Exit emergency_add(const EmergencyAddOptions& options);

struct EmergencyEndOptions {
    StoreOptions store;
    std::int64_t id = 0;
    std::string to; ///< empty: now
    DeclaredOptions declared;
};
Exit emergency_end(const EmergencyEndOptions& options);

struct HolidayAddOptions {
    StoreOptions store;
    std::string region;
    std::string date;
    DeclaredOptions declared;
};
Exit holiday_add(const HolidayAddOptions& options);

struct LedgerListOptions {
    StoreOptions store;
};
Exit emergency_list(const LedgerListOptions& options);
Exit holiday_list(const LedgerListOptions& options);

struct DossierOptions {
    StoreOptions store;
    std::string number;
    bool json = false;
    std::string html; ///< file for a page; empty: none
};
Exit dossier(const DossierOptions& options);

} // namespace dialer::commands
