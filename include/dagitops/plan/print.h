#pragma once

#include <string>

#include "dagitops/model/plan.h"

namespace dagitops::plan {

// The plan as people read it: one line an item, its field changes indented below, a summary line at the end.
std::string ToText(const Plan& plan);

// The same as JSON, by schemas/plan.json: a record, all fields always present, null for none.
std::string ToJson(const Plan& plan);

}  // namespace dagitops::plan
