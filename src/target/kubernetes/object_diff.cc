#include "target/kubernetes/object_diff.h"

#include <algorithm>
#include <set>
#include <utility>

#include "dagitops/yaml/parse.h"

namespace dagitops::kubernetes {
namespace {

constexpr char kMask[] = "***";

constexpr int kDeepest = 8;  // of JSON in texts of JSON

Value Parsed(std::string_view text) { return yaml::Parse(text, "object", Layer::kBuiltin).root; }

// With JSON that stands in a text as what it says: its fields differ one by one, and those that are secret are known by
// their names. The chart gives the variables of the runs of a location as such a text.
Value Opened(const Value& value, int depth = 0) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return value;
    case Value::Kind::kScalar: {
      const bool json = value.text().starts_with('{') || value.text().starts_with('[');
      if (!json || depth == kDeepest) return value;
      auto parsed = yaml::Parse(value.text(), "text", Layer::kBuiltin);
      return HasFault(parsed.diagnostics) ? value : Opened(parsed.root, depth + 1);
    }
    case Value::Kind::kSequence: {
      Value::Sequence items;
      for (const Value& item : value.items()) items.push_back(Opened(item, depth));
      return Value::List(std::move(items), value.mark());
    }
    case Value::Kind::kMapping: {
      Value::Mapping members;
      for (const Value::Member& member : value.members())
        members.push_back({member.key, member.mark, Opened(member.value, depth)});
      return Value::Map(std::move(members), value.mark());
    }
  }
  return value;
}

Value Read(std::string_view text) { return Opened(Parsed(text)); }

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
