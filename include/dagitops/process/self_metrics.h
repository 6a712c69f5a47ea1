#pragma once

#include "dagitops/base/metrics.h"

namespace dagitops {

// What /proc says of this process, as the metrics process_*, by the names that all Prometheus clients use
// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics). What cannot be read is left out.
void TellOwnProcess(Metrics& metrics);

}  // namespace dagitops
