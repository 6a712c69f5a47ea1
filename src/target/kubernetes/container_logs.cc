#include "target/kubernetes/container_logs.h"

#include <algorithm>

#include "dagitops/model/log_reason.h"

#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {
namespace {

constexpr Duration kCall = std::chrono::seconds(5);
constexpr std::size_t kKept = 1000;

}  // namespace

std::string ReadEnd(kube::ApiClient& api, const std::string& name_space, const LogWanted& wanted) {
  const std::string path = CollectionPath("v1", name_space, "pods") + "/" + wanted.pod +
                           "/log?container=" + wanted.container + "&tailLines=200&limitBytes=65536";
  for (const char* previous : {"&previous=true", ""}) {
    const auto log = api.Get(path + previous, kCall);
    // What the kubelet answers, with 200, about a container that is gone already (Kubernetes 1.34, run).
    if (!log || log->starts_with("unable to retrieve container logs")) continue;
    if (std::string reason = LogReason(*log, ""); !reason.empty()) return reason;
  }
  return "";
}

const std::map<LogWanted, std::string>& ContainerLogs::read() {
  auto fresh = fresh_.lock();
  known_.merge(*fresh);
  fresh->clear();
  return known_;
}

void ContainerLogs::Fetch(const std::vector<LogWanted>& wanted) {
  if (known_.size() > kKept) known_.clear();  // of pods that are long gone
  for (const LogWanted& one : wanted) {
    const std::string key = "log/" + one.pod + "/" + one.container + "/" + std::to_string(one.restarts);
    parts_.jobs.Submit(key, [this, one]() -> Result<int> {
      std::string reason = ReadEnd(parts_.api, parts_.name_space, one);
      (*fresh_.lock())[one] = std::move(reason);
      return 0;
    });
  }
}

}  // namespace dagitops::kubernetes
