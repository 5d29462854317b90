# Every third-party library as an imported target. tools/packages.txt says why each is here.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(prometheus-cpp REQUIRED CONFIG COMPONENTS core)
find_package(benchmark REQUIRED)
pkg_check_modules(SofiaSip REQUIRED IMPORTED_TARGET sofia-sip-ua)
pkg_check_modules(Pqxx REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(Sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(Xlsxwriter REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(Tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)

# cctz, spandsp, Catch2's main and rapidcheck come without package files.
find_library(CCTZ_LIBRARY cctz REQUIRED)
add_library(cctz INTERFACE)
target_link_libraries(cctz INTERFACE "${CCTZ_LIBRARY}")

find_library(SPANDSP_LIBRARY spandsp REQUIRED)
add_library(spandsp INTERFACE)
target_link_libraries(spandsp INTERFACE "${SPANDSP_LIBRARY}")

find_library(CATCH2_MAIN_LIBRARY Catch2WithMain PATHS /usr/lib REQUIRED)
add_library(catch2_main INTERFACE)
target_link_libraries(catch2_main INTERFACE "${CATCH2_MAIN_LIBRARY}")

find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
add_library(rapidcheck INTERFACE)
target_link_libraries(rapidcheck INTERFACE "${RAPIDCHECK_LIBRARY}")

# Asio as plain Boost.Asio: its io_uring back end costs twice the CPU per packet here.
add_library(asio INTERFACE)
target_link_libraries(asio INTERFACE Boost::headers Threads::Threads)
