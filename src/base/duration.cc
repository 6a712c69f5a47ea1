#include "dagitops/base/duration.h"

#include <array>
#include <charconv>

namespace dagitops {
namespace {

struct Unit {
  std::string_view name;
  long long milliseconds;
};

// "ms" stands before "m" and "s", so that the longest name is tried first.
constexpr std::array<Unit, 5> kUnits{{{"ms", 1}, {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}}};
constexpr long long kLimit = 365LL * 86'400'000;

const Unit* UnitAt(std::string_view text) {
  for (const Unit& unit : kUnits) {
    if (text.starts_with(unit.name)) return &unit;
  }
  return nullptr;
}

}  // namespace

std::optional<Duration> ParseDuration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  long long total = 0;
  while (!text.empty()) {
    long long number = -1;
    if (text.front() < '0' || text.front() > '9') return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number > kLimit) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const Unit* unit = UnitAt(text);
    if (unit == nullptr || number > kLimit / unit->milliseconds) return std::nullopt;
    text.remove_prefix(unit->name.size());
    total += number * unit->milliseconds;
    if (total > kLimit) return std::nullopt;
  }
  return Duration(total);
}

std::string FormatDuration(Duration duration) {
  long long rest = duration.count();
  std::string text;
  for (const Unit& unit : {kUnits[1], kUnits[2], kUnits[3], kUnits[4], kUnits[0]}) {
    if (rest < unit.milliseconds) continue;
    text += std::to_string(rest / unit.milliseconds) + std::string(unit.name);
    rest %= unit.milliseconds;
  }
  return text.empty() ? "0s" : text;
}

}  // namespace dagitops
