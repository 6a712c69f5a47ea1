#pragma once

#include "dagitops/reconcile/reconciler.h"

namespace dagitops {

// To be called before there are threads. Most of ours wait for an answer, and each would otherwise get a heap of its
// own to keep what it once needed (mallopt(3), M_ARENA_MAX).
void ShareHeaps();

// Gives back to the system what is free, once a minute: many changes at once need much for a moment, and glibc returns
// by itself only what lies at the end of a heap (malloc_trim(3)).
class MemoryReconciler final : public reconcile::Reconciler {
 public:
  reconcile::ReconcileResult Reconcile() override;
};

}  // namespace dagitops
