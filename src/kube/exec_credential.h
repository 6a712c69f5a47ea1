#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dagitops/base/clock.h"
#include "dagitops/kube/cluster_access.h"
#include "dagitops/kube/credentials.h"

namespace dagitops::kube {

// The ExecCredential object, in its two directions.
// https://kubernetes.io/docs/reference/config-api/client-authentication.v1/; v1beta1 has the same fields. All pure.

// What the plugin finds in its variable KUBERNETES_EXEC_INFO.
std::string ExecInfo(const ClusterAccess& access, const ExecPlugin& plugin);

struct ExecAnswer {
  Credential credential;
  std::optional<WallTime> expires;  // nullopt: never
};

// Reads what a plugin wrote to its standard output. Error: kube-credentials, which says what is wrong with it without a
// word of it; the subject is left to the caller.
Result<ExecAnswer> ReadExecCredential(std::string_view output, const std::string& api_version);

// "2026-11-22T13:20:05Z", with a fraction or an offset instead of Z too (RFC 3339).
std::optional<WallTime> ParseRfc3339(std::string_view text);

}  // namespace dagitops::kube
