#include "target/kubernetes/shared_record.h"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/base/digest.h"
#include "dagitops/model/value.h"
#include "dagitops/yaml/emit.h"
#include "dagitops/yaml/parse.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

namespace json = boost::json;

constexpr char kValuesKey[] = "values.yaml";
constexpr char kFactsKey[] = "dagitops.json";
constexpr char kWritten[] = "dagitops.dev/written";  // annotation: digests of both, JSON
constexpr char kRole[] = "dagitops.dev/role";
constexpr char kDeployments[] = "deployments";
constexpr std::size_t kDigits = 16;
constexpr yaml::Limits kLimits{10'000'000, 128};  // Helm had it, or was given it by us

std::string EntryText(const Value& entry) { return yaml::Emit(Value::Map({{kDeployments, {}, Value::List({entry})}})); }

// The one entry in a text of that kind; null where there is none.
Value EntryIn(const std::string& text) {
  const Value root = yaml::Parse(text, kDeployments, Layer::kBuiltin, kLimits).root;
  const Value* list = root.Find(kDeployments);
  return list == nullptr || list->items().empty() ? Value() : list->items().front();
}

json::object FactsOf(const SharedLocation& location) {
  return {{"applied", location.applied},
          {"content", location.content},
          {"formerIds", json::array(location.former_ids.begin(), location.former_ids.end())},
          {"generation", location.generation},
          {"locationName", location.location_name},
          {"port", location.port},
          {"revision", location.revision}};
}

void TakeFacts(const JsonView& facts, SharedLocation& location) {
  location.applied = facts["applied"].is_true();
  location.content = facts["content"].text();
  for (const json::value& id : facts["formerIds"].items()) location.former_ids.insert(JsonView(&id).text());
  location.generation = facts["generation"].number();
  location.location_name = facts["locationName"].text();
  location.port = static_cast<int>(facts["port"].number());
  location.revision = facts["revision"].text();
}

json::object FactsOf(const SharedBase& base) { return {{"applied", base.applied}, {"content", base.content}}; }

std::string FactsText(const SharedRecord& record) {
  json::object locations;
  for (const auto& [name, location] : record.locations) {
    if (!location.content.empty()) locations[name] = FactsOf(location);
  }
  json::object former;
  for (const auto& [name, location] : record.former) {
    json::object facts = FactsOf(location);
    facts["entry"] = location.entry;
    former[name] = std::move(facts);
  }
  json::object all{{"appliedVersion", record.applied_version},
                   {"base", FactsOf(record.base)},
                   {"former", std::move(former)},
                   {"locations", std::move(locations)}};
  if (record.former_base) {
    json::object facts = FactsOf(*record.former_base);
    facts["values"] = record.former_base->values;
    all["formerBase"] = std::move(facts);
  }
  return json::serialize(all);
}

SharedBase ReadBase(const JsonView& facts) {
  return {facts["values"].text(), facts["content"].text(), facts["applied"].is_true()};
}

void TakeFacts(const JsonView& facts, SharedRecord& record) {
  record.applied_version = static_cast<int>(facts["appliedVersion"].number());
  record.base.content = facts["base"]["content"].text();
  record.base.applied = facts["base"]["applied"].is_true();
  for (const auto& member : facts["locations"].members())
    TakeFacts(JsonView(&member.value()), record.locations[member.key()]);
  for (const auto& member : facts["former"].members()) {
    SharedLocation& location = record.former[member.key()];
    TakeFacts(JsonView(&member.value()), location);
    location.entry = JsonView(&member.value())["entry"].text();
  }
  if (facts["formerBase"].exists()) record.former_base = ReadBase(facts["formerBase"]);
}

json::object Written(const std::string& values, const std::string& facts) {
  return {{kWritten, json::serialize(json::object{{"facts", ShortDigest(facts, kDigits)},
                                                  {"values", ShortDigest(values, kDigits)}})}};
}

}  // namespace

bool TakeValues(std::string_view values, SharedRecord& record) {
  const yaml::Parsed parsed = yaml::Parse(values, kValuesKey, Layer::kBuiltin, kLimits);
  if (HasFault(parsed.diagnostics) || !(parsed.root.is_mapping() || parsed.root.is_null())) return false;
  record.base = {yaml::Emit(parsed.root.is_null() ? Value::Map({}) : parsed.root.Without(kDeployments)), "", false};
  record.locations.clear();
  const Value* deployments = parsed.root.Find(kDeployments);
  if (deployments == nullptr) return true;
  Value::Sequence entries = deployments->items();
  for (const Value::Member& member : deployments->members()) entries.push_back(member.value);
  for (const Value& entry : entries) {
    const Value* name = entry.Find("name");
    if (name == nullptr || name->text().empty()) return false;
    record.locations[name->text()].entry = EntryText(entry);
  }
  return true;
}

SharedRecord ReadSharedRecord(std::string_view config_map) {
  const json::value parsed = ParseJson(config_map);
  const JsonView object(&parsed);
  const JsonView metadata = object["metadata"];
  const std::string values = object["data"][kValuesKey].text();
  const std::string facts = object["data"][kFactsKey].text();
  const json::value digests = ParseJson(metadata["annotations"][kWritten].text());
  SharedRecord record;
  record.exists = true;
  record.resource_version = metadata["resourceVersion"].text();
  const bool readable = TakeValues(values, record);
  record.known = JsonView(&digests)["facts"].text() == ShortDigest(facts, kDigits);
  record.intact = record.known && readable && JsonView(&digests)["values"].text() == ShortDigest(values, kDigits);
  if (!record.known) return record;
  const json::value known = ParseJson(facts);
  TakeFacts(JsonView(&known), record);
  return record;
}

std::string SharedValues(const SharedRecord& record) {
  const Value base = yaml::Parse(record.base.values, kValuesKey, Layer::kBuiltin, kLimits).root;
  Value::Sequence entries;
  for (const auto& [name, location] : record.locations) entries.push_back(EntryIn(location.entry));
  return yaml::Emit(base.Without(kDeployments).With(kDeployments, Value::List(std::move(entries))));
}

std::string SharedDigest(const SharedRecord& record) {
  return ShortDigest(record.base.content + "\n" + SharedValues(record), kDigits);
}

std::string ToSharedMap(const SharedRecord& record, const SharedPlace& place) {
  const std::string values = SharedValues(record);
  const std::string facts = FactsText(record);
  json::object metadata{{"name", kSharedMap},
                        {"namespace", place.name_space},
                        {"labels", {{kManagedBy, "dagitops"}, {kEnvironment, place.environment}, {kRole, "release"}}},
                        {"annotations", Written(values, facts)}};
  if (record.exists) metadata["resourceVersion"] = record.resource_version;
  return json::serialize(json::object{{"apiVersion", "v1"},
                                      {"kind", "ConfigMap"},
                                      {"metadata", std::move(metadata)},
                                      {"data", {{kValuesKey, values}, {kFactsKey, facts}}}});
}

std::string SharedFactsPatch(const SharedRecord& record) {
  const std::string facts = FactsText(record);
  return json::serialize(json::object{{"metadata", {{"annotations", Written(SharedValues(record), facts)}}},
                                      {"data", {{kFactsKey, facts}}}});
}

std::size_t SharedSize(const SharedRecord& record) { return SharedValues(record).size() + FactsText(record).size(); }

}  // namespace dagitops::kubernetes
