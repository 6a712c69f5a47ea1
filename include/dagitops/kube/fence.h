#pragma once

#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/kube/api_client.h"
#include "dagitops/process/command_runner.h"

namespace dagitops::kube {

// Whether we may act. Safe to call from any thread.
class Fence {
 public:
  virtual ~Fence() = default;
  virtual bool Ours() const = 0;
  virtual Duration Left() const = 0;    // how long what is begun now may last; 0 where we may not act
  virtual std::string Why() const = 0;  // why we may not, in words
};

// Lets everything be read. Writes are kRetry "lease-lost" while the fence is shut, and never last longer than it is
// open.
class FencedApiClient final : public ApiClient {
 public:
  FencedApiClient(ApiClient& inner, const Fence& fence) : inner_(inner), fence_(fence) {}

  Result<std::string> Get(const std::string& path, Duration deadline) override { return inner_.Get(path, deadline); }
  Result<std::string> Write(const ApiWrite& write, Duration deadline) override;
  Status Delete(const ApiDelete& removal, Duration deadline) override;
  Status Watch(const std::string& path, const std::string& resource_version, Duration deadline,
               const std::function<bool(std::string_view)>& on_event) override {
    return inner_.Watch(path, resource_version, deadline, on_event);
  }

 private:
  ApiClient& inner_;
  const Fence& fence_;
};

// Begins nothing while the fence is shut: kRetry "lease-lost". What runs when it shuts is for its owner to end.
class FencedCommandRunner final : public CommandRunner {
 public:
  FencedCommandRunner(CommandRunner& inner, const Fence& fence) : inner_(inner), fence_(fence) {}
  Result<CommandResult> Run(const Command& command) override;

 private:
  CommandRunner& inner_;
  const Fence& fence_;
};

}  // namespace dagitops::kube
