#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/metrics.h"
#include "dagitops/base/result.h"

namespace dagitops::server {

struct Request {
  std::string method;
  std::string path;   // "/healthz", as it was sent
  std::string query;  // what follows the "?"
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
};

// One page. `handle` runs on the server's own thread and all others wait for it, so it reads what is at hand and wakes
// whoever has work to do; what it throws is answered with 500.
struct Route {
  std::string method;  // "GET" answers HEAD as well
  std::string path;    // exactly that, or all below it where it ends with "/"
  std::function<Response(const Request&)> handle;
  std::size_t max_body = 0;  // bytes; a longer one is refused unread
};

struct Limits {
  std::size_t connections = 64;  // at once; the next one is closed again
  std::size_t header_bytes = 16u << 10;
  Duration request = std::chrono::seconds(10);  // from a connection's start, or the answer before, to the whole request
  Duration answer = std::chrono::seconds(10);   // to take the answer
};

// A small HTTP/1.1 server with a thread of its own. It decides nothing: pages are functions.
class HttpServer {
 public:
  struct Options {
    std::string listen;  // "host:port"; ":8585": on all addresses; port 0: a free one
    Limits limits;
    Metrics& metrics = NoMetrics();
  };

  // kStalled "listen-failed" where the address cannot be had.
  static Result<std::unique_ptr<HttpServer>> Listen(const Options& options, std::vector<Route> routes);
  // Ends at once: what is being answered is cut off.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dagitops::server
