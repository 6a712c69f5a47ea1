#pragma once

#include <string>
#include <vector>

#include "dagitops/server/http_server.h"

namespace dagitops::server {

// What a request line leads to.
struct Found {
  const Route* route = nullptr;
  int refused = 0;      // 404 or 405, without a route
  std::string allowed;  // with 405: "GET, HEAD"
};

// The longest path wins. `routes` outlive the answer.
Found FindRoute(const std::vector<Route>& routes, const std::string& method, const std::string& path);

// Path and query of a request's target.
std::pair<std::string, std::string> SplitTarget(const std::string& target);

// Host and port of "host:port", "[::1]:port" and ":port"; the port is empty where there is none.
std::pair<std::string, std::string> SplitAddress(const std::string& address);

}  // namespace dagitops::server
