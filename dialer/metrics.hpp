#pragma once

// Figures for Prometheus, set by the control loop and read by the HTTP thread.

#include <memory>
#include <string>

namespace dialer {

/// Wraps the Prometheus registry, which does its own locking.
class Metrics {
public:
    Metrics();
    ~Metrics();

    /// `name` as in Prometheus, e.g. "dialer_lines"; `label` and `value` as one label pair.
    void set(const std::string& name, const std::string& help, const std::string& campaign,
             const std::string& label, const std::string& value, double figure);

    /// Text exposition format. Any thread.
    [[nodiscard]] std::string text() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace dialer
