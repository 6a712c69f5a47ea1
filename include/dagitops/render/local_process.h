#pragma once

#include <string>

#include "dagitops/model/desired.h"
#include "dagitops/model/effective.h"

namespace dagitops::render {

struct LocalOptions {
  std::string default_python;  // interpreter of locations that name none; empty: the target's own
};

// What shall run as processes of this machine (target local_process): for each location the proven server and the one
// to be proven, or just one where both are made of the same things. What a server is made of, and so its `content`:
// arguments, environment, code tree, interpreter, requirements and environment file, the command and the name it is
// told; not its owner, order, metadata, image or revision.
//
// A location that cannot run here stays in the result with `not_runnable` saying why, one sentence that names
// the key: no code in the repository; secrets or config maps and no dagitops.local.envFile; arguments that choose an
// address, which is the target's to choose. Secrets that the entry calls optional are left out.
//
// Arguments and values of `env` are taken as they are; Kubernetes' $(NAME) is not expanded.
Desired LocalProcess(const Effective& effective, const LocalOptions& options);

}  // namespace dagitops::render
