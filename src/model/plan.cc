#include "dagitops/model/plan.h"

#include <algorithm>

namespace dagitops {

bool Plan::empty() const {
  return std::all_of(items.begin(), items.end(), [](const PlanItem& item) { return item.action == Action::kKeep; });
}

}  // namespace dagitops
