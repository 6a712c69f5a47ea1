#include "server/router.h"

#include "dagitops/base/text.h"

namespace dagitops::server {
namespace {

bool Leads(const Route& route, const std::string& path) {
  return route.path.ends_with('/') ? path.starts_with(route.path) : path == route.path;
}

bool Takes(const Route& route, const std::string& method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

}  // namespace

Found FindRoute(const std::vector<Route>& routes, const std::string& method, const std::string& path) {
  Found found{nullptr, 404, ""};
  std::vector<std::string> allowed;
  for (const Route& route : routes) {
    if (!Leads(route, path)) continue;
    allowed.push_back(route.method);
    if (route.method == "GET") allowed.emplace_back("HEAD");
    const bool longer = found.route == nullptr || route.path.size() > found.route->path.size();
    if (Takes(route, method) && longer) found.route = &route;
  }
  if (found.route != nullptr) {
    found.refused = 0;
  } else if (!allowed.empty()) {
    found.refused = 405;
    found.allowed = Join(allowed, ", ");
  }
  return found;
}

std::pair<std::string, std::string> SplitTarget(const std::string& target) {
  const std::size_t mark = target.find('?');
  if (mark == std::string::npos) return {target, ""};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

std::pair<std::string, std::string> SplitAddress(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return {address, ""};
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return {host, address.substr(colon + 1)};
}

}  // namespace dagitops::server
