#include "target/kubernetes/helm.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/base/text.h"

#include "support/case_name.h"

namespace dagitops::kubernetes {
namespace {

HelmSettings Settings() {
  HelmSettings settings;
  settings.program = "/opt/helm";
  settings.name_space = "dagster";
  settings.folder = "/state/helm/production";
  settings.environment = {{"PATH", "/bin"}, {"HELM_CACHE_HOME", "/somewhere/else"}};
  return settings;
}

HelmRelease Sales() {
  return {"sales",
          "/charts/code",
          "deployments: []\n",
          {{"dagitops.dev/content", "feed"}, {"dagitops.dev/location", "sales"}}};
}

std::string Words(const Command& command) { return Join(command.arguments, " "); }

TEST(HelmCommand, RendersWithoutTheCluster) {
  const Command command = TemplateCommand(Settings(), Sales(), "v1.34.2");
  EXPECT_EQ(Words(command),
            "/opt/helm template sales /charts/code --values - --skip-schema-validation --namespace dagster "
            "--kube-version v1.34.2");
  EXPECT_EQ(command.input, "deployments: []\n");
  EXPECT_EQ(command.deadline, std::chrono::seconds(60));
  EXPECT_EQ(Words(TemplateCommand(Settings(), Sales(), "")),
            "/opt/helm template sales /charts/code --values - --skip-schema-validation --namespace dagster");
}

TEST(HelmCommand, MakesOrChangesARelease) {
  const Command command = UpgradeCommand(Settings(), Sales());
  EXPECT_EQ(Words(command),
            "/opt/helm upgrade --install sales /charts/code --values - --output json "
            "--labels dagitops.dev/content=feed,dagitops.dev/location=sales "
            "--reset-values --history-max 2 --skip-schema-validation --namespace dagster");
  EXPECT_EQ(command.input, "deployments: []\n") << "values may hold what no other user may see in a list of processes";
  EXPECT_EQ(command.deadline, std::chrono::minutes(5));
  EXPECT_GE(command.max_output, 1U << 20) << "a release with all its objects";
}

TEST(HelmCommand, RemovesARelease) {
  const Command command = UninstallCommand(Settings(), "sales");
  EXPECT_EQ(Words(command), "/opt/helm uninstall sales --ignore-not-found --namespace dagster");
  EXPECT_EQ(command.input, "");
  EXPECT_EQ(command.deadline, std::chrono::minutes(5));
}

TEST(HelmCommand, NamesTheClusterWhereItIsToldOne) {
  HelmSettings settings = Settings();
  settings.kubeconfig = "/k";
  settings.context = "prod";
  EXPECT_EQ(Words(UninstallCommand(settings, "sales")),
            "/opt/helm uninstall sales --ignore-not-found --namespace dagster --kubeconfig /k --kube-context prod");
  EXPECT_TRUE(Words(UpgradeCommand(settings, Sales())).ends_with(" --kubeconfig /k --kube-context prod"));
  EXPECT_EQ(Words(TemplateCommand(settings, Sales(), "")).find("--kube"), std::string::npos);
}

TEST(HelmCommand, TellsItsVersion) {
  EXPECT_EQ(Words(VersionCommand(Settings())), "/opt/helm version --template {{.Version}}");
}

TEST(HelmCommand, TakesAChartFromARepositoryOrARegistry) {
  const ChartOptions chart{"", "https://charts.example.com", "code", "1.12.19"};
  EXPECT_EQ(Words(PullCommand(Settings(), chart, "/tmp/fresh")),
            "/opt/helm pull code --repo https://charts.example.com --version 1.12.19 --destination /tmp/fresh");
  const ChartOptions oci{"", "oci://registry.example.com/charts/code", "code", "1.12.19"};
  EXPECT_EQ(Words(PullCommand(Settings(), oci, "/tmp/fresh")),
            "/opt/helm pull oci://registry.example.com/charts/code --version 1.12.19 --destination /tmp/fresh");
}

TEST(HelmCommand, ShowsAChartOfAPathARepositoryOrARegistry) {
  EXPECT_EQ(Words(ShowChartCommand(Settings(), {"/charts/code", "", "code", ""})), "/opt/helm show chart /charts/code");
  EXPECT_EQ(Words(ShowChartCommand(Settings(), {"", "https://charts.example.com", "code", "1.12.19"})),
            "/opt/helm show chart code --repo https://charts.example.com --version 1.12.19");
  EXPECT_EQ(Words(ShowChartCommand(Settings(), {"", "oci://registry.example.com/charts/code", "code", "1.12.19"})),
            "/opt/helm show chart oci://registry.example.com/charts/code --version 1.12.19");
}

TEST(HelmCommand, KeepsWhatIsHelmsInAFolderOfOurs) {
  const HelmSettings settings = Settings();
  const std::map<std::string, std::string> want{{"PATH", "/bin"},
                                                {"HELM_CACHE_HOME", "/state/helm/production/cache"},
                                                {"HELM_CONFIG_HOME", "/state/helm/production/config"},
                                                {"HELM_DATA_HOME", "/state/helm/production/data"},
                                                {"KUBECACHEDIR", "/state/helm/production/kube"},
                                                {kHelmMark, "/state/helm/production"}};
  for (const Command& command :
       {TemplateCommand(settings, Sales(), ""), UpgradeCommand(settings, Sales()), UninstallCommand(settings, "sales"),
        VersionCommand(settings), PullCommand(settings, {"", "oci://x/y", "y", "1"}, "/tmp/fresh"),
        ShowChartCommand(settings, {"/x", "", "", ""})}) {
    EXPECT_EQ(command.environment, want) << Words(command);
  }
}

CommandResult Failed(const std::string& errors, int exit_code = 1) {
  CommandResult result;
  result.exit_code = exit_code;
  result.errors = errors;
  return result;
}

// What helm v3.19 writes to standard error, and what that means.
struct Said {
  const char* name;
  const char* errors;
  ErrorKind kind;
  const char* code;
  const char* message;
};
class HelmSaid : public testing::TestWithParam<Said> {};

TEST_P(HelmSaid, IsUnderstood) {
  const Error error = HelmError(Failed(GetParam().errors), "sales");
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(static_cast<int>(error.kind), static_cast<int>(GetParam().kind));
  EXPECT_EQ(error.message, GetParam().message);
  EXPECT_EQ(error.subject, "helm release sales");
}

constexpr auto kRetry = ErrorKind::kRetry;
constexpr auto kInvalid = ErrorKind::kInvalid;
constexpr auto kStalled = ErrorKind::kStalled;

INSTANTIATE_TEST_SUITE_P(
    ToBeTriedAgain, HelmSaid,
    testing::Values(
        Said{"Busy", "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n", kRetry,
             "helm-busy", "UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress"},
        Said{
            "Unreachable",
            "Error: Kubernetes cluster unreachable: Get \"https://api:6443/version\": dial tcp 10.0.0.1:6443: connect: "
            "connection refused\n",
            kRetry, "helm-unreachable",
            "Kubernetes cluster unreachable: Get \"https://api:6443/version\": dial tcp 10.0.0.1:6443: connect: "
            "connection refused"},
        Said{"UnreachableInTime",
             "Error: Kubernetes cluster unreachable: Get \"https://api:6443/version\": context deadline exceeded\n",
             kRetry, "helm-unreachable",
             "Kubernetes cluster unreachable: Get \"https://api:6443/version\": context deadline exceeded"},
        Said{"Reset", "Error: UPGRADE FAILED: read tcp 10.0.0.2:1->10.0.0.1:6443: read: connection reset by peer",
             kRetry, "helm-unreachable",
             "UPGRADE FAILED: read tcp 10.0.0.2:1->10.0.0.1:6443: read: connection reset by peer"},
        Said{"Slow", "Error: UPGRADE FAILED: create: failed to create: Timeout: context deadline exceeded", kRetry,
             "helm-timeout", "UPGRADE FAILED: create: failed to create: Timeout: context deadline exceeded"},
        Said{"Handshake", "Error: query: failed to query with labels: net/http: TLS handshake timeout", kRetry,
             "helm-unreachable", "query: failed to query with labels: net/http: TLS handshake timeout"},
        Said{"Network", "Error: UPGRADE FAILED: dial tcp: lookup api: i/o timeout", kRetry, "helm-unreachable",
             "UPGRADE FAILED: dial tcp: lookup api: i/o timeout"},
        Said{"TooMany",
             "Error: UPGRADE FAILED: the server has received too many requests and has asked us to try again later",
             kRetry, "helm-unreachable",
             "UPGRADE FAILED: the server has received too many requests and has asked us to try again later"},
        Said{"Etcd", "Error: UPGRADE FAILED: etcdserver: request timed out", kRetry, "helm-unreachable",
             "UPGRADE FAILED: etcdserver: request timed out"},
        Said{"Unavailable", "Error: UPGRADE FAILED: the server is currently unable to handle the request", kRetry,
             "helm-unreachable", "UPGRADE FAILED: the server is currently unable to handle the request"},
        Said{
            "Conflict",
            "Error: UPGRADE FAILED: Operation cannot be fulfilled on services \"sales\": the object has been modified; "
            "please apply your changes to the latest version and try again",
            kRetry, "helm-conflict",
            "UPGRADE FAILED: Operation cannot be fulfilled on services \"sales\": the object has been modified; "
            "please apply your changes to the latest version and try again"},
        Said{"WebhookIsAway",
             "Error: UPGRADE FAILED: cannot patch \"sales\" with kind Deployment: Internal error occurred: failed "
             "calling "
             "webhook \"policy.example.com\": Post \"https://policy:443/\": dial tcp 10.0.0.9:443: connect: connection "
             "refused",
             kRetry, "helm-unreachable",
             "UPGRADE FAILED: cannot patch \"sales\" with kind Deployment: Internal error occurred: failed calling "
             "webhook \"policy.example.com\": Post \"https://policy:443/\": dial tcp 10.0.0.9:443: connect: connection "
             "refused"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    ForAPerson, HelmSaid,
    testing::Values(
        Said{"Forbidden",
             "Error: UPGRADE FAILED: services \"sales\" is forbidden: User \"system:serviceaccount:dagitops:d\" cannot "
             "patch resource \"services\" in API group \"\" in the namespace \"dagster\"",
             kStalled, "helm-forbidden",
             "UPGRADE FAILED: services \"sales\" is forbidden: User \"system:serviceaccount:dagitops:d\" cannot patch "
             "resource \"services\" in API group \"\" in the namespace \"dagster\""},
        Said{"MoreRightsThanOurs",
             "Error: UPGRADE FAILED: failed to create resource: roles.rbac.authorization.k8s.io \"base\" is forbidden: "
             "user "
             "\"d\" (groups=[\"g\"]) is attempting to grant RBAC permissions not currently "
             "held:\n{APIGroups:[\"batch\"]}",
             kStalled, "helm-forbidden",
             "\"UPGRADE FAILED: failed to create resource: roles.rbac.authorization.k8s.io \\\"base\\\" is forbidden: "
             "user "
             "\\\"d\\\" (groups=[\\\"g\\\"]) is attempting to grant RBAC permissions not currently "
             "held:\\n{APIGroups:[\\\"batch\\\"]}\""},
        Said{"NoNamespace", "Error: create: failed to create: namespaces \"dagster\" not found", kRetry,
             "helm-no-namespace", "create: failed to create: namespaces \"dagster\" not found"},
        Said{"Unauthorized",
             "Error: Kubernetes cluster unreachable: the server has asked for the client to provide credentials",
             kStalled, "helm-unauthorized",
             "Kubernetes cluster unreachable: the server has asked for the client to provide credentials"},
        Said{"NotLoggedIn", "Error: UPGRADE FAILED: error: You must be logged in to the server (Unauthorized)",
             kStalled, "helm-unauthorized",
             "UPGRADE FAILED: error: You must be logged in to the server (Unauthorized)"},
        Said{
            "SomebodyElses",
            "Error: Unable to continue with install: Service \"sales\" in namespace \"dagster\" exists and cannot be "
            "imported into the current release: invalid ownership metadata",
            kStalled, "helm-foreign-object",
            "Unable to continue with install: Service \"sales\" in namespace \"dagster\" exists and cannot be imported "
            "into the current release: invalid ownership metadata"},
        Said{"NoChart", "Error: path \"/charts/code\" not found\n", kStalled, "helm-no-chart",
             "path \"/charts/code\" not found"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    OfTheLocation, HelmSaid,
    testing::Values(
        Said{"Schema",
             "Error: values don't meet the specifications of the schema(s) in the following chart(s):\ncode:\n- at "
             "'/deployments': got string, want array\n",
             kInvalid, "helm-schema",
             "\"values don't meet the specifications of the schema(s) in the following chart(s):\\ncode:\\n- at "
             "'/deployments': got string, want array\""},
        Said{"Template", "Error: execution error at (code/templates/deployment.yaml:3:4): set a port\n", kInvalid,
             "helm-template", "execution error at (code/templates/deployment.yaml:3:4): set a port"},
        Said{"TemplateThatSaysError",
             "Error: execution error at (code/templates/deployment.yaml:3:4): Error: set a port\n", kInvalid,
             "helm-template", "execution error at (code/templates/deployment.yaml:3:4): Error: set a port"},
        Said{"Function",
             "Error: template: code/templates/a.yaml:1:2: executing \"x\" at <include \"y\" .>: error calling include: "
             "no y",
             kInvalid, "helm-template",
             "template: code/templates/a.yaml:1:2: executing \"x\" at <include \"y\" .>: error calling include: no y"},
        Said{"NoYaml", "Error: YAML parse error on code/templates/a.yaml: error converting YAML to JSON: yaml: line 3",
             kInvalid, "helm-template",
             "YAML parse error on code/templates/a.yaml: error converting YAML to JSON: yaml: line 3"},
        Said{
            "Immutable",
            "Error: UPGRADE FAILED: cannot patch \"sales\" with kind Deployment: Deployment.apps \"sales\" is invalid: "
            "spec.selector: Invalid value: field is immutable",
            kInvalid, "helm-rejected",
            "UPGRADE FAILED: cannot patch \"sales\" with kind Deployment: Deployment.apps \"sales\" is invalid: "
            "spec.selector: Invalid value: field is immutable"},
        Said{"Quota", "Error: UPGRADE FAILED: persistentvolumeclaims \"x\" is forbidden: exceeded quota: small",
             kInvalid, "helm-rejected",
             "UPGRADE FAILED: persistentvolumeclaims \"x\" is forbidden: exceeded quota: small"},
        Said{"Admission",
             "Error: UPGRADE FAILED: admission webhook \"p.example.com\" denied the request: no latest tag", kInvalid,
             "helm-rejected", "UPGRADE FAILED: admission webhook \"p.example.com\" denied the request: no latest tag"},
        Said{"Unknown", "Error: something new\n", kInvalid, "helm-failed", "something new"},
        Said{"WithoutTheWord", "panic: runtime error", kInvalid, "helm-failed", "panic: runtime error"},
        Said{"Nothing", "", kInvalid, "helm-failed", "helm exited with code 1"},
        // What came before is no part of why it failed.
        Said{"AfterWarnings",
             "WARNING: Kubernetes configuration file is group-readable. Location: /k\n"
             "W1128 10:00:00.0 warnings.go:70] path \"x\" not found; connection refused\n"
             "Error: UPGRADE FAILED: Deployment.apps \"sales\" is invalid: spec.replicas: Invalid value: -1\n",
             kInvalid, "helm-rejected",
             "UPGRADE FAILED: Deployment.apps \"sales\" is invalid: spec.replicas: Invalid value: -1"},
        Said{"WithASecret",
             "Error: UPGRADE FAILED: Secret \"x\" is invalid: DB_PASSWORD=hunter2 at "
             "https://bot:hunter2@git.example.com/x",
             kInvalid, "helm-rejected",
             "UPGRADE FAILED: Secret \"x\" is invalid: DB_PASSWORD=*** at https://git.example.com/x"}),
    support::CaseName{});

TEST(HelmErrorTest, IsCut) {
  const Error error = HelmError(Failed("Error: " + std::string(10'000, 'x')), "sales");
  EXPECT_LE(error.message.size(), 620U);
}

TEST(HelmErrorTest, IsFoundBehindALongText) {
  EXPECT_EQ(HelmError(Failed("Error: " + std::string(10'000, 'x') + " is invalid: no"), "sales").code, "helm-rejected");
}

TEST(HelmErrorTest, OfOneThatTookTooLong) {
  CommandResult result = Failed("Error: half a sentence", -1);
  result.timed_out = true;
  result.signal = 9;
  const Error error = HelmError(result, "sales");
  EXPECT_EQ(error.code, "helm-timeout");
  EXPECT_EQ(error.kind, kRetry);
}

TEST(HelmErrorTest, OfOneThatWasKilled) {
  CommandResult result = Failed("", -1);
  result.signal = 15;
  const Error error = HelmError(result, "sales");
  EXPECT_EQ(error.code, "helm-killed");
  EXPECT_EQ(error.kind, kRetry);
  EXPECT_EQ(error.message, "helm was ended by signal 15");
}

TEST(RevisionInTest, IsTheVersionOfTheReleaseThatHelmPrints) {
  EXPECT_EQ(RevisionIn(R"({"name": "sales", "info": {"status": "deployed"}, "version": 7, "namespace": "dagster"})"),
            7);
  for (const char* other : {"", "no JSON", "[]", "{}", R"({"version": "7"})"}) EXPECT_EQ(RevisionIn(other), 0) << other;
}

}  // namespace
}  // namespace dagitops::kubernetes
