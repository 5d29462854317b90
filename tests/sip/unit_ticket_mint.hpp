#pragma once

// Tickets for tests. Only campaigns::Store can make one; this program brings its own class of that
// name instead of the store's.

#include "campaigns/attempt.hpp"

namespace campaigns {

class Store {
public:
    static AttemptTicket mint(std::int64_t attempt, dnc::Number number, dnc::Number caller_id,
                              std::string trunk);
    static ResendTicket mint_resend(std::int64_t attempt);
};

} // namespace campaigns
