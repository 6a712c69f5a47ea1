#include "main/doctor.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/dagster/graphql_gateway.h"
#include "dagitops/doctor/examine.h"
#include "dagitops/kube/api_http_client.h"
#include "dagitops/kube/has_any.h"
#include "dagitops/kube/rest_api_client.h"
#include "dagitops/schema/schemas.h"
#include "dagitops/source/git/git_source.h"
#include "dagitops/store/file_lock.h"
#include "dagitops/target/kubernetes/gather_facts.h"
#include "dagitops/target/local_process/gather_facts.h"
#include "dagitops/workspace/composer.h"
#include "dagitops/workspace/repository.h"

#include "main/git_settings.h"
#include "main/kubernetes_hands.h"
#include "main/kubernetes_settings.h"
#include "main/local_settings.h"
#include "main/machine.h"
#include "main/own_folder.h"

namespace dagitops {
namespace {

namespace fs = std::filesystem;

// True: the folder is there and ours to write to; false: it can be made.
Result<bool> LookAtFolder(const std::string& path) {
  fs::path place = path;
  std::error_code failed;
  while (!fs::exists(place, failed) && place.has_relative_path()) place = place.parent_path();
  if (!fs::is_directory(place, failed)) {
    return Error{ErrorKind::kStalled, "folder-unwritable", path, place.string() + " is no folder", ""};
  }
  if (access(place.c_str(), W_OK | X_OK) == 0) return place == fs::path(path);
  return Error{ErrorKind::kStalled, "folder-unwritable", path, place.string() + ": " + std::strerror(errno), ""};
}

struct AtHead {
  Revision revision;
  SourceTree tree;
};

Error NoHead(const config::SourceSettings& source, BranchHead::State state) {
  if (state == BranchHead::State::kRepositoryEmpty) {
    return {ErrorKind::kStalled, "git-repository-empty", CleanUrl(source.url), "it has no commits",
            "git commit && git push origin " + source.branch};
  }
  return {ErrorKind::kStalled, "git-branch-missing", CleanUrl(source.url), "it has no branch " + source.branch,
          "source: {branch: main}  # settings; one that the repository has"};
}

Result<AtHead> FetchHead(const config::Settings& settings, const std::string& folder) {
  const config::SourceSettings& source = settings.source;
  git::GitSettings git = ToGitSettings(source, folder);
  DAGITOPS_ASSIGN(const auto opened, git::OpenGitSource(git));
  DAGITOPS_ASSIGN(const BranchHead head, opened->Fetch(source.timeout));
  if (head.state != BranchHead::State::kPresent) return NoHead(source, head.state);
  DAGITOPS_ASSIGN(SourceTree tree, opened->ReadTree(head.revision, settings.limits));
  return AtHead{head.revision, std::move(tree)};
}

doctor::WorkspaceFacts WorkspaceOf(const SourceTree& tree) {
  const workspace::Repository repository = workspace::ReadRepository(tree);
  doctor::WorkspaceFacts facts;
  for (const auto& [name, options] : repository.environments) facts.environments.push_back(name);
  for (const Diagnostic& diagnostic : repository.diagnostics) {
    if (diagnostic.severity == Severity::kFault) facts.faults.push_back(diagnostic.Text());
  }
  facts.allowed = repository.policy.registries;
  return facts;
}

std::vector<std::string> RepositoriesOf(const Composition& composition) {
  std::set<std::string> repositories;
  for (const auto& location : composition.locations) {
    const Value* repository = location->entry.FindPath("image.repository");
    if (repository != nullptr && !repository->text().empty()) repositories.insert(repository->text());
  }
  return {repositories.begin(), repositories.end()};
}

// Helm keeps each revision of a release in a Secret with these labels (helm v3.19, pkg/storage/driver/secrets.go).
Result<std::set<std::string>> NotThere(kube::ApiClient& api, const doctor::KubernetesFacts& facts) {
  std::set<std::string> missing;
  for (const std::string& release : facts.adopt) {
    DAGITOPS_ASSIGN(const bool found, kube::HasAny(api, "/api/v1/namespaces/" + facts.name_space + "/secrets",
                                                   "owner=helm,name=" + release, std::chrono::seconds(10)));
    if (!found) missing.insert(release);
  }
  return missing;
}

// One run, with what was found so far.
class Doctor {
 public:
  Doctor(const config::Settings& settings, const std::map<std::string, std::string>& variables)
      : settings_(settings), variables_(variables) {}

  doctor::Section LookAtMachine() {
    doctor::MachineFacts facts;
    facts.state_dir = settings_.state_dir;
    facts.state_folder = LookAtFolder(settings_.state_dir);
    const auto holder = FindLockHolder(settings_.state_dir);
    if (!holder) {
      facts.holder = holder.error();
    } else {
      serving_ = holder->has_value();
      facts.holder = *holder ? (*holder)->Text() : std::string();
    }
    facts.source = CleanUrl(settings_.source.url);
    facts.branch = settings_.source.branch;
    auto head = FetchHead(settings_, folder_.path());
    if (!head) {
      facts.revision = head.error();
    } else {
      facts.revision = head->revision.id.substr(0, 8);
      workspace_ = facts.workspace = WorkspaceOf(head->tree);
      head_ = std::move(head).value();
    }
    return doctor::ExamineMachine(facts);
  }

