#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "dagitops/kube/api_client.h"

namespace dagitops::kubernetes {

// An API server whose answers a test chooses; without them, what is read is {} and what is written is taken as it is.
// Remembers what it was asked. Safe to call from any thread; the answers are given under its lock.
class FakeApi final : public kube::ApiClient {
 public:
  Result<std::string> Get(const std::string& path, Duration /*deadline*/) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.push_back("get " + path);
    return on_get ? on_get(path) : "{}";
  }
  Result<std::string> Write(const kube::ApiWrite& write, Duration /*deadline*/) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.push_back(std::string(VerbOf(write)) + (write.dry_run ? " (dry run) " : " ") + write.path);
    writes_.push_back(write);
    return on_write ? on_write(write) : write.body;
  }
  Status Delete(const kube::ApiDelete& removal, Duration /*deadline*/) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.push_back("delete " + removal.path);
    removals_.push_back(removal);
    return on_remove ? on_remove(removal) : Ok();
  }
  // Plays `events`, then ends like a server that closes the stream.
  Status Watch(const std::string& path, const std::string& version, Duration /*deadline*/,
               const std::function<bool(std::string_view)>& on_event) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.push_back("watch " + path + " from " + version);
    for (const std::string& event : events) {
      if (!on_event(event)) break;
    }
    return watch_outcome;
  }

  // "create /api/v1/namespaces/n/configmaps", "apply (dry run) …": what was asked for, in order.
  std::vector<std::string> calls() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return calls_;
  }
  std::vector<kube::ApiWrite> writes() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return writes_;
  }
  std::vector<kube::ApiDelete> removals() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return removals_;
  }

  // Set before others call.
  std::vector<std::string> events;
  Status watch_outcome = Ok();
  std::function<Result<std::string>(const std::string& path)> on_get;
  std::function<Result<std::string>(const kube::ApiWrite&)> on_write;
  std::function<Status(const kube::ApiDelete&)> on_remove;
  // For whoever shares the order of things with another fake.
  void Note(const std::string& call) {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.push_back(call);
  }

 private:
  static const char* VerbOf(const kube::ApiWrite& write) {
    switch (write.kind) {
      case kube::ApiWrite::Kind::kCreate:
        return "create";
      case kube::ApiWrite::Kind::kReplace:
        return "replace";
      case kube::ApiWrite::Kind::kMergePatch:
        return "patch";
      case kube::ApiWrite::Kind::kApply:
        break;
    }
    return "apply";
  }

  mutable std::mutex mutex_;
  std::vector<std::string> calls_;
  std::vector<kube::ApiWrite> writes_;
  std::vector<kube::ApiDelete> removals_;
};

// As kube/api_client.h lists them.
inline Error ApiFailure(const std::string& code, ErrorKind kind) {
  return {kind, code, "https://api:6443/x", "the server's words", ""};
}

}  // namespace dagitops::kubernetes
