#include "target/kubernetes/chart.h"

#include <filesystem>
#include <system_error>
#include <utility>

namespace dagitops::kubernetes {
namespace {

namespace fs = std::filesystem;

bool IsThere(const std::string& path) {
  std::error_code failed;
  return fs::exists(path, failed);
}

// Nothing that a location can mend.
Error OfNobody(Error error) {
  if (error.kind == ErrorKind::kInvalid) error.kind = ErrorKind::kStalled;
  return error;
}

}  // namespace

Result<std::string> Chart::Path() {
  const std::string& path = parts_.options.path;
  if (path.empty()) return Pulled();
  if (IsThere(path + "/Chart.yaml") || (path.ends_with(".tgz") && IsThere(path))) return path;
  return Error{ErrorKind::kStalled, "chart-missing", path, "there is no chart",
               "name a folder with a Chart.yaml or an archive as kubernetes.chart.path"};
}

// Pulled into a folder of its own and then put in its place, so that a half one is never taken for it. Helm itself
// takes whatever the host sends, so it is asked whether that is a chart.
Result<std::string> Chart::Pulled() {
  const ChartOptions& options = parts_.options;
  const std::string file = options.name + "-" + options.version + ".tgz";
  const fs::path folder = fs::path(parts_.helm.folder) / "charts";
  const fs::path kept = folder / file;
  const std::lock_guard<std::mutex> lock(pulling_);
  if (IsThere(kept)) return kept.string();
  const fs::path fresh = folder / ("fresh-" + options.name);  // another chart may be pulled at the same time
  std::error_code failed;
  fs::remove_all(fresh, failed);
  fs::create_directories(fresh, failed);
  DAGITOPS_TRY(Run(PullCommand(parts_.helm, options, fresh), "chart-not-pulled"));
  if (!IsThere(fresh / file)) {
    return Error{ErrorKind::kStalled, "chart-missing", kept.string(), "helm pulled no such file",
                 "check kubernetes.chart.name and version"};
  }
  ChartOptions pulled;
  pulled.path = fresh / file;
  DAGITOPS_TRY(Run(ShowChartCommand(parts_.helm, pulled), "chart-broken"));
  fs::rename(fresh / file, kept, failed);
  if (!failed) return kept.string();
  return Error{ErrorKind::kStalled, "chart-missing", kept.string(), "cannot be put there: " + failed.message(), ""};
}

// `code` is for what helm says that has none of its own.
Status Chart::Run(const Command& command, const char* code) {
  const auto result = parts_.commands.Run(command);
  if (!result) return OfNobody(result.error());
  if (result->exit_code == 0 && !result->timed_out) return Ok();
  const ChartOptions& options = parts_.options;
  Error error = HelmError(*result, options.name);
  error.subject = "chart " + options.name + " " + options.version;
  if (error.code == "helm-failed") error.code = code;
  if (error.hint.empty()) {
    error.hint = "check what " + options.repository + " has, and the chart in the settings; it is tried again";
  }
  return OfNobody(std::move(error));
}

}  // namespace dagitops::kubernetes
