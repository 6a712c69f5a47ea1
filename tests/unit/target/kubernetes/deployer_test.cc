#include "target/kubernetes/deployer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "support/case_name.h"
#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/temp_dir.h"
#include "target/kubernetes/names.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {
namespace {

using support::FakeCommandRunner;
using Texts = std::vector<std::string>;

constexpr char kRecords[] = "/api/v1/namespaces/dagster/configmaps";
constexpr char kRecord[] = "/api/v1/namespaces/dagster/configmaps/dagitops-location-sales";
constexpr char kSecret[] = "/api/v1/namespaces/dagster/secrets/sh.helm.release.v1.sales.v3";
constexpr char kDeployments[] =
    "/apis/apps/v1/namespaces/dagster/"
    "deployments?labelSelector=deployment%3Dsales%2Capp.kubernetes.io%2Finstance%3Dsales";
constexpr char kService[] = "/api/v1/namespaces/dagster/services/sales";
constexpr char kDeployment[] = "/apis/apps/v1/namespaces/dagster/deployments/sales";
constexpr char kManifest[] =
    "---\napiVersion: v1\nkind: Service\nmetadata: {name: sales}\n---\napiVersion: example.com/v1\nkind: Widget\n"
    "metadata: {name: w}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: sales}\n";

// One order after another, on an API server and a helm that do what they are asked.
class DeployerTest : public testing::Test {
 protected:
  DeployerTest() {
    folder_.Write("code/Chart.yaml", "name: code\n");
    api_.on_get = [this](const std::string& path) -> Result<std::string> {
      if (path == "/version") return std::string(R"({"major": "1", "gitVersion": "v1.34.2"})");
      if (path == kDeployments) return deployments_;
      return ApiFailure("kube-not-found", ErrorKind::kInvalid);
    };
    runner_.answer = [this](const Command& command) -> Result<CommandResult> {
      api_.Note("helm " + command.arguments.at(1));
      if (command.arguments[1] == helm_fails_) return helm_result_;
      if (command.arguments[1] == "template") return FakeCommandRunner::Said(kManifest);
      return FakeCommandRunner::Said(R"({"name": "sales", "version": 7})");
    };
  }

  static Order Sales() {
    Order order;
    order.location = order.release = "sales";
    order.location_name = "Sales";
    order.content = "feed";
    order.revision = "r1";
    order.port = 3030;
    order.values = "deployments: []\n";
    order.former_ids = {"id-1"};
    return order;
  }
  static Before Present(Release::Status status = Release::Status::kDeployed) {
    Release release;
    release.name = release.location = "sales";
    release.version = 3;
    release.status = status;
    release.secret = "sh.helm.release.v1.sales.v3";
    release.resource_version = "55";
    Record record;
    record.location = "sales";
    record.resource_version = "77";
    return {release, record};
  }
  Result<int> Deploy(const Before& before, const Order& order = Sales()) { return deployer_.Deploy(order, before); }

  void FailHelm(const std::string& command, const std::string& errors) {
    helm_fails_ = command;
    CommandResult result;
    result.exit_code = 1;
    result.errors = errors;
    helm_result_ = result;
  }
  // Writes whose path ends so are answered with this.
  void FailWrite(const std::string& path, const Error& error) {
    api_.on_write = [path, error](const kube::ApiWrite& write) -> Result<std::string> {
      if (write.path.ends_with(path)) return error;
      return write.body;
    };
  }

