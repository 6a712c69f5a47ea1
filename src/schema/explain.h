#pragma once

#include <string>
#include <vector>

#include "dagitops/model/value.h"
#include "dagitops/schema/violation.h"

#include "schema/shape.h"

namespace dagitops::schema {

// One verdict of the validator: where, which kind, and the key for kMissing and kUnknownKey. `text` is what the
// validator said, used where nothing better is known.
struct Finding {
  Path path;
  Violation::Kind kind = Violation::Kind::kValue;
  std::string key;
  std::string text;
};

// Turns a finding into words for people. `value` stands at finding.path inside `root`.
Violation Explain(const Finding& finding, const ShapeGraph& shapes, const Value& root);

// "the number 4", "the text \"a\"", "a list", "nothing": any value in a sentence. Long texts are cut.
std::string DescribeValue(const Value& value);

}  // namespace dagitops::schema
