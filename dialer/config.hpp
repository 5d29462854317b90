#pragma once

// The configuration file of the engine (TOML), read once at start.

#include "dialer/http/server.hpp"
#include "dialer/media/media.hpp"
#include "dialer/sip/legs.hpp"
#include "dnc/time.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace dialer {

struct StoreConfig {
    std::string dsn;         ///< the engine's role
    std::string owner_dsn;   ///< the schema owner's, for `migrate`; `dsn` when empty
    int sessions = 4;        ///< blocking sessions, 2 .. 64
    int office_sessions = 2; ///< of people's work on the store, 1 .. 16
};

struct DncConfig {
    std::string packs;      ///< folder of rule packs, JSON
    std::string area_codes; ///< area code table, CSV; the other tables of places lie beside it
    std::string tzdata;     ///< folder of compiled zones; the system's when empty
    std::string cache;      ///< folder of lists as mapped files, made when missing; empty: none
};

struct EngineConfig {
    int node = 1; ///< 1 .. 1000, unique among engines on one store
    /// Wall clock of a demo at start; refused unless every trunk is on loopback.
    std::optional<dnc::Instant> clock_start_at;
    int lines_max = 5000; ///< over all campaigns
    /// A lead that an agent looks at is on loan for so long at a time.
    std::chrono::seconds preview_loan{300};
};

struct PacingConfig {
    std::string event_log; ///< folder for pacing's events, for replays; empty: none are written
};

/// The audit log is written in any case; this is about its signatures.
struct AuditConfig {
    std::string key; ///< file of the secret key (`dialer audit key`); empty: nothing is signed
    std::chrono::seconds sign_interval{60}; ///< when there is something new
    /// Nothing is dialed unless the log is signed. Not so by default: an unsigned log still holds
    /// everything, and a lost key must not stop a call center without somebody having chosen that.
    bool required = false;
};

struct Config {
    StoreConfig store;
    DncConfig dnc;
    EngineConfig engine;
    PacingConfig pacing;
    AuditConfig audit;
    sip::StackConfig sip;
    media::Config media;
    http::ServerConfig http;
};

/// Reads and checks the file. Throws std::runtime_error with file, line, key and what to do.
/// Relative paths in the file are taken from the file's folder.
[[nodiscard]] Config load_config(const std::string& path);

} // namespace dialer
