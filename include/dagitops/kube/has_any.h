#pragma once

#include <string>

#include "dagitops/kube/api_client.h"

namespace dagitops::kube {

// Whether a collection ("/api/v1/namespaces/n/secrets", without query) has an object with these labels ("a=b,c=d").
// Asks for one object only. Errors: those of ApiClient.
Result<bool> HasAny(ApiClient& api, const std::string& collection, const std::string& labels, Duration deadline);

}  // namespace dagitops::kube
