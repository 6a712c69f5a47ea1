#pragma once

#include <cstdint>

namespace dagitops {

// Randomness comes in through constructors, like time. Safe to call from any thread.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t Next() = 0;  // 64 uniform bits

  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }  // in [0, 1)
};

// The operating system's generator.
class SystemRandom final : public Random {
 public:
  std::uint64_t Next() override;
};

}  // namespace dagitops
