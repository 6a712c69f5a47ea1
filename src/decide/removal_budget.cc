#include "dagitops/decide/removal_budget.h"

namespace dagitops::decide {
namespace {

constexpr std::size_t kMost = 20;
constexpr std::size_t kPercent = 30;

std::string Of(const RemovalCount& count) {
  return std::to_string(count.removed) + " of " + std::to_string(count.running) + " locations";
}

}  // namespace

std::string OverBudget(const RemovalCount& count) {
  if (count.removed == 0) return "";
  if (count.allowed > 0 && count.removed <= static_cast<std::size_t>(count.allowed)) return "";
  if (count.removed == count.running) return "the revision leaves no location (it removes " + Of(count) + ")";
  if (count.removed > kMost) return "the revision removes " + Of(count) + ", more than " + std::to_string(kMost);
  if (count.removed >= 2 && count.removed * 100 > count.running * kPercent) {
    return "the revision removes " + Of(count) + ", more than " + std::to_string(kPercent) + " %";
  }
  return "";
}

}  // namespace dagitops::decide
