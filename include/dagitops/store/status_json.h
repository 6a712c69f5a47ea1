#pragma once

#include <string>
#include <string_view>

#include "dagitops/base/result.h"
#include "dagitops/model/status.h"

namespace dagitops {

// The status as schemas/status.json has it: a record, all fields always present, null for none, without a line end.
// Text that is no UTF-8 (an author's name, say) has U+FFFD in the place of each bad byte.
std::string StatusToJson(const EnvironmentStatus& status);

// kInvalid status-json, naming the field, for anything else; kStalled store-newer for a newer schema version.
Result<EnvironmentStatus> StatusFromJson(std::string_view json);

}  // namespace dagitops
