#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dagitops/model/source_tree.h"
#include "dagitops/workspace/repository.h"

#include "workspace/lint.h"
#include "workspace/report.h"

namespace dagitops::workspace {

// What all locations of an environment share: dagitops.yaml, the environment's defaults and its chart values. Without
// `usable`, nothing may be composed on it.
struct Base {
  Repository repository;
  EnvironmentOptions options;
  std::vector<Value> layers;  // as written, by Layer; those of single locations are null
  Value merged;               // of these layers; null keys are gone
  Sources sources;            // paths of these layers
  Value chart_values;
  Value system_values;
  Diagnostics diagnostics;
  bool usable = false;
  std::unique_ptr<Linter> linter;  // only when usable
};

struct BaseInput {
  const SourceTree& tree;
  const std::string& environment;
  const std::string& chart_version;
};

// Equal keys mean equal bases.
std::string BaseKey(const BaseInput& input);

// Faults: those of repository.h and text_file.h, unknown-environment, misplaced-key, and the schema's.
Base LoadBase(const BaseInput& input);

// Files below environments/ that nobody reads, and environments that dagitops.yaml does not name: warnings, since they
// look like slips. A file of `environment` itself that ends in .yml is a fault.
Diagnostics FindStrays(const SourceTree& tree, const Repository& repository, const std::string& environment);

}  // namespace dagitops::workspace
