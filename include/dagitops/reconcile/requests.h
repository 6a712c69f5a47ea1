#pragma once

#include <string>

#include "dagitops/model/decision.h"
#include "dagitops/source/history_writer.h"
#include "dagitops/source/source.h"
#include "dagitops/store/state_store.h"

namespace dagitops::reconcile {

struct RequestOutcome {
  EnvironmentState state;
  RequestAnswer answer;
};

// What requests look things up in.
struct RequestWorld {
  Source& source;
  HistoryWriter* history = nullptr;  // nullptr: none is kept, so nothing can be read from it
  std::string chart_version = "1.12";
  TreeLimits limits{};
};

// Carries a person's request out on the state. Only `apply` at a revision, rollback and rebuild ask the world: for a
// name of a commit, for what a location was there, for a record of the history.
RequestOutcome CarryOut(const Request& request, EnvironmentState state, const RequestWorld& world);

}  // namespace dagitops::reconcile
