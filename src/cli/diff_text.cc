#include "cli/diff_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "dagitops/base/text.h"
#include "dagitops/model/field_change.h"

namespace dagitops::cli {
namespace {

namespace json = boost::json;

struct Difference {
  std::string location;
  const char* change = "changed";  // or "added", "removed"
  std::vector<FieldChange> fields;
};

std::vector<Difference> Compare(const Side& a, const Side& b) {
  std::vector<Difference> differences;
  for (const auto& [name, after] : b.locations) {
    const auto before = a.locations.find(name);
    if (before == a.locations.end()) {
      differences.push_back({name, "added", DiffValues(Value(), after)});
      continue;
    }
    auto fields = DiffValues(before->second, after);
    if (!fields.empty()) differences.push_back({name, "changed", std::move(fields)});
  }
  for (const auto& [name, before] : a.locations) {
    if (!b.locations.contains(name)) differences.push_back({name, "removed", {}});
  }
  std::sort(differences.begin(), differences.end(),
            [](const Difference& x, const Difference& y) { return x.location < y.location; });
  return differences;
}

// What workspace.yaml names: added, removed, or only in another order.
std::vector<FieldChange> CompareWorkspaces(const Side& a, const Side& b) {
  std::vector<FieldChange> changes;
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const std::string& name : b.workspace_order) {
    if (!has(a.workspace_order, name)) changes.push_back({name, "", "listed"});
  }
  for (const std::string& name : a.workspace_order) {
    if (!has(b.workspace_order, name)) changes.push_back({name, "listed", ""});
  }
  if (changes.empty() && a.workspace_order != b.workspace_order) {
    changes.push_back({"order", Join(a.workspace_order, ", "), Join(b.workspace_order, ", ")});
  }
  return changes;
}

// Both sides have the same files. Those that are alike are left out.
std::vector<std::pair<std::string, std::vector<FieldChange>>> CompareValues(const Side& a, const Side& b) {
  std::vector<std::pair<std::string, std::vector<FieldChange>>> files;
  for (const auto& [file, after] : b.values) {
    auto fields = DiffValues(a.values.at(file), after);
    if (!fields.empty()) files.emplace_back(file, std::move(fields));
  }
  return files;
}

std::string Lines(const std::vector<FieldChange>& fields) {
  std::string text;
  for (const FieldChange& field : fields) {
    text += "    " + OnOneLine(field.path) + ": " + (field.before.empty() ? "(none)" : OnOneLine(field.before)) +
            " -> " + (field.after.empty() ? "(none)" : OnOneLine(field.after)) + "\n";
  }
  return text;
}

json::array ToJson(const std::vector<FieldChange>& fields) {
  json::array array;
  for (const FieldChange& field : fields) {
    array.push_back({{"path", field.path}, {"before", field.before}, {"after", field.after}});
  }
  return array;
}

}  // namespace

std::string DiffText(const Side& a, const Side& b) {
  std::string text = a.name + " .. " + b.name + "\n";
  const std::vector<Difference> differences = Compare(a, b);
  const std::vector<FieldChange> workspace = CompareWorkspaces(a, b);
  const auto values = CompareValues(a, b);
  for (const Difference& difference : differences) {
    const char sign = difference.change[0] == 'a' ? '+' : difference.change[0] == 'r' ? '-' : '~';
    text += std::string("  ") + sign + " " + difference.location + "\n" + Lines(difference.fields);
  }
  if (!workspace.empty()) text += "  ~ workspace.yaml\n" + Lines(workspace);
  for (const auto& [file, fields] : values) text += "  ~ " + file + "\n" + Lines(fields);
  if (differences.empty() && workspace.empty() && values.empty()) text += "  no difference\n";
  return text;
}

std::string DiffJson(const Side& a, const Side& b) {
  json::array locations;
  for (const Difference& difference : Compare(a, b)) {
    locations.push_back(
        {{"name", difference.location}, {"change", difference.change}, {"fields", ToJson(difference.fields)}});
  }
  json::array values;
  for (const auto& [file, fields] : CompareValues(a, b)) values.push_back({{"file", file}, {"fields", ToJson(fields)}});
  return json::serialize(json::object{{"schemaVersion", 1},
                                      {"from", a.name},
                                      {"to", b.name},
                                      {"locations", std::move(locations)},
                                      {"workspace", ToJson(CompareWorkspaces(a, b))},
                                      {"values", std::move(values)}}) +
         "\n";
}

}  // namespace dagitops::cli
