#pragma once

// Rows of an import that were accepted, and lost a number to another lead before it was written.

#include "campaigns/import/batch.hpp"
#include "campaigns/import/rows.hpp"

#include <vector>

namespace campaigns {

struct Overtaken {
    struct Row {
        RowFinding finding;
        bool refused = false; ///< else the lead came without the number
    };
    std::vector<Row> rows;
    /// What the counts of all batches before are wrong by. It has no leads and no phones.
    ImportBatch correction;
};

} // namespace campaigns
