#include "target/kubernetes/deployer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "support/case_name.h"
#include "unit/target/kubernetes/deployer_fixture.h"

namespace dagitops::kubernetes {
namespace {

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

bool MergesAsHelm3(const Command& command) {
  return std::count(command.arguments.begin(), command.arguments.end(), "--server-side=false") > 0;
}

TEST_F(DeployerTest, TellsHelm4ToMergeAsHelm3Does) {
  ASSERT_TRUE(Deploy({}));
  ASSERT_TRUE(Deploy({}));
  ASSERT_EQ(runner_.commands.size(), 2U);
  EXPECT_TRUE(MergesAsHelm3(runner_.commands[0]));
  EXPECT_TRUE(MergesAsHelm3(runner_.commands[1]));
}

TEST_F(DeployerTest, TellsHelm3OnlyOnceWhatItDoesNotKnow) {
  runner_.answer = [](const Command& command) {
    CommandResult result = FakeCommandRunner::Said(R"({"name": "sales", "version": 7})");
    if (!MergesAsHelm3(command)) return result;
    result.exit_code = 1;
    result.errors = "Error: unknown flag: --server-side\n";
    return result;
  };
  EXPECT_EQ(Deploy({}).value(), 7);
  EXPECT_EQ(Deploy({}).value(), 7);
  ASSERT_EQ(runner_.commands.size(), 3U);
  EXPECT_TRUE(MergesAsHelm3(runner_.commands[0]));
  EXPECT_FALSE(MergesAsHelm3(runner_.commands[1]));
  EXPECT_FALSE(MergesAsHelm3(runner_.commands[2]));
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

constexpr char kOneDeployment[] =
    R"({"version": 7, "manifest": "kind: Service\nmetadata: {name: sales}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: sales}\n"})";

TEST_F(DeployerTest, AsksForTheDeploymentThatHelmNamesAndNotForAll) {
  made_ = kOneDeployment;
  deployment_ = R"({"metadata": {"generation": 12}})";
  EXPECT_EQ(Deploy({}).value(), 7);
  const auto calls = api_.calls();
  EXPECT_EQ(std::count(calls.begin(), calls.end(), Get(kDeployment)), 1);
  EXPECT_EQ(std::count(calls.begin(), calls.end(), Get(kDeployments)), 0);
  EXPECT_EQ(api_.writes().back().body, AppliedPatch(7, 12));
}

TEST_F(DeployerTest, ADeploymentThatIsGoneAgainIsNotedAsNone) {
  made_ = kOneDeployment;
  EXPECT_EQ(Deploy({}).value(), 7);
  EXPECT_EQ(api_.writes().back().body, AppliedPatch(7, 0));
}

TEST_F(DeployerTest, LooksForTheLocationsAmongSeveralDeployments) {
  made_ =
      R"({"version": 7, "manifest": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: sales}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cache}\n"})";
  EXPECT_EQ(Deploy({}).value(), 7);
  EXPECT_EQ(api_.writes().back().body, AppliedPatch(7, 9));
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
