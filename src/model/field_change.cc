#include "dagitops/model/field_change.h"

#include <algorithm>
#include <optional>
#include <set>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops {
namespace {

constexpr std::size_t kShown = 120;  // bytes of one value in a diff
constexpr std::string_view kMask = "***";

// Below these keys stand names of secrets, not secrets.
bool HoldsSecret(std::string_view key) {
  return LooksLikeSecretName(key) && key != "envSecrets" && key != "imagePullSecrets";
}

// The name of a list item, or "".
std::string NameOf(const Value& item) {
  const Value* name = item.Find("name");
  return name == nullptr ? "" : name->text();
}

// The text of a value for a diff: scalars as written, the rest in flow style, secrets masked.
std::string Show(const Value& value, bool secret) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kScalar:
      return secret ? std::string(kMask) : Redact(value.text());
    case Value::Kind::kSequence: {
      std::vector<std::string> items;
      for (const Value& item : value.items()) items.push_back(Show(item, secret));
      return "[" + Join(items, ", ") + "]";
    }
    case Value::Kind::kMapping: {
      // An item of `env` keeps its secret in `value`, beside the name that tells.
      const bool named = HoldsSecret(NameOf(value));
      std::vector<std::string> members;
      for (const auto& member : value.members()) {
        const bool hide = secret || HoldsSecret(member.key) || (named && member.key == "value");
        members.push_back(member.key + ": " + Show(member.value, hide));
      }
      return "{" + Join(members, ", ") + "}";
    }
  }
  return "";
}

// A list of mappings that all have a `name` of their own (env, volumes, containers, ...), as a mapping by that name.
std::optional<Value> ByName(const Value& list) {
  if (list.items().empty()) return std::nullopt;
  std::set<std::string> names;
  Value::Mapping members;
  for (const Value& item : list.items()) {
    const std::string name = NameOf(item);
    if (name.empty() || !names.insert(name).second) return std::nullopt;
    members.push_back({name, item.mark(), item.Without("name")});
  }
  return Value::Map(std::move(members));
}

std::string OrderOf(const Value& by_name) {
  std::vector<std::string> names;
  for (const auto& member : by_name.members()) names.push_back(member.key);
  return Shorten("order " + Join(names, ", "), kShown);
}

class Differ {
 public:
  // Compares two values of which at least one is there; `secret` when a key on the way to them names a secret.
  void Compare(const std::string& path, const Value* before, const Value* after, bool secret) {
    if (before != nullptr && after != nullptr) {
      if (*before == *after) return;
      if (HasMembers(*before) && HasMembers(*after)) return CompareMembers(path, *before, *after, secret);
      if (CompareByName(path, *before, *after, secret)) return;
    }
    const auto show = [&](const Value* value) { return value == nullptr ? "" : Shorten(Show(*value, secret), kShown); };
    FieldChange change{path, show(before), show(after)};
    if (!secret && change.before == change.after && before->is_scalar() && after->is_scalar()) {
      (before->quoted() ? change.before : change.after) = Shorten(Quoted(after->text()), kShown);
    }
    changes_.push_back(std::move(change));
  }

  std::vector<FieldChange> Take() { return std::move(changes_); }

 private:
  // Nothing and an empty mapping are the same thing here.
  static bool HasMembers(const Value& value) { return value.is_mapping() || value.is_null(); }

  bool CompareByName(const std::string& path, const Value& before, const Value& after, bool secret) {
    const auto old_items = ByName(before);
    const auto new_items = ByName(after);
    if (!old_items || !new_items) return false;
    const std::size_t known = changes_.size();
    CompareMembers(path, *old_items, *new_items, secret);
    if (changes_.size() == known) changes_.push_back({path, OrderOf(*old_items), OrderOf(*new_items)});
    return true;
  }

  void CompareMembers(const std::string& path, const Value& before, const Value& after, bool secret) {
    const std::string prefix = path.empty() ? "" : path + ".";
    const auto compare = [&](const std::string& key, const Value* old_value, const Value* new_value) {
      Compare(prefix + key, old_value, new_value, secret || HoldsSecret(key));
    };
    for (const auto& member : after.members()) compare(member.key, before.Find(member.key), &member.value);
    for (const auto& member : before.members()) {
      if (after.Find(member.key) == nullptr) compare(member.key, &member.value, nullptr);
    }
  }

  std::vector<FieldChange> changes_;
};

}  // namespace

std::vector<FieldChange> DiffValues(const Value& before, const Value& after) {
  Differ differ;
  differ.Compare("", &before, &after, false);
  return differ.Take();
}

}  // namespace dagitops
