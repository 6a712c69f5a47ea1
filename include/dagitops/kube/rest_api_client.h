#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "dagitops/base/random.h"
#include "dagitops/http/http_client.h"
#include "dagitops/kube/api_client.h"
#include "dagitops/kube/credentials.h"

namespace dagitops::kube {

// ApiClient on an HttpClient: its paths below the server of `credentials`, its errors those that api_client.h lists.
// Cheap to make, and all state is in its parts: make one for each stop token. Safe to call from any thread when its
// parts are.
//
//  - What it writes is checked as kubectl 1.34 has it checked: fieldValidation=Strict for all but kMergePatch
//  (kubectl's
//    pkg/cmd/create, replace, apply and patch), so that a misspelt field is an error and not left out.
//  - An answer may have 64 MiB: a page of a collection, which is the longest, is 500 objects of some KiB.
//  - Below /api and /apis an answer is a JSON object, but for the subresources log and proxy; elsewhere it may be text.
class RestApiClient final : public ApiClient {
 public:
  struct Parts {
    HttpClient& http;  // all outlive this
    Credentials& credentials;
    const Clock& clock;
    Random& random;
  };
  struct Options {
    // Once stopping is asked for, a call that runs ends within about a second and no other begins: Watch with Ok, the
    // others with kube-unreachable.
    std::stop_token stop = {};
    // Told of every exchange: the HTTP method, and the status or 0 where no answer came. For metrics; from any thread.
    std::function<void(std::string_view method, int status)> observe = {};
    // Lists and watches give names, labels and annotations alone (PartialObjectMetadata of meta.k8s.io/v1).
    bool metadata_only = false;
    // Waits between two tries; empty: sleeps, or until stopping is asked for.
    std::function<void(Duration)> pause = {};
  };

  explicit RestApiClient(const Parts& parts) : RestApiClient(parts, Options()) {}
  RestApiClient(const Parts& parts, Options options);

  Result<std::string> Get(const std::string& path, Duration deadline) override;
  Result<std::string> Write(const ApiWrite& write, Duration deadline) override;
  Status Delete(const ApiDelete& removal, Duration deadline) override;
  Status Watch(const std::string& path, const std::string& resource_version, Duration deadline,
               const std::function<bool(std::string_view)>& on_event) override;

 private:
  struct Exchange;

  std::string Accept(std::string_view verb, const std::string& path) const;
  Exchange Begin(const char* verb, const std::string& path) const;
  // A 2xx answer, or the error that became of it.
  Result<HttpResponse> Send(Exchange& exchange, Duration deadline);
  void Pause(Duration duration) const;

  Parts parts_;
  Options options_;
};

}  // namespace dagitops::kube
