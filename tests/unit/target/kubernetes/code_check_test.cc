#include "target/kubernetes/code_check.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "dagitops/base/text.h"

#include "support/case_name.h"
#include "support/fake_clock.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {
namespace {

namespace json = boost::json;
using Texts = std::vector<std::string>;

struct ArgumentsCase {
  const char* name;
  std::string server;
  std::string check;
};
class Arguments : public testing::TestWithParam<ArgumentsCase> {};

TEST_P(Arguments, NameTheSameCode) {
  EXPECT_EQ(Join(ValidateArguments(Split(GetParam().server, ' ')), " "),
            "dagster definitions validate" + GetParam().check);
}

INSTANTIATE_TEST_SUITE_P(
    All, Arguments,
    testing::Values(ArgumentsCase{"Module", "dagster api grpc -h 0.0.0.0 -p 4000 -m acme.sales", " -m acme.sales"},
                    ArgumentsCase{"File", "dagster api grpc -p 4000 --python-file /app/x.py --attribute defs",
                                  " --python-file /app/x.py --attribute defs"},
                    ArgumentsCase{"FileAndFolder", "dagster code-server start -f x.py -d /app", " -f x.py -d /app"},
                    ArgumentsCase{"Package", "dagster api grpc --package-name acme", " --package-name acme"},
                    ArgumentsCase{"Autoload", "dagster api grpc --autoload-defs-module-name acme.defs",
                                  " --autoload-defs-module-name acme.defs"},
                    ArgumentsCase{"InOneWord", "dagster api grpc --module-name=acme --port=4000 --heartbeat",
                                  " --module-name=acme"},
                    ArgumentsCase{"WithoutItsValue", "dagster api grpc -m", ""}, ArgumentsCase{"None", "", ""}),
    support::CaseName{});

const CheckNames kNames{"production", "dagster", "sales", "feedbeeffeedbeef"};

// What the API server makes of a version's objects.
const Texts kObjects{R"({"kind": "ConfigMap", "metadata": {"name": "sales-env"}, "data": {"REGION": "eu"}})",
                     R"({"kind": "Service", "metadata": {"name": "sales"}})",
                     R"({"kind": "Deployment", "metadata": {"name": "sales"}, "spec": {"template": {
        "metadata": {"labels": {"deployment": "sales"}, "annotations": {"a": "b"}},
        "spec": {"serviceAccountName": "base", "restartPolicy": "Always", "volumes": [{"name": "v"}],
          "containers": [
            {"name": "server", "image": "r/sales:1", "args": ["dagster", "api", "grpc", "-p", "4000", "-m", "acme"],
             "ports": [{"containerPort": 4000}], "readinessProbe": {}, "livenessProbe": {}, "startupProbe": {},
             "envFrom": [{"configMapRef": {"name": "sales-env"}}, {"secretRef": {"name": "db"}}],
             "env": [{"name": "A", "value": "1"}, {"name": "DAGSTER_HOME", "value": ""}], "volumeMounts": [{"name": "v"}]},
            {"name": "proxy"}]}}}})"};

TEST(CheckPodBodyTest, IsTheServersPodThatLoadsItsCodeOnce) {
  const json::object pod = json::parse(CheckPodBody(kObjects, kNames, std::chrono::minutes(5))).as_object();
  EXPECT_EQ(pod.at("kind"), "Pod");
  EXPECT_EQ(pod.at("metadata").at("name"), "sales-check-feedbeef");
  EXPECT_EQ(pod.at("metadata").at("namespace"), "dagster");
  const json::object& labels = pod.at("metadata").at("labels").as_object();
  EXPECT_FALSE(labels.contains("deployment")) << "its Service would send Dagster there";
  EXPECT_EQ(labels.at("dagitops.dev/check"), "sales");
  EXPECT_EQ(labels.at("dagitops.dev/environment"), "production");
  const json::object& spec = pod.at("spec").as_object();
  EXPECT_EQ(spec.at("serviceAccountName"), "base");
  EXPECT_EQ(spec.at("restartPolicy"), "Never");
  EXPECT_EQ(spec.at("activeDeadlineSeconds"), 300);
  EXPECT_EQ(spec.at("volumes"), json::parse(R"([{"name": "v"}])"));
  ASSERT_EQ(spec.at("containers").as_array().size(), 1U) << "sidecars never end";
  EXPECT_EQ(spec.at("containers").at(0), json::parse(R"({"name": "server", "image": "r/sales:1",
      "args": ["dagster", "definitions", "validate", "-m", "acme"], "envFrom": [{"secretRef": {"name": "db"}}],
      "env": [{"name": "REGION", "value": "eu"}, {"name": "A", "value": "1"}, {"name": "DAGSTER_HOME", "value": ""}], "volumeMounts": [{"name": "v"}]})"));
}

TEST(CheckPodBodyTest, IsNoneWithoutADeployment) {
  EXPECT_EQ(CheckPodBody({}, kNames, std::chrono::minutes(5)), "");
  EXPECT_EQ(CheckPodBody({kObjects[0], "no JSON"}, kNames, std::chrono::minutes(5)), "");
  EXPECT_EQ(CheckPodBody({R"({"kind": "Deployment"})"}, kNames, std::chrono::minutes(5)), "");
}

TEST(CheckPodNameTest, FitsWhereTheLocationsOwnIsTooLong) {
  EXPECT_EQ(CheckPodName({"", "", std::string(63, 'a'), "feedbeeffeedbeef"}).size(), 53U + 15U);
}

