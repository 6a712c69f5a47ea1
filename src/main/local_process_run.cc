#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "dagitops/base/log.h"
#include "dagitops/base/text.h"
#include "dagitops/dagster/graphql_gateway.h"
#include "dagitops/dagster/grpc_code_server_client.h"
#include "dagitops/render/local_process.h"
#include "dagitops/source/git/git_code_store.h"
#include "dagitops/target/local_process/local_process_target.h"
#include "dagitops/target/local_process/posix_disk.h"

#include "main/environment_run.h"
#include "main/git_settings.h"
#include "main/local_settings.h"

namespace dagitops {
namespace {

class LocalProcessRun final : public EnvironmentRun {
 public:
  static Result<std::unique_ptr<EnvironmentRun>> Open(const EnvironmentOrigin& origin) {
    const std::string& state_dir = origin.settings.state_dir;
    git::GitSettings git = ToGitSettings(origin.settings.source, state_dir);
    git.keep_scope = origin.name;
    DAGITOPS_ASSIGN(auto source, git::OpenGitSource(git));
    for (const std::string& folder : {std::string("/trees"), "/trees/" + origin.name}) MakePrivate(state_dir + folder);
    DAGITOPS_ASSIGN(auto code, git::OpenGitCodeStore(git.mirror_dir, state_dir + "/trees/" + origin.name));
    auto run = std::unique_ptr<LocalProcessRun>(new LocalProcessRun(std::move(source), std::move(code), origin));
    DAGITOPS_TRY(run->target_.Check());
    DAGITOPS_TRY(run->target_.Prepare());
    DAGITOPS_TRY(run->MakeReconcilers(origin, run->target_, run->gateway_, ReconcilerOptions(origin.environment())));
    return std::unique_ptr<EnvironmentRun>(std::move(run));
  }

  std::vector<long long> Running() const override { return target_.Running(); }

  // Ends the servers; runs that were cut are named, since nobody else will tell.
  void ShutDown() override {
    const auto pause = [&](Duration time) {
      std::this_thread::sleep_for(time);
      machine_.processes.Reap();
    };
    for (const local_process::CutRuns& cut : target_.ShutdownAll(grace_, pause)) {
      Log(LogLevel::kWarning, "runs cut", {{"location", cut.location}, {"runs", Join(cut.runs, ", ")}});
    }
  }

 private:
  LocalProcessRun(std::unique_ptr<git::RepositorySource> source, std::unique_ptr<CodeStore> code,
                  const EnvironmentOrigin& origin)
      : EnvironmentRun(std::move(source)),
        machine_(origin.machine),
        grace_(origin.environment().local_process.stop_grace),
        gateway_(machine_.stopping_http),
        code_servers_(machine_.http),
        code_(std::move(code)),
        target_(LocalOptions(origin),
                {machine_.processes, machine_.commands, code_servers_, *code_, disk_, machine_.clock}) {}

  static reconcile::EnvironmentSettings ReconcilerOptions(const config::EnvironmentSettings& environment) {
    reconcile::EnvironmentSettings options;
    options.plan.retire_after = environment.local_process.retire_after;
    const config::WebserverSettings& webserver = environment.dagster.webserver;
    if (!webserver.start && webserver.url.empty()) options.verify = EnvironmentOptions::Verify::kReadiness;
    options.render = [](const Effective& effective) { return render::LocalProcess(effective, {}); };
    return options;
  }

  Machine& machine_;
  Duration grace_;
  GraphqlGateway gateway_;
  GrpcCodeServerClient code_servers_;
  PosixDisk disk_;
  std::unique_ptr<CodeStore> code_;
  local_process::LocalProcessTarget target_;
};

}  // namespace

Result<std::unique_ptr<EnvironmentRun>> OpenLocalProcess(const EnvironmentOrigin& origin) {
  return LocalProcessRun::Open(origin);
}

}  // namespace dagitops
