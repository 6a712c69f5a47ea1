#include "dagitops/model/value.h"

#include <algorithm>

#include "dagitops/model/scalar.h"

namespace dagitops {
namespace {

const std::string kNoText;
const Value::Sequence kNoItems;
const Value::Mapping kNoMembers;

auto FindMember(const Value::Mapping& members, std::string_view key) {
  return std::find_if(members.begin(), members.end(), [&](const Value::Member& member) { return member.key == key; });
}

bool SameMembers(const Value::Mapping& a, const Value::Mapping& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    // Mostly both are in the same order; only where not is a search needed.
    const auto other = a[i].key == b[i].key ? b.begin() + static_cast<std::ptrdiff_t>(i) : FindMember(b, a[i].key);
    if (other == b.end() || !(other->value == a[i].value)) return false;
  }
  return true;
}

}  // namespace

Value Value::Scalar(std::string text, bool quoted, Mark mark) {
  if (!quoted && ResolveScalar(text) == ScalarType::kNull) return Null(mark);
  Value value;
  value.data_ = std::move(text);
  value.quoted_ = quoted;
  value.mark_ = mark;
  return value;
}

Value Value::Null(Mark mark) {
  Value value;
  value.mark_ = mark;
  return value;
}

Value Value::List(Sequence items, Mark mark) {
  Value value;
  value.data_ = std::make_shared<const Sequence>(std::move(items));
  value.mark_ = mark;
  return value;
}

Value Value::Map(Mapping members, Mark mark) {
  Value value;
  value.data_ = std::make_shared<const Mapping>(std::move(members));
  value.mark_ = mark;
  return value;
}

Value::Kind Value::kind() const { return static_cast<Kind>(data_.index()); }

const std::string& Value::text() const {
  const auto* text = std::get_if<std::string>(&data_);
  return text == nullptr ? kNoText : *text;
}

const Value::Sequence& Value::items() const {
  const auto* items = std::get_if<SharedSequence>(&data_);
  return items == nullptr ? kNoItems : **items;
}

const Value::Mapping& Value::members() const {
  const auto* members = std::get_if<SharedMapping>(&data_);
  return members == nullptr ? kNoMembers : **members;
}

const Value* Value::Find(std::string_view key) const {
  const auto found = FindMember(members(), key);
  return found == members().end() ? nullptr : &found->value;
}

const Value* Value::FindPath(std::string_view dotted) const {
  const Value* value = this;
  while (value != nullptr) {
    const std::size_t dot = dotted.find('.');
    value = value->Find(dotted.substr(0, dot));
    if (dot == std::string_view::npos) return value;
    dotted.remove_prefix(dot + 1);
  }
  return nullptr;
}

Value Value::With(std::string_view key, Value value) const {
  Mapping members = this->members();
  const auto found = FindMember(members, key);
  if (found != members.end()) {
    members[static_cast<std::size_t>(found - members.begin())].value = std::move(value);
  } else {
    const Mark mark = value.mark();
    members.push_back({std::string(key), mark, std::move(value)});
  }
  return Map(std::move(members), mark_);
}

Value Value::Without(std::string_view key) const {
  Mapping members;
  for (const Member& member : this->members()) {
    if (member.key != key) members.push_back(member);
  }
  return Map(std::move(members), mark_);
}

bool operator==(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kNull:
      return true;
    case Value::Kind::kScalar:
      return a.quoted_ == b.quoted_ && a.text() == b.text();
    case Value::Kind::kSequence:
      return &a.items() == &b.items() || a.items() == b.items();
    case Value::Kind::kMapping:
      return &a.members() == &b.members() || SameMembers(a.members(), b.members());
  }
  return false;
}

}  // namespace dagitops
