#include "dnc/abandonment.hpp"

#include <fstream>
#include <stdexcept>

namespace dnc {

namespace {

constexpr std::size_t kFileBytesMax = 1024 * 1024;

} // namespace

std::map<std::string, AbandonmentRules> load_abandonment_rules(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        throw std::runtime_error{path + ": cannot be read"};
    }
    std::string bytes(kFileBytesMax + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad() || bytes.size() > kFileBytesMax) {
        throw std::runtime_error{path + ": cannot be read, or is larger than 1 MiB"};
    }
    return parse_abandonment_rules(bytes, path);
}

} // namespace dnc
