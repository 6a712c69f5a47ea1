#include "target/kubernetes/workspace_map.h"

#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/base/time_text.h"
#include "dagitops/model/observed.h"
#include "dagitops/render/workspace_yaml.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

constexpr char kTextKey[] = "workspace.yaml";
constexpr char kWritten[] = "dagitops.dev/written";       // annotation: digest
constexpr char kWrittenAt[] = "dagitops.dev/written-at";  // annotation: time
constexpr char kRetired[] = "dagitops.dev/retired";       // annotation: JSON, address to time
constexpr Duration kKept = std::chrono::hours(7 * 24);

boost::json::object Retired(const WorkspaceMap& before, const WorkspaceWrite& write) {
  std::map<std::string, WallTime> retired = before.retired;
  std::erase_if(retired, [&](const auto& known) { return known.second + kKept < write.now; });
  // Also one that was retired before: somebody else's text may have named it again.
  for (const WorkspaceEntry& entry : before.entries) retired[AddressKey(entry)] = write.now;
  for (const WorkspaceEntry& entry : render::ReadWorkspaceYaml(write.text)) retired.erase(AddressKey(entry));
  boost::json::object json;
  for (const auto& [address, since] : retired) json[address] = TimeToText(since);
  return json;
}

}  // namespace

std::string AddressKey(const WorkspaceEntry& entry) {
  return entry.socket.empty() ? entry.host + ":" + std::to_string(entry.port) : entry.socket;
}

WorkspaceMap ReadWorkspaceMap(std::string_view config_map) {
  const boost::json::value parsed = ParseJson(config_map);
  const JsonView object(&parsed);
  const JsonView annotations = object["metadata"]["annotations"];
  WorkspaceMap map;
  map.exists = object["metadata"].exists();
  map.resource_version = object["metadata"]["resourceVersion"].text();
  if (object["data"][kTextKey].exists()) map.text = object["data"][kTextKey].text();
  if (map.text) map.entries = render::ReadWorkspaceYaml(*map.text);
  map.of_helm = annotations[kHelmRelease].exists();
  map.written = annotations[kWritten].text();
  map.written_at = TimeFromText(annotations[kWrittenAt].text());
  const boost::json::value retired = ParseJson(annotations[kRetired].text());
  for (const auto& member : JsonView(&retired).members()) {
    if (const auto since = TimeFromText(JsonView(&member.value()).text())) map.retired[member.key()] = *since;
  }
  return map;
}

std::string WorkspaceBody(const WorkspaceMap& before, const WorkspaceWrite& write) {
  boost::json::object metadata{{"labels", {{kManagedBy, "dagitops"}, {kEnvironment, write.environment}}},
                               {"annotations",
                                {{kWritten, PublishedDigest(write.text)},
                                 {kWrittenAt, TimeToText(write.now)},
                                 {kRetired, boost::json::serialize(Retired(before, write))}}}};
  boost::json::object body{{"data", {{kTextKey, write.text}}}};
  if (before.exists) {
    metadata["resourceVersion"] = before.resource_version;
    if (before.of_helm) metadata["annotations"].as_object()[kHelmPolicy] = "keep";  // its release may give it up
  } else {
    metadata["name"] = write.name;
    metadata["namespace"] = write.name_space;
    body["apiVersion"] = "v1";
    body["kind"] = "ConfigMap";
  }
  body["metadata"] = std::move(metadata);
  return boost::json::serialize(body);
}

}  // namespace dagitops::kubernetes
