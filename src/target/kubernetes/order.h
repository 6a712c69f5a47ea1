#pragma once

#include <map>
#include <set>
#include <string>

namespace dagitops::kubernetes {

// What is to become of one release.
struct Order {
  enum class Kind { kDeploy, kRemove };
  Kind kind = Kind::kDeploy;
  std::string location;  // empty: the base release; kSystemKey: Dagster itself
  std::string release;   // its name
  std::string location_name;
  std::string content;
  std::string revision;
  int port = 0;
  std::string values;
  std::set<std::string> former_ids;
  bool checked_first = false;  // as in DesiredServer
  std::string beside;          // another release that serves the location until this one can; empty: none
  bool shared = false;         // of the release that all locations are in: `values` are a part of its values
  bool leaves_shared = false;  // that release is there, ours, and what is in it may be taken over from it

  // It takes as long as code does to load.
  bool slow() const { return checked_first || !beside.empty(); }
};

}  // namespace dagitops::kubernetes
