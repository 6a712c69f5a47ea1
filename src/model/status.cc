#include "dagitops/model/status.h"

namespace dagitops {

std::string_view PhaseName(LocationPhase phase) {
  switch (phase) {
    case LocationPhase::kLoaded:
      return "loaded";
    case LocationPhase::kProgressing:
      return "progressing";
    case LocationPhase::kHeld:
      return "held";
    case LocationPhase::kFailed:
      return "failed";
    case LocationPhase::kPinned:
      return "pinned";
    case LocationPhase::kPaused:
      return "paused";
    case LocationPhase::kRemovalWaiting:
      return "removal-waiting";
    case LocationPhase::kRemoving:
      return "removing";
    case LocationPhase::kNotRunnable:
      return "not-runnable";
    case LocationPhase::kUnknown:
      break;
  }
  return "unknown";
}

}  // namespace dagitops
