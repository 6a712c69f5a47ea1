#pragma once

#include <functional>
#include <string_view>

#include "dagitops/base/clock.h"
#include "dagitops/http/http_client.h"
#include "dagitops/kube/credentials.h"

namespace dagitops::kube {

// Sends requests to one API server with the credentials and the TLS that it wants. After a 401, which is before
// anything was done, the request goes out once more with fresh credentials, if there may be any. The deadline is for
// all of it.
class AuthorizedClient {
 public:
  using Observe = std::function<void(std::string_view method, int status)>;  // status 0: no answer; may be empty

  AuthorizedClient(HttpClient& http, Credentials& credentials, const Clock& clock)
      : http_(http), credentials_(credentials), clock_(clock) {}

  // Errors: those of the HttpClient, and kube-credentials.
  Result<HttpResponse> Send(HttpRequest request, const Observe& observe) const;

 private:
  Result<HttpResponse> SendOnce(HttpRequest& request, const Credential& credential, const Observe& observe) const;

  HttpClient& http_;
  Credentials& credentials_;
  const Clock& clock_;
};

}  // namespace dagitops::kube
