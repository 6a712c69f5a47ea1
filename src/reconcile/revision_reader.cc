#include "reconcile/revision_reader.h"

#include <utility>
#include <vector>

#include "dagitops/base/log.h"
#include "dagitops/workspace/renames.h"

namespace dagitops::reconcile {
namespace {

constexpr std::size_t kAuthorsAtOnce = 200;  // locations whose author is looked up in one pass; history walks are slow

constexpr std::size_t kMostFaults = 20;  // of one revision in the log; `dagitops lint` tells all

std::string CodePath(const CodeLocation& location) {
  return location.settings.local ? location.settings.local->path : "";
}

// Every path whose change makes somebody the location's author.
std::vector<std::string> PathsOf(const CodeLocation& location) {
  std::vector<std::string> paths;
  for (const std::string& source : location.sources) {
    if (!source.empty()) paths.push_back(source);
  }
  if (!CodePath(location).empty()) paths.push_back(CodePath(location));
  return paths;
}

const Revision* Newest(const std::vector<std::string>& paths, const PathChanges& changes) {
  const PathChange* newest = nullptr;
  for (const std::string& path : paths) {
    const auto change = changes.find(path);
    if (change == changes.end()) continue;
    if (newest == nullptr || change->second.order > newest->order) newest = &change->second;
  }
  return newest == nullptr ? nullptr : &newest->revision;
}

}  // namespace

RevisionReader::RevisionReader(Source& source, SourceHistory& history, ReaderOptions options)
    : source_(source), history_(history), options_(std::move(options)) {}

Result<const GitView*> RevisionReader::Read(const Revision& revision, const EnvironmentState& state) {
  if (!view_ || view_->composition.revision.id != revision.id) {
    if (auto status = Compose(revision, state); !status) {
      view_.reset();
      return status.error();
    }
  }
  FindAuthors();
  DAGITOPS_TRY(ReadRange(state));
  return &*view_;
}

Status RevisionReader::Compose(const Revision& revision, const EnvironmentState& state) {
  DAGITOPS_ASSIGN(const SourceTree tree, source_.ReadTree(revision, options_.limits));
  GitView view;
  view.composition = composer_.Compose(tree, options_.environment, {options_.chart_version, state.path_names});
  TellRenames(view.composition, state);
  view_ = std::move(view);
  range_key_.clear();
  DAGITOPS_TRY(ReadCode(state));
  TellSharedFaults();
  return Ok();
}

// Once for each revision: when it has been carried out, nothing of the old names is left to compare with.
void RevisionReader::TellRenames(Composition& composition, const EnvironmentState& state) const {
  for (Diagnostic& told : workspace::LintRenames(state, composition)) {
    Log(LogLevel::kWarning, "a location was renamed",
        {{"environment", options_.environment}, {"revision", composition.revision.Short()}, {"warning", told.Text()}});
    composition.diagnostics.push_back(std::move(told));
  }
}

// Once for each revision, since a composition is made once. Those of a location are told when it is held.
void RevisionReader::TellSharedFaults() const {
  const Composition& composition = view_->composition;
  Diagnostics shared;
  std::vector<std::string> files;
  for (const Diagnostic& told : composition.diagnostics) {
    if (told.severity != Severity::kFault || !told.location.empty() || shared.size() == kMostFaults) continue;
    shared.push_back(told);
    files.push_back(told.position.file);
  }
  if (shared.empty()) return;
  const auto changes = history_.LastChanges(composition.revision, files);
  for (const Diagnostic& told : shared) {
    const Revision* by = changes ? Newest({told.position.file}, *changes) : nullptr;
    if (by == nullptr) by = &composition.revision;
    Log(LogLevel::kWarning, "fault in what all locations share",
        {{"environment", options_.environment},
         {"revision", by->Short()},
         {"author", AuthorText(*by)},
         {"fault", told.Text()}});
  }
}

Status RevisionReader::ReadCode(const EnvironmentState& state) {
  std::vector<std::string> folders;
  for (const auto& location : view_->composition.locations) {
    if (!CodePath(*location).empty()) folders.push_back(CodePath(*location));
  }
  DAGITOPS_ASSIGN(const auto trees, source_.TreeIds(view_->composition.revision, folders));
  for (const auto& location : view_->composition.locations) {
    const auto tree = trees.find(CodePath(*location));
    view_->code[location->name].tree_id = tree == trees.end() ? "" : tree->second;
  }
  ListUnknown(state);
  return Ok();
}

// Only what differs from the version that runs; for the rest the author is known already.
void RevisionReader::ListUnknown(const EnvironmentState& state) {
  unknown_.clear();
  for (const auto& location : view_->composition.locations) {
    decide::CodeFacts& facts = view_->code[location->name];
    const auto record = state.locations.find(location->name);
    const bool runs = record != state.locations.end() && record->second.last_good &&
                      VersionKey(*record->second.last_good) == VersionKey(*location, facts.tree_id);
    if (runs) facts.changed_in = record->second.last_good->changed_in;
    if (facts.changed_in.id.empty()) unknown_[location->name] = PathsOf(*location);
  }
  for (const InvalidLocation& location : view_->composition.invalid) {
    std::vector<std::string> paths = location.sources;
    std::erase(paths, "");
    unknown_[location.name] = std::move(paths);
  }
}

// The next ones. Not knowing an author is no reason to hold anything up.
void RevisionReader::FindAuthors() {
  std::vector<std::string> names;
  std::vector<std::string> paths;
  for (const auto& [name, own] : unknown_) {
    if (names.size() == kAuthorsAtOnce) break;
    names.push_back(name);
    paths.insert(paths.end(), own.begin(), own.end());
  }
  if (names.empty()) return;
  const auto changes = history_.LastChanges(view_->composition.revision, paths);
  if (!changes) Log(LogLevel::kWarning, "authors not found", {{"error", changes.error().Text()}});
  for (const std::string& name : names) {
    const auto own = unknown_.extract(name);
    const Revision* newest = changes ? Newest(own.mapped(), *changes) : nullptr;
    if (newest != nullptr) view_->code[name].changed_in = *newest;
  }
}

Status RevisionReader::ReadRange(const EnvironmentState& state) {
  const std::string key = (state.applied ? state.applied->id : "") + ".." + view_->composition.revision.id;
  if (key == range_key_) return Ok();
  DAGITOPS_ASSIGN(view_->range, history_.Compare(state.applied, view_->composition.revision));
  range_key_ = key;
  return Ok();
}

}  // namespace dagitops::reconcile
