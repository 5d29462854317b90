#pragma once

// The real binary, run through the shell as people type it.

#include "tests/campaigns/import_files.hpp"
#include "tests/campaigns/store_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <sys/wait.h>

#include <cstdlib>
#include <string>

namespace import_test {

struct Ran {
    int exit = -1;
    std::string out;
    std::string err;

    [[nodiscard]] std::string text() const { return out + err; }
};

/// What is asked of the binary runs in `cwd` ("": in the folder itself); its output goes through
/// files of `folder`. `environment` is the shell's: "DIALER_STORE='...' USER=maria".
inline Ran run_dialer(const Folder& folder, const std::string& environment,
                      const std::string& arguments, const std::string& input = "",
                      const std::string& cwd = "") {
    folder.write("stdin", input);
    const std::string command =
        fmt::format("cd '{}' && {} '{}' {} <'{}' >'{}' 2>'{}'", cwd.empty() ? folder.path("") : cwd,
                    environment, DIALER_BINARY, arguments, folder.path("stdin"),
                    folder.path("stdout"), folder.path("stderr"));
    const int status = std::system(command.c_str());
    REQUIRE(WIFEXITED(status));
    return {WEXITSTATUS(status), folder.read("stdout"), folder.read("stderr")};
}

/// The environment that names a store, and who is at the keyboard.
inline std::string store_environment(const std::string& dsn) {
    return fmt::format("DIALER_STORE='{}' USER=maria", dsn);
}

/// A store and a folder in which somebody types commands.
struct Shell {
    /// As people type them.
    Ran run(const std::string& arguments, const std::string& input = "") const {
        return run_dialer(folder, store_environment(db.engine_dsn()), arguments, input, cwd);
    }
    void create_campaign() const {
        REQUIRE(run("campaign create spring --seller Acme --caller-id 212-555-0100").exit == 0);
    }

    store_test::Database db;
    Folder folder;
    std::string cwd; ///< as run_dialer has it
};

} // namespace import_test
