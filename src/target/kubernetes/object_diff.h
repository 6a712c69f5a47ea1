#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dagitops/model/field_change.h"

namespace dagitops::kubernetes {

// One object as it is and as it would be.
struct ObjectSides {
  std::string_view live;      // as the API server has it, JSON
  std::string_view dry_run;   // as it would have it, JSON
  std::string_view former;    // as helm rendered it before, YAML; empty: it did not
  std::string_view rendered;  // as helm renders it now, YAML
};

// What differs. A dry run of server-side apply leaves what another manager set, and Helm set the former fields: those
// that are rendered no more and still there are told as going, as Helm will take them away. What the API server keeps
// of an object for itself (status, versions, managers) is not in it, and no value of a Secret is.
std::vector<FieldChange> DiffObject(const ObjectSides& sides);

}  // namespace dagitops::kubernetes
