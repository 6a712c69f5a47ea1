#include "cli/diff_sides.h"

#include <utility>

#include "dagitops/render/workspace_yaml.h"
#include "dagitops/store/history_json.h"

#include "cli/given_repository.h"
#include "cli/known_environment.h"
#include "cli/open_history.h"

namespace dagitops::cli {
namespace {

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

// `Content` is a Rebuilt or a Composition: a record has them as git had them.
template <class Content>
std::map<std::string, Value> ValuesOf(const Content& content) {
  return {{"system.yaml", content.system_values}, {"user-deployments.yaml", content.chart_values}};
}

Result<Side> OfRecord(const HistoryRecord& record) {
  DAGITOPS_ASSIGN(const RecordedState state, ReadDecisionFiles(record.files));
  Side side{record.commit.substr(0, 8) + " of the history", {}, {}, ValuesOf(state.content)};
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
  Side side{composition.revision.Short(), {}, {}, ValuesOf(composition)};
  for (const auto& location : composition.locations) {
    const auto tree = location->settings.local ? trees.find(location->settings.local->path) : trees.end();
    side.locations[location->name] =
        WithSettings({composition.revision, {}, *location, tree == trees.end() ? "" : tree->second});
    side.workspace_order.push_back(location->settings.location_name);
  }
  return side;
}

}  // namespace

Result<Side> Sides::Read(const std::string& name) {
  DAGITOPS_TRY(OpenHistoryOnce());
  if (history_) {
    const auto record = history_->Read(name, "");
    if (record) return OfRecord(*record);
    if (record.error().code != "history-unknown") return record.error();
  }
  if (!view_) {
    DAGITOPS_ASSIGN(view_, OpenView(options_, "", services_));
  }
  return OfSource(*view_, name, environment_);
}

Status Sides::OpenHistoryOnce() {
  if (!environment_.empty()) return Ok();
  DAGITOPS_ASSIGN(const config::Settings settings, ResolveSettings(options_, services_));
  DAGITOPS_TRY(CheckGivenRepository(options_, settings, services_));
  DAGITOPS_ASSIGN(environment_, EnvironmentHere(options_, settings, services_));
  auto history = OpenHistory(settings, environment_, services_);
  if (!history && history.error().code == "no-history") return Ok();
  DAGITOPS_ASSIGN(history_, std::move(history));
  return Ok();
}

}  // namespace dagitops::cli
