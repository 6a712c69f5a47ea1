#include "dagitops/import/adoption.h"

#include <algorithm>

#include "dagitops/base/text.h"

namespace dagitops::import {
namespace {

constexpr char kUmbrella[] = "dagster";

bool IsUmbrella(const ExistingInstall::Release& release) { return release.chart == kUmbrella; }

// Helm owns it, and with another workspace in the values it would be deleted: so it is named, kept and taken over.
std::string OwnerOf(const ExistingInstall& install) {
  return install.workspace_release.empty() ? "written by no Helm release"
                                           : "of Helm release " + install.workspace_release;
}

std::string TakeoverLines(const ExistingInstall::Release& release, const std::set<std::string>& locations) {
  std::string lines;
  for (const std::string& server : release.servers) {
    if (!locations.contains(server)) continue;
    lines +=
        "  " + server + ": taken over from release " + release.name +
        ". New pods come up beside the old ones, since a Deployment's selector holds its release's name; Service " +
        server +
        " turns to them once they are ready, so it has an address all the time. Calls on the old pod at "
        "that moment are cut, and runs that live inside it.\n";
  }
  for (const std::string& server : release.servers) {
    if (!locations.contains(server))
      lines += "  " + server + ": stays in release " + release.name + ", since git has no server of that name.\n";
  }
  return lines;
}

std::string LastLines(const ExistingInstall& install, const ExistingInstall::Release& release) {
  const std::string map = install.workspace_map.empty() ? "dagitops-workspace" : install.workspace_map;
  if (!IsUmbrella(release))
    return "  Last of all, release " + release.name +
           " is upgraded without the locations that git has; once it has none, `helm uninstall` it when no run goes on "
           "that has its service account.\n";
  return "  Last of all, by you: set in the values of release " + release.name +
         " `dagster-user-deployments: {enabled: true, enableSubchart: false}` and `dagsterWebserver: {workspace: "
         "{enabled: true, servers: [], externalConfigmap: " +
         map + "}}`, and upgrade it. Webserver and daemon restart that once; `dagitops status` says when.\n";
}

}  // namespace

std::vector<ImportFile> FilesOf(const ExistingInstall& install) {
  std::vector<ImportFile> files;
  for (const ExistingInstall::Release& release : install.releases)
    files.push_back({"release-" + release.name + ".yaml", release.values});
  if (install.workspace) files.push_back({"workspace.yaml", *install.workspace});
  return files;
}

std::string AdoptionSettings(const ExistingInstall& install, const std::string& environment) {
  std::vector<std::string> names;
  for (const ExistingInstall::Release& release : install.releases) names.push_back(release.name);
  std::string text = "environments:\n  " + environment + ":\n    target: kubernetes\n    kubernetes:\n";
  text += "      namespace: " + install.name_space + "\n";
  text += "      adopt: [" + Join(names, ", ") + "]\n";
  if (!install.workspace_map.empty()) text += "      workspaceConfigMap: " + install.workspace_map + "\n";
  for (const ExistingInstall::Release& release : install.releases) {
    if (release.version.empty()) continue;
    text += "      chart: {version: \"" + release.version +
            "\"}  # as the install has it, with the path or repository that you take it from\n";
    break;
  }
  return text;
}

std::string AdoptionPlan(const ExistingInstall& install, const std::set<std::string>& locations) {
  std::string text;
  for (const ExistingInstall::Release& release : install.releases) {
    text += "release " + release.name + " (chart " + release.chart + " " + release.version + ")\n";
    text += TakeoverLines(release, locations) + LastLines(install, release);
  }
  if (!install.workspace_map.empty())
    text += "ConfigMap " + install.workspace_map + " (" + OwnerOf(install) +
            ")\n  Taken over with the same locations in it; nothing restarts for it.\n";
  text +=
      "No Service is deleted. What Helm has of the code servers is annotated `helm.sh/resource-policy: keep` before "
      "anything else.\n";
  return text;
}

}  // namespace dagitops::import