  support::TempDir folder_;
  FakeApi api_;
  FakeCommandRunner runner_;
  Result<std::string> deployments_ = std::string(R"({"items": [{"metadata": {"generation": 9}}]})");
  std::string helm_fails_;
  Result<CommandResult> helm_result_ = CommandResult();
  ChartOptions chart_options_{folder_ / "code", "", "", ""};
  HelmSettings helm_{"helm", "", "", "dagster", folder_.path(), {}};
  Chart chart_{{chart_options_, helm_, runner_}};
  ChartOptions system_options_{folder_.Write("system.tgz", "archive"), "", "", ""};
  Chart system_chart_{{system_options_, helm_, runner_}};
  std::string environment_ = "production";
  support::FakeClock clock_;
  CodeCheck check_{{api_, clock_, environment_, "dagster", std::chrono::minutes(10)}};
  HelmRunner helms_{runner_, 2};
  Beside beside_{{api_, clock_, "dagster", std::chrono::minutes(10)}};
  ForeignReleases foreign_{{api_, helms_, helm_, chart_, "dagitops-workspace"}};
  std::set<std::string> adopt_;
  Deployer deployer_{
      {api_, helms_, clock_, helm_, chart_, system_chart_, environment_, check_, beside_, foreign_, adopt_}};
};

std::string Get(const char* path) { return std::string("get ") + path; }

TEST_F(DeployerTest, MakesANewReleaseWithoutADryRun) {
  EXPECT_EQ(Deploy({}).value(), 7);
  EXPECT_EQ(api_.calls(), (Texts{std::string("create ") + kRecords, "helm upgrade", Get(kDeployments),
                                 std::string("patch ") + kRecord}));
  ASSERT_EQ(runner_.commands.size(), 1U);
  EXPECT_EQ(runner_.commands[0].input, "deployments: []\n");
  const auto writes = api_.writes();
  const Record written = ReadRecord(writes.at(0).body);
  EXPECT_EQ(written.content, "feed");
  EXPECT_EQ(written.location_name, "Sales");
  EXPECT_EQ(written.former_ids, std::set<std::string>{"id-1"});
  EXPECT_TRUE(written.intact);
  EXPECT_EQ(writes.at(1).body, AppliedPatch(7, 9));
}

TEST_F(DeployerTest, LabelsWhatItMakes) {
  ASSERT_TRUE(Deploy({}));
  const std::vector<std::string>& words = runner_.commands.at(0).arguments;
  const auto labels = std::find(words.begin(), words.end(), "--labels");
  ASSERT_NE(labels, words.end());
  EXPECT_EQ(*(labels + 1), "dagitops.dev/content=feed,dagitops.dev/environment=production,dagitops.dev/location=sales");
}

TEST_F(DeployerTest, AsksTheServerFirstWhatItThinksOfAChange) {
  EXPECT_EQ(Deploy(Present()).value(), 7);
  EXPECT_EQ(api_.calls(), (Texts{"get /version", "helm template", std::string("apply (dry run) ") + kService,
                                 std::string("apply (dry run) ") + kDeployment, std::string("replace ") + kRecord,
                                 "helm upgrade", Get(kDeployments), std::string("patch ") + kRecord}));
  const auto writes = api_.writes();
  EXPECT_TRUE(writes.at(0).force) << "helm owns the fields";
  EXPECT_NE(writes.at(2).body.find("\"resourceVersion\":\"77\""), std::string::npos);
}

TEST_F(DeployerTest, AsksForTheClustersVersionOnce) {
  ASSERT_TRUE(Deploy(Present()));
  ASSERT_TRUE(Deploy(Present()));
  const Texts calls = api_.calls();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), "get /version"), 1);
  const std::vector<std::string>& words = runner_.commands.at(2).arguments;
  EXPECT_EQ(words.back(), "v1.34.2");
}

TEST_F(DeployerTest, MakesTheBaseWhichHasNoDeployment) {
  Order base;
  base.release = "dagitops-base";
  base.content = "b1";
  base.values = "deployments: []\n";
  EXPECT_EQ(Deploy({}, base).value(), 7);
  EXPECT_EQ(api_.calls(), (Texts{std::string("create ") + kRecords, "helm upgrade",
                                 std::string("patch ") + kRecords + "/dagitops-base"}));
  EXPECT_EQ(api_.writes().at(1).body, AppliedPatch(7, 0));
}

TEST_F(DeployerTest, MakesDagsterItselfOfItsOwnChart) {
  Order system;
  system.location = kSystemKey;
  system.release = "dagster";
  EXPECT_EQ(Deploy({}, system).value(), 7);
  EXPECT_EQ(runner_.commands.at(0).arguments.at(3), "dagster");
  EXPECT_EQ(runner_.commands.at(0).arguments.at(4), system_options_.path);
  EXPECT_EQ(api_.calls(), (Texts{std::string("create ") + kRecords, "helm upgrade",
                                 std::string("patch ") + kRecords + "/dagitops-location-dagitops.system"}));
}

struct LeftCase {
  const char* name;
  Release::Status status;
  bool ours;          // the record was written for it and has no end yet
  Duration age;       // of the revision; negative where the API server's clock is ahead
  std::string first;  // what is done before the rest; "busy": nothing is done at all
};
class LeftHalfWay : public DeployerTest, public testing::WithParamInterface<LeftCase> {};

