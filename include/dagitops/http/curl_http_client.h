#pragma once

#include <memory>
#include <stop_token>

#include "dagitops/http/http_client.h"

namespace dagitops {

// HttpClient by libcurl (7.88). One object serves all threads; it owns at most four idle connections.
//
//  - A connection over TCP with HTTP/1.1 or TLS is kept for 4 s and used again: uvicorn, which
//  dagster-webserver 1.13.27
//    runs on, closes it after 5 s (uvicorn 0.54, config.py, timeout_keep_alive). A connection to a unix socket or with
//    h2c is never kept: a code server's successor may own the same path by then, while the old connection still leads
//    to the old one.
//  - A kept connection may die in the moment it is used. Then, if not one line of an answer came, the request is sent
//    once more on a new connection; so a request that may not arrive twice (HttpRequest::repeatable) always gets a new
//    connection and is never sent again.
//  - A connection is used again only by requests with the very same HttpTls: each set of them has handles of its own,
//    and libcurl compares all but the client's key as well (vtls.c, Curl_ssl_config_matches).
//  - Redirects are not followed. Proxies of the environment (https_proxy, no_proxy) are used, but never for loopback
//    addresses and unix sockets. Answers are asked for uncompressed.
//  - Once stopping is asked for, here or by the request, an exchange that runs is cut within about a second, and no
//    other begins.
//  - Resolving a host name is the one step that libcurl cannot cut off: a name server that does not answer can hold
//    Send beyond its deadline until resolv.conf's own limits. Addresses and localhost are not affected.
//
// Errors (code, kind): http-bad-request kInvalid (URL, header or method that cannot be sent), http-unknown-host,
// http-refused, http-timeout, http-stopped, http-broken, http-cut-off (an answer had begun), http-not-http (all
// kRetry), http-too-large kInvalid, http-tls kStalled (the server is not trusted, or HttpTls holds something that is no
// PEM).
class CurlHttpClient final : public HttpClient {
 public:
  explicit CurlHttpClient(std::stop_token stop = {});
  ~CurlHttpClient() override;
  CurlHttpClient(const CurlHttpClient&) = delete;
  CurlHttpClient& operator=(const CurlHttpClient&) = delete;

  Result<HttpResponse> Send(const HttpRequest& request) override;

 private:
  class Pool;
  std::stop_token stop_;
  std::unique_ptr<Pool> pool_;
};

}  // namespace dagitops
