#include <limits>
#include <optional>
#include <string>

#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"
#include "dagitops/schema/helm_integer.h"

#include "workspace/lint_checks.h"

namespace dagitops::workspace {
namespace {

// Numbers that dagitops reads itself, and that it must read as everybody else does.
struct Place {
  std::string_view key;
  int least;
  int most;
  bool schema_knows_bounds;  // then it tells what is out of them
};
using Int = std::numeric_limits<int>;
constexpr Place kOrder{"order", Int::min(), Int::max(), false};
constexpr Place kExternalPort{"external.port", 1, 65535, true};
constexpr Place kPort{"port", 1, 65535, true};

void CheckInteger(LintReport& report, const Value* value, const Place& place, const std::string& name) {
  const auto number = value == nullptr ? std::nullopt : schema::HelmInteger(*value);
  if (!number || PlainInteger(value->text())) return;  // the schema tells what is no whole number
  const bool fits = *number >= place.least && *number <= place.most;
  if (!fits && place.schema_knows_bounds) return;
  report.Tell("odd-integer", value->mark(),
              {"the number " + Shorten(value->text(), 40) + " at `" + name + "`",
               fits ? "an integer in plain digits"
                    : "an integer from " + std::to_string(place.least) + " to " + std::to_string(place.most),
               fits ? "write " + std::to_string(*number) : "write a number within these bounds"});
}

}  // namespace

void CheckIntegers(LintReport& report) {
  const Value& block = report.input().block;
  CheckInteger(report, block.FindPath(kOrder.key), kOrder, "dagitops.order");
  CheckInteger(report, block.FindPath(kExternalPort.key), kExternalPort, "dagitops.external.port");
  CheckInteger(report, report.input().entry.Find(kPort.key), kPort, "port");
}

}  // namespace dagitops::workspace
