#include "target/kubernetes/record.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/base/digest.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

constexpr char kValuesKey[] = "values.yaml";
constexpr char kServer[] = "dagitops.dev/server";    // annotation: what we know of it, JSON
constexpr char kApplied[] = "dagitops.dev/applied";  // annotation: what Helm made of it, JSON
constexpr char kRole[] = "dagitops.dev/role";
constexpr std::size_t kDigits = 16;

boost::json::object ServerFacts(const Record& record) {
  boost::json::array former(record.former_ids.begin(), record.former_ids.end());
  return {{"content", record.content},
          {"formerIds", std::move(former)},
          {"location", record.location},
          {"locationName", record.location_name},
          {"port", record.port},
          {"revision", record.revision},
          {"values", ShortDigest(record.values, kDigits)}};
}

}  // namespace

Record ReadRecord(std::string_view config_map) {
  const boost::json::value parsed = ParseJson(config_map);
  const JsonView object(&parsed);
  const JsonView metadata = object["metadata"];
  const boost::json::value server_json = ParseJson(metadata["annotations"][kServer].text());
  const boost::json::value applied_json = ParseJson(metadata["annotations"][kApplied].text());
  const JsonView server(&server_json);
  const JsonView applied(&applied_json);
  Record record;
  record.location = metadata["labels"][kLocation].text();
  record.location_name = server["locationName"].text();
  record.content = server["content"].text();
  record.revision = server["revision"].text();
  record.port = static_cast<int>(server["port"].number());
  record.values = object["data"][kValuesKey].text();
  for (const boost::json::value& id : server["formerIds"].items()) record.former_ids.insert(JsonView(&id).text());
  record.applied_version = static_cast<int>(applied["version"].number());
  record.applied_generation = applied["generation"].number();
  record.resource_version = metadata["resourceVersion"].text();
  record.intact =
      server["values"].text() == ShortDigest(record.values, kDigits) && server["location"].text() == record.location;
  return record;
}

std::string ToConfigMap(const Record& record, const RecordPlace& place) {
  boost::json::object labels{{kManagedBy, "dagitops"}, {kEnvironment, place.environment}, {kRole, "release"}};
  if (!record.location.empty()) labels[kLocation] = record.location;
  boost::json::object metadata{{"name", RecordName(record.location)},
                               {"namespace", place.name_space},
                               {"labels", std::move(labels)},
                               {"annotations", {{kServer, boost::json::serialize(ServerFacts(record))}}}};
  if (!record.resource_version.empty()) metadata["resourceVersion"] = record.resource_version;
  return boost::json::serialize(boost::json::object{{"apiVersion", "v1"},
                                                    {"kind", "ConfigMap"},
                                                    {"metadata", std::move(metadata)},
                                                    {"data", {{kValuesKey, record.values}}}});
}

std::string AppliedPatch(int version, long long generation) {
  const boost::json::object applied{{"generation", generation}, {"version", version}};
  return boost::json::serialize(
      boost::json::object{{"metadata", {{"annotations", {{kApplied, boost::json::serialize(applied)}}}}}});
}

std::string RecordSelector(const std::string& environment) {
  return std::string(kManagedBy) + "=dagitops," + kEnvironment + "=" + environment + "," + kRole + "=release";
}

}  // namespace dagitops::kubernetes
