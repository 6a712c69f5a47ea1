#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dagitops::schema {

// One step of a dotted key. A literal one stood in quotes, as a step with dots must: nobody takes it for a slip.
struct KeyStep {
  std::string text;
  bool literal = false;

  friend bool operator==(const KeyStep&, const KeyStep&) = default;
};

// `labels."example.com/team"` is two steps. A quote that is not closed reaches to the end.
std::vector<KeyStep> SplitKey(std::string_view dotted);

// Where a dotted key cannot go on in any value.
struct DeadEnd {
  std::size_t step = 0;
  std::vector<std::string> known;  // the keys that stand there instead, sorted; empty below a text or number
};

}  // namespace dagitops::schema
