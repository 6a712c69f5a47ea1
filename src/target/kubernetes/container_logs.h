#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/sync.h"
#include "dagitops/kube/api_client.h"

#include "target/kubernetes/jobs.h"
#include "target/kubernetes/rollout.h"

namespace dagitops::kubernetes {

// Why a container ended, out of its log: of the run before this one where there was a restart, of this one otherwise.
// Empty where there is nothing to be had.
std::string ReadEnd(kube::ApiClient& api, const std::string& name_space, const LogWanted& wanted);

// Why containers ended, out of their logs, each read once. One thread; the reading is done on those of `jobs`.
class ContainerLogs {
 public:
  struct Parts {
    kube::ApiClient& api;  // both outlive this
    Jobs& jobs;
    std::string name_space;
  };
  explicit ContainerLogs(Parts parts) : parts_(std::move(parts)) {}

  // What was read, by what it is of; "" where there was nothing to be had.
  const std::map<LogWanted, std::string>& read();

  // Begins to read these.
  void Fetch(const std::vector<LogWanted>& wanted);

 private:
  Parts parts_;
  std::map<LogWanted, std::string> known_;
  Sync<std::map<LogWanted, std::string>> fresh_;
};

}  // namespace dagitops::kubernetes
