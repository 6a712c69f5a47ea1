#pragma once

#include <optional>

#include "dagitops/base/error.h"
#include "dagitops/base/sync.h"

namespace dagitops::reconcile {

// How the last fetch went: written by the source's reconciler, shown in the status of every environment.
struct FetchReport {
  std::optional<Error> error;
  bool fetched_once = false;
};

using SharedFetchReport = Sync<FetchReport>;

}  // namespace dagitops::reconcile
