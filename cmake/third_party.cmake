# Every library that dagitops links, found once. All of them are Debian 12 packages (scripts/lib/packages.sh).
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL REQUIRED)
find_package(CLI11 REQUIRED)
find_package(CURL REQUIRED)
find_package(spdlog REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libgit2 REQUIRED IMPORTED_TARGET libgit2>=1.5)
pkg_check_modules(yaml REQUIRED IMPORTED_TARGET yaml-0.1)
find_package(ZLIB REQUIRED)
# Its CMake package wants the web server of its pull part, which is not used.
pkg_check_modules(prometheus REQUIRED IMPORTED_TARGET prometheus-cpp-core)
