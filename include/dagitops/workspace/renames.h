#pragma once

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/composition.h"
#include "dagitops/model/decision.h"

namespace dagitops::workspace {

// Warnings (renamed-location) for locations that `before` had and `after` has under another name. Dagster keys the
// state of schedules and sensors, cursors among it, by location name (dagster 1.13.27, selector ids), so a rename
// starts them anew. Two locations count as the same when one is gone, the other is new, and both have the same code:
// the same codeSource and local path, or else the same image and arguments. Each gone location is told once, at the new
// fragment.
Diagnostics LintRenames(const Composition& before, const Composition& after);

// The same where `before` is what was last loaded.
Diagnostics LintRenames(const EnvironmentState& before, const Composition& after);

}  // namespace dagitops::workspace
