#pragma once

// Files in a temporary folder, for tests of the import.

#include <catch2/catch.hpp>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace import_test {

/// A folder that goes with the test.
class Folder {
public:
    Folder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "dialer-import-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored; // A folder left behind fails no test.
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

    /// Writes a file and returns its path.
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream file{path(name), std::ios::binary};
        file << text;
        REQUIRE(file.good());
        return path(name);
    }

    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream file{path(name), std::ios::binary};
        REQUIRE(file.good());
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    [[nodiscard]] bool has(const std::string& name) const {
        return std::filesystem::exists(path(name));
    }

private:
    std::string path_;
};

} // namespace import_test