// The state of the pod of a check, as an event of a watch or as it is.
std::string Pod(const std::string& phase, const std::string& container = "") {
  return R"({"metadata": {"resourceVersion": "3"}, "status": {"phase": ")" + phase + R"(", "containerStatuses": [)" +
         container + "]}}";
}
std::string Event(const std::string& type, const std::string& object) {
  return R"({"type": ")" + type + R"(", "object": )" + object + "}";
}

constexpr char kBroken[] = R"({"name": "server", "state": {"terminated": {"exitCode": 1, "reason": "Error"}}})";
constexpr char kNoSecret[] =
    R"({"name": "server", "state": {"waiting": {"reason": "CreateContainerConfigError", "message": "no secret db"}}})";

struct RunCase {
  const char* name;
  std::string begun;  // the pod as it was made
  Texts events;
  std::string code;  // "": its code loads
  std::string message;
};
class CheckRun : public testing::TestWithParam<RunCase> {};

TEST_P(CheckRun, TellsWhetherTheCodeLoads) {
  FakeApi api;
  api.on_write = [](const kube::ApiWrite&) -> Result<std::string> { return GetParam().begun; };
  api.on_get = [](const std::string&) { return std::string("Traceback\nKeyError: 'DB_URL'\n"); };
  api.events = GetParam().events;
  const support::FakeClock clock;
  CodeCheck check({api, clock, "production", "dagster", std::chrono::minutes(5)});
  Order order;
  order.location = "sales";
  order.content = kNames.content;
  const Status status = check.Run(order, kObjects);
  EXPECT_EQ(status ? "" : status.error().code, GetParam().code);
  EXPECT_EQ(status ? "" : status.error().message, GetParam().message);
  EXPECT_EQ(api.calls().back(), "delete /api/v1/namespaces/dagster/pods/sales-check-feedbeef");
}

INSTANTIATE_TEST_SUITE_P(
    All, CheckRun,
    testing::Values(
        RunCase{
            "Loads", Pod("Pending"), {Event("MODIFIED", Pod("Running")), Event("MODIFIED", Pod("Succeeded"))}, "", ""},
        RunCase{"LoadedAlready", Pod("Succeeded"), {}, "", ""},
        RunCase{"DoesNot",
                Pod("Pending"),
                {Event("MODIFIED", Pod("Failed", kBroken))},
                "code-check-failed",
                "its code does not load: KeyError: 'DB_URL'"},
        RunCase{"TakesTooLong",
                Pod("Pending"),
                {Event("MODIFIED", Pod("Failed"))},
                "code-check-failed",
                "its check did not end in time"},
        RunCase{"CannotBeMade",
                Pod("Pending"),
                {Event("MODIFIED", Pod("Pending", kNoSecret))},
                "code-check-failed",
                "container server cannot be made, CreateContainerConfigError: no secret db"},
        RunCase{"IsCutShort",
                Pod("Pending"),
                {Event("MODIFIED", Pod("Running"))},
                "code-check-cut-short",
                "the check of its code came to no end"},
        RunCase{"IsRemoved",
                Pod("Pending"),
                {Event("DELETED", Pod("Running")), Event("MODIFIED", Pod("Succeeded"))},
                "code-check-cut-short",
                "the check of its code came to no end"},
        RunCase{"GoesOnAfterOtherEvents",
                Pod("Pending"),
                {Event("BOOKMARK", Pod("")), "no JSON", "[]", "{}", R"({"type": "MODIFIED", "object": null})",
                 Event("MODIFIED", Pod("Succeeded"))},
                "",
                ""}),
    support::CaseName{});

TEST(CodeCheckTest, FollowsTheOneOfAnEarlierLife) {
  FakeApi api;
  api.on_write = [](const kube::ApiWrite&) -> Result<std::string> {
    return ApiFailure("kube-exists", ErrorKind::kInvalid);
  };
  api.on_get = [](const std::string&) { return Pod("Succeeded"); };
  const support::FakeClock clock;
  CodeCheck check({api, clock, "production", "dagster", std::chrono::minutes(5)});
  Order order;
  order.location = "sales";
  order.content = kNames.content;
  EXPECT_TRUE(check.Run(order, kObjects));
  const std::string pod = "/api/v1/namespaces/dagster/pods/sales-check-feedbeef";
  EXPECT_EQ(api.calls(), (Texts{"create /api/v1/namespaces/dagster/pods", "get " + pod, "delete " + pod}));
}

TEST(CodeCheckTest, DoesNotTakeTheVerdictOfOneThatIsEnding) {
  FakeApi api;
  api.on_write = [](const kube::ApiWrite&) -> Result<std::string> {
    return ApiFailure("kube-exists", ErrorKind::kInvalid);
  };
  api.on_get = [](const std::string&) {
    return R"({"metadata": {"deletionTimestamp": "2026-11-22T13:20:05Z"}, "status": {"phase": "Succeeded"}})";
  };
  const support::FakeClock clock;
  CodeCheck check({api, clock, "production", "dagster", std::chrono::minutes(5)});
  const Status status = check.Run({}, kObjects);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "code-check-ending");
  EXPECT_EQ(status.error().kind, ErrorKind::kRetry);
}

TEST(CodeCheckTest, PassesOnWhyItsPodCouldNotBeMade) {
  FakeApi api;
  api.on_write = [](const kube::ApiWrite&) -> Result<std::string> {
    return ApiFailure("kube-forbidden", ErrorKind::kStalled);
  };
  const support::FakeClock clock;
  CodeCheck check({api, clock, "production", "dagster", std::chrono::minutes(5)});
  EXPECT_EQ(check.Run({}, kObjects).error().code, "kube-forbidden");
  EXPECT_TRUE(check.Run({}, {})) << "there is nothing to load";
}

}  // namespace
}  // namespace dagitops::kubernetes
