#pragma once

#include <map>
#include <optional>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/model/decision.h"
#include "dagitops/source/history_writer.h"

namespace dagitops::reconcile {

// A life that begins without a state (its disk or its pod is gone) knows neither what a person decided nor a good
// version of anything. The newest record of the history may have both.
class Recall {
 public:
  // Before anything of this life is recorded, as often as it takes: the history comes from its remote meanwhile.
  void Look(HistoryWriter& history);

  // Whether the first pass has to wait for the history's remote to be asked: what was pinned must not be moved, nor
  // what is paused be changed, by a daemon that has forgotten it. At most half a minute.
  bool Awaits(bool asked, WallTime now);

  // Gives the state what a person had decided: pause and pins, and which removals wait; and which file was which
  // location's, since one that cannot be read now does not say so. Of what is paused the versions too: nothing else
  // would bring it back. Once, before anything is decided in this life.
  void Decide(EnvironmentState& state);

  // Gives locations that failed, and of which nothing good is known, the version that was recorded.
  void Fill(EnvironmentState& state);

 private:
  bool found_ = false;
  bool decided_ = false;
  std::optional<WallTime> since_;
  bool paused_ = false;
  std::optional<Revision> pinned_;
  Value chart_values_;
  Value system_values_;
  std::map<std::string, LocationRecord> decisions_;  // by name; those of a person
  std::map<std::string, Shared<Version>> versions_;  // by name; of locations that were not proven in this life
};

}  // namespace dagitops::reconcile
