#include "target/kubernetes/release.h"

#include <charconv>
#include <utility>

#include "dagitops/base/time_text.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

// helm v3.19, pkg/release/status.go
Release::Status StatusOf(const std::string& word) {
  if (word == "deployed") return Release::Status::kDeployed;
  if (word.starts_with("pending-")) return Release::Status::kPending;
  if (word == "failed") return Release::Status::kFailed;
  if (word == "uninstalling") return Release::Status::kUninstalling;
  return Release::Status::kGone;
}

}  // namespace

Release ReadRelease(const std::string& name, std::string_view secret) {
  const boost::json::value parsed = ParseJson(secret);
  const JsonView metadata = JsonView(&parsed)["metadata"];
  const JsonView labels = metadata["labels"];
  Release release;
  release.name = labels["name"].text();
  const std::string version = labels["version"].text();
  std::from_chars(version.data(), version.data() + version.size(), release.version);
  release.status = StatusOf(labels["status"].text());
  release.environment = labels[kEnvironment].text();
  release.location = labels[kLocation].text();
  release.content = labels[kContent].text();
  release.since = TimeFromText(metadata["creationTimestamp"].text()).value_or(WallTime{});
  release.secret = name;
  release.resource_version = metadata["resourceVersion"].text();
  return release;
}

std::map<std::string, Release> NewestReleases(const std::map<std::string, Release>& revisions) {
  std::map<std::string, Release> newest;
  for (const auto& [secret, release] : revisions) {
    if (release.name.empty() || release.version <= 0) continue;  // none of Helm's
    Release& known = newest[release.name];
    if (known.version < release.version) known = release;
  }
  return newest;
}

}  // namespace dagitops::kubernetes
