#pragma once

#include "dagitops/base/result.h"
#include "dagitops/kube/api_client.h"
#include "dagitops/model/existing_install.h"
#include "dagitops/process/command_runner.h"
#include "dagitops/target/kubernetes/kubernetes_target.h"

namespace dagitops::kubernetes {

// What Dagster's charts run in `options.name_space`, but for what is ours already. Asks the API server and helm, and
// changes nothing; each call ends within a minute. kInvalid "nothing-to-adopt": there is no code server of such a
// chart.
Result<ExistingInstall> ReadInstall(const Options& options, kube::ApiClient& api, CommandRunner& commands);

}  // namespace dagitops::kubernetes
