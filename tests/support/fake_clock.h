#pragma once

#include "dagitops/base/clock.h"

#include "support/world.h"

namespace dagitops::support {

// A clock that only tests move.
class FakeClock final : public Clock {
 public:
  WallTime Now() const override { return now; }
  SteadyTime Steady() const override { return SteadyTime(now.time_since_epoch()); }

  void Advance(Duration by) { now += by; }

  WallTime now = kNow;
};

}  // namespace dagitops::support
