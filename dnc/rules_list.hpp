#pragma once

// Lists of numbers, the kind of line, and numbers that changed hands.

#include "dnc/rules_consent.hpp"

namespace dnc {

void judge_list(const ReadyRule& rule, const ListRule& body, const Case& asked, Judgement& out);
void judge_line(const ReadyRule& rule, const LineRule& body, const Case& asked, Judgement& out);
void judge_reassigned(const ReadyRule& rule, const ReassignedRule& body, const Case& asked,
                      Judgement& out);

/// The answer of the list that the rule asks; nullptr when there is none.
[[nodiscard]] const ListAnswer* answer_of(ListName list, const ListFacts& lists);

} // namespace dnc
