#include "config/reference.h"

#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "config/settings_table.h"

namespace dagitops::config {
namespace {

namespace json = boost::json;

bool IsChosenElsewhere(std::string_view standard) { return standard.starts_with('('); }

std::string DefaultCell(std::string_view standard) {
  if (IsChosenElsewhere(standard)) return std::string(standard.substr(1, standard.size() - 2));
  return "`" + std::string(standard) + "`";
}

json::object TypeOf(const Rule& rule) {
  switch (rule.kind) {
    case Kind::kInteger:
      return {{"type", json::array{"integer", "null"}}, {"minimum", rule.min}, {"maximum", rule.max}};
    case Kind::kBoolean:
      return {{"type", json::array{"boolean", "null"}}};
    case Kind::kBytes:
      return {{"type", json::array{"string", "integer", "null"}}, {"pattern", "^[0-9]+(B|KiB|MiB|GiB)?$"}};
    case Kind::kDuration:
      return {{"type", json::array{"string", "null"}}, {"pattern", "^([0-9]+(ms|s|m|h|d))+$"}};
    case Kind::kPath:
      return {{"type", json::array{"string", "null"}}, {"pattern", "^/"}};
    case Kind::kPrefix:
      return {{"type", json::array{"string", "null"}}, {"pattern", "^/.*[^/]$"}};
    case Kind::kAddress:
      return {{"type", json::array{"string", "null"}}, {"pattern", "^(\\[[^]/ ]+\\]|[^]:/ []*):[0-9]{1,5}$"}};
    case Kind::kLabel:
      return {{"type", json::array{"string", "null"}}, {"pattern", "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}};
    case Kind::kName:  // its length is left to the reader
      return {{"type", json::array{"string", "null"}},
              {"pattern", "^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$"}};
    case Kind::kChoice: {
      json::array choices;
      for (const std::string& choice : rule.choices) choices.emplace_back(choice);
      choices.emplace_back(nullptr);
      return {{"enum", std::move(choices)}};
    }
    case Kind::kNames:
      return {{"type", json::array{"array", "null"}}, {"items", {{"type", "string"}, {"minLength", 1}}}};
    case Kind::kProgram:
      return {{"type", json::array{"string", "null"}}, {"pattern", "^(/|[^/]+$)"}};
    case Kind::kText:
      break;
  }
  return {{"type", json::array{"string", "null"}}, {"minLength", 1}};
}

json::object Property(const Setting& setting) {
  json::object property{{"description", std::string(setting.meaning) + ". Default: " + DefaultCell(setting.standard) +
                                            "; " + DescribeRule(setting.rule) + "."}};
  for (auto& [key, value] : TypeOf(setting.rule)) property[key] = value;
  return property;
}

std::string MeaningOf(const std::string& group) {
  for (const Group& row : SettingsGroups()) {
    if (row.key == group) return std::string(row.meaning) + ".";
  }
  return "";
}

// The mapping at `prefix` with all below it; the table is at most six steps deep.
json::object Node(const std::string& prefix) {
  json::object node{{"description", MeaningOf(prefix)}, {"type", json::array{"object", "null"}}};
  if (prefix == "environments") {  // any name, and the same keys below each
    node["additionalProperties"] = Node(Below(prefix, "NAME"));
    return node;
  }
  json::object properties;
  for (const std::string& key : KeysBelow(prefix)) {
    const Setting* setting = FindSetting(Below(prefix, key));
    properties[key] = setting == nullptr ? Node(Below(prefix, key)) : Property(*setting);
  }
  node["additionalProperties"] = false;
  node["properties"] = std::move(properties);
  return node;
}

}  // namespace

std::string SettingsReference() {
  std::string text = "| key | default | value | meaning |\n|---|---|---|---|\n";
  for (const Setting& setting : SettingsTable()) {
    text += "| `" + std::string(setting.key) + "` | " + DefaultCell(setting.standard) + " | " +
            DescribeRule(setting.rule) + " | " + std::string(setting.meaning) + " |\n";
  }
  return text;
}

std::string SettingsSchema() {
  json::object root = Node("");
  root["$schema"] = "http://json-schema.org/draft-07/schema#";
  root["title"] = "dagitops settings";
  root["description"] =
      "Settings of the dagitops daemon, on its machine: where things run. What runs is in the repository.";
  return json::serialize(root);
}

}  // namespace dagitops::config
