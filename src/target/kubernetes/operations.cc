#include "target/kubernetes/operations.h"

#include <algorithm>
#include <utility>

#include "dagitops/base/log.h"

namespace dagitops::kubernetes {
namespace {

constexpr std::string_view kPrefix = "release/";
constexpr char kShared[] = "shared-release";
constexpr Duration kFirstRetry = std::chrono::seconds(1);
constexpr Duration kLongestRetry = std::chrono::minutes(1);
// What is wrong stays wrong until somebody changes it; looked at again now and then, since the cause may lie elsewhere.
constexpr Duration kInvalidRetry = std::chrono::minutes(2);

Duration RetryAfter(const Error& error, int failures) {
  if (error.kind == ErrorKind::kInvalid) return kInvalidRetry;
  return std::min<Duration>(kLongestRetry, kFirstRetry * (1 << std::min(failures - 1, 10)));
}

constexpr Duration kUnseen = std::chrono::seconds(30);

bool Same(const std::optional<Order>& known, const Order& order) {
  return known && known->kind == order.kind && known->content == order.content;
}

}  // namespace

Status Operations::Submit(Order order) {
  Operation& operation = operations_[order.location];
  if (operation.gathered && !operation.checking && !operation.checked && order.shared) {
    operation.running = std::move(order);
    return Ok();
  }
  if (operation.running || operation.done) {
    if (Same(operation.running, order) || Same(operation.done, order)) {
      operation.next.reset();
    } else {
      operation.next = std::move(order);
    }
    return Ok();
  }
  if (Same(operation.failed, order)) return *operation.error;
  const std::string location = order.location;
  Start(location, operation, std::move(order));
  return Ok();
}

void Operations::Start(const std::string& location, Operation& operation, Order order) {
  operation.done.reset();
  operation.failed.reset();
  operation.error.reset();
  operation.gathered = order.shared;
  operation.checked = false;
  if (!order.shared) prepare_(order);
  operation.running = std::move(order);
  if (operation.gathered) return;
  Jobs& jobs = operation.running->slow() ? threads_.checked : threads_.jobs;
  jobs.Submit(std::string(kPrefix) + location,
              [execute = execute_, work = *operation.running] { return execute(work); });
}

void Operations::StartShared() {
  if (outcomes_) return;
  for (const auto& [location, operation] : operations_) {
    if (operation.done && operation.done->shared) return;
  }
  std::vector<Order> orders;
  for (auto& [location, operation] : operations_) {
    if (!operation.gathered || AwaitsCheck(location, operation)) continue;
    operation.gathered = false;
    orders.push_back(*operation.running);
  }
  if (orders.empty()) return;
  for (const Order& order : orders) prepare_(order);
  outcomes_ = std::make_shared<std::map<std::string, Result<int>>>();
  threads_.jobs.Submit(kShared, [execute = execute_shared_, orders, outcomes = outcomes_]() -> Result<int> {
    *outcomes = execute(orders);
    return 0;
  });
}

// Its code is loaded as it will be in the release, so what belongs to all comes first.
bool Operations::AwaitsCheck(const std::string& location, Operation& operation) {
  const Order& order = *operation.running;
  if (!order.checked_first || operation.checked || order.kind == Order::Kind::kRemove) return false;
  const Operation* base = Find("");
  if (operation.checking || (base != nullptr && base->running)) return true;
  prepare_(order);
  operation.checking =
      threads_.checked.Submit(std::string(kPrefix) + location, [execute = execute_, order] { return execute(order); });
  return true;
}

void Operations::FinishCheck(const std::string& location, Operation& operation) {
  operation.checking = false;
  operation.checked = true;
  if (operation.next) Start(location, operation, *std::exchange(operation.next, std::nullopt));
}

bool Operations::Finish(const Jobs::Finished& finished, WallTime now) {
  if (finished.key == kShared) {
    const auto outcomes = std::exchange(outcomes_, nullptr);
    for (const auto& [location, result] : *outcomes) FinishOne(location, result, now);
    return true;
  }
  if (!finished.key.starts_with(kPrefix)) return false;
  const std::string location = finished.key.substr(kPrefix.size());
  Operation& operation = operations_[location];
  if (operation.checking && (finished.result || operation.next)) {
    FinishCheck(location, operation);
  } else {
    FinishOne(location, finished.result, now);
  }
  return true;
}

void Operations::FinishOne(const std::string& location, const Result<int>& result, WallTime now) {
  Operation& operation = operations_[location];
  operation.gathered = operation.checking = false;
  std::optional<Order> done = std::exchange(operation.running, std::nullopt);
  if (result) {
    operation.failures = 0;
    operation.done = std::move(done);
    operation.done_version = *result;
    operation.done_at = now;
  } else if (done) {
    const Error& error = result.error();
    Log(LogLevel::kWarning, "release not changed", {{"location", location}, {"error", error.Text()}});
    operation.failures += 1;
    operation.error = error;
    operation.retry_at = now + RetryAfter(error, operation.failures);
    operation.failed = std::move(done);
  }
}

void Operations::Confirm(const std::map<std::string, int>& versions, WallTime now) {
  for (auto& [location, operation] : operations_) {
    if (operation.done) {
      const auto found = versions.find(location);
      const int version = found == versions.end() ? 0 : found->second;
      const bool removed = operation.done->kind == Order::Kind::kRemove;
      const bool seen = removed ? found == versions.end() : version >= operation.done_version;
      if (seen || TimeUntil(operation.done_at + kUnseen, now, kUnseen) == Duration(0)) operation.done.reset();
    }
    const bool free = !operation.running && !operation.done;
    if (free && operation.next) Start(location, operation, *std::exchange(operation.next, std::nullopt));
  }
}

void Operations::Forget(const std::map<std::string, std::string>& wanted, WallTime now) {
  for (auto& [location, operation] : operations_) {
    if (!operation.failed) continue;
    const auto found = wanted.find(location);
    const bool is_wanted = found != wanted.end() && found->second == operation.failed->content;
    const bool stays = operation.failed->kind == Order::Kind::kRemove || is_wanted;
    if (stays && TimeUntil(operation.retry_at, now, kInvalidRetry) > Duration(0)) continue;
    operation.failed.reset();
    operation.error.reset();
  }
  std::erase_if(operations_, [](const auto& known) {
    return !known.second.running && !known.second.done && !known.second.failed && known.second.failures == 0;
  });
}

const Operation* Operations::Find(const std::string& location) const {
  const auto found = operations_.find(location);
  return found == operations_.end() ? nullptr : &found->second;
}

std::optional<Duration> Operations::LookAgain(WallTime now) const {
  std::optional<Duration> next;
  for (const auto& [location, operation] : operations_) {
    if (!operation.failed) continue;
    const Duration wait = TimeUntil(operation.retry_at, now, kInvalidRetry);
    next = next ? std::min(*next, wait) : wait;
  }
  return next;
}

}  // namespace dagitops::kubernetes
