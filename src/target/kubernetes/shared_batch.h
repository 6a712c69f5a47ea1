#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/base/result.h"

#include "target/kubernetes/manifest.h"
#include "target/kubernetes/order.h"
#include "target/kubernetes/shared_record.h"

namespace dagitops::kubernetes {

// Some orders for the release that all locations are in, on their way through one change of it. Each ends with an
// outcome of its own: what is found to be wrong with one of them ends that one, and the others go on without it.
class SharedBatch {
 public:
  // What is done with a composition. All errors of kind kInvalid are about what it is made of, all others end every
  // order.
  struct Work {
    std::function<Result<std::vector<ManifestObject>>(const SharedRecord&)> render;
    std::function<Result<std::string>(const ManifestObject&)> dry_run;
    std::function<Status(const ManifestObject&)> check_owner;  // of an object of a location that is new in it
    std::function<Result<int>(const SharedRecord&)> make;      // the release's version
  };

  explicit SharedBatch(std::vector<Order> orders) : orders_(std::move(orders)) {}

  void Run(const SharedRecord& current, const Work& work);
  void FailAll(const Error& error);
  std::map<std::string, Result<int>> Take() { return std::move(outcomes_); }  // by location
  // Orders without an outcome: each group is to be a batch of its own, after everything is read anew.
  const std::vector<std::vector<Order>>& again() const { return again_; }

 private:
  using Refusals = std::map<std::string, Error>;  // by location; "" the base

  bool Once(const SharedRecord& current, const Work& work);
  Result<Refusals> Refused(const SharedRecord& current, const SharedRecord& composed, const Work& work) const;
  Refusals OfRendering(const SharedRecord& current, const Error& error, const Work& work) const;
  void OfMaking(const Error& error);
  void Fail(const std::string& location, const Error& error);
  std::set<std::string> Deployed() const;
  bool Has(const std::string& location) const;

  std::vector<Order> orders_;  // that have no outcome yet
  std::map<std::string, Result<int>> outcomes_;
  std::vector<std::vector<Order>> again_;
};

}  // namespace dagitops::kubernetes
