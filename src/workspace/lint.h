#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/value.h"
#include "dagitops/workspace/repository.h"

namespace dagitops::workspace {

// One composed location as it is checked. References: they live as long as the call.
struct LintInput {
  const std::string& name;
  // The chart entry as it will be deployed: name, port and pull policy filled in, arguments made of codeSource, without
  // the `dagitops` block. Marks tell which layer and line a value came from.
  const Value& entry;
  const Value& block;                       // the composed `dagitops` block; null when there is none
  const std::vector<std::string>& sources;  // repository path by Layer; "" where a layer has none
  const std::vector<Value>& layers;         // the layers as written, before merging; null where there is none
};

// Checks composed locations against the chart's schema, ours, the policy and what experience says. A location without
// image is fine when it is `external` or has `local` code. Building one compiles two schemas (some milliseconds);
// checking a location takes about 20 microseconds. One thread at a time.
class Linter {
 public:
  // `chart_version` is "1.10" or "1.12"; any other counts as 1.12.
  Linter(const std::string& chart_version, Policy policy);
  ~Linter();
  Linter(const Linter&) = delete;
  Linter& operator=(const Linter&) = delete;

  // All faults and warnings, with `location` set, nothing ignored yet.
  Diagnostics Lint(const LintInput& input);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// The last step over everything told about one location: leaves out the warnings that its `lint.ignore` names with a
// reason. Faults stay. What is wrong with the list itself is added as warnings.
Diagnostics ApplyIgnores(const LintInput& input, Diagnostics diagnostics);

}  // namespace dagitops::workspace
