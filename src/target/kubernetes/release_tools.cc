#include "target/kubernetes/release_tools.h"

#include <algorithm>

#include "dagitops/base/log.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

constexpr Duration kForeignPatience = std::chrono::minutes(10);
constexpr Duration kCall = std::chrono::seconds(15);

}  // namespace

Error About(Error error, const std::string& release, const std::string& object) {
  error.message = object + ": " + error.message;
  error.subject = "helm release " + release;
  const bool mendable = error.code == "kube-rejected" || error.code == "kube-too-large";
  if (error.kind == ErrorKind::kInvalid && !mendable) error.kind = ErrorKind::kStalled;
  return error;
}

Error Again(Error error) {
  if (error.kind == ErrorKind::kInvalid) error.kind = ErrorKind::kRetry;
  return error;
}

Status ReleaseTools::Recover(const Release& release, bool ours) {
  if (release.status == Release::Status::kUninstalling) {
    DAGITOPS_TRY(parts_.helms.Run(UninstallCommand(parts_.helm, release.name), release.name));
    return Ok();
  }
  if (release.status != Release::Status::kPending) return Ok();
  const WallTime now = parts_.clock.Now();
  const WallTime since = std::min(release.since, now);  // the API server's clock may be ahead of ours
  const bool old = TimeUntil(since + kForeignPatience, now, kForeignPatience) == Duration(0);
  if (!ours && !old)
    return Error{ErrorKind::kRetry, "helm-busy", "helm release " + release.name, "another helm is at it",
                 "it is waited for; a release that stays pending for 10 minutes is recovered"};
  Log(LogLevel::kWarning, "a release was left half-way by a helm that was killed, and is recovered",
      {{"release", release.name}, {"revision", std::to_string(release.version)}});
  const std::string path = CollectionPath("v1", parts_.helm.name_space, "secrets") + "/" + release.secret;
  const Status removed = parts_.api.Delete({path, "", release.resource_version}, kCall);
  return removed ? removed : Status(Again(removed.error()));
}

Result<std::vector<ManifestObject>> ReleaseTools::Render(const HelmRelease& release) {
  DAGITOPS_ASSIGN(const std::string version, KubeVersion());
  DAGITOPS_ASSIGN(const CommandResult said,
                  parts_.helms.Run(TemplateCommand(parts_.helm, release, version), release.name));
  return SplitManifest(said.output);
}

Result<std::string> ReleaseTools::DryRun(const std::string& release, const ManifestObject& object) {
  const std::string path = PathOf(object, parts_.helm.name_space);
  if (path.empty()) return std::string();
  auto taken = parts_.api.Write({kube::ApiWrite::Kind::kApply, path, object.text, true, true}, kCall);
  if (!taken) return About(taken.error(), release, object.Title());
  return taken;
}

Result<std::string> ReleaseTools::KubeVersion() {
  if (std::string known = *kube_version_.lock(); !known.empty()) return known;
  DAGITOPS_ASSIGN(const std::string answer, parts_.api.Get("/version", kCall));
  const boost::json::value parsed = ParseJson(answer);
  std::string version = JsonView(&parsed)["gitVersion"].text();
  *kube_version_.lock() = version;
  return version;
}

}  // namespace dagitops::kubernetes
