#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "dagitops/store/state_store.h"

namespace dagitops::support {

// Passes every call on to another store, but fails those that the test names: the n-th (from 1) of all calls, or every
// call of one kind. A failing save changes nothing behind it, as a full disk does.
class FailingStateStore final : public StateStore {
 public:
  enum class Call { kLoadState, kSaveState, kLoadStatus, kSaveStatus };

  explicit FailingStateStore(StateStore& store) : store_(store) {}

  void FailNth(int n, Error error) { nth_[n] = std::move(error); }
  void FailAll(Call call, Error error) { always_[call] = std::move(error); }
  void Heal() {
    nth_.clear();
    always_.clear();
  }
  int calls() const { return calls_; }

  Result<std::optional<EnvironmentState>> LoadState(const std::string& environment) override {
    if (auto error = Failure(Call::kLoadState)) return *error;
    return store_.LoadState(environment);
  }
  Status SaveState(const EnvironmentState& state) override {
    if (auto error = Failure(Call::kSaveState)) return *error;
    return store_.SaveState(state);
  }
  Result<std::optional<EnvironmentStatus>> LoadStatus(const std::string& environment) override {
    if (auto error = Failure(Call::kLoadStatus)) return *error;
    return store_.LoadStatus(environment);
  }
  Status SaveStatus(const EnvironmentStatus& status) override {
    if (auto error = Failure(Call::kSaveStatus)) return *error;
    return store_.SaveStatus(status);
  }

 private:
  std::optional<Error> Failure(Call call) {
    const auto nth = nth_.find(++calls_);
    if (nth != nth_.end()) return nth->second;
    const auto always = always_.find(call);
    return always == always_.end() ? std::nullopt : std::optional(always->second);
  }

  StateStore& store_;
  int calls_ = 0;
  std::map<int, Error> nth_;
  std::map<Call, Error> always_;
};

}  // namespace dagitops::support
