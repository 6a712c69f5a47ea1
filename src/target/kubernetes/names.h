#pragma once

#include <string>

namespace dagitops::kubernetes {

// Labels and annotations of ours. The chart's own are named where they are read.
inline constexpr char kManagedBy[] = "app.kubernetes.io/managed-by";  // "dagitops" on objects that we write ourselves
inline constexpr char kEnvironment[] = "dagitops.dev/environment";
inline constexpr char kLocation[] = "dagitops.dev/location";  // of a release's record; absent on the base release's
inline constexpr char kContent[] = "dagitops.dev/content";    // of a Helm release: what it was made from
inline constexpr char kCheck[] = "dagitops.dev/check";        // on pods that load a location's code once
inline constexpr char kSeenWorkspace[] = "dagitops.dev/workspace";  // on pods: the workspace.yaml they were told of
inline constexpr char kBeside[] = "dagitops.dev/beside";            // on objects made before their release: its name

// Helm's (v3.19, pkg/action/validate.go and pkg/kube/resource_policy.go).
inline constexpr char kHelmRelease[] = "meta.helm.sh/release-name";
inline constexpr char kHelmNamespace[] = "meta.helm.sh/release-namespace";
inline constexpr char kHelmPolicy[] = "helm.sh/resource-policy";  // "keep": not deleted with what it was in

// As charts 1.10.5 and 1.12.19 label what they make for code servers: Deployments, pods and Services.
inline constexpr char kServers[] = "component=user-deployments";

// The release that all locations are in (`release: single`), and the ConfigMap of its values: as the documentation of
// Dagster and pipelines that follow it have them.
inline constexpr char kSharedRelease[] = "dagster-user-deployments";
inline constexpr char kSharedMap[] = "dagster-user-deployments-values-yaml";

// Stands for Dagster itself where otherwise a location's name does, which never has a dot.
inline constexpr char kSystemKey[] = "dagitops.system";

// The Helm release of a location: its name, which Helm limits to 53 bytes (helm v3.19, pkg/chartutil/validate_name.go).
// `location` is empty for the base release.
std::string ReleaseName(const std::string& location);

// The ConfigMap that remembers a release's values.
std::string RecordName(const std::string& location);

// Of the API, e.g. CollectionPath("apps/v1", "n", "deployments"), with the selectors that are not empty.
struct Selectors {
  std::string labels;
  std::string fields;
};
std::string CollectionPath(const std::string& version, const std::string& name_space, const std::string& resource,
                           const Selectors& selectors);
std::string CollectionPath(const std::string& version, const std::string& name_space, const std::string& resource);

}  // namespace dagitops::kubernetes