// Helm refuses to touch a release of such a state (helm v3.19, pkg/action/upgrade.go): "another operation is in
// progress" for pending ones, "has no deployed releases" for one that was being removed.
TEST_P(LeftHalfWay, IsRecoveredFirstWhereHelmWouldRefuse) {
  Before before = Present(GetParam().status);
  before.release->since = clock_.Now() - GetParam().age;
  before.record->applied_version = GetParam().ours ? 0 : 3;
  const auto result = Deploy(before);
  if (GetParam().first == "busy") {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "helm-busy");
    EXPECT_EQ(result.error().kind, ErrorKind::kRetry);
    EXPECT_TRUE(api_.calls().empty());
    return;
  }
  EXPECT_EQ(result.value(), 7);
  Texts calls{std::string("replace ") + kRecord, "helm upgrade", Get(kDeployments), std::string("patch ") + kRecord};
  if (!GetParam().first.empty()) calls.insert(calls.begin(), GetParam().first);
  EXPECT_EQ(api_.calls(), calls);
  for (const kube::ApiDelete& removal : api_.removals())
    EXPECT_EQ(removal.resource_version, "55") << "or somebody is at it";
}

const std::string kForgets = std::string("delete ") + kSecret;

INSTANTIATE_TEST_SUITE_P(
    All, LeftHalfWay,
    testing::Values(
        LeftCase{"OurPending", Release::Status::kPending, true, std::chrono::seconds(1), kForgets},
        LeftCase{"ForeignPending", Release::Status::kPending, false, std::chrono::minutes(9), "busy"},
        LeftCase{"ForeignPendingForLong", Release::Status::kPending, false, std::chrono::minutes(10), kForgets},
        LeftCase{"ForeignPendingSinceAMomentFromNow", Release::Status::kPending, false, std::chrono::seconds(-3),
                 "busy"},
        LeftCase{"Uninstalling", Release::Status::kUninstalling, true, std::chrono::seconds(1), "helm uninstall"},
        LeftCase{"Failed", Release::Status::kFailed, true, std::chrono::seconds(1), ""}),
    support::CaseName{});

TEST_F(DeployerTest, ThatCannotRecoverDoesNothingElse) {
  api_.on_remove = [](const kube::ApiDelete&) -> Status { return ApiFailure("kube-conflict", ErrorKind::kRetry); };
  EXPECT_EQ(Deploy(Present(Release::Status::kPending)).error().kind, ErrorKind::kRetry) << "somebody is at it";
  api_.on_remove = [](const kube::ApiDelete&) -> Status { return ApiFailure("kube-forbidden", ErrorKind::kStalled); };
  EXPECT_EQ(Deploy(Present(Release::Status::kPending)).error().kind, ErrorKind::kStalled);
  EXPECT_TRUE(runner_.commands.empty());
  EXPECT_TRUE(api_.writes().empty());
}

// A version whose code is loaded in a pod of its own first.
class CheckedFirst : public DeployerTest {
 protected:
  static Order Checked() {
    Order order = Sales();
    order.checked_first = true;
    return order;
  }
  // The API server knows of a Deployment with a container, and the pod of the check ends like this.
  void EndCheck(const std::string& phase) {
    api_.on_write = [phase](const kube::ApiWrite& write) -> Result<std::string> {
      if (write.path == kPods)
        return R"({"metadata": {"resourceVersion": "3"}, "status": {"phase": ")" + phase + "\"}}";
      if (write.path != kDeployment) return write.body;
      return std::string(R"({"kind": "Deployment", "spec": {"template": {"spec": {"containers": [{"name": "c",
          "args": ["dagster", "api", "grpc", "-m", "acme.sales"]}]}}}})");
    };
  }
  static constexpr char kPods[] = "/api/v1/namespaces/dagster/pods";
  const Texts begin_{"get /version", "helm template", std::string("apply (dry run) ") + kService,
                     std::string("apply (dry run) ") + kDeployment};
  const Texts check_calls_{std::string("create ") + kPods, std::string("delete ") + kPods + "/sales-check-feed"};
  const Texts end_{"helm upgrade", Get(kDeployments), std::string("patch ") + kRecord};
};

