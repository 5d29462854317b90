#include "campaigns/store.hpp"
#include "dialer/commands/commands.hpp"

#include <fmt/format.h>

namespace dialer::commands {

Exit migrate(const MigrateOptions& options) {
    const auto applied = campaigns::migrate(owner_dsn(options.store));
    for (const std::string& name : applied) {
        fmt::print("applied {}\n", name);
    }
    if (applied.empty()) {
        fmt::print("the store is up to date\n");
    }
    return Exit::done;
}

} // namespace dialer::commands
