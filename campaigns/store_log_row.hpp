#pragma once

// SQL of one row of the exported dial log: the SELECT and its joins, without a condition. The
// attempt is `a`, its campaign `c`, its result `r`.

namespace campaigns {

extern const char* const kLogRow;

} // namespace campaigns
