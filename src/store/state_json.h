#pragma once

#include <string>
#include <string_view>

#include "dagitops/base/result.h"
#include "dagitops/model/decision.h"

namespace dagitops {

// What is remembered about an environment, as in schemas/state.json, and back without loss (Value's marks aside).
std::string StateToJson(const EnvironmentState& state);

// kInvalid state-json, naming the field, for anything else; kStalled store-newer for a newer schema version.
Result<EnvironmentState> StateFromJson(std::string_view json);

}  // namespace dagitops
