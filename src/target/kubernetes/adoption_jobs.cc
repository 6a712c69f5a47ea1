#include "target/kubernetes/adoption_jobs.h"

#include "dagitops/base/log.h"

#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

constexpr Duration kCall = std::chrono::seconds(15);
constexpr Duration kPause = std::chrono::minutes(1);
constexpr char kSuperseded[] = "superseded/";
constexpr char kTrim[] = "trim/";

}  // namespace

void AdoptionJobs::Begin(const Leftovers& leftovers, const std::map<std::string, Release>& releases, WallTime now) {
  for (const Superseded& server : leftovers.superseded) {
    if (!Waits(kSuperseded + server.deployment, now)) Remove(server);
  }
  for (const auto& [name, locations] : leftovers.trim) {
    const Release& release = releases.at(name);
    const auto known = trimmed_.find(name);
    const bool done = known != trimmed_.end() && known->second == Looked(release.version, locations);
    if (!done && !Waits(kTrim + name, now)) Trim(release, locations);
  }
}

bool AdoptionJobs::Waits(const std::string& key, WallTime now) const {
  const auto failed = failed_at_.find(key);
  return failed != failed_at_.end() && TimeUntil(failed->second + kPause, now, kPause) > Duration(0);
}

// With the ConfigMap that its chart makes for it alone (charts 1.10.5 and 1.12.19, configmap-env-user.yaml).
void AdoptionJobs::Remove(const Superseded& server) {
  const bool begun = parts_.jobs.Submit(kSuperseded + server.deployment, [this, server]() -> Result<int> {
    const std::string deployments = CollectionPath("apps/v1", parts_.name_space, "deployments");
    DAGITOPS_TRY(parts_.api.Delete({deployments + "/" + server.deployment, server.uid, ""}, kCall));
    const std::string maps = CollectionPath("v1", parts_.name_space, "configmaps");
    DAGITOPS_TRY(parts_.api.Delete({maps + "/" + server.deployment + "-user-env", "", ""}, kCall));
    return 0;
  });
  if (begun)
    Log(LogLevel::kInfo, "removing the code server that was taken over",
        {{"location", server.location}, {"release", server.release}, {"deployment", server.deployment}});
}

void AdoptionJobs::Trim(const Release& release, const std::set<std::string>& locations) {
  const bool ours = release.name == kSharedRelease && !release.environment.empty() && parts_.trim_shared;
  const bool begun = parts_.jobs.Submit(kTrim + release.name, [this, ours, release, locations]() -> Result<int> {
    DAGITOPS_TRY(ours ? parts_.trim_shared(release, locations) : parts_.foreign.Trim(release.name, locations));
    return 0;
  });
  if (begun) looking_[release.name] = {release.version, locations};
}

void AdoptionJobs::Note(const Jobs::Finished& job, WallTime now) {
  const bool trim = job.key.starts_with(kTrim);
  if (!trim && !job.key.starts_with(kSuperseded)) return;
  failed_at_.erase(job.key);
  if (!job.result) {
    failed_at_[job.key] = now;
  } else if (trim) {
    const std::string release = job.key.substr(sizeof(kTrim) - 1);
    trimmed_[release] = looking_[release];
  }
}

}  // namespace dagitops::kubernetes
