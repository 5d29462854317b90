#pragma once

// A log in memory and its export, for tests of the written form: made from a seed, no database.

#include "campaigns/audit/verify.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace audit_test {

using namespace campaigns;
using namespace campaigns::audit;

inline SigningKey key_of_seed(std::uint8_t seed) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(seed);
    return SigningKey::from_seed(bytes);
}

/// "2026-11-23T00:01:00.000000Z": so many minutes after that midnight.
inline std::string minute(std::int64_t minutes) {
    const auto two = [](std::int64_t value) {
        return std::string(value < 10 ? 1 : 0, '0') + std::to_string(value);
    };
    return "2026-11-" + two(23 + minutes / 1440) + "T" + two(minutes / 60 % 24) + ":" +
           two(minutes % 60) + ":00.000000Z";
}

struct Log {
    explicit Log(std::int64_t size, std::uint8_t seed = 1) : key{key_of_seed(seed)} {
        std::mt19937_64 random{seed};
        for (std::int64_t i = 0; i < size; ++i) {
            const std::string id = std::to_string(i + 1);
            std::string note(random() % 50, ' ');
            for (char& c : note) {
                c = static_cast<char>('a' + random() % 26);
            }
            records.push_back(R"({"id":)" + id + R"(,"kind":"attempt","at":")" + minute(i / 1000) +
                              R"(","subject":"attempt )" + id + R"(","body":{"note": ")" + note +
                              R"("}})");
            tree.add(hasher.leaf(records.back()));
        }
    }

    /// The head that the tree had when it had `size` leaves.
    SignedHead head(std::int64_t size, std::int64_t at_minute, const SigningKey& by) {
        SignedHead head;
        head.head = {log,
                     size,
                     merkle::root(size, tree, hasher),
                     minute(at_minute),
                     "",
                     id_of(by.public_key())};
        head.signature = by.sign(text_of(head.head));
        return head;
    }

    std::string write(const Header& header, const std::vector<KeyRecord>& keys,
                      const std::vector<SignedHead>& heads, std::int64_t every = 1) {
        std::string file;
        ExportWriter writer{tree, [&](std::string_view line) { file += line; }};
        writer.begin(header, keys, heads);
        for (std::int64_t leaf = header.first; leaf < header.end; ++leaf) {
            if (leaf % every == 0) {
                writer.add(leaf, records[static_cast<std::size_t>(leaf)]);
            }
        }
        writer.end();
        return file;
    }

    /// All leaves, proved by the last of `heads` heads that were signed on the way.
    std::string whole(int heads = 4) {
        const auto size = static_cast<std::int64_t>(records.size());
        std::vector<SignedHead> signed_heads;
        for (int i = 1; i <= heads; ++i) {
            signed_heads.push_back(head(size * i / heads, 200 + i, key));
        }
        return write({log, minute(300), "", "", "", 0, size, size}, {}, signed_heads);
    }

    std::string log = "00112233445566778899aabbccddeeff";
    SigningKey key;
    merkle::Hasher hasher;
    merkle::MemoryTree tree;
    std::vector<std::string> records;
};

inline std::vector<std::string> lines_of(const std::string& file) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < file.size();) {
        const auto end = std::min(file.find('\n', at), file.size() - 1);
        lines.push_back(file.substr(at, end + 1 - at));
        at = end + 1;
    }
    return lines;
}

/// What a forger who knows the format does: all check sums fit again.
inline std::string joined(std::vector<std::string> lines) {
    merkle::Hasher hasher;
    merkle::Hash check{};
    std::string file;
    for (std::string& line : lines) {
        const auto at = line.rfind(R"(,"check":")");
        if (!line.starts_with(R"({"leaf":)") && at != std::string::npos) {
            line.resize(at);
            check =
                hasher.sha256({reinterpret_cast<const char*>(check.data()), check.size()}, line);
            line += R"(,"check":")" + hex_of(check) + "\"}\n";
        }
        file += line;
    }
    return file;
}

} // namespace audit_test
