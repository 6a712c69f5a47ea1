#pragma once

#include <map>
#include <string>
#include <vector>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/composition.h"
#include "dagitops/model/source_tree.h"
#include "dagitops/model/value.h"

namespace dagitops::workspace {

// The rules of dagitops.yaml that every composed entry must keep. Empty lists allow everything.
struct Policy {
  std::vector<std::string> registries;        // an image repository must be one of these or below it
  std::vector<std::string> require;           // dotted keys that must be present
  std::vector<std::string> forbid;            // dotted keys that must be absent; lists are looked through
  std::map<std::string, std::string> owners;  // glob of fragment paths -> owner they must name

  friend bool operator==(const Policy&, const Policy&) = default;
};

// dagitops.yaml, read.
struct Repository {
  std::map<std::string, EnvironmentOptions> environments;
  std::string default_environment;  // empty: `defaultEnvironment` is not set
  Value defaults;
  Policy policy;
  Diagnostics diagnostics;
  bool usable = true;  // false when the file is absent, does not parse or has a fault
};

Repository ReadRepository(const SourceTree& tree);

}  // namespace dagitops::workspace
