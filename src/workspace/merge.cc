#include "workspace/merge.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops::workspace {
namespace {

constexpr std::string_view kPatch = "$patch";
constexpr std::array<std::string_view, 6> kNamed{"env",     "envSecrets",     "envConfigMaps",
                                                 "volumes", "initContainers", "sidecarContainers"};

const std::string& IdOf(const Value& item, std::string_view identity) {
  static const std::string kNone;
  const Value* id = item.Find(identity);
  return id == nullptr ? kNone : id->text();
}

bool HasId(const Value& item, std::string_view identity) {
  const Value* id = item.Find(identity);
  return id != nullptr && id->is_scalar();
}

bool AllNamed(const Value& list, std::string_view identity) {
  return std::all_of(list.items().begin(), list.items().end(),
                     [&](const Value& item) { return HasId(item, identity); });
}

bool HasTwins(const Value::Sequence& items, std::string_view identity) {
  for (auto item = items.begin(); item != items.end(); ++item) {
    const std::string& id = IdOf(*item, identity);
    if (std::any_of(items.begin(), item, [&](const Value& other) { return IdOf(other, identity) == id; })) return true;
  }
  return false;
}

// Nothing in it would be changed by laying it over nothing.
bool IsClean(const Value& value, std::string_view key) {
  if (value.is_sequence()) {
    const std::string_view identity = IdentityOf(key);
    const bool named = !identity.empty() && AllNamed(value, identity);
    return std::all_of(value.items().begin(), value.items().end(),
                       [](const Value& item) { return IsClean(item, {}); }) &&
           !(named && HasTwins(value.items(), identity));
  }
  return std::all_of(value.members().begin(), value.members().end(), [](const Value::Member& member) {
    return !member.value.is_null() && member.key != kPatch && IsClean(member.value, member.key);
  });
}

Value::Sequence::iterator FindItem(Value::Sequence& items, std::string_view identity, const std::string& id) {
  return std::find_if(items.begin(), items.end(), [&](const Value& item) { return IdOf(item, identity) == id; });
}

Value::Mapping::iterator FindMember(Value::Mapping& members, const std::string& key) {
  return std::find_if(members.begin(), members.end(), [&](const Value::Member& member) { return member.key == key; });
}

}  // namespace

std::string_view IdentityOf(std::string_view key) {
  if (key == "volumeMounts") return "mountPath";
  return std::find(kNamed.begin(), kNamed.end(), key) == kNamed.end() ? "" : "name";
}

Value Merger::Merge(const Value& base, const Value& over) { return MergeAt(base, over, {}); }

Value Merger::MergeAt(const Value& base, const Value& over, std::string_view key) {
  if (over.is_mapping() && base.is_mapping()) return MergeMappings(base, over);
  const std::string_view identity = IdentityOf(key);
  if (!over.is_sequence() || !base.is_sequence() || identity.empty()) return Clean(over, key);
  if (AllNamed(over, identity) && AllNamed(base, identity)) return MergeNamed(base, over, key);
  NamelessItem(AllNamed(over, identity) ? base : over, key);
  return Clean(over, key);
}

Value Merger::MergeMappings(const Value& base, const Value& over) {
  Value::Mapping members;
  members.reserve(base.members().size() + over.members().size());
  members = base.members();
  for (const Value::Member& member : over.members()) {
    if (member.key == kPatch) {
      StrayPatch(member);
      continue;
    }
    const auto found = FindMember(members, member.key);
    if (member.value.is_null()) {
      if (found != members.end()) members.erase(found);
    } else if (found == members.end()) {
      members.push_back({member.key, member.mark, Clean(member.value, member.key)});
    } else {
      found->value = MergeAt(found->value, member.value, member.key);
      found->mark = member.mark;
    }
  }
  return Value::Map(std::move(members), over.mark());
}

