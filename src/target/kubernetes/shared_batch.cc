#include "target/kubernetes/shared_batch.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "target/kubernetes/shared_change.h"

namespace dagitops::kubernetes {
namespace {

constexpr std::size_t kMostTries = 32;  // of single orders, to find the one that the chart does not take

Error AwaitsBase(const Error& error) {
  return {ErrorKind::kRetry, "values-awaited", error.subject,
          "it waits for the values that belong to all locations, which are refused: " + error.message, ""};
}

}  // namespace

void SharedBatch::Run(const SharedRecord& current, const Work& work) {
  while (!orders_.empty() && Once(current, work)) {
  }
}

// One composition of what is left; whether there may be something left to compose.
bool SharedBatch::Once(const SharedRecord& current, const Work& work) {
  const SharedRecord composed = Compose(current, orders_);
  if (const auto largest = LargestGrowth(current, orders_)) {
    Fail(*largest, TooLarge(composed));
    return true;
  }
  const auto refused = Refused(current, composed, work);
  if (!refused) {
    FailAll(refused.error());
    return false;
  }
  for (const auto& [location, error] : *refused) Fail(location, error);
  if (!refused->empty()) {
    const auto base = refused->find("");
    if (base != refused->end() && current.base.content.empty() && current.locations.empty())
      FailAll(AwaitsBase(base->second));  // there are no values of before
    return true;
  }
  const auto made = work.make(composed);
  if (!made) {
    OfMaking(made.error());
    return false;
  }
  for (const Order& order : orders_) outcomes_.insert_or_assign(order.location, made);
  orders_.clear();
  return false;
}

// Whose fault it is that it cannot be; empty: it can. Objects of locations that stay as they are need not be asked
// about, unless what belongs to all is another one.
Result<SharedBatch::Refusals> SharedBatch::Refused(const SharedRecord& current, const SharedRecord& composed,
                                                   const Work& work) const {
  const auto rendered = work.render(composed);
  if (!rendered && rendered.error().kind != ErrorKind::kInvalid) return rendered.error();
  if (!rendered) return OfRendering(current, rendered.error(), work);
  std::set<std::string> all;
  for (const auto& [name, location] : composed.locations) all.insert(name);
  const std::set<std::string> deployed = Deployed();
  Refusals refusals;
  for (const ManifestObject& object : *rendered) {
    const std::string location = LocationOf(object, all);
    if (!deployed.contains(location) && !Has("")) continue;
    if (refusals.contains(location)) continue;
    const bool is_new = !location.empty() && !current.locations.contains(location);
    Status fits = is_new ? work.check_owner(object) : Ok();
    if (fits) {
      const auto taken = work.dry_run(object);
      if (!taken) fits = taken.error();
    }
    if (fits) continue;
    const bool about_it = fits.error().kind == ErrorKind::kInvalid || fits.error().code == "helm-foreign-object";
    if (!about_it) return fits.error();
    refusals.insert_or_assign(deployed.contains(location) ? location : std::string(), fits.error());
  }
  return refusals;
}

// The chart says about the whole what is wrong with one: each is tried alone, and those that are refused alone are the
// ones. Where none is, or there are too many, all are.
SharedBatch::Refusals SharedBatch::OfRendering(const SharedRecord& current, const Error& error,
                                               const Work& work) const {
  Refusals refusals;
  for (const Order& order : orders_) {
    if (orders_.size() == 1 || orders_.size() > kMostTries) break;
    std::set<std::string> alone;
    if (!order.location.empty()) alone.insert(order.location);
    const auto rendered = work.render(OnlyWith(Compose(current, {order}), alone));
    if (!rendered) refusals.insert_or_assign(order.location, rendered.error());
  }
  if (!refusals.empty()) return refusals;
  for (const Order& order : orders_) refusals.insert_or_assign(order.location, error);
  return refusals;
}

// Helm began and gave up: what it said may name one of them. Otherwise each is tried alone.
void SharedBatch::OfMaking(const Error& error) {
  if (error.kind != ErrorKind::kInvalid || orders_.size() == 1 || orders_.size() > kMostTries) return FailAll(error);
  const std::string location = LocationIn(error.message, Deployed());
  if (!location.empty()) {
    Fail(location, error);
    again_.push_back(std::exchange(orders_, {}));
    return;
  }
  for (Order& order : orders_) again_.push_back({std::move(order)});
  orders_.clear();
}

void SharedBatch::Fail(const std::string& location, const Error& error) {
  outcomes_.insert_or_assign(location, error);
  std::erase_if(orders_, [&](const Order& order) { return order.location == location; });
}

void SharedBatch::FailAll(const Error& error) {
  for (const Order& order : orders_) outcomes_.insert_or_assign(order.location, error);
  orders_.clear();
}

std::set<std::string> SharedBatch::Deployed() const {
  std::set<std::string> locations;
  for (const Order& order : orders_) {
    if (order.kind == Order::Kind::kDeploy && !order.location.empty()) locations.insert(order.location);
  }
  return locations;
}

bool SharedBatch::Has(const std::string& location) const {
  return std::any_of(orders_.begin(), orders_.end(), [&](const Order& order) { return order.location == location; });
}

}  // namespace dagitops::kubernetes
