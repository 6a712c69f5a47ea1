#include "target/kubernetes/object_diff.h"

#include <algorithm>
#include <set>

#include "dagitops/yaml/parse.h"

namespace dagitops::kubernetes {
namespace {

constexpr char kMask[] = "***";

Value Read(std::string_view text) { return yaml::Parse(text, "object", Layer::kBuiltin).root; }

// Without what no chart sets.
Value Shown(std::string_view text) {
  Value object = Read(text).Without("status");
  const Value* found = object.Find("metadata");
  if (found == nullptr) return object;
  Value metadata = *found;
  for (const char* key : {"managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink"})
    metadata = metadata.Without(key);
  return object.With("metadata", metadata);
}

bool IsSecret(const Value& object) {
  const Value* kind = object.Find("kind");
  return kind != nullptr && kind->text() == "Secret";
}

void Mask(std::vector<FieldChange>& changes) {
  for (FieldChange& change : changes) {
    const bool data = change.path.starts_with("data") || change.path.starts_with("stringData");
    if (!data) continue;
    if (!change.before.empty()) change.before = kMask;
    if (!change.after.empty()) change.after = kMask;
  }
}

std::set<std::string> Going(const std::vector<FieldChange>& changes) {
  std::set<std::string> paths;
  for (const FieldChange& change : changes) {
    if (change.after.empty()) paths.insert(change.path);
  }
  return paths;
}

}  // namespace

std::vector<FieldChange> DiffObject(const ObjectSides& sides) {
  const Value live = Shown(sides.live);
  const Value rendered = Read(sides.rendered);
  std::vector<FieldChange> changes = DiffValues(live, Shown(sides.dry_run));
  if (!sides.former.empty()) {
    const std::set<std::string> there = Going(DiffValues(live, rendered));
    std::set<std::string> told;
    for (const FieldChange& change : changes) told.insert(change.path);
    for (FieldChange& change : DiffValues(Read(sides.former), rendered)) {
      const bool goes = change.after.empty() && there.contains(change.path) && !told.contains(change.path);
      if (goes) changes.push_back(std::move(change));
    }
  }
  if (IsSecret(live)) Mask(changes);
  return changes;
}

}  // namespace dagitops::kubernetes