Value Merger::MergeNamed(const Value& base, const Value& over, std::string_view key) {
  const std::string_view identity = IdentityOf(key);
  Value::Sequence items = base.items();
  std::vector<std::string_view> set;  // by this layer
  for (const Value& item : over.items()) {
    if (item.Find(kPatch) != nullptr) {
      Patch(items, item, key);
      continue;
    }
    const std::string& id = IdOf(item, identity);
    const auto found = FindItem(items, identity, id);
    if (std::find(set.begin(), set.end(), id) != set.end()) {
      DuplicateItem(item, key);
    } else if (found == items.end()) {
      items.push_back(Clean(item, {}));
    } else {
      *found = MergeAt(*found, item, {});
      if (key == "env") TwoSources(*found, item);
    }
    set.push_back(id);
  }
  return Value::List(std::move(items), over.mark());
}

void Merger::Patch(Value::Sequence& items, const Value& item, std::string_view key) {
  const std::string_view identity = IdentityOf(key);
  const Value& patch = *item.Find(kPatch);
  if (patch.text() != "delete") {
    diagnostics_.push_back(Fault("unknown-patch", At(sources_, patch.mark()),
                                 {"`$patch` with another word than delete", "$patch: delete",
                                  "write `$patch: delete` to remove the item, or remove the `$patch`"}));
    return;
  }
  const std::string& id = IdOf(item, identity);
  const auto found = FindItem(items, identity, id);
  if (found != items.end()) {
    items.erase(found);
    return;
  }
  diagnostics_.push_back(Warning("patch-without-target", At(sources_, item.mark()),
                                 {"a `$patch: delete` of " + ShownKey(id) + ", which no layer below has",
                                  "an item of `" + std::string(key) + "` with that " + std::string(identity),
                                  "correct the " + std::string(identity) + ", or remove the item"}));
}

Value Merger::Clean(const Value& value, std::string_view key) {
  if (IsClean(value, key)) return value;
  if (value.is_mapping()) return MergeMappings(Value::Map({}), value);
  const std::string_view identity = IdentityOf(key);
  if (!identity.empty() && AllNamed(value, identity)) return MergeNamed(Value::List({}), value, key);
  return CleanList(value);
}

Value Merger::CleanList(const Value& value) {
  Value::Sequence items;
  items.reserve(value.items().size());
  for (const Value& item : value.items()) items.push_back(Clean(item, {}));
  return Value::List(std::move(items), value.mark());
}

void Merger::StrayPatch(const Value::Member& member) {
  diagnostics_.push_back(
      Fault("unknown-patch", At(sources_, member.mark),
            {"`$patch` where it means nothing",
             "`$patch` in an item of " + Join({kNamed.begin(), kNamed.end()}, ", ") + " or volumeMounts",
             "write `null` as the value of a key to remove it"}));
}

// Replacing the list instead would take away without a word what the layers below gave.
void Merger::NamelessItem(const Value& list, std::string_view key) {
  const std::string identity(IdentityOf(key));
  const auto item = std::find_if(list.items().begin(), list.items().end(),
                                 [&](const Value& candidate) { return !HasId(candidate, identity); });
  diagnostics_.push_back(Fault("item-without-name", At(sources_, item->mark()),
                               {"an item of `" + std::string(key) + "` without " + identity,
                                "items with " + identity + ", by which the layers are merged", "add its " + identity}));
}

void Merger::DuplicateItem(const Value& item, std::string_view key) {
  const std::string_view identity = IdentityOf(key);
  diagnostics_.push_back(Fault("duplicate-item", At(sources_, item.mark()),
                               {ShownKey(IdOf(item, identity)) + " a second time in this `" + std::string(key) + "`",
                                "each " + std::string(identity) + " once", "remove one of the two"}));
}

// Kubernetes refuses a variable with both.
void Merger::TwoSources(const Value& merged, const Value& item) {
  if (merged.Find("value") == nullptr || merged.Find("valueFrom") == nullptr) return;
  const bool plain = item.Find("value") != nullptr;
  if (plain == (item.Find("valueFrom") != nullptr)) return;  // not this layer's doing, or all of it
  diagnostics_.push_back(
      Fault("env-two-sources", At(sources_, item.mark()),
            {"`value` and `valueFrom` of " + ShownKey(IdOf(item, "name")) + ", from two layers", "one of them",
             std::string("add `") + (plain ? "valueFrom" : "value") + ": null` to this item"}));
}

}  // namespace dagitops::workspace
