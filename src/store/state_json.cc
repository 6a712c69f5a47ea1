#include "store/state_json.h"

#include "store/document.h"
#include "store/model_fields.h"

namespace dagitops {
namespace {

constexpr DocumentKind kState{.code = "state-json", .version = EnvironmentState::kSchemaVersion};

}  // namespace

std::string StateToJson(const EnvironmentState& state) { return WriteDocument(state, kState); }

Result<EnvironmentState> StateFromJson(std::string_view json) { return ReadDocument<EnvironmentState>(json, kState); }

}  // namespace dagitops
