#pragma once

// What the tests of the compliance core share: the shipped data, fixed-offset zones, list makers.

#include "dnc/gate.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dnc_tests {

/// "2026-11-23 15:04:05" or "2026-11-23 15:04:05.000001", UTC.
[[nodiscard]] dnc::Instant utc(std::string_view text);

/// +1 and ten digits.
[[nodiscard]] dnc::Number us(std::int64_t national);

/// The system's zones, the shipped tables and the shipped rule packs, each loaded once. The packs
/// ask for no particular zone release, so that the tests run on any machine.
[[nodiscard]] const dnc::ZoneDatabase& system_zones();
[[nodiscard]] const dnc::AreaCodes& shipped_area_codes();
[[nodiscard]] const dnc::Geography& shipped_geography();
[[nodiscard]] const dnc::Places& shipped_places();
[[nodiscard]] const dnc::PackSet& shipped_packs();
[[nodiscard]] const dnc::Gate& shipped_gate();

/// Zones without clock changes, for what no real zone does.
class FixedZones final : public dnc::ZoneDatabase {
public:
    explicit FixedZones(std::vector<std::pair<std::string, std::chrono::hours>> zones,
                        std::string version = "2026f")
        : zones_{std::move(zones)}, version_{std::move(version)} {}

    [[nodiscard]] std::string_view version() const override { return version_; }
    [[nodiscard]] std::optional<dnc::ZoneId> find(std::string_view name) const override;
    [[nodiscard]] std::string_view name(dnc::ZoneId zone) const override;
    [[nodiscard]] dnc::LocalTime local(dnc::ZoneId zone, dnc::Instant at) const override;
    [[nodiscard]] dnc::Instant next_time_of_day(dnc::ZoneId zone, dnc::Instant from,
                                                std::chrono::seconds of_day) const override;
    [[nodiscard]] dnc::Instant first_at(dnc::ZoneId zone, std::chrono::sys_days date,
                                        std::chrono::seconds of_day) const override;

private:
    std::vector<std::pair<std::string, std::chrono::hours>> zones_;
    std::string version_;
};

/// One list with some numbers.
[[nodiscard]] dnc::SuppressionList make_list(std::string name, dnc::ListKind kind,
                                             std::int64_t version_id,
                                             std::chrono::year_month_day as_of,
                                             const std::vector<dnc::Number>& numbers);

/// An empty national list of the day before `at`, an empty company list and a live feed.
[[nodiscard]] dnc::SuppressionSnapshot fresh_lists(dnc::Instant at);

[[nodiscard]] std::vector<dnc::ReasonCode> codes(const dnc::Decision& decision);

/// A folder that is removed again.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// Writes a file in the folder and returns its path.
    std::string write(std::string_view name, std::string_view content) const;

private:
    std::filesystem::path path_;
};

} // namespace dnc_tests
