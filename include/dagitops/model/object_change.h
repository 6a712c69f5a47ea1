#pragma once

#include <string>
#include <vector>

#include "dagitops/model/field_change.h"

namespace dagitops {

// What a plan would make of one object of a cluster.
struct ObjectChange {
  enum class Kind {
    kNew,
    kChanged,
    kGone,
    kRefused,  // by the API server, or an admission policy there
  };
  Kind kind = Kind::kChanged;
  std::string release;
  std::string object;                // "Deployment/sales"; empty: kRefused of a whole release, by its chart
  std::string message;               // kRefused: why
  std::vector<FieldChange> changes;  // kChanged, and of kRefused those that were to be

  friend bool operator==(const ObjectChange&, const ObjectChange&) = default;
};

}  // namespace dagitops
