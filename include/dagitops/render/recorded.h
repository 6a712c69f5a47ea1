#pragma once

#include "dagitops/base/result.h"
#include "dagitops/model/desired.h"
#include "dagitops/model/history.h"

namespace dagitops::render {

// What was rendered for each location that is proven, as the history keeps it: locations/<name>.yaml, and base.yaml
// and system.yaml where there are such releases. On kubernetes the values of its release, to the byte; for a process
// what it is made of (arguments, environment, code, interpreter), for an external server its address. Only the proven
// version is in it.
HistoryFiles RecordedFiles(const Desired& desired);

}  // namespace dagitops::render
