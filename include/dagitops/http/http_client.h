#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/base/secret.h"

namespace dagitops {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// How an https server is told from others, and what we show it. PEM texts, not files; the defaults are what a browser
// does.
struct HttpTls {
  std::string authorities;         // the only ones that are trusted; empty: those of this machine
  std::string client_certificate;  // with what it was signed by, in this order; empty: none is shown
  Secret client_key;               // of client_certificate; one with a passphrase cannot be used
  std::string server_name;         // asked for (SNI) and looked for in its certificate; empty: the URL's host
  bool insecure = false;           // whoever answers is taken for the server
};

// Takes the body of an answer as it arrives. Called with "" once the head of the answer has come, then with each part.
// False ends the exchange, and that is no failure.
using HttpSink = std::function<bool(std::string_view part)>;

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
  HttpTls tls;  // for https
  // Takes the body of an answer with a 2xx status, which is then empty in the response and has no limit. The deadline
  // is still that of the whole exchange. Called on the thread of Send.
  HttpSink sink;
  std::stop_token stop;  // once stopping is asked for, the exchange is cut; a second may pass where nothing arrives
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
