#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dagitops/model/value.h"
#include "dagitops/schema/violation.h"

#include "workspace/lint_report.h"

namespace dagitops::workspace {

// The single checks of Linter::Lint; each knows nothing of the others.

// bad-image, image-tag-number, integer-tag, missing-tag, latest-tag, image-digest-ignored.
void CheckImage(LintReport& report, bool chart_reads_digest);

// bad-image, in init and sidecar containers.
void CheckContainerImages(LintReport& report);

// odd-integer, in the numbers that dagitops reads itself.
void CheckIntegers(LintReport& report);

// secret-in-env, in the entry and in its further containers. A value is never shown.
void CheckSecrets(LintReport& report);

// env-two-sources, where one layer sets both.
void CheckEnvSources(LintReport& report);

// mixed-env, from the layers as written.
void CheckEnvForms(LintReport& report);

// code-server-args, two-servers.
void CheckCodeServer(LintReport& report);

// external-and-local.
void CheckExternal(LintReport& report);

// True where the plain value of this variable is probably a secret itself, not the name or place of one.
bool LooksLikeSecretVariable(std::string_view name, std::string_view value);

// Where something stands, for a message. Below `env` what a slip made a key of is masked.
std::string ShownPath(const schema::Path& path);

// A violation as a fault: unquoted-scalar or schema-fault. No value below `env` is shown, and none of a key that looks
// like a secret's: what a slip makes of `PASSWORD: x` has neither the key nor the place that would tell.
struct SchemaFault {
  std::string_view code;
  Words words;
};
SchemaFault DescribeViolation(const schema::Violation& violation, const Value& root);

}  // namespace dagitops::workspace
