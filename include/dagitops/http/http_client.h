#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"

namespace dagitops {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  HttpHeaders headers;
  std::string body;
  std::string unix_socket;                       // path: connect there whatever the URL's host says; empty: TCP
  bool http2_prior_knowledge = false;            // h2c, as gRPC speaks it
  Duration deadline = std::chrono::seconds(10);  // for the whole exchange
  std::size_t max_body = 16u << 20;              // bytes; a longer answer is an error
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;   // names in lower case
  HttpHeaders trailers;  // names in lower case; gRPC's status is here
  std::string body;
};

// One exchange. An HTTP error status is an answer, not a failure; kRetry failures are connections that did not come
// about, broke or ran out of time. Safe to call from any thread.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual Result<HttpResponse> Send(const HttpRequest& request) = 0;
};

}  // namespace dagitops