Texts Together(std::vector<Texts> parts) {
  Texts all;
  for (const Texts& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

TEST_F(CheckedFirst, IsDeployedOnceItsCodeLoads) {
  EndCheck("Succeeded");
  EXPECT_EQ(Deploy({}, Checked()).value(), 7);
  EXPECT_EQ(api_.calls(), Together({begin_, check_calls_, {std::string("create ") + kRecords}, end_}));
}

TEST_F(CheckedFirst, ChangesNothingWhereItsCodeDoesNotLoad) {
  EndCheck("Failed");
  const auto result = Deploy(Present(), Checked());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "code-check-failed");
  EXPECT_EQ(result.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(api_.calls(), Together({begin_, check_calls_}));
}

TEST_F(CheckedFirst, IsNotCheckedAgainWhereItRunsAlready) {
  EndCheck("Failed");
  Before before = Present();
  before.release->content = "feed";
  EXPECT_EQ(Deploy(before, Checked()).value(), 7) << "healed, in the version that is there";
  EXPECT_EQ(api_.calls(), Together({begin_, {std::string("replace ") + kRecord}, end_}));
}

// A location that release "old" serves, which may be taken over.
class TakenOver : public DeployerTest {
 protected:
  TakenOver() {
    adopt_ = {"old"};
    const auto others = api_.on_get;
    api_.on_get = [this, others](const std::string& path) -> Result<std::string> {
      if (path == kService) return service_;
      if (path.find("/pods?") != std::string::npos) return std::string(R"({"items": []})");
      if (path.find("beside") != std::string::npos) return std::string(R"({"items": []})");
      return others(path);
    };
    deployments_ = std::string(R"({"items": [{"metadata": {"name": "sales", "generation": 1}, "spec": {"replicas": 1},
      "status": {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}}]})");
  }
  static Order Beside() {
    Order order = Sales();
    order.beside = "old";
    return order;
  }
  static std::string OwnedBy(const std::string& release) {
    return R"({"metadata": {"annotations": {"meta.helm.sh/release-name": ")" + release + "\"}}}";
  }
  bool TookOwnership() const {
    const std::vector<std::string>& words = runner_.commands.back().arguments;
    return std::find(words.begin(), words.end(), "--take-ownership") != words.end();
  }

  Result<std::string> service_ = OwnedBy("old");
};

TEST_F(TakenOver, IsKeptFromTheOldHelmThenReadyBesideItAndOnlyThenReleased) {
  EXPECT_EQ(Deploy({}, Beside()).value(), 7);
  const Texts calls = api_.calls();
  const auto at = [&](const std::string& call) { return std::find(calls.begin(), calls.end(), call) - calls.begin(); };
  const long kept = at("helm get");
  const long recorded = at(std::string("create ") + kRecords);
  const long made = at(std::string("apply ") + kDeployment);
  const long released = at("helm upgrade");
  EXPECT_LT(kept, recorded);
  EXPECT_LT(recorded, made);
  EXPECT_LT(made, released);
  EXPECT_LT(released, static_cast<long>(calls.size()));
  EXPECT_EQ(at(std::string("apply ") + kService), static_cast<long>(calls.size())) << "its Service is Helm's to turn";
  EXPECT_TRUE(TookOwnership());
}

TEST_F(TakenOver, ThatDoesNotComeUpIsNotReleased) {
  deployments_ = std::string(R"({"items": [{"metadata": {"name": "sales"}, "spec": {"replicas": 0}}]})");
  const auto result = Deploy({}, Beside());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "rollout-failed");
  const Texts calls = api_.calls();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), "helm upgrade"), 0);
}

TEST_F(TakenOver, WhoseServiceIsTakenBackIsHealedAtOnce) {
  Before before = Present();
  before.release->environment = "production";
  EXPECT_EQ(Deploy(before, Sales()).value(), 7);
  const Texts calls = api_.calls();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), std::string("apply ") + kDeployment), 0) << "its pods are there";
  EXPECT_TRUE(TookOwnership());
}

TEST_F(TakenOver, OnlyFromReleasesThatAreNamed) {
  service_ = OwnedBy("somebody");
  const auto result = Deploy({}, Sales());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "helm-foreign-object");
  EXPECT_EQ(result.error().kind, ErrorKind::kStalled);
  EXPECT_EQ(result.error().message, "Service/sales belongs to release somebody");
  EXPECT_NE(result.error().hint.find("add somebody to `kubernetes.adopt`"), std::string::npos);
  EXPECT_TRUE(api_.writes().empty());
}

TEST_F(TakenOver, AndNothingThatIsOfNoRelease) {
  service_ = std::string(R"({"metadata": {"name": "sales"}})");
  const auto result = Deploy({}, Sales());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "Service/sales is there and belongs to no Helm release");
  EXPECT_TRUE(api_.writes().empty());
}

