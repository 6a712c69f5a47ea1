#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace dagitops::kubernetes {

// One location in the release that all of them are in.
struct SharedLocation {
  std::string entry;  // YAML, as Order::values: `deployments` with it alone
  // What was ordered. "": nobody from here did, and nobody from here takes it away.
  std::string content;
  std::string location_name;
  std::string revision;
  int port = 0;
  std::set<std::string> former_ids;
  bool applied = false;      // Helm made it
  long long generation = 0;  // of its Deployment then; 0: not known

  friend bool operator==(const SharedLocation&, const SharedLocation&) = default;
};

// The values around the locations.
struct SharedBase {
  std::string values;  // YAML, a mapping without `deployments`
  std::string content;
  bool applied = false;

  friend bool operator==(const SharedBase&, const SharedBase&) = default;
};

// What the release that all locations are in is made of, as a ConfigMap beside it remembers: the values that Helm is
// given, whole, and what only we know about each part. Written before Helm is called. What Helm has not made yet has
// what stood in its place in `former`, so that an order that came to nothing does not come back with the next one.
struct SharedRecord {
  SharedBase base;
  std::map<std::string, SharedLocation> locations;
  std::optional<SharedBase> former_base;
  std::map<std::string, SharedLocation> former;
  int applied_version = 0;  // of the release; 0: Helm has not made of it what stands here, or that is not noted yet

  // Of the ConfigMap as it was read.
  bool exists = false;
  bool known = false;   // it is ours, and what we know about the parts is as we wrote it
  bool intact = false;  // so are the values
  std::string resource_version;
};

// Reads what ToSharedMap wrote, or what somebody else keeps under that name.
SharedRecord ReadSharedRecord(std::string_view config_map);

// Takes base and entries from values of the chart, YAML; nothing is known about them then. False where they are none.
bool TakeValues(std::string_view values, SharedRecord& record);

// Exactly what Helm is given: the base, then the entries by name.
std::string SharedValues(const SharedRecord& record);

// What a release that was made of it is labelled with.
std::string SharedDigest(const SharedRecord& record);

struct SharedPlace {
  std::string name_space;
  std::string environment;
};
// The ConfigMap as JSON; where it exists, as a merge patch of that very version, which leaves alone what else is in it.
std::string ToSharedMap(const SharedRecord& record, const SharedPlace& place);

// A merge patch that changes what is known, not the values.
std::string SharedFactsPatch(const SharedRecord& record);

// Of what the ConfigMap holds, which the API server limits.
std::size_t SharedSize(const SharedRecord& record);

}  // namespace dagitops::kubernetes
