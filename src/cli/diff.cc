#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "dagitops/base/text.h"
#include "dagitops/cli/run.h"
#include "dagitops/model/field_change.h"
#include "dagitops/render/workspace_yaml.h"
#include "dagitops/store/history_json.h"
#include "dagitops/workspace/composer.h"

#include "cli/commands.h"
#include "cli/known_environment.h"
#include "cli/open_history.h"
#include "cli/options.h"
#include "cli/view.h"

namespace dagitops::cli {
namespace {

namespace json = boost::json;

struct DiffOptions {
  CommonOptions common;
  std::vector<std::string> words;  // [REPOSITORY] A B
};

// One side: each location's entry, with its code and how Dagster shows it beside the fields of the chart.
struct Side {
  std::string name;                          // "01234567 of the history"
  std::map<std::string, Value> locations;    // by name
  std::vector<std::string> workspace_order;  // names in Dagster
};

struct Difference {
  std::string location;
  const char* change = "changed";  // or "added", "removed"
  std::vector<FieldChange> fields;
};

Value WithSettings(const Version& version) {
  const WorkspaceEntry shown = render::PublishedAs(version.location.settings);
  Value::Mapping metadata;
  for (const auto& [key, text] : shown.metadata) metadata.push_back({key, {}, Value::String(text)});
  Value value = version.location.entry;
  value = value.With("locationName", Value::String(shown.location_name));
  value = value.With("metadata", Value::Map(std::move(metadata)));
  if (!version.tree_id.empty()) value = value.With("code", Value::String(version.tree_id));
  return value;
}

Result<Side> OfRecord(const HistoryRecord& record) {
  DAGITOPS_ASSIGN(const RecordedState state, ReadDecisionFiles(record.files));
  Side side{record.commit.substr(0, 8) + " of the history", {}, {}};
  for (const auto& [name, recorded] : state.content.locations) {
    if (recorded.last_good) side.locations[name] = WithSettings(*recorded.last_good);
  }
  const auto workspace = record.files.find(kHistoryWorkspace);
  if (workspace == record.files.end()) return side;
  for (const WorkspaceEntry& entry : render::ReadWorkspaceYaml(workspace->second)) {
    side.workspace_order.push_back(entry.location_name);
  }
  return side;
}

Result<Side> OfSource(const View& view, const std::string& revision, const std::string& environment) {
  DAGITOPS_ASSIGN(const Composition composition, ComposeAt(view, revision, environment));
  std::vector<std::string> folders;
  for (const auto& location : composition.locations) {
    if (location->settings.local) folders.push_back(location->settings.local->path);
  }
  std::erase(folders, "");
  DAGITOPS_ASSIGN(const auto trees, view.repository.source->TreeIds(composition.revision, folders));
  Side side{composition.revision.Short(), {}, {}};
  for (const auto& location : composition.locations) {
    const auto tree = location->settings.local ? trees.find(location->settings.local->path) : trees.end();
    side.locations[location->name] =
        WithSettings({composition.revision, {}, *location, tree == trees.end() ? "" : tree->second});
    side.workspace_order.push_back(location->settings.location_name);
  }
  return side;
}

// Opens the repository only where a commit is none of the history.
class Sides {
 public:
  Sides(const DiffOptions& options, const Services& services) : options_(options), services_(services) {}

  Result<Side> Read(const std::string& name) {
    DAGITOPS_TRY(OpenHistoryOnce());
    if (history_) {
      const auto record = history_->Read(name, "");
      if (record) return OfRecord(*record);
      if (record.error().code != "history-unknown") return record.error();
    }
    if (!view_) {
      DAGITOPS_ASSIGN(view_, OpenView(options_.common, "", services_));
    }
    return OfSource(*view_, name, environment_);
  }

 private:
  Status OpenHistoryOnce() {
    if (!environment_.empty()) return Ok();
    DAGITOPS_ASSIGN(const config::Settings settings, ResolveSettings(options_.common, services_));
    DAGITOPS_ASSIGN(environment_, EnvironmentHere(options_.common, settings, services_));
    auto history = OpenHistory(settings, environment_, services_);
    if (!history && history.error().code == "no-history") return Ok();
    DAGITOPS_ASSIGN(history_, std::move(history));
    return Ok();
  }

  const DiffOptions& options_;
  const Services& services_;
  std::string environment_;
  std::unique_ptr<HistoryWriter> history_;
  std::optional<View> view_;
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

std::string Lines(const std::vector<FieldChange>& fields) {
  std::string text;
  for (const FieldChange& field : fields) {
    text += "    " + OnOneLine(field.path) + ": " + (field.before.empty() ? "(none)" : OnOneLine(field.before)) +
            " -> " + (field.after.empty() ? "(none)" : OnOneLine(field.after)) + "\n";
  }
  return text;
}

std::string Text(const Side& a, const Side& b) {
  std::string text = a.name + " .. " + b.name + "\n";
  const std::vector<Difference> differences = Compare(a, b);
  const std::vector<FieldChange> workspace = CompareWorkspaces(a, b);
  for (const Difference& difference : differences) {
    const char sign = difference.change[0] == 'a' ? '+' : difference.change[0] == 'r' ? '-' : '~';
    text += std::string("  ") + sign + " " + difference.location + "\n" + Lines(difference.fields);
  }
  if (!workspace.empty()) text += "  ~ workspace.yaml\n" + Lines(workspace);
  if (differences.empty() && workspace.empty()) text += "  no difference\n";
  return text;
}

json::array ToJson(const std::vector<FieldChange>& fields) {
  json::array array;
  for (const FieldChange& field : fields) {
    array.push_back({{"path", field.path}, {"before", field.before}, {"after", field.after}});
  }
  return array;
}

std::string Json(const Side& a, const Side& b) {
  json::array locations;
  for (const Difference& difference : Compare(a, b)) {
    locations.push_back(
        {{"name", difference.location}, {"change", difference.change}, {"fields", ToJson(difference.fields)}});
  }
  return json::serialize(json::object{{"schemaVersion", 1},
                                      {"from", a.name},
                                      {"to", b.name},
                                      {"locations", std::move(locations)},
                                      {"workspace", ToJson(CompareWorkspaces(a, b))}}) +
         "\n";
}

int RunDiff(DiffOptions options, const Services& services) {
  if (options.words.size() == 3) {
    options.common.repository = options.words.front();
    options.words.erase(options.words.begin());
  }
  Sides sides(options, services);
  const auto a = sides.Read(options.words.front());
  if (!a) return Fail(a.error(), services);
  const auto b = sides.Read(options.words.back());
  if (!b) return Fail(b.error(), services);
  services.out << (options.common.json() ? Json(*a, *b) : Text(*a, *b)) << std::flush;
  return kDone;
}

}  // namespace

void AddDiff(CLI::App& app, const Services& services, Chosen& chosen) {
  const auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand("diff", "Show what differs between two commits, field by field");
  command->add_option("WORDS", options->words, "[REPOSITORY], then two commits of the repository or of its history")
      ->option_text("[REPOSITORY] A B")
      ->expected(2, 3)
      ->required();
  AddSettingsOptions(*command, options->common);
  AddChartVersion(*command, options->common);
  command->callback(
      [options, &services, &chosen] { chosen = [options, &services] { return RunDiff(*options, services); }; });
}

}  // namespace dagitops::cli
