#include "target/local_process/interpreters.h"

#include <utility>
#include <vector>

#include "dagitops/base/duration.h"
#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops::local_process {
namespace {

constexpr Duration kFresh = std::chrono::seconds(60);
constexpr Duration kDeadline = std::chrono::seconds(10);
constexpr Duration kImport = std::chrono::seconds(60);

// One "name version" a line; importlib.metadata reads the installed record, which importing Dagster would take 1 s for.
constexpr const char* kPackagesScript = R"(
import sys
from importlib import metadata
for name in sys.argv[1:]:
    try:
        print(name, metadata.version(name))
    except metadata.PackageNotFoundError:
        print(name)
)";

}  // namespace

Result<std::string> Interpreters::Run(const std::vector<std::string>& arguments, Duration deadline) {
  Command command;
  command.arguments = arguments;
  command.environment = environment_;
  command.deadline = deadline;
  DAGITOPS_ASSIGN(CommandResult result, commands_.Run(command));
  if (result.exit_code == 0) return std::move(result.output);
  const std::string said = Shorten(Redact(Trim(result.errors)), 200);
  return Error{ErrorKind::kInvalid, "python-failed", arguments.front(),
               result.timed_out ? "it did not answer within " + FormatDuration(deadline) : "it does not work: " + said,
               "check that it is a Python interpreter"};
}

Result<std::string> Interpreters::Version(const std::string& python) {
  const auto known = versions_.find(python);
  if (known != versions_.end() && clock_.Steady() - known->second.asked < kFresh) return known->second.text;
  DAGITOPS_ASSIGN(std::string text, Run({python, "-c", "import sys; print(sys.executable, sys.version)"}, kDeadline));
  versions_[python] = {clock_.Steady(), text};
  return text;
}

std::string Interpreters::FindUv(const std::string& python) {
  const auto known = uv_.find(python);
  if (known != uv_.end() && clock_.Steady() - known->second.asked < kFresh) return known->second.text;
  std::vector<std::string> places{"uv"};
  const std::size_t slash = python.rfind('/');
  if (slash != std::string::npos) places.insert(places.begin(), python.substr(0, slash) + "/uv");
  std::string found;
  for (const std::string& place : places) {
    if (found.empty() && Run({place, "--version"}, kDeadline)) found = place;
  }
  uv_[python] = {clock_.Steady(), found};
  return found;
}

Result<std::map<std::string, std::string>> Interpreters::Packages(const std::string& python,
                                                                  const std::vector<std::string>& names) {
  std::vector<std::string> arguments{python, "-c", kPackagesScript};
  arguments.insert(arguments.end(), names.begin(), names.end());
  DAGITOPS_ASSIGN(const std::string text, Run(arguments, kDeadline));
  std::map<std::string, std::string> versions;
  for (const std::string& line : Split(text, '\n')) {
    const std::vector<std::string> words = Split(Trim(line), ' ');
    if (!words[0].empty()) versions[words[0]] = words.size() > 1 ? words[1] : "";
  }
  return versions;
}

Result<std::string> Interpreters::ImportDagster(const std::string& python) {
  DAGITOPS_ASSIGN(const std::string text, Run({python, "-c", "import dagster; print(dagster.__version__)"}, kImport));
  return std::string(Trim(text));
}

}  // namespace dagitops::local_process
