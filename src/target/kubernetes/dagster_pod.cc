#include "target/kubernetes/dagster_pod.h"

#include <utility>
#include <vector>

#include "dagitops/base/text.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/workload.h"

namespace dagitops::kubernetes {
namespace {

using doctor::DagsterPod;
using doctor::MountedWorkspace;

// Of command and arguments; a shell's text is cut at its blanks.
std::vector<std::string> Words(const JsonView& container) {
  std::vector<std::string> words;
  for (const char* key : {"command", "args"}) {
    for (const boost::json::value& item : container[key].items()) {
      for (std::string& word : Split(JsonView(&item).text(), ' ')) words.push_back(std::move(word));
    }
  }
  return words;
}

std::vector<std::string> WorkspaceFiles(const std::vector<std::string>& words) {
  std::vector<std::string> files;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if ((word == "-w" || word == "--workspace") && i + 1 < words.size()) files.push_back(words[i + 1]);
    if (word.starts_with("--workspace=")) files.push_back(word.substr(word.find('=') + 1));
  }
  return files;
}

std::string Folder(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// The mount that holds the file: the deepest one.
JsonView MountOf(const JsonView& container, const std::string& file) {
  JsonView best;
  std::size_t longest = 0;
  for (const boost::json::value& item : container["volumeMounts"].items()) {
    const JsonView mount(&item);
    const std::string path = Folder(mount["mountPath"].text());
    const bool holds = file == path || file.starts_with(path == "/" ? path : path + "/");
    if (!holds || path.size() < longest) continue;
    best = mount;
    longest = path.size();
  }
  return best;
}

std::string ConfigMapOf(const JsonView& spec, const std::string& volume) {
  for (const boost::json::value& item : spec["volumes"].items()) {
    const JsonView one(&item);
    if (one["name"].text() != volume) continue;
    if (one["configMap"].exists()) return one["configMap"]["name"].text();
    for (const boost::json::value& source : one["projected"]["sources"].items()) {
      const JsonView map = JsonView(&source)["configMap"];
      if (map.exists()) return map["name"].text();
    }
  }
  return "";
}

}  // namespace

DagsterPod ReadDagsterPod(const std::string& name, std::string_view json) {
  const PodView view = ReadPod(name, json);
  const boost::json::value parsed = ParseJson(json);
  const JsonView spec = JsonView(&parsed)["spec"];
  DagsterPod pod{name, view.release, "", view.ready && !view.ending, view.read_only, {}};
  for (const boost::json::value& item : spec["containers"].items()) {
    const JsonView container(&item);
    if (pod.image.empty()) pod.image = container["image"].text();
    const std::vector<std::string> words = Words(container);
    for (const std::string& word : words) pod.read_only = pod.read_only || word == "--read-only";
    for (const std::string& file : WorkspaceFiles(words)) {
      const JsonView mount = MountOf(container, file);
      const bool sub_path = !mount["subPath"].text().empty() || !mount["subPathExpr"].text().empty();
      pod.workspaces.push_back({file, ConfigMapOf(spec, mount["name"].text()), sub_path});
    }
  }
  return pod;
}

}  // namespace dagitops::kubernetes
