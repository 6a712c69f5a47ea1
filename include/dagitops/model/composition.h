#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/code_location.h"
#include "dagitops/model/revision.h"
#include "dagitops/model/value.h"

namespace dagitops {

// A location whose files at this revision cannot be used: it is held at its last good version.
struct InvalidLocation {
  std::string name;
  Diagnostics faults;
  std::vector<std::string> sources;  // as in CodeLocation
};

// What dagitops.yaml says about one environment.
struct EnvironmentOptions {
  enum class Verify { kDagster, kReadiness };
  enum class Drift { kHeal, kReport };
  enum class Release { kPerLocation, kSingle };
  // How a webserver in a cluster is made to show a new workspace.yaml. kAuto: in place, unless that would import the
  // code of a `codeServerArgs` location anew, or the webserver is read-only; then its pods are replaced.
  enum class Reload { kAuto, kInPlace, kRestart };
  Verify verify = Verify::kDagster;
  Drift drift = Drift::kHeal;
  Release release = Release::kPerLocation;
  Reload reload = Reload::kAuto;

  friend bool operator==(const EnvironmentOptions&, const EnvironmentOptions&) = default;
};

// All fragments of one environment at one revision, with defaults and overlays applied.
struct Composition {
  std::string environment;
  Revision revision;
  EnvironmentOptions options;
  // In the order Dagster shall see them: `order`, then name. Disabled locations are not in here.
  std::vector<std::shared_ptr<const CodeLocation>> locations;
  std::vector<InvalidLocation> invalid;
  std::vector<std::string> disabled;  // names that are here with `enabled: false`
  // Files that hold no readable name and had none before: while there is one, nothing may be removed.
  std::vector<std::string> nameless_files;
  Value chart_values;       // environments/<env>/user-deployments.yaml; null when absent
  Value system_values;      // environments/<env>/system.yaml; null when absent
  Diagnostics diagnostics;  // all of them, sorted; those of `invalid` too
  // False when dagitops.yaml or a defaults file cannot be read: then nothing of this revision is applied at all.
  bool usable = true;
};

}  // namespace dagitops
