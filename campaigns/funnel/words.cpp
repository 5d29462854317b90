// What the reasons that stop leads mean, for people.

#include "campaigns/funnel/funnel.hpp"

namespace campaigns {

std::string words_of_reason(std::string_view code) {
    return english(sentence_of_reason(code));
}

} // namespace campaigns
