#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/model/code_location.h"
#include "dagitops/model/effective.h"
#include "dagitops/model/value.h"

namespace dagitops::render {

using Locations = std::vector<std::shared_ptr<const CodeLocation>>;

// What each location shall end at: the candidate where there is one, else what serves.
Locations WantedLocations(const Effective& effective);

// Values of the chart dagster-user-deployments (1.10 and 1.12), as YAML text. `chart_values` is what stands in
// environments/<env>/user-deployments.yaml (null: nothing) and is passed through in its order, nulls included: there
// Helm takes a null for "without the chart's default". `deployments` comes last, in the order of `locations`. Strings
// are quoted, other scalars keep their text; the same input gives the same bytes. External locations have no
// deployment; a location without an image has none either, and who needs to know asks HasDeployment.
//
// Errors, all of kind kInvalid and code chart-values: `chart_values` is no mapping, or holds `deployments`.

// True when the chart can run it: it is ours and has an image.
bool HasDeployment(const CodeLocation& location);

// release: single. Everything in one release.
Result<std::string> UserDeploymentsValues(const Locations& locations, const Value& chart_values);

// release: single. The part of it that is one location's: `deployments` with its entry alone. It does not depend on
// `chart_values`, which are only looked at.
Result<std::string> EntryValues(const CodeLocation& location, const Value& chart_values);

// release: per-location. The release of one location: without what belongs to all of them (service account, role,
// extraManifests), which is in the `base` release; `base_service_account` is the name of the account made there.
// `fullnameOverride` is an error here: every release would claim the same names. So is a location without deployment.
Result<std::string> LocationValues(const CodeLocation& location, const Value& chart_values,
                                   const std::string& base_service_account);

// release: per-location. The `base` release: no deployments, everything else.
Result<std::string> BaseValues(const Value& chart_values);

}  // namespace dagitops::render
