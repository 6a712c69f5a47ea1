#pragma once

#include <map>
#include <string>
#include <utility>

#include "dagitops/model/desired.h"
#include "dagitops/model/effective.h"
#include "dagitops/model/value.h"

namespace dagitops::render {

// The release that holds what belongs to all locations. A location's release bears the location's name.
inline constexpr char kBaseRelease[] = "dagitops-base";

// The account that this release makes, or that the values name: whatever runs a location uses it.
std::string BaseServiceAccount(const Value& chart_values);

struct KubernetesOptions {
  std::string chart;         // what tells one chart from another, e.g. its name and version: part of every content
  std::string system_chart;  // the same of the chart of Dagster itself; empty: none is known
  std::string workspace_config_map = "dagitops-workspace";
};

// Why the values of the chart dagster (1.10 and 1.12) do not fit an environment whose locations are deployed from here,
// and what to change, one sentence; empty: they fit. Its webservers and daemon have to mount our ConfigMap, and its own
// subchart must deploy nothing.
std::string WhySystemRefused(const Value& system_values, const std::string& workspace_config_map);

// What shall run in a cluster, and where each server will be reached, which is its Service. `release: per-location`: a
// Helm release for each location and one for what belongs to all, the values of each; a server is made of its values
// and the chart. `release: single`: the locations' parts of the values of the one release, and what stands around them
// as `base`; a server is made of its part.
//
// A location that cannot run here stays in the result with `not_runnable` saying why: it has no image, or
// user-deployments.yaml cannot be used. In the latter case there is no `base`.
Desired Kubernetes(const Effective& effective, const KubernetesOptions& options);

// The same again and again, with what was rendered for a location kept until it, or what all are rendered with, is
// another: of hundreds of locations all but one are mostly as they were. One thread.
class KubernetesRenderer {
 public:
  explicit KubernetesRenderer(KubernetesOptions options) : options_(std::move(options)) {}
  Desired Render(const Effective& effective);

  // What is made of one location and what all share.
  struct Part {
    std::string values;
    std::string content;
    std::string not_runnable;
  };

 private:
  KubernetesOptions options_;
  bool shared_ = false;
  Value chart_values_;
  std::map<std::string, Part> parts_;  // by the location's digest
};

}  // namespace dagitops::render
