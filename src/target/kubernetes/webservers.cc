#include "target/kubernetes/webservers.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

constexpr int kDefaultPort = 80;  // charts 1.10.5 and 1.12.19, where the pod names none

std::string UrlOf(const PodView& pod, const Options& options) {
  const std::string port = std::to_string(pod.port == 0 ? kDefaultPort : pod.port);
  const WebserverAccess& access = options.webservers;
  const std::string host = pod.ip.find(':') == std::string::npos ? pod.ip : "[" + pod.ip + "]";
  if (access.proxy.empty()) return "http://" + host + ":" + port + access.path_prefix;
  return access.proxy + CollectionPath("v1", options.name_space, "pods") + "/" + pod.name + ":" + port + "/proxy" +
         access.path_prefix;
}

}  // namespace

std::vector<WebserverEndpoint> EndpointsOf(const std::map<std::string, PodView>& pods, const Options& options) {
  if (!options.webservers.url.empty()) return {{options.webservers.url, false}};
  std::vector<WebserverEndpoint> endpoints;
  for (const auto& [name, pod] : pods) {
    if (pod.ready && !pod.ending && !pod.ip.empty()) endpoints.push_back({UrlOf(pod, options), pod.read_only});
  }
  return endpoints;
}

std::string DeploymentBehind(const std::string& url, const std::map<std::string, PodView>& pods,
                             const Options& options) {
  for (const auto& [name, pod] : pods) {
    if (UrlOf(pod, options) == url) return pod.deployment;
  }
  return "";
}

std::string RestartPatch(const std::string& digest) {
  boost::json::object annotations{{"annotations", {{kSeenWorkspace, digest}}}};
  return boost::json::serialize(boost::json::object{{"spec", {{"template", {{"metadata", std::move(annotations)}}}}}});
}

std::string SeenWorkspacePatch(const std::string& digest) {
  return boost::json::serialize(boost::json::object{{"metadata", {{"annotations", {{kSeenWorkspace, digest}}}}}});
}

}  // namespace dagitops::kubernetes
