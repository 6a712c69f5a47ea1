#pragma once

#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/kube/api_client.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/object_change.h"
#include "dagitops/model/plan.h"
#include "dagitops/process/command_runner.h"
#include "dagitops/target/kubernetes/kubernetes_target.h"

namespace dagitops::kubernetes {

// What the items of a plan that start something, and the releases that are no location's, would change of the objects
// in the namespace: each is rendered by helm, applied by the API server as a dry run, and compared with what is there.
// Hand edits that would be put right are in it, and so is what goes with a location that is removed. What is refused is
// told and the others go on. Changes nothing; each call ends within a minute. Errors: those of helm and of the API that
// no other commit would mend.
Result<std::vector<ObjectChange>> DiffObjects(const Options& options, kube::ApiClient& api, CommandRunner& commands,
                                              const Desired& desired, const Plan& plan);

}  // namespace dagitops::kubernetes
