#include "campaigns/ledger/number_dossier.hpp"
#include "campaigns/store.hpp"
#include "dialer/commands/dossier_page.hpp"
#include "dialer/commands/ledger_options.hpp"
#include "dialer/commands/output.hpp"
#include "dialer/loop/clock.hpp"

#include <fmt/format.h>

namespace dialer::commands {

namespace {

std::string dossier_json(const DossierOptions& options) {
    campaigns::Store store{engine_dsn(options.store)};
    return campaigns::number_dossier(store, number_option(options.number), Clock{}.now().wall);
}

} // namespace

Exit dossier(const DossierOptions& options) {
    const std::string text = dossier_json(options);
    if (!options.html.empty()) {
        Output page{options.html};
        page.write(dossier_page(text));
        page.publish();
    }
    if (options.json) {
        fmt::print("{}", text);
    } else {
        fmt::print("{}", dossier_summary(text));
        if (!options.html.empty()) {
            fmt::print("the page is {}\n", options.html);
        }
    }
    return Exit::done;
}

} // namespace dialer::commands
