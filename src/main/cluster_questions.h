#pragma once

#include <map>
#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/config/settings.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/existing_install.h"
#include "dagitops/model/object_change.h"
#include "dagitops/model/plan.h"

// What commands ask the cluster of an environment, by the real adapters. Nothing is changed, there or in the state
// folder, which may be a daemon's.
namespace dagitops {

// What others made of Dagster in the namespace.
Result<ExistingInstall> ReadExistingInstall(const config::Settings& settings, const std::string& environment,
                                            const std::map<std::string, std::string>& variables);

// What a plan would change of its objects. kInvalid "no-cluster": the environment's target is none.
Result<std::vector<ObjectChange>> DiffClusterObjects(const config::Settings& settings, const std::string& environment,
                                                     const std::map<std::string, std::string>& variables,
                                                     const Desired& desired, const Plan& plan);

}  // namespace dagitops
