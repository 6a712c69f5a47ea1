#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/model/desired.h"

namespace dagitops::kubernetes {

// The ConfigMap that holds workspace.yaml, as it was read. What we know of it stands in its annotations, so that text
// and knowledge are written by one write.
struct WorkspaceMap {
  bool exists = false;
  std::string resource_version;
  std::optional<std::string> text;      // nullopt: it has no workspace.yaml
  std::vector<WorkspaceEntry> entries;  // that `text` names
  bool of_helm = false;                 // a Helm release made it
  std::string written;                  // PublishedDigest of what we wrote last; empty: never
  std::optional<WallTime> written_at;
  std::map<std::string, WallTime> retired;  // since when it names an address ("host:port") no more
};
WorkspaceMap ReadWorkspaceMap(std::string_view config_map);

struct WorkspaceWrite {
  std::string name_space;
  std::string name;
  std::string environment;
  std::string text;
  WallTime now{};
};
// The object to create, or the merge patch for the one that was read: what else stands in it stays. Addresses that
// `text` names no more are noted with the time, and forgotten after a week.
std::string WorkspaceBody(const WorkspaceMap& before, const WorkspaceWrite& write);

// "host:port", as in `retired`.
std::string AddressKey(const WorkspaceEntry& entry);

}  // namespace dagitops::kubernetes
