// Stands in for `<python> -m dagster…` in tests that kill and restart often: ready in milliseconds where real Dagster
// takes more than a second. Given to dagitops as its Python interpreter.
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "support/standin/code_server.h"
#include "support/standin/webserver.h"

namespace {

constexpr const char* kVersion = "1.13.27";

// `-c SCRIPT` asks which Dagster is there, `-c SCRIPT NAME...` for the version of each of these packages.
int TellVersions(const std::vector<std::string>& words) {
  if (words.size() <= 2) std::cout << kVersion << "\n";
  for (std::size_t i = 2; i < words.size(); ++i) std::cout << words[i] << " " << kVersion << "\n";
  return 0;
}

int Usage(const std::string& what) {
  std::cerr << "standin: " << what
            << "; it stands in for -m dagster api grpc, -m dagster_webserver, -m dagster._daemon\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  using dagitops::standin::Arguments;
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto is = [&](std::size_t at, std::string_view word) { return at < words.size() && words[at] == word; };
  if (is(0, "--version") || is(0, "-V")) return std::cout << "Python 3.11.0\n", 0;
  if (is(0, "-c")) return TellVersions(words);
  if (!is(0, "-m") || words.size() < 2) return Usage("unexpected arguments");
  const Arguments arguments({words.begin() + 2, words.end()});
  if (is(1, "dagster_webserver")) return dagitops::standin::RunWebserver(arguments);
  if (is(1, "dagster._daemon")) return dagitops::standin::RunDaemon(arguments);
  if (is(1, "dagster") && is(2, "instance") && is(3, "info")) return std::cout << "stand-in\n", 0;
  const bool api_grpc = is(2, "api") && is(3, "grpc");
  const bool code_server = is(2, "code-server") && is(3, "start");
  if (!is(1, "dagster") || !(api_grpc || code_server)) return Usage("unknown module");
  using Kind = dagitops::standin::ServerKind;
  const Kind kind = code_server ? Kind::kCodeServer : Kind::kApiGrpc;
  return dagitops::standin::RunCodeServer(kind, arguments, std::filesystem::absolute(argv[0]));
}
