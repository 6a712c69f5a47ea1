#pragma once

#include <optional>

#include "dagitops/base/clock.h"
#include "dagitops/base/error.h"

namespace dagitops::reconcile {

// How a pass ended. An error means: again, with backoff, unless its kind says that only a change of the world helps;
// the pass comes back then at its ordinary interval. `requeue_after` is the one way to ask for another look.
struct ReconcileResult {
  std::optional<Duration> requeue_after;
  std::optional<Error> error;
};

// Reads the world, compares it with git, does what can be done now, returns. It is told nothing about what happened: a
// lost wake-up costs time, never truth. Never called twice at once.
class Reconciler {
 public:
  virtual ~Reconciler() = default;
  virtual ReconcileResult Reconcile() = 0;
};

}  // namespace dagitops::reconcile
