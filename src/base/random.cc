#include "dagitops/base/random.h"

#include <random>

namespace dagitops {

std::uint64_t SystemRandom::Next() {
  thread_local std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace dagitops
