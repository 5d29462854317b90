#include "dialer/metrics.hpp"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>

namespace dialer {

struct Metrics::Impl {
    prometheus::Registry registry;
    std::map<std::string, prometheus::Family<prometheus::Gauge>*> families; // control thread only
};

Metrics::Metrics() : impl_{std::make_unique<Impl>()} {}
Metrics::~Metrics() = default;

void Metrics::set(const std::string& name, const std::string& help, const std::string& campaign,
                  const std::string& label, const std::string& value, double figure) {
    auto& family = impl_->families[name];
    if (family == nullptr) {
        family = &prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry);
    }
    std::map<std::string, std::string> labels;
    if (!campaign.empty()) {
        labels["campaign"] = campaign;
    }
    if (!label.empty()) {
        labels[label] = value;
    }
    family->Add(labels).Set(figure);
}

std::string Metrics::text() const {
    return prometheus::TextSerializer{}.Serialize(impl_->registry.Collect());
}

} // namespace dialer
