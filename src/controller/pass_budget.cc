#include "dagitops/controller/pass_budget.h"

#include <algorithm>

namespace dagitops::controller {
namespace {

constexpr int kShare = 5;  // one part in so many of the time
constexpr Duration kAtOnce = std::chrono::seconds(3);
constexpr Duration kLongestRest = std::chrono::seconds(1);
constexpr Duration kLongestBreath = std::chrono::milliseconds(50);

}  // namespace

Duration PassBudget::Rest(const std::string& key, SteadyTime began, SteadyTime ended) {
  const auto [found, is_new] = accounts_.try_emplace(key, Account{kAtOnce, began});
  Account& account = found->second;
  account.left = std::min<Duration>(kAtOnce, account.left + (ended - account.at) / kShare) - (ended - began);
  account.left = std::max<Duration>(account.left, -kLongestRest / kShare);
  account.at = ended;
  const Duration breath = std::min<Duration>(ended - began, kLongestBreath);
  return std::max<Duration>(breath, -account.left * kShare);
}

}  // namespace dagitops::controller
