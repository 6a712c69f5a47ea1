#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dagitops::kube {

// What a path of the API says, as the server itself reads it (apiserver v0.34, pkg/endpoints/request/requestinfo.go).
// Empty is absent. Pure.
struct ApiPath {
  std::string group;  // empty for the core group
  std::string name_space;
  std::string resource;  // empty: not a path of the API's objects, such as /version
  std::string name;      // empty: a collection
  std::string subresource;
};

// `path` may have a query.
ApiPath ParseApiPath(std::string_view path);

// "deployments.apps in namespace dagster", "nodes": for messages.
std::string Describe(const ApiPath& path);

// `path` and one more query parameter, which is escaped.
std::string WithQuery(std::string path, std::string_view key, std::string_view value);

}  // namespace dagitops::kube
