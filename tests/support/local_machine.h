#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/dagster/grpc_code_server_client.h"
#include "dagitops/http/curl_http_client.h"
#include "dagitops/process/posix_command_runner.h"
#include "dagitops/process/posix_process_host.h"
#include "dagitops/source/code_store.h"
#include "dagitops/target/local_process/local_process_target.h"
#include "dagitops/target/local_process/posix_disk.h"

#include "support/process_probe.h"
#include "support/temp_dir.h"

namespace dagitops::support {

// Trees that lie ready in a folder, by name.
class FolderCodeStore final : public CodeStore {
 public:
  explicit FolderCodeStore(std::string folder) : folder_(std::move(folder)) {}
  Result<std::string> LayOut(const std::string& tree_id) override {
    const std::string path = folder_ + "/" + tree_id;
    if (std::filesystem::is_directory(path)) return path;
    return Error{ErrorKind::kInvalid, "no-tree", tree_id, "there is no such tree", ""};
  }
  Status Collect(const std::vector<std::string>&) override { return Ok(); }

 private:
  std::string folder_;
};

// A local target with everything real behind it, in a folder of its own. Its destructor ends all that was started.
class LocalMachine {
 public:
  explicit LocalMachine(const std::string& python) {
    options.environment = "production";
    options.state_dir = folder / "state";
    options.runtime_dir = folder / "run";
    options.python = python;
    options.dagster_home = folder / "home";
    options.environment_variables = {{"PATH", "/usr/bin:/bin"}, {"HOME", folder.path()}};
    options.build_variables = options.environment_variables;
    options.webserver.start = false;
    options.start_daemon = false;
    options.stop_grace = std::chrono::seconds(10);
    Restart();
  }
  ~LocalMachine() { ShutDown(); }
  LocalMachine(const LocalMachine&) = delete;
  LocalMachine& operator=(const LocalMachine&) = delete;

  // The program starts (again); what runs goes on running.
  void Restart() {
    target.reset();
    target = std::make_unique<local_process::LocalProcessTarget>(
        options, local_process::Seams{processes, commands, client, code, disk, clock});
  }

  std::vector<local_process::CutRuns> ShutDown() {
    return target->ShutdownAll(options.stop_grace, [this](Duration time) {
      std::this_thread::sleep_for(time);
      processes.Reap();
    });
  }

  // One pass as the reconciler makes it; how soon the next one is due.
  Observed Pass(const Desired& desired = {}) {
    auto observed = target->Observe();
    if (!observed) {
      error = observed.error().Text();
      return {};
    }
    if (auto status = target->Maintain(desired); !status) error = status.error().Text();
    return std::move(*observed);
  }

  // Passes until `done` says yes of what was observed; false after `limit`.
  bool Until(const std::function<bool(const Observed&)>& done, std::chrono::seconds limit = std::chrono::seconds(60)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < end) {
      last = Pass();
      if (done(last)) return true;
      std::this_thread::sleep_for(target->LookAgain().value_or(std::chrono::milliseconds(20)));
    }
    return false;
  }

  TempDir folder;
  local_process::Options options;
  SystemClock clock;
  PosixProcessHost processes;
  PosixCommandRunner commands;
  CurlHttpClient http;
  GrpcCodeServerClient client{http};
  FolderCodeStore code{folder / "trees"};
  PosixDisk disk;
  std::unique_ptr<local_process::LocalProcessTarget> target;
  Observed last;
  std::string error;
};

}  // namespace dagitops::support
