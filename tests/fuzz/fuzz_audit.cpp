// The verifier of audit exports on hostile bytes: it never fails, and it proves nothing that was
// not signed. Each input is taken as it is, and once more with the check sums of its lines made
// anew, as a forger would, so that what lies behind them is reached.

#include "campaigns/audit/verify.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace campaigns;
using namespace campaigns::audit;

// The only tree that the key has ever signed is that of the example in campaigns/audit/AUDIT.md.
constexpr std::array<std::string_view, 3> kSigned{
    R"({"id":1,"kind":"login","at":"2026-11-23T00:00:01.000000Z","subject":"login 1",)"
    R"("body":{"id": 1, "user_name": "maria"}})",
    R"({"id":2,"kind":"setting","at":"2026-11-23T00:00:02.000000Z","subject":"setting 1",)"
    R"("body":{"id": 1, "by_whom": "maria"}})",
    R"({"id":4,"kind":"attempt","at":"2026-11-23T00:00:03.000000Z","subject":"attempt 17",)"
    R"("body":{"outcome" : "busy"}})"};

void require(bool ok) {
    if (!ok) {
        std::abort();
    }
}

template <typename Do> void for_each_line(std::string_view file, Do&& act) {
    while (!file.empty()) {
        const auto end = std::min(file.find('\n'), file.size() - 1);
        act(file.substr(0, end + 1));
        file.remove_prefix(end + 1);
    }
}

std::string with_checks(std::string_view file) {
    merkle::Hasher hasher;
    merkle::Hash check{};
    std::string out;
    for_each_line(file, [&](std::string_view line) {
        const auto at = line.rfind(R"(,"check":")");
        if (line.starts_with(R"({"leaf":)") || at == std::string_view::npos) {
            out += line;
            return;
        }
        const std::string_view text = line.substr(0, at);
        check = hasher.sha256({reinterpret_cast<const char*>(check.data()), check.size()}, text);
        out.append(text).append(R"(,"check":")").append(hex_of(check)).append("\"}\n");
    });
    return out;
}

void verify_one(std::string_view file) {
    static const auto key =
        public_key_from("8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c");
    const auto verdict = verify_export(file, {*key}, 1);
    require(!explain(verdict).empty());
    if (verdict.fault) {
        require(verdict.fault->line > 0);
        return;
    }
    for_each_line(file, [](std::string_view line) {
        if (line.starts_with(R"({"leaf":)")) {
            const auto leaf = static_cast<std::size_t>(line.at(8) - '0');
            require(leaf < kSigned.size() && line.find(kSigned[leaf]) == 19);
        }
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    verify_one(input);
    verify_one(with_checks(input));
    return 0;
}
