// Goal: no line of `dialer decide`, however ugly, harms the reader, the gate or the writer of
// answers, and every answer keeps its promises. Method: libFuzzer under ASan and UBSan with all
// packs and tables that are shipped; each line is read, judged and answered. Broken promises abort.

#include "dnc/decision_json.hpp"
#include "dnc/facts_json.hpp"
#include "dnc/gate.hpp"
#include "dnc/json_text.hpp"
#include "dnc/pack.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

using namespace dnc;

namespace {

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

const Gate& shipped_gate() {
    static const auto zones = load_zones("");
    static const Gate gate{load_packs(DNC_FOLDER "/packs"), load_geography(DNC_FOLDER "/geo"),
                           *zones};
    return gate;
}

void check(const Question& question, const Decision& decision) {
    require((decision.verdict == Verdict::allow) == decision.reasons.empty());
    require((decision.verdict == Verdict::defer) == decision.until.has_value());
    require(!decision.until || *decision.until > question.at);
    require(!decision.evidence.tzdb_version.empty());
}

void answer(std::string_view line, bool assume_clear, std::string& out) {
    const auto read = read_question(line, assume_clear);
    if (const auto* const fault = std::get_if<QuestionFault>(&read)) {
        require(!fault->reason.empty() && !fault->fix.empty());
        append_fault(out, 1, *fault);
        return;
    }
    const auto& question = std::get<Question>(read);
    const Decision decision = shipped_gate().decide(question.facts, question.at);
    check(question, decision);
    append_decision(out, question.id, decision);
}

void require_one_line_of_json(std::string_view text) {
    require(!text.empty() && text.find('\n') == text.size() - 1);
    boost::json::value document;
    std::string why;
    require(parse_json(text, {}, document, why));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest{reinterpret_cast<const char*>(data), size};
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        for (const bool assume_clear : {false, true}) {
            std::string out;
            answer(line, assume_clear, out);
            require_one_line_of_json(out);
        }
    }
    return 0;
}
