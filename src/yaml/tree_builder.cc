#include "yaml/tree_builder.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/model/scalar.h"

namespace dagitops::yaml {
namespace {

constexpr std::size_t kFewMembers = 16;  // up to here comparing every pair is faster than sorting
const std::string kNoName = "\xFF";      // no UTF-8, so no key: stands for one that was a fault

template <class T>
std::vector<T> TakeTail(std::vector<T>& stack, std::size_t first) {
  const auto begin = stack.begin() + static_cast<std::ptrdiff_t>(first);
  std::vector<T> tail(std::make_move_iterator(begin), std::make_move_iterator(stack.end()));
  stack.erase(begin, stack.end());
  return tail;
}

}  // namespace

void TreeBuilder::Fault(Diagnostic fault, Mark mark) {
  fault.position = {file_, static_cast<int>(mark.line), mark.column};
  diagnostics_.push_back(std::move(fault));
}

void TreeBuilder::Stop(std::string found, std::string expected, Mark mark) {
  stopped_ = true;
  Diagnostic fault;
  fault.code = "yaml-limits";
  fault.found = std::move(found);
  fault.expected = std::move(expected);
  fault.fix = "make the file smaller or flatter";
  Fault(std::move(fault), mark);
}

bool TreeBuilder::Count(std::size_t nodes, Mark mark) {
  nodes_ += nodes;
  if (nodes_ <= limits_.nodes) return true;
  Stop("more than " + std::to_string(limits_.nodes) + " keys and values, aliases expanded",
       "at most " + std::to_string(limits_.nodes), mark);
  return false;
}

bool TreeBuilder::WaitsForKey() const {
  return !frames_.empty() && frames_.back().kind == Value::Kind::kMapping && !frames_.back().has_key;
}

void TreeBuilder::Key(ScalarEvent event) {
  Diagnostic fault;
  if (event.text == "<<") {
    fault.code = "merge-key";
    fault.found = "the merge key <<";
    fault.expected = "plain keys";
    fault.fix = "write the keys out, or move what is shared into the defaults";
  } else if (event.plain && ResolveScalar(event.text) != ScalarType::kString) {
    fault.code = "key-not-string";
    fault.found = std::string(Describe(ResolveScalar(event.text))) + " as a key: " + ShownKey(event.text);
    fault.expected = "a string";
    fault.fix = "write " + ShownKey(event.text) + " in double quotes";
  }
  if (!fault.code.empty()) Fault(std::move(fault), event.mark);
  members_.push_back({std::move(event.text), event.mark, Value()});
  frames_.back().has_key = true;
}

void TreeBuilder::Scalar(ScalarEvent event) {
  if (!Count(1, event.mark)) return;
  if (WaitsForKey()) {
    if (!event.anchor.empty()) Remember(event.anchor, Value::Scalar(event.text, !event.plain, event.mark), 1);
    Key(std::move(event));
    return;
  }
  Value value = Value::Scalar(std::move(event.text), !event.plain, event.mark);
  if (!event.anchor.empty()) Remember(event.anchor, value, 1);
  Add(std::move(value), event.mark);
}

void TreeBuilder::Open(Value::Kind kind, std::string anchor, Mark mark) {
  if (!Count(1, mark)) return;
  if (frames_.size() >= static_cast<std::size_t>(limits_.depth)) {
    Stop("more than " + std::to_string(limits_.depth) + " levels", "at most " + std::to_string(limits_.depth), mark);
    return;
  }
  if (!anchor.empty()) anchors_[anchor] = {Value(), 0, true};
  const std::size_t first = kind == Value::Kind::kMapping ? members_.size() : items_.size();
  frames_.push_back({kind, first, nodes_ - 1, std::move(anchor), mark});
}

void TreeBuilder::Close() {
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  Value value;
  if (frame.kind == Value::Kind::kMapping) {
    CheckDuplicates(frame);
    value = Value::Map(TakeTail(members_, frame.first), frame.mark);
  } else {
    value = Value::List(TakeTail(items_, frame.first), frame.mark);
  }
  if (!frame.anchor.empty()) Remember(frame.anchor, value, nodes_ - frame.nodes_before);
  Add(std::move(value), frame.mark);
}

void TreeBuilder::Alias(const std::string& anchor, Mark mark) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    Diagnostic fault;
    fault.code = "yaml-syntax";
    fault.found = "an alias without an anchor";  // its name may be a password that starts with *
    fault.expected = "the anchor above it";
    fault.fix = "define the anchor before its use, or put the text in double quotes";
    Fault(std::move(fault), mark);
    Add(Value::Null(mark), mark);
    return;
  }
  if (found->second.open) {
    Stop("an alias inside what it stands for", "a value that ends", mark);
    return;
  }
  if (Count(found->second.nodes, mark)) Add(found->second.value, mark);
}

void TreeBuilder::Remember(const std::string& anchor, const Value& value, std::size_t nodes) {
  anchors_[anchor] = {value, nodes, false};
}

void TreeBuilder::Add(Value value, Mark mark) {
  if (frames_.empty()) {
    root_ = std::move(value);
  } else if (frames_.back().kind == Value::Kind::kSequence) {
    items_.push_back(std::move(value));
  } else if (frames_.back().has_key) {
    members_.back().value = std::move(value);
    frames_.back().has_key = false;
  } else {
    OddKey(mark);
  }
}

void TreeBuilder::OddKey(Mark mark) {
  Diagnostic fault;
  fault.code = "key-not-string";
  fault.found = "a list, a mapping or an alias as a key";
  fault.expected = "a string";
  fault.fix = "write the key as text; a value with {{ }} needs double quotes";
  Fault(std::move(fault), mark);
  members_.push_back({kNoName, mark, Value()});
  frames_.back().has_key = true;
}

void TreeBuilder::DuplicateKey(const Value::Member& first, const Value::Member& second) {
  if (first.key == kNoName) return;
  Diagnostic fault;
  fault.code = "duplicate-key";
  fault.found = "the key " + ShownKey(second.key) + " a second time, first at line " + std::to_string(first.mark.line);
  fault.expected = "each key once";
  fault.fix = "remove one of the two, or join their values";
  Fault(std::move(fault), second.mark);
}

void TreeBuilder::CheckDuplicates(const Frame& frame) {
  const std::size_t count = members_.size() - frame.first;
  const Value::Member* members = members_.data() + frame.first;
  if (count <= kFewMembers) {
    for (std::size_t i = 1; i < count; ++i) {
      const auto* same = std::find_if(members, members + i, [&](const auto& m) { return m.key == members[i].key; });
      if (same != members + i) DuplicateKey(*same, members[i]);
    }
    return;
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return members[a].key < members[b].key; });
  for (std::size_t i = 1, first = 0; i < count; ++i) {
    if (members[order[i]].key != members[order[first]].key) {
      first = i;
    } else {
      DuplicateKey(members[order[first]], members[order[i]]);
    }
  }
}

Parsed TreeBuilder::Take() {
  Parsed parsed;
  SortDiagnostics(diagnostics_);
  if (!HasFault(diagnostics_)) parsed.root = std::move(root_);
  parsed.diagnostics = std::move(diagnostics_);
  return parsed;
}

}  // namespace dagitops::yaml
