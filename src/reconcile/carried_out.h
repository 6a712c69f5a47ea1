#pragma once

#include <functional>
#include <string>

#include "dagitops/model/decision.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/effective.h"
#include "dagitops/model/observed.h"

namespace dagitops::reconcile {

// What is remembered of the values of the releases that are no location's: those that the releases are made of. Newer
// ones take their place once they are carried out.
void RememberCarriedOut(const Effective& effective, const Desired& desired, const Observed& observed,
                        EnvironmentState& state);

// Values of Dagster itself that are refused are not carried out: those that were stand, and are what the history gets.
// One thread.
class RefusedSystem {
 public:
  using Render = std::function<Desired(const Effective&)>;

  // Logs why, once. `desired` is what `render` made of `effective`.
  void Hold(const EnvironmentState& state, const Render& render, Effective& effective, Desired& desired);

 private:
  std::string told_;
};

}  // namespace dagitops::reconcile
