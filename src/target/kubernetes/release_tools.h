#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/base/sync.h"
#include "dagitops/kube/api_client.h"

#include "target/kubernetes/helm.h"
#include "target/kubernetes/helm_runner.h"
#include "target/kubernetes/manifest.h"
#include "target/kubernetes/release.h"

namespace dagitops::kubernetes {

// What the API server says about one object is about the release that it is from; what a location cannot mend (the
// namespace is gone) is nobody's fault in git.
Error About(Error error, const std::string& release, const std::string& object);

// Something else was written in between: the next try reads it first.
Error Again(Error error);

// What comes before a release is made or changed, whatever is in it. Safe to call from any thread.
class ReleaseTools {
 public:
  struct Parts {
    kube::ApiClient& api;  // all of them outlive this
    HelmRunner& helms;
    const Clock& clock;
    const HelmSettings& helm;
  };
  explicit ReleaseTools(const Parts& parts) : parts_(parts) {}

  // Helm refuses to touch a release while its newest revision is pending, for as long as that is there, and one that it
  // was removing it only removes. `ours`: the helm that was at it is known to be one of ours that was killed. kRetry
  // "helm-busy": another one is at it.
  Status Recover(const Release& release, bool ours);

  Result<std::vector<ManifestObject>> Render(const HelmRelease& release);

  // The object as the API server would have it, JSON; empty for a kind that is not known here: Helm itself will ask.
  Result<std::string> DryRun(const std::string& release, const ManifestObject& object);

 private:
  Result<std::string> KubeVersion();

  Parts parts_;
  Sync<std::string> kube_version_;  // empty: not asked yet
};

}  // namespace dagitops::kubernetes
