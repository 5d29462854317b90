#include "unit_ticket_mint.hpp"

namespace campaigns {

AttemptTicket Store::mint(std::int64_t attempt, dnc::Number number, dnc::Number caller_id,
                          std::string trunk) {
    return {AttemptId{attempt}, number, caller_id, std::move(trunk)};
}

ResendTicket Store::mint_resend(std::int64_t attempt) {
    return ResendTicket{AttemptId{attempt}};
}

} // namespace campaigns
