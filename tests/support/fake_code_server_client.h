#pragma once

#include <map>
#include <string>
#include <vector>

#include "dagitops/dagster/code_server_client.h"

#include "support/fake_clock.h"
#include "support/faults.h"

namespace dagitops::support {

// Code servers as values, by socket. One that is not there refuses; one that hangs uses up the caller's deadline.
class FakeCodeServerClient final : public CodeServerClient {
 public:
  struct Server {
    std::string id;
    bool serving = true;
    bool hangs = false;
    Duration definitions_take{};  // longer than the deadline: no answer
    std::string error;            // its definitions do not load
    std::vector<std::string> runs;
    bool runs_fail = false;
  };

  explicit FakeCodeServerClient(FakeClock& clock) : clock_(clock) {}

  Result<bool> Serving(const CodeServerAddress& address, Duration deadline) override {
    calls.push_back("Serving " + address.socket);
    DAGITOPS_ASSIGN(const Server* server, Reach(address, deadline));
    return server->serving;
  }
  Result<std::string> ServerId(const CodeServerAddress& address, Duration deadline) override {
    calls.push_back("ServerId " + address.socket);
    DAGITOPS_ASSIGN(const Server* server, Reach(address, deadline));
    return server->id;
  }
  Result<DefinitionsAnswer> Definitions(const CodeServerAddress& address, Duration deadline) override {
    calls.push_back("Definitions " + address.socket);
    DAGITOPS_ASSIGN(const Server* server, Reach(address, deadline));
    if (server->definitions_take > deadline) {
      clock_.Advance(deadline);
      return NoAnswer(address);
    }
    clock_.Advance(server->definitions_take);
    return DefinitionsAnswer{server->error.empty(), server->error};
  }
  Result<std::vector<std::string>> CurrentRuns(const CodeServerAddress& address, Duration deadline) override {
    calls.push_back("CurrentRuns " + address.socket);
    DAGITOPS_ASSIGN(const Server* server, Reach(address, deadline));
    if (server->runs_fail) return NoAnswer(address);
    return server->runs;
  }
  Status Shutdown(const CodeServerAddress& address, Duration deadline) override {
    calls.push_back("Shutdown " + address.socket);
    DAGITOPS_TRY(Reach(address, deadline));
    return Ok();
  }

  std::map<std::string, Server> servers;  // by socket
  std::vector<std::string> calls;

 private:
  static Error NoAnswer(const CodeServerAddress& address) {
    return {ErrorKind::kRetry, "code-server-unreachable", address.socket, "it does not answer", ""};
  }
  Result<const Server*> Reach(const CodeServerAddress& address, Duration deadline) {
    const auto server = servers.find(address.socket);
    if (server == servers.end()) return NoAnswer(address);
    if (server->second.hangs) {
      clock_.Advance(deadline);
      return NoAnswer(address);
    }
    return &server->second;
  }

  FakeClock& clock_;
};

// A client whose calls count, and go wrong, with all others that share `faults`.
class FailingCodeServerClient final : public CodeServerClient {
 public:
  FailingCodeServerClient(CodeServerClient& inner, Faults& faults) : inner_(inner), faults_(faults) {}

  Result<bool> Serving(const CodeServerAddress& address, Duration deadline) override {
    return faults_.Around("client.Serving", [&] { return inner_.Serving(address, deadline); });
  }
  Result<std::string> ServerId(const CodeServerAddress& address, Duration deadline) override {
    return faults_.Around("client.ServerId", [&] { return inner_.ServerId(address, deadline); });
  }
  Result<DefinitionsAnswer> Definitions(const CodeServerAddress& address, Duration deadline) override {
    return faults_.Around("client.Definitions", [&] { return inner_.Definitions(address, deadline); });
  }
  Result<std::vector<std::string>> CurrentRuns(const CodeServerAddress& address, Duration deadline) override {
    return faults_.Around("client.CurrentRuns", [&] { return inner_.CurrentRuns(address, deadline); });
  }
  Status Shutdown(const CodeServerAddress& address, Duration deadline) override {
    return faults_.Around("client.Shutdown", [&] { return inner_.Shutdown(address, deadline); });
  }

 private:
  CodeServerClient& inner_;
  Faults& faults_;
};

}  // namespace dagitops::support
