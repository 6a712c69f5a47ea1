#pragma once

#include <string>
#include <vector>

#include "dagitops/model/location_settings.h"
#include "dagitops/model/value.h"

namespace dagitops {

// One code location of one environment, all layers merged, defaults filled in, validated. Immutable once made.
// `entry` is exactly one item of the chart's `deployments` list: it has `name` first and no `dagitops` block, and
// `dagitops.codeSource` has already become `dagsterApiGrpcArgs`.
struct CodeLocation {
  std::string name;  // Service and Deployment; DNS-1035 label of at most 63
  Value entry;
  LocationSettings settings;
  std::string digest;  // ShortDigest (16) of everything above: equal digests mean equal locations

  // The `dagitops:` block as merged, for telling where each of its values comes from; `settings` is what it says. Null
  // where there is none, and after reading back from a state file.
  Value block;

  // Repository paths of the files that went into it, by Layer; "" where that layer had none.
  std::vector<std::string> sources;

  friend bool operator==(const CodeLocation&, const CodeLocation&) = default;
};

}  // namespace dagitops
