#pragma once

#include <optional>

#include "dagitops/base/clock.h"
#include "dagitops/base/error.h"
#include "dagitops/base/sync.h"

namespace dagitops::reconcile {

// How the last fetch that ended went: written by the source's reconciler, shown in the status of every environment.
struct FetchReport {
  std::optional<WallTime> began;  // nullopt: none has ended yet
  std::optional<Error> error;
};

using SharedFetchReport = Sync<FetchReport>;

}  // namespace dagitops::reconcile
