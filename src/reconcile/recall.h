#pragma once

#include <map>
#include <string>

#include "dagitops/model/decision.h"
#include "dagitops/source/history_writer.h"

namespace dagitops::reconcile {

// A life that begins without a state knows no good version of anything. Everything is tried anew, and what comes up
// needs none; for what does not, the newest record of the history may have one.
class Recall {
 public:
  // Before anything of this life is recorded, as often as it takes: the history comes from its remote meanwhile.
  void Look(HistoryWriter& history);

  // Gives locations that failed, and of which nothing good is known, the version that was recorded.
  void Fill(EnvironmentState& state);

 private:
  bool found_ = false;
  std::map<std::string, Shared<Version>> versions_;  // by name; of locations that were not proven in this life
};

}  // namespace dagitops::reconcile