TEST_F(TakenOver, LocationThatIsNewIsReleasedAsAnyOther) {
  service_ = ApiFailure("kube-not-found", ErrorKind::kInvalid);
  EXPECT_EQ(Deploy({}, Sales()).value(), 7);
  EXPECT_FALSE(TookOwnership());
}

TEST_F(TakenOver, OfWhichOnlyTheNewPodsWereThereIsRemovedWithThem) {
  EXPECT_EQ(deployer_.Remove(Beside(), {}).value(), 0);
  const Texts calls = api_.calls();
  EXPECT_EQ(std::count_if(calls.begin(), calls.end(),
                          [](const std::string& call) { return call.find("beside") != std::string::npos; }),
            2);
}

TEST_F(TakenOver, DagsterItselfKeepsItsCodeServersFirst) {
  Order system;
  system.location = kSystemKey;
  system.release = "old";
  Before before = Present();
  before.release->name = "old";
  before.release->location.clear();
  before.record.reset();
  service_ = OwnedBy("old");
  EXPECT_EQ(deployer_.Deploy(system, before).value(), 7);
  const Texts calls = api_.calls();
  EXPECT_LT(std::find(calls.begin(), calls.end(), "helm get"), std::find(calls.begin(), calls.end(), "helm upgrade"));
}

// What the API server says of one object, and whose fault that is.
struct RefusalCase {
  const char* name;
  const char* code;
  ErrorKind kind;
  ErrorKind told;
};
class Refusal : public DeployerTest, public testing::WithParamInterface<RefusalCase> {};

TEST_P(Refusal, OfADryRunChangesNothing) {
  FailWrite("/services/sales", ApiFailure(GetParam().code, GetParam().kind));
  const auto result = Deploy(Present());
  ASSERT_FALSE(result);
  EXPECT_EQ(static_cast<int>(result.error().kind), static_cast<int>(GetParam().told));
  EXPECT_EQ(result.error().code, GetParam().code);
  EXPECT_EQ(result.error().subject, "helm release sales");
  EXPECT_EQ(result.error().message, "Service/sales: the server's words");
  EXPECT_EQ(api_.calls(), (Texts{"get /version", "helm template", std::string("apply (dry run) ") + kService}));
}

TEST_P(Refusal, OfTheRecordKeepsHelmAway) {
  FailWrite("/configmaps", ApiFailure(GetParam().code, GetParam().kind));
  const auto result = Deploy({});
  ASSERT_FALSE(result);
  EXPECT_EQ(static_cast<int>(result.error().kind), static_cast<int>(GetParam().told));
  EXPECT_EQ(result.error().subject, "helm release sales");
  EXPECT_EQ(result.error().message, "dagitops-location-sales: the server's words");
  EXPECT_TRUE(runner_.commands.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, Refusal,
    testing::Values(RefusalCase{"Rejected", "kube-rejected", ErrorKind::kInvalid, ErrorKind::kInvalid},
                    RefusalCase{"TooLarge", "kube-too-large", ErrorKind::kInvalid, ErrorKind::kInvalid},
                    RefusalCase{"NoNamespace", "kube-not-found", ErrorKind::kInvalid, ErrorKind::kStalled},
                    RefusalCase{"Forbidden", "kube-forbidden", ErrorKind::kStalled, ErrorKind::kStalled},
                    RefusalCase{"Unauthorized", "kube-unauthorized", ErrorKind::kStalled, ErrorKind::kStalled},
                    RefusalCase{"Untrusted", "kube-untrusted", ErrorKind::kStalled, ErrorKind::kStalled},
                    RefusalCase{"Unreachable", "kube-unreachable", ErrorKind::kRetry, ErrorKind::kRetry},
                    RefusalCase{"Timeout", "kube-timeout", ErrorKind::kRetry, ErrorKind::kRetry},
                    RefusalCase{"Busy", "kube-busy", ErrorKind::kRetry, ErrorKind::kRetry},
                    RefusalCase{"BadAnswer", "kube-bad-answer", ErrorKind::kRetry, ErrorKind::kRetry}),
    support::CaseName{});

// Something else was written in between.
TEST_F(DeployerTest, ReadsTheRecordAnewWhereItHasMoved) {
  FailWrite("/configmaps", ApiFailure("kube-exists", ErrorKind::kInvalid));
  EXPECT_EQ(Deploy({}).error().kind, ErrorKind::kRetry);
  FailWrite("/dagitops-location-sales", ApiFailure("kube-conflict", ErrorKind::kRetry));
  EXPECT_EQ(Deploy(Present()).error().kind, ErrorKind::kRetry);
  FailWrite("/dagitops-location-sales", ApiFailure("kube-not-found", ErrorKind::kInvalid));
  EXPECT_EQ(Deploy(Present()).error().kind, ErrorKind::kRetry) << "it was removed";
  const Texts calls = api_.calls();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), "helm upgrade"), 0);
}

