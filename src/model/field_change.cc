#include "dagitops/model/field_change.h"

#include <optional>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops {
namespace {

constexpr std::size_t kShown = 120;  // bytes of one value in a diff

// The text of a value for a diff: scalars as written, the rest in flow style.
std::string Show(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kScalar:
      return value.text();
    case Value::Kind::kSequence: {
      std::vector<std::string> items;
      for (const Value& item : value.items()) items.push_back(Show(item));
      return "[" + Join(items, ", ") + "]";
    }
    case Value::Kind::kMapping: {
      std::vector<std::string> members;
      for (const auto& member : value.members()) {
        members.push_back(member.key + ": " + (LooksLikeSecretName(member.key) ? "***" : Show(member.value)));
      }
      return "{" + Join(members, ", ") + "}";
    }
  }
  return "";
}

// A list of mappings that all have a unique scalar `name` (env, volumes, containers, ...), as a mapping by that name.
std::optional<Value> ByName(const Value& list) {
  if (list.items().empty()) return std::nullopt;
  Value::Mapping members;
  for (const Value& item : list.items()) {
    const Value* name = item.Find("name");
    if (name == nullptr || !name->is_scalar()) return std::nullopt;
    members.push_back({name->text(), item.mark(), item.Without("name")});
  }
  return Value::Map(std::move(members));
}

class Differ {
 public:
  void Compare(const std::string& path, const Value* before, const Value* after) {
    if (before != nullptr && after != nullptr && *before == *after) return;
    if (Descend(path, before, after)) return;
    const bool secret = LooksLikeSecretName(path.substr(path.rfind('.') + 1)) || LooksLikeSecretName(env_name_);
    const auto show = [&](const Value* value) -> std::string {
      if (value == nullptr) return "";
      return secret && value->is_scalar() ? "***" : Shorten(Redact(Show(*value)), kShown);
    };
    changes_.push_back({path, show(before), show(after)});
  }

  std::vector<FieldChange> Take() { return std::move(changes_); }

 private:
  // Compares members one by one where both sides are mappings, or lists that can be seen as such.
  bool Descend(const std::string& path, const Value* before, const Value* after) {
    if (before == nullptr || after == nullptr) return false;
    if (before->is_sequence() && after->is_sequence()) {
      const auto old_items = ByName(*before);
      const auto new_items = ByName(*after);
      if (!old_items || !new_items) return false;
      CompareMembers(path, *old_items, *new_items);
      return true;
    }
    if (!before->is_mapping() || !after->is_mapping()) return false;
    CompareMembers(path, *before, *after);
    return true;
  }

  void CompareMembers(const std::string& path, const Value& before, const Value& after) {
    const std::string prefix = path.empty() ? "" : path + ".";
    for (const auto& member : after.members())
      CompareMember(prefix, member.key, before.Find(member.key), &member.value);
    for (const auto& member : before.members()) {
      if (after.Find(member.key) == nullptr) CompareMember(prefix, member.key, &member.value, nullptr);
    }
  }

  // An item of `env` keeps its secret in `value`, one step below the telling name.
  void CompareMember(const std::string& prefix, const std::string& key, const Value* before, const Value* after) {
    const std::string outer = env_name_;
    if (key != "value") env_name_ = key;
    Compare(prefix + key, before, after);
    env_name_ = outer;
  }

  std::string env_name_;
  std::vector<FieldChange> changes_;
};

}  // namespace

std::vector<FieldChange> DiffValues(const Value& before, const Value& after) {
  Differ differ;
  differ.Compare("", &before, &after);
  return differ.Take();
}

}  // namespace dagitops
