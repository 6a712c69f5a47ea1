#include "dagitops/store/status_json.h"

#include "store/document.h"
#include "store/model_fields.h"
#include "store/utf8.h"

namespace dagitops {
namespace {

constexpr DocumentKind kStatus{.code = "status-json", .version = EnvironmentStatus::kSchemaVersion};

}  // namespace

std::string StatusToJson(const EnvironmentStatus& status) { return ReplaceInvalidUtf8(WriteDocument(status, kStatus)); }

Result<EnvironmentStatus> StatusFromJson(std::string_view json) {
  return ReadDocument<EnvironmentStatus>(json, kStatus);
}

}  // namespace dagitops
