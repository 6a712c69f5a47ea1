#pragma once

#include <string>

#include "dagitops/model/plan.h"

namespace dagitops::plan {

// "production at 01234567: 1 to start, 1 to publish".
std::string Headline(const Plan& plan);

// The plan as people read it: the headline, one line an item with its field changes indented below, one line a removal
// and one a decision; then, where asked for, the objects of the cluster that change, and the values of each location
// with where they come from.
std::string ToText(const Plan& plan);

// The same as JSON, by schemas/plan.json: a record, all fields always present, null for none.
std::string ToJson(const Plan& plan);

}  // namespace dagitops::plan
