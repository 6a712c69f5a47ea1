#pragma once

#include <mutex>
#include <string>

#include "dagitops/base/result.h"
#include "dagitops/process/command_runner.h"
#include "dagitops/target/kubernetes/kubernetes_target.h"

#include "target/kubernetes/helm.h"

namespace dagitops::kubernetes {

// The chart of the code servers: on this machine, or taken from its repository once and kept. Safe to call from any
// thread; the first call for a chart of a repository waits for the network.
class Chart {
 public:
  struct Parts {
    const ChartOptions& options;
    const HelmSettings& helm;
    CommandRunner& commands;
  };
  explicit Chart(const Parts& parts) : parts_(parts) {}

  // A folder or an archive. kStalled "chart-missing": the path holds no chart. When it is pulled those of HelmError,
  // and kStalled "chart-not-pulled" where its host does not have it, "chart-broken" where what it sent is no chart.
  Result<std::string> Path();

 private:
  Result<std::string> Pulled();
  Status Run(const Command& command, const char* code);

  Parts parts_;
  std::mutex pulling_;
};

}  // namespace dagitops::kubernetes
