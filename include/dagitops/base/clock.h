#pragma once

#include <chrono>
#include <string>

namespace dagitops {

using Duration = std::chrono::milliseconds;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
// Time since an arbitrary start that never jumps; only differences mean anything. Not comparable between reboots.
using SteadyTime = std::chrono::duration<long long, std::milli>;

// Time comes in through constructors, so that no unit test sleeps. Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime Now() const = 0;
  virtual SteadyTime Steady() const = 0;
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  WallTime Now() const override;
  SteadyTime Steady() const override;
};

// "2026-11-22T13:20:05Z", whole seconds, UTC.
std::string FormatTime(WallTime time);

}  // namespace dagitops
