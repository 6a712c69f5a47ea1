#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dagitops::kubernetes {

// One object out of what helm renders.
struct ManifestObject {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string name_space;  // empty: the release's
  std::string text;        // YAML

  std::string Title() const { return kind + "/" + name; }
};

// The objects of `helm template`, in its order. Documents without kind or name are left out: helm itself refuses them.
std::vector<ManifestObject> SplitManifest(std::string_view yaml);

// Where the API has it; empty for kinds that are not known here.
std::string PathOf(const ManifestObject& object, const std::string& name_space);

}  // namespace dagitops::kubernetes
