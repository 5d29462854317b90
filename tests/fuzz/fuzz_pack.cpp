// Goal: no text, however ugly, harms the reader of rule packs, and no pack that it accepts harms
// the gate. Method: libFuzzer under ASan and UBSan; what is accepted is put in force, alone and
// beside a federal pack, and some calls are judged by it. Broken promises abort.

#include "dnc/facts_json.hpp"
#include "dnc/gate.hpp"
#include "dnc/pack.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>

using namespace dnc;

namespace {

constexpr std::array<std::string_view, 3> kCalls{
    R"({"number": "+13055550101", "at": "2026-11-23T13:00:00Z", "address_region": "FL",
        "county": "Kings", "seller": "A", "subject": "s", "debt": "d",
        "consents": [{"grade": "express", "sellers": ["A"], "at": "2026-01-01",
                      "evidence": {"form": "web", "timestamp": "2026-01-01"}}],
        "relationship": {"kind": "purchase", "at": "2026-02-28"},
        "attempts": [{"at": "2026-11-23T12:00:00Z", "outcome": "busy"},
                     {"at": "2026-11-01T12:00:00Z", "outcome": "conversation",
                      "direction": "in"}],
        "lists": {"national": {"as_of": "2026-11-01", "listed": true}}})",
    R"({"number": "+12125550101", "at": "2028-02-29T03:00:00Z", "purpose": "collections",
        "voice": "ai", "line_type": "wireless", "max_ring_s": 30})",
    R"({"number": "+442079460101", "at": "2026-03-29T00:59:59.999999Z", "dialing": "manual"})",
};

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

std::optional<Pack> read(std::string_view text) {
    try {
        return parse_pack(text, "fuzz.json");
    } catch (const std::runtime_error& error) {
        require(std::string_view{error.what()}.starts_with("fuzz.json: "));
        return std::nullopt;
    }
}

const ZoneDatabase& zones() {
    static const auto loaded = load_zones("");
    return *loaded;
}

/// A table of two codes is enough and costs little to build a gate from.
const AreaCodes& area_codes() {
    static const AreaCodes table{{
        {305, "US", {"FL"}, {"America/New_York", "America/Chicago"}, true},
        {212, "US", {"NY"}, {"America/New_York"}, true},
    }};
    return table;
}

Pack federal() {
    Pack pack;
    pack.id = "us-fed-fuzz";
    pack.version = "1";
    pack.level = PackLevel::federal;
    pack.jurisdiction = Jurisdiction{{'U', 'S'}, {}};
    return pack;
}

/// Nothing when a rule names a calendar of a pack that is not there: load_packs, which sees the
/// whole folder, refuses that; parse_pack cannot.
std::optional<Gate> gate_of(PackSet packs) {
    try {
        return Gate{std::move(packs), area_codes(), zones()};
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

void judge(PackSet packs) {
    const auto gate = gate_of(std::move(packs));
    if (!gate) {
        return;
    }
    for (const std::string_view call : kCalls) {
        const auto question = std::get<Question>(read_question(call, call.size() % 2 == 0));
        const Decision decision = gate->decide(question.facts, question.at);
        require((decision.verdict == Verdict::allow) == decision.reasons.empty());
        require((decision.verdict == Verdict::defer) == decision.until.has_value());
        require(!decision.until || *decision.until > question.at);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const std::optional<Pack> pack = read(text);
    if (!pack) {
        return 0;
    }
    require(pack->sha256.size() == 64 && !pack->rules.empty());
    judge({{*pack}});
    judge({{federal(), *pack}});
    return 0;
}
