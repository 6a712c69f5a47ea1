#pragma once

#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/kube/api_client.h"

#include "target/kubernetes/order.h"

namespace dagitops::kubernetes {

// The arguments of `dagster definitions validate` for the code that a server with these arguments loads: what names the
// code is kept, what is about serving is not (dagster 1.13.27, _cli/definitions.py and _cli/api.py).
std::vector<std::string> ValidateArguments(const std::vector<std::string>& server_arguments);

struct CheckNames {
  std::string environment;
  std::string name_space;
  std::string location;
  std::string content;
};
std::string CheckPodName(const CheckNames& names);

// A pod that loads a version's code once and ends, as JSON. `objects` are what the API server made of the version's
// objects, JSON: the pod has what their Deployment's pods have, image, variables, volumes, account, but for probes,
// ports and sidecars. What they would read from ConfigMaps of the same version, which need not be there yet, is written
// into it. Empty where there is no Deployment among them.
std::string CheckPodBody(const std::vector<std::string>& objects, const CheckNames& names, Duration deadline);

// Whether the code of a version loads, found out before it takes the place of another one. Safe to call from any
// thread; a call takes as long as the code does to load.
class CodeCheck {
 public:
  struct Parts {
    kube::ApiClient& api;  // outlives this
    const Clock& clock;
    std::string environment;
    std::string name_space;
    Duration deadline;
  };
  explicit CodeCheck(Parts parts) : parts_(std::move(parts)) {}

  // kInvalid "code-check-failed": it does not load, with the reason; kRetry: it was cut short. The pod is gone
  // afterwards in either case but when we are killed.
  Status Run(const Order& order, const std::vector<std::string>& objects);

 private:
  Result<std::string> Begin(const std::string& path, const std::string& pod, const std::string& body);
  Status Follow(const std::string& pod, const std::string& object);
  std::string Log(const std::string& pod) const;

  Parts parts_;
};

}  // namespace dagitops::kubernetes
