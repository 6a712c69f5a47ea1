#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "dagitops/target/local_process/local_process_target.h"

#include "support/fake_clock.h"
#include "support/fake_code_server_client.h"
#include "support/fake_code_store.h"
#include "support/fake_command_runner.h"
#include "support/fake_disk.h"
#include "support/fake_process_host.h"
#include "support/faults.h"

namespace dagitops::support {

// A whole machine made of values, and a local target on it that can be killed and started again. What a code server
// does follows from its process: once it boots it has a socket and answers; when it ends it answers no more.
class FakeMachine {
 public:
  FakeMachine() {
    options.environment = "production";
    options.state_dir = "/state";
    options.runtime_dir = "/run/dagitops";
    options.python = "/venv/bin/python";
    options.dagster_home = "/home/dagster";
    options.environment_variables = {{"PATH", "/usr/bin"}, {"HOME", "/home"}};
    options.build_variables = {{"PATH", "/usr/bin"}, {"PIP_INDEX", "x"}};
    options.webserver.start = false;
    options.start_daemon = false;
    host.on_start = [this](FakeProcessHost::Process& process) { Started(process); };
    host.on_end = [this](FakeProcessHost::Process& process) { Ended(process); };
    commands.answer = [](const Command& command) -> Result<CommandResult> {
      if (command.arguments.front().ends_with("uv"))
        return Error{ErrorKind::kInvalid, "program-not-found", "uv", "", ""};
      return FakeCommandRunner::Said("/venv/bin/python 3.11.2\n");
    };
    Restart();
  }

  // The program starts (again): all that it knew is gone, all that it started is no child of it.
  void Restart() {
    target.reset();
    host.NewLife();
    faults.Disarm();
    target = std::make_unique<local_process::LocalProcessTarget>(
        options,
        local_process::Seams{failing_host, failing_commands, failing_client, failing_code, failing_disk, clock});
  }

  static PlanItem StartItem(const DesiredServer& server) {
    PlanItem item;
    item.action = Action::kStart;
    item.location = server.location;
    item.content = server.content;
    item.server = server;
    return item;
  }
  static PlanItem StopItem(const DesiredServer& server, bool cut_runs = false) {
    PlanItem item;
    item.action = Action::kStop;
    item.location = server.location;
    item.content = server.content;
    item.cut_runs = cut_runs;
    return item;
  }
  static PlanItem PublishItem(const std::string& text) {
    PlanItem item;
    item.action = Action::kPublish;
    item.text = text;
    return item;
  }

  // Lets a server's process create its socket and answer.
  void Boot(const std::string& socket) {
    disk.Put(socket, "");
    client.servers[socket].id = "id" + std::to_string(++boots_);
  }

  FakeClock clock;
  FakeDisk disk{clock};
  FakeProcessHost host;
  FakeCodeServerClient client{clock};
  FakeCodeStore code;
  FakeCommandRunner commands;
  local_process::Options options;
  bool boots_at_once = true;             // servers answer as soon as they are started
  std::set<std::string> broken_content;  // servers that end at their start, with a traceback

  Faults faults;
  std::unique_ptr<local_process::LocalProcessTarget> target;

 private:
  static std::string ArgumentAfter(const BackgroundProcess& process, const std::string& flag) {
    for (std::size_t i = 0; i + 1 < process.arguments.size(); ++i) {
      if (process.arguments[i] == flag) return process.arguments[i + 1];
    }
    return "";
  }

  void Started(FakeProcessHost::Process& process) {
    disk.Append(process.what.log_file, process.what.log_line + "\n");
    const std::string socket = ArgumentAfter(process.what, "--socket");
    if (socket.empty()) return;
    for (const std::string& content : broken_content) {
      if (socket.find(content.substr(0, 8)) == std::string::npos) continue;
      disk.Append(process.what.log_file, "Traceback (most recent call last):\n  File \"x\"\nImportError: no nowhere\n");
      return host.End(process.identity.pid, {1, 0});
    }
    if (boots_at_once) Boot(socket);
  }

  void Ended(FakeProcessHost::Process& process) {
    const std::string socket = ArgumentAfter(process.what, "--socket");
    if (socket.empty()) return;
    client.servers.erase(socket);
    if (process.exit && process.exit->signal == 0) static_cast<void>(disk.Remove(socket));
  }

  FailingProcessHost failing_host{host, faults};
  FailingCommandRunner failing_commands{commands, faults};
  FailingCodeServerClient failing_client{client, faults};
  FailingCodeStore failing_code{code, faults};
  FailingDisk failing_disk{disk, faults};
  int boots_ = 0;
};

}  // namespace dagitops::support
