#pragma once

#include <string>
#include <vector>

#include "dagitops/model/value.h"

namespace dagitops {

// One value that differs.
struct FieldChange {
  std::string path;    // dotted, e.g. "image.tag" or "env.REGION"; items of named lists go by name
  std::string before;  // "" when new; secret-looking values are masked
  std::string after;   // "" when gone

  friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

// What differs between two entries, in the order of `after`, then what is gone. Lists of things with a `name` are
// compared by name, and a mere change of their order is told as such; other lists as wholes. Values below a
// secret-looking key read "***".
std::vector<FieldChange> DiffValues(const Value& before, const Value& after);

}  // namespace dagitops
