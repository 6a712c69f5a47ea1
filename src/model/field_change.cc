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

// How a value is shown.
struct Manner {
  bool secret = false;  // a key on the way to it names a secret
  bool quotes = false;  // with the quotes it was written in
};

std::string ShowScalar(const Value& value, Manner manner) {
  if (manner.secret) return std::string(kMask);
  const std::string text = Masked(value.text());
  const bool quotes = text.empty() || (manner.quotes && value.quoted());  // nothing at all would mean "not there"
  return quotes ? Quoted(text) : OnOneLine(text);
}

// The text of a value for a diff: scalars as written, the rest in flow style, secrets masked.
std::string Show(const Value& value, Manner manner) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kScalar:
      return ShowScalar(value, manner);
    case Value::Kind::kSequence: {
      std::vector<std::string> items;
      for (const Value& item : value.items()) items.push_back(Show(item, manner));
      return "[" + Join(items, ", ") + "]";
    }
    case Value::Kind::kMapping: {
      // An item of `env` keeps its secret in `value`, beside the name that tells.
      const bool named = HoldsSecret(NameOf(value));
      std::vector<std::string> members;
      for (const auto& member : value.members()) {
        const bool hide = manner.secret || HoldsSecret(member.key) || (named && member.key == "value");
        members.push_back(member.key + ": " + Show(member.value, {hide, manner.quotes}));
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
    const auto show = [&](const Value* value, bool quotes) {
      return value == nullptr ? "" : Shorten(Show(*value, {secret, quotes}), kShown);
    };
    FieldChange change{path, show(before, false), show(after, false)};
    // The quotes may be all that differs; where it is something masked or cut, both sides stay alike.
    FieldChange quoted{path, show(before, true), show(after, true)};
    if (change.before == change.after && quoted.before != quoted.after) change = std::move(quoted);
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
    if (changes_.size() > known) return true;
    FieldChange order{path, OrderOf(*old_items), OrderOf(*new_items)};
    if (order.before == order.after) return false;  // a name's quotes, or a place beyond the cut
    changes_.push_back(std::move(order));
    return true;
  }

  void CompareMembers(const std::string& path, const Value& before, const Value& after, bool secret) {
    const std::string prefix = path.empty() ? "" : path + ".";
    const bool named = HoldsSecret(NameOf(before)) || HoldsSecret(NameOf(after));
    const auto compare = [&](const std::string& key, const Value* old_value, const Value* new_value) {
      Compare(prefix + key, old_value, new_value, secret || HoldsSecret(key) || (named && key == "value"));
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
