#pragma once

#include <map>
#include <string>

#include "dagitops/base/result.h"
#include "dagitops/process/command_runner.h"
#include "dagitops/target/kubernetes/kubernetes_target.h"

namespace dagitops::kubernetes {

// How helm is called.
struct HelmSettings {
  std::string program = "helm";  // by PATH or absolute
  std::string kubeconfig;        // empty: helm finds the account of its pod by itself
  std::string context;
  std::string name_space;
  std::string folder;                              // absolute; what helm keeps for itself: cache, configuration
  std::map<std::string, std::string> environment;  // ours: PATH, HOME, proxies, what an exec plugin wants
};

HelmSettings HelmOf(const Options& options);

struct HelmRelease {
  std::string name;
  std::string chart;                          // folder or archive
  std::string values;                         // YAML
  std::map<std::string, std::string> labels;  // on the release's Secret; empty: they stay as they are
  bool take_ownership = false;                // of objects that say they are another release's; Helm 3.17
  bool merged_here = false;                   // by helm and not by the server; Helm 4, of others see IsFlagUnknown
};

// The objects as YAML documents, made without the cluster but for its version ("v1.34.2").
Command TemplateCommand(const HelmSettings& settings, const HelmRelease& release, const std::string& kube_version);

// Makes or changes the release; its output is the release as JSON. Does not wait for pods. The chart's own schema is
// not asked: the published one refers to files on the internet, and entries are judged by ours.
Command UpgradeCommand(const HelmSettings& settings, const HelmRelease& release);

// Not being there is success.
Command UninstallCommand(const HelmSettings& settings, const std::string& release);

// What a release was given as values, JSON or YAML; the objects of its newest revision, YAML; its name, chart and so
// on, JSON.
Command GetValuesCommand(const HelmSettings& settings, const std::string& release, const std::string& format);
Command GetManifestCommand(const HelmSettings& settings, const std::string& release);
Command GetMetadataCommand(const HelmSettings& settings, const std::string& release);

Command VersionCommand(const HelmSettings& settings);

// Puts the chart's archive into `folder`, which exists.
Command PullCommand(const HelmSettings& settings, const ChartOptions& chart, const std::string& folder);

// Prints the chart's Chart.yaml, taken from its repository where it is in one.
Command ShowChartCommand(const HelmSettings& settings, const ChartOptions& chart);

// Why a helm that did not exit with 0 failed; `release` is the subject. What helm says is redacted and cut. By kind:
//   kRetry    the cluster was not reached or was busy, helm was killed or took too long, another helm is at it
//             (helm-unreachable, helm-killed, helm-timeout, helm-busy)
//   kStalled  it may not do it, or an object of that name belongs to somebody else
//             (helm-forbidden, helm-foreign-object)
//   kInvalid  the values or the chart are wrong, or the API server refused an object
//             (helm-schema, helm-template, helm-rejected, helm-failed)
Error HelmError(const CommandResult& result, const std::string& release);

// Helm does not know the flag of HelmRelease::merged_here, and did nothing: a Helm 3, which merges by itself.
bool IsFlagUnknown(const Error& error);

// The revision that an upgrade made, out of its output; 0 where it does not say.
int RevisionIn(const std::string& output);

// What it made, YAML, out of the same.
std::string ManifestIn(const std::string& output);

}  // namespace dagitops::kubernetes
