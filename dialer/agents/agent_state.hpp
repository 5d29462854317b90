#pragma once

// Which changes of an agent's state exist. Pure.
//
//   from \ to   offline  ready  reserved  talking  wrap_up  paused
//   offline        -       x       -         -        -        x     phone answered at sign-in
//   ready          x       -       x         -        -        x
//   reserved       x       x       -         x        -        x     back to ready: the call is
//   gone talking        x       -       -         -        x        - wrap_up        x       x - -
//   -        x paused         x       x       -         -        -        -

#include "campaigns/types.hpp"

namespace dialer::agents {

using campaigns::AgentState;

/// True where the table above has an x.
[[nodiscard]] bool may_change(AgentState from, AgentState to);

} // namespace dialer::agents
