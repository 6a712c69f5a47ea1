#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include <boost/json/object.hpp>

#include "dagitops/base/result.h"
#include "dagitops/base/sync.h"
#include "dagitops/kube/api_client.h"

#include "target/kubernetes/chart.h"
#include "target/kubernetes/helm.h"
#include "target/kubernetes/helm_runner.h"

namespace dagitops::kubernetes {

// The values of a release of the chart dagster-user-deployments without the locations that are git's now; nullopt where
// they have none of those. `deployments` is a list of entries or a mapping of them by name.
std::optional<boost::json::object> ValuesWithout(const boost::json::object& values,
                                                 const std::set<std::string>& locations);

// What a release of the chart dagster, whose subchart still deploys these, wants to be changed in its values; one
// sentence, empty where that was done. `workspace` is the ConfigMap of ours.
std::string UmbrellaNote(const std::string& release, const boost::json::object& values, const std::string& workspace);

// Releases of somebody else's that code servers are taken over from. Safe to call from any thread.
class ForeignReleases {
 public:
  struct Parts {
    kube::ApiClient& api;  // all of them outlive this
    HelmRunner& helms;
    const HelmSettings& helm;
    Chart& chart;
    std::string workspace;  // the ConfigMap of ours
  };
  explicit ForeignReleases(Parts parts) : parts_(std::move(parts)) {}

  // Annotates all that the release has for code servers, so that Helm deletes none of it, whatever becomes of the
  // release: the Services above all, which keep their names, and the ConfigMap with workspace.yaml where it is the one
  // that is to be ours. Once in a life.
  Status Keep(const std::string& release);

  // Takes these locations out of the release, so that its next helm neither brings them back nor, at its end, takes
  // their Services away. Never touches a release that is more than code servers; what it wants is in `notes` then.
  Status Trim(const std::string& release, const std::set<std::string>& locations);

  std::map<std::string, std::string> notes();  // by release

 private:
  Result<boost::json::object> Ask(const Command& command, const std::string& release);

  Parts parts_;
  std::mutex keeping_;  // also while helm is asked: whoever wants a release kept waits until it is
  std::set<std::string> kept_;
  Sync<std::map<std::string, std::string>> notes_;
};

}  // namespace dagitops::kubernetes
