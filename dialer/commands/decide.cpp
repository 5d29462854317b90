#include "dialer/commands/commands.hpp"
#include "dialer/commands/gate_files.hpp"
#include "dialer/commands/line_source.hpp"
#include "dnc/decision_json.hpp"
#include "dnc/facts_json.hpp"

#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <variant>

namespace dialer::commands {

namespace {

constexpr std::size_t kAnswersMax = 64 * 1024; // bytes kept before they are written
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Answers lines one by one and keeps the answers until they are asked for.
class Answering {
public:
    Answering(const dnc::Gate& gate, bool assume_clear)
        : gate_{gate}, assume_clear_{assume_clear} {}

    void answer(const InputLine& line) {
        if (line.too_long) {
            refuse(line, {{}, {}, "is longer than 1 MiB", "write one JSON object a line"});
            return;
        }
        std::string_view text = line.text;
        if (line.number == 1 && text.starts_with(kByteOrderMark)) {
            text.remove_prefix(kByteOrderMark.size());
        }
        if (text.find_first_not_of(" \t\r") == std::string_view::npos) {
            return;
        }
        const auto read = dnc::read_question(text, assume_clear_);
        if (const auto* const fault = std::get_if<dnc::QuestionFault>(&read)) {
            refuse(line, *fault);
            return;
        }
        const auto& question = std::get<dnc::Question>(read);
        dnc::append_decision(answers_, question.id, gate_.decide(question.facts, question.at));
    }

    /// To stdout, at once: who asked may wait for it. Throws CommandError.
    void write() {
        const bool written =
            std::fwrite(answers_.data(), 1, answers_.size(), stdout) == answers_.size() &&
            std::fflush(stdout) == 0;
        if (!written) {
            throw CommandError{Exit::failed, "the answers cannot be written; is the disk full?"};
        }
        answers_.clear();
    }

    [[nodiscard]] bool full() const { return answers_.size() >= kAnswersMax; }
    [[nodiscard]] bool refused() const { return refused_; }

private:
    void refuse(const InputLine& line, const dnc::QuestionFault& fault) {
        dnc::append_fault(answers_, line.number, fault);
        refused_ = true;
    }

    const dnc::Gate& gate_;
    bool assume_clear_;
    std::string answers_;
    bool refused_ = false;
};

} // namespace

Exit decide(const DecideOptions& options) {
    const LoadedGate loaded = load_gate(gate_files(options.packs, options.tzdata));
    Answering answering{*loaded.gate, options.assume_clear};
    LineSource lines{STDIN_FILENO, dnc::kFactsBytesMax};
    InputLine line;
    while (lines.next(line, [&] { answering.write(); })) {
        answering.answer(line);
        if (answering.full()) {
            answering.write();
        }
    }
    answering.write();
    return answering.refused() ? Exit::usage : Exit::done;
}

} // namespace dialer::commands