TEST_F(DeployerTest, TellsOfTheBaseByItsReleasesName) {
  FailWrite("/configmaps", ApiFailure("kube-forbidden", ErrorKind::kStalled));
  Order base;
  base.release = "dagitops-base";
  EXPECT_EQ(Deploy({}, base).error().subject, "helm release dagitops-base");
}

TEST_F(DeployerTest, TellsWhatHelmSays) {
  FailHelm("template", "Error: execution error at (code/templates/deployment.yaml:3:4): set a port");
  const auto rendered = Deploy(Present());
  EXPECT_EQ(rendered.error().code, "helm-template");
  EXPECT_EQ(api_.calls(), (Texts{"get /version", "helm template"}));
  FailHelm("upgrade", "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress");
  EXPECT_EQ(Deploy({}).error().code, "helm-busy");
}

TEST_F(DeployerTest, TakesAHelmThatTookTooLongForAFailureWhateverItsCode) {
  CommandResult result = FakeCommandRunner::Said(R"({"version": 7})");
  result.timed_out = true;
  helm_fails_ = "upgrade";
  helm_result_ = result;
  EXPECT_EQ(Deploy({}).error().code, "helm-timeout");
}

TEST_F(DeployerTest, WithoutHelmIsNoFaultOfTheLocation) {
  helm_fails_ = "upgrade";
  helm_result_ = Error{ErrorKind::kInvalid, "no-program", "helm", "there is no such program", ""};
  EXPECT_EQ(Deploy({}).error().kind, ErrorKind::kStalled);
  helm_result_ = Error{ErrorKind::kRetry, "pipe", "helm", "too many open files", ""};
  EXPECT_EQ(Deploy({}).error().kind, ErrorKind::kRetry);
}

TEST_F(DeployerTest, WithoutAChartIsNoFaultOfTheLocationAndWritesNothing) {
  chart_options_.path = folder_ / "nothing";
  EXPECT_EQ(Deploy({}).error().code, "chart-missing");
  EXPECT_TRUE(api_.calls().empty());
}

TEST_F(DeployerTest, TriesAgainWhereItCannotNoteWhatHelmMade) {
  FailWrite("/dagitops-location-sales", ApiFailure("kube-not-found", ErrorKind::kInvalid));
  EXPECT_EQ(Deploy({}).error().kind, ErrorKind::kRetry) << "the record was removed meanwhile";
  api_.on_write = nullptr;
  deployments_ = ApiFailure("kube-timeout", ErrorKind::kRetry);
  EXPECT_EQ(Deploy({}).error().code, "kube-timeout");
}

TEST_F(DeployerTest, RemovesTheReleaseAndThenItsRecord) {
  EXPECT_EQ(deployer_.Remove(Sales(), Present()).value(), 0);
  EXPECT_EQ(api_.calls(), (Texts{"helm uninstall", std::string("delete ") + kRecord}));
}

TEST_F(DeployerTest, RemovesTheRecordWhereNothingElseIsLeft) {
  EXPECT_EQ(deployer_.Remove(Sales(), {}).value(), 0);
  EXPECT_EQ(api_.calls(), Texts{std::string("delete ") + kRecord});
}

TEST_F(DeployerTest, KeepsTheRecordOfWhatCouldNotBeRemoved) {
  FailHelm("uninstall", "Error: Kubernetes cluster unreachable: EOF");
  EXPECT_EQ(deployer_.Remove(Sales(), Present()).error().code, "helm-unreachable");
  EXPECT_EQ(api_.calls(), Texts{"helm uninstall"});
}

TEST_F(DeployerTest, FinishesWhatWasCutShort) {
  EXPECT_EQ(deployer_.Finish(Sales(), *Present().release).value(), 3);
  EXPECT_EQ(api_.calls(), (Texts{Get(kDeployments), std::string("patch ") + kRecord}));
  EXPECT_EQ(api_.writes().at(0).body, AppliedPatch(3, 9));
}

}  // namespace
}  // namespace dagitops::kubernetes
