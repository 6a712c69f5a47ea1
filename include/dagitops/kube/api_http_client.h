#pragma once

#include "dagitops/base/clock.h"
#include "dagitops/http/http_client.h"
#include "dagitops/kube/credentials.h"

namespace dagitops::kube {

// An HttpClient that gives requests to URLs below the API server's, written exactly as in its access, the credentials
// and the TLS that it wants; all others pass as they are, and so do those to a unix socket. It leads to a pod by the
// proxy of the API server (https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/), with
// whatever speaks HTTP on top. The answers are the pod's, or the API server's where the pod cannot be reached.
//
// Errors: those of `inner`, and kube-credentials. Safe to call from any thread.
class ApiHttpClient final : public HttpClient {
 public:
  struct Parts {
    HttpClient& inner;  // all outlive this
    Credentials& credentials;
    const Clock& clock;
  };

  explicit ApiHttpClient(const Parts& parts) : parts_(parts) {}

  Result<HttpResponse> Send(const HttpRequest& request) override;

 private:
  Parts parts_;
};

}  // namespace dagitops::kube
