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

// How long until `due`, which was set no more than `longest` ahead. 0 once it has come, and also when it lies further
// ahead than that: the clock was set back since, and waiting for a date of a wrong clock may be waiting for years.
Duration TimeUntil(WallTime due, WallTime now, Duration longest);

// "2026-11-22T13:20:05Z", whole seconds, UTC.
std::string FormatTime(WallTime time);

}  // namespace dagitops
