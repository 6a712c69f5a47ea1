#pragma once

#include <set>
#include <string>
#include <string_view>

namespace dagitops::kubernetes {

// What is remembered of a release in a ConfigMap beside it: the values that Helm was given, and what only we know of
// the server. Written before Helm is started, so that a crash loses nothing. The base release has one as well.
struct Record {
  std::string location;  // empty: the base release
  std::string location_name;
  std::string content;
  std::string revision;
  int port = 0;
  std::string values;
  std::set<std::string> former_ids;  // Dagster's ids of what it took the place of

  // What Helm made of it: the release's version and its Deployment's generation then. 0: not known yet.
  int applied_version = 0;
  long long applied_generation = 0;

  // Of the ConfigMap as it was read.
  std::string resource_version;
  bool intact = true;  // its values are those that were written
};

// Reads what ToConfigMap wrote. What is missing reads as nothing, and then it is not intact.
Record ReadRecord(std::string_view config_map);

struct RecordPlace {
  std::string name_space;
  std::string environment;
};
// The ConfigMap as JSON, with the record's resource_version where it has one.
std::string ToConfigMap(const Record& record, const RecordPlace& place);

// A merge patch that adds what Helm made of it.
std::string AppliedPatch(int version, long long generation);

// The labels by which records of an environment are found.
std::string RecordSelector(const std::string& environment);

}  // namespace dagitops::kubernetes
