#pragma once

#include <optional>
#include <vector>

#include "dagitops/schema/key_steps.h"

#include "schema/shape.h"

namespace dagitops::schema {

// Follows a key down from `root`: through lists, by the names of their items, by listed keys and by free ones. nullopt
// when some value of this shape may have it; else the place that was reached furthest down.
std::optional<DeadEnd> Follow(const Shape& root, const std::vector<KeyStep>& steps);

}  // namespace dagitops::schema
