#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/model/composition.h"
#include "dagitops/model/decision.h"

// Short ways to say "a location", "a version of it", "a revision" in tests of the core.
namespace dagitops::support {

inline Revision MakeRevision(const std::string& id, const std::string& author = "Ada") {
  return {id, author, author + "@example.com", 1'700'000'000, "change " + id};
}

// A location whose content, and so whose digest, is told by `tag`.
inline CodeLocation MakeLocation(const std::string& name, const std::string& tag = "1") {
  CodeLocation location;
  location.name = name;
  location.entry =
      Value::Map({{"name", {}, Value::String(name)}, {"image", {}, Value::Map({{"tag", {}, Value::String(tag)}})}});
  location.settings.location_name = name;
  location.digest = name + "-" + tag;
  location.sources = {"", "dagitops.yaml", "", "locations/" + name + ".yaml", ""};
  return location;
}

inline Version MakeVersion(const CodeLocation& location, const std::string& revision = "r1",
                           const std::string& tree = "") {
  return {MakeRevision(revision), MakeRevision(revision), location, tree};
}

inline Composition MakeComposition(const std::string& revision, const std::vector<CodeLocation>& locations) {
  Composition composition;
  composition.environment = "production";
  composition.revision = MakeRevision(revision);
  for (const CodeLocation& location : locations) {
    composition.locations.push_back(std::make_shared<const CodeLocation>(location));
  }
  return composition;
}

// A state in which all of these run as their last good versions.
inline EnvironmentState MakeState(const std::vector<CodeLocation>& running, const std::string& revision = "r1") {
  EnvironmentState state;
  state.environment = "production";
  state.applied = MakeRevision(revision);
  for (const CodeLocation& location : running) {
    state.locations[location.name].last_good = MakeVersion(location, revision);
  }
  return state;
}

}  // namespace dagitops::support
