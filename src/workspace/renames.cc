#include "dagitops/workspace/renames.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/text.h"

#include "workspace/report.h"

namespace dagitops::workspace {
namespace {

using Locations = std::vector<const CodeLocation*>;

// The same code by what the `dagitops` block says: where the definitions are, and in which folder or server.
bool SameSource(const LocationSettings& a, const LocationSettings& b) {
  if (a.external || b.external) return a.external == b.external;
  const bool same_folder = a.local && b.local && !a.local->path.empty() && a.local->path == b.local->path;
  return same_folder && a.code_source == b.code_source;
}

bool SameValue(const Value* a, const Value* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return *a == *b;
}

// The same image (whatever its tag) started with the same arguments.
bool SameImage(const Value& a, const Value& b) {
  const Value* repository = a.FindPath("image.repository");
  if (repository == nullptr || !SameValue(repository, b.FindPath("image.repository"))) return false;
  return SameValue(a.Find("dagsterApiGrpcArgs"), b.Find("dagsterApiGrpcArgs")) &&
         SameValue(a.Find("codeServerArgs"), b.Find("codeServerArgs"));
}

bool SameCode(const CodeLocation& a, const CodeLocation& b) {
  return SameSource(a.settings, b.settings) || SameImage(a.entry, b.entry);
}

std::set<std::string> LocationNames(const Composition& composition) {
  std::set<std::string> names;
  for (const auto& location : composition.locations) names.insert(location->settings.location_name);
  return names;
}

// Those that cannot be used now are held, not gone, and Dagster's name of them is not known.
bool IsInvalid(const Composition& composition, const std::string& name) {
  return std::any_of(composition.invalid.begin(), composition.invalid.end(),
                     [&](const InvalidLocation& location) { return location.name == name; });
}

// Locations of `composition` that `other` does not have.
Locations NotIn(const Composition& composition, const Composition& other) {
  const std::set<std::string> names = LocationNames(other);
  Locations locations;
  for (const auto& location : composition.locations) {
    const bool there = names.contains(location->settings.location_name) || IsInvalid(other, location->name);
    if (!there) locations.push_back(location.get());
  }
  return locations;
}

Diagnostic Renamed(const CodeLocation& gone, const CodeLocation& now) {
  const std::string& before = gone.settings.location_name;
  const std::string& after = now.settings.location_name;
  Diagnostic warning =
      Warning("renamed-location", At(now.sources, Mark{0, 0, Layer::kBuiltin}),
              {"the location " + Quoted(before) + " under the new name " + Quoted(after),
               "the name that Dagster keys the state of schedules and sensors by",
               "add `dagitops: {locationName: " + Quoted(before) + "}` to keep their state and cursors"});
  warning.location = now.name;
  return warning;
}

}  // namespace

Diagnostics LintRenames(const Composition& before, const Composition& after) {
  const Locations gone = NotIn(before, after);
  Locations fresh = NotIn(after, before);
  Diagnostics diagnostics;
  for (const CodeLocation* old : gone) {
    const auto twin =
        std::find_if(fresh.begin(), fresh.end(), [&](const CodeLocation* now) { return SameCode(*old, *now); });
    if (twin == fresh.end()) continue;
    const bool ignored = IsIgnored((*twin)->settings.lint_ignore, "renamed-location");
    if (!ignored) diagnostics.push_back(Renamed(*old, **twin));
    fresh.erase(twin);
  }
  SortDiagnostics(diagnostics);
  return diagnostics;
}

Diagnostics LintRenames(const EnvironmentState& before, const Composition& after) {
  Composition loaded;
  for (const auto& [name, record] : before.locations) {
    if (record.last_good) loaded.locations.push_back(std::make_shared<CodeLocation>(record.last_good->location));
  }
  return LintRenames(loaded, after);
}

}  // namespace dagitops::workspace
