#include "target/kubernetes/manifest.h"

#include <array>
#include <utility>

#include "dagitops/base/text.h"
#include "dagitops/yaml/parse.h"

#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

// Kinds that charts make and their resources in the API of Kubernetes 1.34.
struct Resource {
  std::string_view kind;
  const char* plural;
  bool namespaced = true;
};
constexpr auto kResources = std::to_array<Resource>({
    {"ConfigMap", "configmaps"},
    {"Secret", "secrets"},
    {"Service", "services"},
    {"ServiceAccount", "serviceaccounts"},
    {"Deployment", "deployments"},
    {"StatefulSet", "statefulsets"},
    {"DaemonSet", "daemonsets"},
    {"Job", "jobs"},
    {"CronJob", "cronjobs"},
    {"Role", "roles"},
    {"RoleBinding", "rolebindings"},
    {"ClusterRole", "clusterroles", false},
    {"ClusterRoleBinding", "clusterrolebindings", false},
    {"PodDisruptionBudget", "poddisruptionbudgets"},
    {"HorizontalPodAutoscaler", "horizontalpodautoscalers"},
    {"NetworkPolicy", "networkpolicies"},
    {"Ingress", "ingresses"},
    {"PersistentVolumeClaim", "persistentvolumeclaims"},
});

std::string TextAt(const Value& object, const char* path) {
  const Value* found = object.FindPath(path);
  return found == nullptr ? "" : found->text();
}

// A line of its own, perhaps with blanks or a comment behind it.
bool IsSeparator(std::string_view line) {
  return line == "---" || line.starts_with("--- ") || line.starts_with("---\t") || line == "---\r";
}

void AddObject(std::string_view text, std::vector<ManifestObject>& objects) {
  if (Trim(text).empty()) return;
  const yaml::Parsed parsed = yaml::Parse(text, "manifest", Layer::kBuiltin);
  ManifestObject object{TextAt(parsed.root, "apiVersion"), TextAt(parsed.root, "kind"),
                        TextAt(parsed.root, "metadata.name"), TextAt(parsed.root, "metadata.namespace"),
                        std::string(text)};
  if (!object.kind.empty() && !object.name.empty()) objects.push_back(std::move(object));
}

}  // namespace

std::vector<ManifestObject> SplitManifest(std::string_view yaml) {
  std::vector<ManifestObject> objects;
  std::string document;
  for (const std::string& line : Split(yaml, '\n')) {
    if (IsSeparator(line)) {
      AddObject(document, objects);
      document.clear();
    } else {
      document += line + "\n";
    }
  }
  AddObject(document, objects);
  return objects;
}

std::string PathOf(const ManifestObject& object, const std::string& name_space) {
  for (const Resource& resource : kResources) {
    if (resource.kind != object.kind) continue;
    const std::string& own = object.name_space.empty() ? name_space : object.name_space;
    return CollectionPath(object.api_version, resource.namespaced ? own : "", resource.plural) + "/" + object.name;
  }
  return "";
}

}  // namespace dagitops::kubernetes
