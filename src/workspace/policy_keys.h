#pragma once

#include <string>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/value.h"

namespace dagitops::workspace {

// policy-key: rules of `policy.require` and `policy.forbid` in dagitops.yaml that no location can ever meet.
Diagnostics CheckPolicyKeys(const Value& root, const std::string& file);

}  // namespace dagitops::workspace