  doctor::Section LookAt(const std::string& name) {
    const EnvironmentOrigin origin{settings_, name, variables_, machine_};
    Composed(origin);
    return origin.environment().target == "kubernetes" ? Kubernetes(origin) : Local(origin);
  }

 private:
  // The environment's composition, as far as the repository could be read.
  void Composed(const EnvironmentOrigin& origin) {
    composition_ = {};
    composed_.reset();
    if (!head_) return;
    if (workspace_ && *workspace_ && (**workspace_).faults.empty() && !Names(origin.name)) {
      composed_ = Error{ErrorKind::kInvalid, "environment-unknown", origin.name, "dagitops.yaml does not name it",
                        "environments: {" + origin.name + ": {}}  # dagitops.yaml"};
      return;
    }
    composition_ = composer_.Compose(head_->tree, origin.name, {origin.environment().chart_version, {}});
    doctor::ComposedFacts facts;
    for (const InvalidLocation& location : composition_.invalid) facts.invalid.push_back(location.name);
    facts.repositories = RepositoriesOf(composition_);
    facts.usable = composition_.usable;
    facts.readiness = composition_.options.verify == EnvironmentOptions::Verify::kReadiness;
    const config::ChartSettings& system = origin.environment().kubernetes.system.chart;
    facts.system = !composition_.system_values.is_null() && !(system.path.empty() && system.repository.empty());
    composed_ = std::move(facts);
  }

  bool Names(const std::string& environment) const {
    for (const std::string& name : (**workspace_).environments) {
      if (name == environment) return true;
    }
    return false;
  }

  doctor::Section Kubernetes(const EnvironmentOrigin& origin) {
    const std::string kubeconfig = KubeconfigOf(origin);
    const auto access = AccessOf(origin, kubeconfig);
    kubernetes::Options options = TargetOptions(origin, kubeconfig, access ? access->server : "");
    options.folder = folder_.path() + "/helm-" + origin.name;
    doctor::KubernetesFacts facts = kubernetes::GivenFacts(options);
    facts.chart_version = origin.environment().chart_version;
    facts.known_chart_versions = schema::ChartVersions();
    facts.workspace = workspace_;
    facts.composed = composed_;
    facts.kubeconfig = kubeconfig;
    kubernetes::GatherHelm(options, machine_.commands, facts);
    if (access) {
      Cluster(origin, *access, options, facts);
    } else {
      facts.access = access.error();
    }
    return doctor::ExamineKubernetes(facts);
  }

  void Cluster(const EnvironmentOrigin& origin, const kube::ClusterAccess& access, const kubernetes::Options& options,
               doctor::KubernetesFacts& facts) {
    kube::Credentials credentials(access, {machine_.commands, machine_.clock, kube::ReadAccessFile, variables_});
    kube::RestApiClient api({machine_.http, credentials, machine_.clock, machine_.random});
    kube::ApiHttpClient pods({machine_.http, credentials, machine_.clock});
    GraphqlGateway gateway(pods);
    const config::ChartSettings& system = origin.environment().kubernetes.system.chart;
    const kubernetes::RightsScope rights{LeaseName(origin, options.kubeconfig.empty()),
                                         !(system.path.empty() && system.repository.empty())};
    kubernetes::GatherCluster(options, rights, {api, gateway}, composition_.locations, facts);
    if (facts.state && *facts.state && (**facts.state).exists) facts.not_there = NotThere(api, facts);
  }

  doctor::Section Local(const EnvironmentOrigin& origin) {
    GraphqlGateway gateway(machine_.http);
    doctor::LocalFacts facts =
        local_process::GatherFacts(LocalOptions(origin), {machine_.commands, gateway, machine_.clock});
    facts.home_folder = LookAtFolder(facts.dagster_home);
    facts.runtime_folder = LookAtFolder(facts.runtime_dir);
    facts.serving = serving_;
    facts.composed = composed_;
    return doctor::ExamineLocal(facts);
  }

  const config::Settings& settings_;
  const std::map<std::string, std::string>& variables_;
  OwnFolder folder_;
  Machine machine_;
  bool serving_ = false;
  std::optional<AtHead> head_;
  doctor::Fact<doctor::WorkspaceFacts> workspace_;
  workspace::Composer composer_;
  Composition composition_;
  doctor::Fact<doctor::ComposedFacts> composed_;
};

}  // namespace

doctor::Report RunDoctor(const config::Settings& settings, const std::string& environment,
                         const std::map<std::string, std::string>& variables) {
  Doctor look(settings, variables);
  doctor::Report report;
  report.sections.push_back(look.LookAtMachine());
  for (const auto& [name, ignored] : settings.environments) {
    if (environment.empty() || name == environment) report.sections.push_back(look.LookAt(name));
  }
  return report;
}

}  // namespace dagitops
