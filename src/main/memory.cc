#include "main/memory.h"

#include <malloc.h>

namespace dagitops {
namespace {

constexpr Duration kEvery = std::chrono::minutes(1);

}  // namespace

void ShareHeaps() {
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

reconcile::ReconcileResult MemoryReconciler::Reconcile() {
  malloc_trim(0);
  return {kEvery, {}};
}

}  // namespace dagitops
