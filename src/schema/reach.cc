#include "schema/reach.h"

#include <algorithm>
#include <utility>

#include "dagitops/base/text.h"

namespace dagitops::schema {
namespace {

bool IsOpen(const Shape& shape) { return !shape.lists_all_keys && !shape.closed && shape.additional == nullptr; }

// Any key may stand in an open mapping, but one that is nearly a listed one is not meant.
bool IsSlip(const Shape& shape, const KeyStep& step) {
  return !step.literal && !shape.properties.contains(step.text) && DidYouMean(step.text, shape.Keys()).has_value();
}

class Follower {
 public:
  explicit Follower(const std::vector<KeyStep>& steps) : steps_(steps) {}

  bool Goes(const Shape* shape, std::size_t at) {
    if (at == steps_.size() || shape == nullptr || shape->more) return true;
    return GoesThroughItems(*shape, at) || GoesByKey(*shape, at);
  }

  DeadEnd Furthest() { return std::move(furthest_); }

 private:
  bool GoesThroughItems(const Shape& list, std::size_t at) {
    const Shape* item = list.items;
    if (item == nullptr) return false;
    if (Goes(item, at)) return true;
    const bool slip = IsOpen(*item) && IsSlip(*item, steps_[at]);
    return item->properties.contains("name") && !slip && !steps_[at].text.empty() && Goes(item, at + 1);
  }

  bool GoesByKey(const Shape& mapping, std::size_t at) {
    const KeyStep& step = steps_[at];
    if ((mapping.kinds & TypeBit("object")) == 0) return Dead(at, mapping.items == nullptr ? Keys{} : KeysOf(mapping));
    const auto property = mapping.properties.find(step.text);
    if (property != mapping.properties.end()) return Goes(property->second, at + 1);
    if (step.text.empty()) return Dead(at, KeysOf(mapping));
    if (mapping.additional != nullptr) return Goes(mapping.additional, at + 1);
    if (IsOpen(mapping) && !IsSlip(mapping, step)) return true;
    return Dead(at, KeysOf(mapping));
  }

  using Keys = std::vector<std::string>;

  static Keys KeysOf(const Shape& shape) { return shape.Keys(); }

  bool Dead(std::size_t at, Keys known) {
    if (at > furthest_.step || furthest_.known.empty()) furthest_ = {at, std::move(known)};
    return false;
  }

  const std::vector<KeyStep>& steps_;
  DeadEnd furthest_;
};

}  // namespace

std::vector<KeyStep> SplitKey(std::string_view dotted) {
  std::vector<KeyStep> steps;
  for (;;) {
    const bool literal = dotted.starts_with('"');
    if (literal) dotted.remove_prefix(1);
    const std::size_t end = std::min(dotted.find(literal ? '"' : '.'), dotted.size());
    steps.push_back({std::string(dotted.substr(0, end)), literal});
    dotted.remove_prefix(end);
    if (literal && !dotted.empty()) dotted.remove_prefix(1);
    if (dotted.empty()) return steps;
    if (dotted.starts_with('.')) dotted.remove_prefix(1);
  }
}

std::optional<DeadEnd> Follow(const Shape& root, const std::vector<KeyStep>& steps) {
  Follower follower(steps);
  if (follower.Goes(&root, 0)) return std::nullopt;
  return follower.Furthest();
}

}  // namespace dagitops::schema
