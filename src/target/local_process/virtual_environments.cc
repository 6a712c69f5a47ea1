#include "target/local_process/virtual_environments.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "dagitops/base/duration.h"

#include "target/local_process/failure_reason.h"
#include "target/local_process/requirements.h"

namespace dagitops::local_process {
namespace {

constexpr std::size_t kMaxRequirements = 1u << 20;
constexpr std::size_t kLogTail = 16u << 10;
constexpr std::size_t kBuildsAtOnce = 2;
constexpr Duration kBuildLimit = std::chrono::minutes(30);
constexpr Duration kUnusedFor = std::chrono::hours(24 * 7);
// Tries of one whose end nobody saw, because dagitops was ended meanwhile.
constexpr std::size_t kBlindTries = 3;

// $1 interpreter, $2 folder, $3 requirements, $4 uv. Packages are compiled at once, since code servers may not be able
// to write there; `sync` has all of it on disk before the file that says that all of it is there.
constexpr const char* kUvScript =
    "set -e; \"$4\" venv --quiet --python \"$1\" \"$2\";"
    " \"$4\" pip install --python \"$2/bin/python\" --compile-bytecode -r \"$3\";"
    " sync -f \"$2\"; : > \"$2/.dagitops-complete\"";
constexpr const char* kPipScript =
    "set -e; \"$1\" -m venv \"$2\";"
    " \"$2/bin/python\" -m pip install --disable-pip-version-check --no-input --progress-bar off -r \"$3\";"
    " sync -f \"$2\"; : > \"$2/.dagitops-complete\"";

Error BuildError(const std::string& failure) {
  return {ErrorKind::kInvalid, "venv-failed", "Python environment", failure, ""};
}

std::string FolderOf(const std::string& file) { return file.substr(0, file.rfind('/')); }

}  // namespace

Result<Venv> VirtualEnvironments::Ensure(const VenvRequest& request) {
  const std::string file = request.code_folder + "/" + request.requirements;
  DAGITOPS_ASSIGN(const auto text, parts_.disk.Read(file, kMaxRequirements));
  if (!text) {
    return Error{ErrorKind::kInvalid, "requirements-missing", request.requirements,
                 "there is no such file in the location's folder", "correct dagitops.local.requirements"};
  }
  DAGITOPS_ASSIGN(const std::string version, parts_.interpreters.Version(request.python));
  Venv venv;
  venv.key = VenvKey({*text, version, request.tree_id, request.requirements});
  DAGITOPS_ASSIGN(const auto complete, parts_.disk.Read(MarkerOf(venv.key), 1));
  if (complete) {
    Erase(venv.key);
    venv.python = parts_.paths.Venv(venv.key) + "/bin/python";
    // Its folder's time says when it was last used.
    DAGITOPS_TRY(parts_.disk.Write(MarkerOf(venv.key), ""));
    return venv;
  }
  DAGITOPS_ASSIGN(venv.progress, Follow(Record(venv.key), request));
  return venv;
}

Result<std::string> VirtualEnvironments::Follow(BuildRecord& build, const VenvRequest& request) {
  if (!build.failure.empty()) return BuildError(build.failure);
  if (parts_.keeper.Alive(build.process)) {
    const Duration taken = parts_.clock.Now() - build.process.started;
    if (taken >= kBuildLimit) parts_.keeper.End(build.process);
    return "making its Python environment for " + FormatDuration(std::chrono::floor<std::chrono::seconds>(taken)) +
           ": " + Said(build.key);
  }
  if (build.process.identity) DAGITOPS_TRY(Judge(build));
  if (!Room()) return std::string("waits until other Python environments are made");
  DAGITOPS_TRY(Start(build, request));
  return std::string("making its Python environment");
}

// It ended, and is not complete.
Status VirtualEnvironments::Judge(BuildRecord& build) {
  const auto exit = parts_.keeper.Exit(build.process);
  const bool told = build.process.told_to_end.has_value();
  parts_.keeper.End(build.process);
  if (!exit && build.process.restarts.size() < kBlindTries) {
    build.process.restarts.push_back(parts_.clock.Now());
    return Ok();
  }
  build.failure = told ? "its making took longer than " + FormatDuration(kBuildLimit)
                       : "its making " + Describe(exit) + ": " + Said(build.key);
  return BuildError(build.failure);
}

Status VirtualEnvironments::Start(BuildRecord& build, const VenvRequest& request) {
  const std::string folder = parts_.paths.Venv(build.key);
  const std::string file = request.code_folder + "/" + request.requirements;
  const std::string uv = parts_.interpreters.FindUv(request.python);
  DAGITOPS_TRY(parts_.disk.Remove(folder));  // what a killed attempt left
  BackgroundProcess process;
  process.arguments = {"/bin/sh", "-c", uv.empty() ? kPipScript : kUvScript, "sh", request.python, folder, file, uv};
  process.environment = parts_.environment;
  process.working_directory = FolderOf(file);
  process.log_file = LogOf(build.key);
  return parts_.keeper.Start(build.process, {ProcessMark::Kind::kBuild, build.key, {}, {}, 0}, std::move(process));
}

bool VirtualEnvironments::Room() const {
  const auto& builds = parts_.ledger.inventory().builds;
  const auto running = std::count_if(builds.begin(), builds.end(),
                                     [](const BuildRecord& build) { return build.process.identity.has_value(); });
  return static_cast<std::size_t>(running) < kBuildsAtOnce;
}

std::string VirtualEnvironments::Said(const std::string& key) {
  const auto log = parts_.disk.Read(LogOf(key), kLogTail);
  return log && *log ? FailureReason(**log, "") : std::string();
}

BuildRecord& VirtualEnvironments::Record(const std::string& key) {
  auto& builds = parts_.ledger.inventory().builds;
  const auto known = std::find_if(builds.begin(), builds.end(), [&](const auto& build) { return build.key == key; });
  if (known != builds.end()) return *known;
  builds.push_back({key, "", {}});
  return builds.back();
}

void VirtualEnvironments::Erase(const std::string& key) {
  std::erase_if(parts_.ledger.inventory().builds, [&](const BuildRecord& build) { return build.key == key; });
}

void VirtualEnvironments::EndAllBut(const std::set<std::string>& keys) {
  std::erase_if(parts_.ledger.inventory().builds, [&](BuildRecord& build) {
    return !keys.contains(build.key) && (!build.failure.empty() || parts_.keeper.End(build.process));
  });
}

Status VirtualEnvironments::Collect(const std::set<std::string>& keys) {
  DAGITOPS_ASSIGN(const auto folders, parts_.disk.List(parts_.paths.VenvFolder()));
  const WallTime now = parts_.clock.Now();
  for (const DiskEntry& folder : folders) {
    if (keys.contains(folder.name) || now - folder.modified < kUnusedFor) continue;
    return parts_.disk.Remove(parts_.paths.VenvFolder() + "/" + folder.name);
  }
  return Ok();
}

}  // namespace dagitops::local_process
