#pragma once

// The numbered SQL files of campaigns/schema, carried inside the program.

#include <string_view>
#include <vector>

namespace campaigns {

struct SchemaFile {
    std::string_view name; ///< "0001_campaigns"
    std::string_view sql;
};

/// In the order in which they are applied. Written by embed_schema.cmake at build time.
[[nodiscard]] const std::vector<SchemaFile>& schema_files();

} // namespace campaigns
