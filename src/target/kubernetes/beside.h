#pragma once

#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"
#include "dagitops/kube/api_client.h"

#include "target/kubernetes/manifest.h"
#include "target/kubernetes/order.h"

namespace dagitops::kubernetes {

// Brings the pods of a release up before there is the release, beside those that still serve the location: everything
// of it but its Service, which the release then turns to pods that are ready. Safe to call from any thread; a call
// takes as long as the pods do.
class Beside {
 public:
  struct Parts {
    kube::ApiClient& api;  // both outlive this
    const Clock& clock;
    std::string name_space;
    Duration deadline;  // of the rollout
  };
  explicit Beside(Parts parts) : parts_(std::move(parts)) {}

  // Ok: its pods are ready. kInvalid "rollout-failed": they will not be, with the reason; they are gone afterwards.
  Status Run(const Order& order, const std::vector<ManifestObject>& objects);

  // Takes away what a Run that was cut short left of a release that there is not.
  Status Remove(const std::string& release);

 private:
  struct Seen;

  Status Make(const Order& order, const std::vector<ManifestObject>& objects);
  Status Follow(const Order& order);
  Result<Seen> Look(const Order& order);

  Parts parts_;
};

}  // namespace dagitops::kubernetes
