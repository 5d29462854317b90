// dialer funnel: where the leads of a campaign are.

#include "campaigns/funnel/store.hpp"
#include "dialer/commands/funnel_commands.hpp"
#include "dialer/commands/funnel_gate.hpp"
#include "dialer/commands/output.hpp"

namespace dialer::commands {

Exit funnel(const FunnelOptions& options) {
    const dnc::Instant at = instant_or_now(options.at);
    const LoadedGate loaded = gate_of(options.store, options.packs);
    campaigns::Store store{engine_dsn(options.store)};
    if (options.at.empty()) {
        campaigns::fold_lead_counts(store, at); // where no engine does it
    }
    const campaigns::Funnel found =
        campaigns::funnel_of(store, *loaded.gate, *loaded.zones, options.campaign, at);
    Output out{{}};
    out.write(options.json ? campaigns::to_json(found) + "\n" : campaigns::to_text(found));
    out.publish();
    return Exit::done;
}

} // namespace dialer::commands
