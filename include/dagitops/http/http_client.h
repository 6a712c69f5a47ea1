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
  // For POST and PATCH: arriving twice does no more than arriving once, so that a kept connection that dies before
  // the answer begins may be followed by a second try. Every other method is repeatable by its definition (RFC 9110).
  bool repeatable = false;
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;   // names in lower case
  HttpHeaders trailers;  // names in lower case; gRPC's status is here
  std::string body;
};

// One exchange. An HTTP error status or a redirect is an answer, not a failure; kRetry failures are connections that
// did not come about, broke, ran out of time or spoke no HTTP. Safe to call from any thread.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual Result<HttpResponse> Send(const HttpRequest& request) = 0;
};

}  // namespace dagitops
