#include "dagitops/controller/backoff.h"

#include <algorithm>

namespace dagitops::controller {
namespace {

constexpr long long kFirst = 200;  // milliseconds
constexpr long long kLongest = 60'000;
constexpr double kJitter = 0.2;

}  // namespace

Duration Backoff::Failed(const std::string& key) {
  const int before = failures_[key]++;
  const long long wait = std::min(kLongest, kFirst << std::min(before, 20));
  return Duration(wait + static_cast<long long>(static_cast<double>(wait) * kJitter * random_.Unit()));
}

}  // namespace dagitops::controller
