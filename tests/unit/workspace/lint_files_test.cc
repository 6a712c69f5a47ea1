#include "workspace/lint_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dagitops/base/text.h"

#include "unit/workspace/lint_support.h"

namespace dagitops::workspace {
namespace {

Value Read(const std::string& yaml) { return yaml::Parse(yaml, "dagitops.yaml", Layer::kDefaults).root; }

std::string Repository(const std::string& yaml) {
  return Join(CodesOf(LintRepositoryFile(Read(yaml), "dagitops.yaml")), ", ");
}
using Release = EnvironmentOptions::Release;
Diagnostics LintValues(const std::string& yaml, Release release = Release::kPerLocation, const Policy& policy = {}) {
  return LintChartValues({Read(yaml), "v.yaml", release, policy});
}
std::string ChartValues(const std::string& yaml, Release release = Release::kPerLocation, const Policy& policy = {}) {
  return Join(CodesOf(LintValues(yaml, release, policy)), ", ");
}

TEST(RepositoryFile, KeepsToItsSchema) {
  const struct {
    const char* name;
    const char* yaml;
    const char* codes;
  } rows[] = {
      {"empty", "", ""},
      {"everything",
       "schemaVersion: 1\ndefaultEnvironment: production\nenvironments:\n  production: {verify: dagster, drift: heal, "
       "release: "
       "per-location}\n  staging: {}\n  preview:\ndefaults: {image: {pullPolicy: IfNotPresent}, startupProbe: "
       "{enabled: true, "
       "periodSeconds: 2}}\npolicy:\n  registries: [registry.example.com/acme]\n  require: [resources.limits.memory]\n "
       " forbid: "
       "[volumes.hostPath]\n  owners: {\"locations/ml/**\": team-ml}\npreviews: {environment: preview, ttl: 72h, "
       "quota: {perOwner: 5}, "
       "inherit: []}\n",
       ""},
      {"a slip in policy", "policy: {registrys: [a]}\n", "unknown-setting 1:10"},
      {"a slip at the top", "enviroments: {}\n", "unknown-setting 1:1"},
      {"a slip in an environment", "environments: {p: {verfiy: dagster}}\n", "unknown-setting 1:20"},
      {"a wrong word", "environments: {p: {verify: maybe}}\n", "schema-fault 1:28"},
      {"a number for a text", "defaultEnvironment: 1\n", "unquoted-scalar 1:21"},
      {"an owner without quotes", "policy: {owners: {\"a/**\": 7}}\n", "unquoted-scalar 1:27"},
      {"a list for a mapping", "environments: [production]\n", "schema-fault 1:15"},
      {"a newer version", "schemaVersion: 2\n", "schema-fault 1:16"},
      {"defaults are looked into", "defaults: {env: {A: 5}}\n", "unquoted-scalar 1:21"},
      {"defaults may take away", "defaults: {env: {A: ~}, image: {tag: ~}}\n", ""},
      {"a bad duration", "previews: {ttl: soon}\n", "schema-fault 1:17"},
      {"no mapping", "[a]\n", "schema-fault 1:1"},
  };
  for (const auto& row : rows) EXPECT_EQ(Repository(row.yaml), row.codes) << row.name;
}

TEST(RepositoryFile, SuggestsTheKeyThatWasMeant) {
  EXPECT_THAT(TextsOf(LintRepositoryFile(Read("policy: {registrys: [a]}\n"), "dagitops.yaml")),
              testing::ElementsAre(
                  "dagitops.yaml:1:10: fault: unknown-setting: found the unknown key \"registrys\", expected one of "
                  "forbid, owners, registries, require; did you mean registries?"));
}

TEST(RepositoryFile, RefusesRulesThatCanMatchNothing) {
  const struct {
    const char* name;
    const char* key;
    bool forbid;   // fine in policy.forbid
    bool require;  // fine in policy.require
  } rows[] = {
      {"key", "deploymentNamespace", true, true},
      {"deep key", "resources.limits.memory", true, true},
      {"free key", "resources.limits.example.com/gpu", false, false},
      {"free key in quotes", "resources.limits.\"example.com/gpu\"", true, true},
      {"annotation in quotes", "annotations.\"example.com/x\"", true, true},
      {"annotation without quotes", "annotations.example.com/x", false, false},
      {"through a list", "volumes.hostPath.path", true, true},
      {"unknown kind of volume", "volumes.csi.driver", true, true},
      {"item by its name", "volumes.scratch", true, true},
      {"variable", "env.REGION", true, true},
      {"source of a variable", "env.REGION.valueFrom", true, true},
      {"source of all variables", "env.valueFrom.secretKeyRef", true, true},
      {"below a text", "env.REGION.value.x", false, false},
      {"open part", "affinity.any.thing", true, true},
      {"block", "dagitops.owner", true, true},
      {"slip in the block", "dagitops.onwer", false, false},
      {"unknown in the block", "dagitops.nonsense", false, false},
      {"slip at the root", "securitContext.privileged", false, false},
      {"slip in an open part", "securityContext.priviledged", false, false},
      {"slip behind a list", "volumes.hostpath", false, false},
      {"the same in quotes", "volumes.\"hostpath\"", true, true},
      {"key of containers alone", "lifecycle.preStop", true, false},
      {"slip in a key of containers", "imagePullPolcy", false, false},
      {"container by its name", "sidecarContainers.proxy", true, true},
      {"empty step", "resources..memory", false, false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Repository("policy: {forbid: ['" + std::string(row.key) + "']}\n"), row.forbid ? "" : "policy-key 1:19")
        << row.name;
    EXPECT_EQ(Repository("policy: {require: ['" + std::string(row.key) + "']}\n"), row.require ? "" : "policy-key 1:20")
        << row.name;
  }
  const auto told = [](const char* key) {
    return LintRepositoryFile(Read("policy: {forbid: [" + std::string(key) + "]}\n"), "dagitops.yaml").at(0).fix;
  };
  EXPECT_EQ(told("volumes.hostpath"), "write hostPath; where a name is meant, put it in quotes");
  EXPECT_EQ(told("securitContext"), "write securityContext");
  EXPECT_EQ(told("labels.example.com/x"), "put a key that holds dots in quotes, as in labels.\"example.com/name\"");
}

TEST(ChartValues, TellOldAndMisplacedKeys) {
  const struct {
    const char* name;
    const char* yaml;
    const char* codes;
  } rows[] = {
      {"nothing", "", ""},
      {"allowed", "serviceAccount: {create: true}\nglobal: {dagsterHome: /x}\n", ""},
      {"dagit", "rbacEnabled: true\ndagit: {}\n", "deprecated-key 2:1"},
      {"userDeployments", "userDeployments: {enabled: true}\n", "deprecated-key 1:1"},
      {"deployments", "deployments: []\n", "misplaced-key 1:1"},
      {"below another key", "global: {dagit: 1, deployments: []}\n", ""},
      {"everything",
       "global: {dagsterHome: /x, imageRegistry: y}\ndagsterHome: /x\npostgresqlSecretName: s\n"
       "celeryConfigSecretName: s\nincludeInstance: true\nimagePullSecrets: [{name: s}]\n"
       "serviceAccount: {create: false, name: a, annotations: {a.b/c: d}}\nrbacEnabled: no\nnameOverride: nm\n"
       "fullnameOverride: \"\"\nextraManifests: [{apiVersion: v1, kind: ConfigMap, data: {a: b}}]\n",
       ""},
      {"nulls", "serviceAccount: ~\nglobal: ~\nextraManifests: ~\nfullnameOverride: ~\n", ""},
      {"unknown key", "serviceAcount: {create: true}\n", "unknown-key 1:1"},
      {"unknown key of the account", "serviceAccount: {creat: true}\n", "unknown-key 1:18"},
      {"text for a switch", "rbacEnabled: \"false\"\n", "schema-fault 1:14"},
      {"number for a text", "dagsterHome: 1\n", "unquoted-scalar 1:14"},
      {"names for secrets", "imagePullSecrets: [registry]\n", "schema-fault 1:20"},
      {"one name for all", "fullnameOverride: x\n", "fullname-override 1:19"},
      {"one name for all charts", "global: {fullnameOverride: x}\n", "fullname-override 1:28"},
  };
  for (const auto& row : rows) EXPECT_EQ(ChartValues(row.yaml), row.codes) << row.name;
  EXPECT_EQ(ChartValues("fullnameOverride: x\n", Release::kSingle), "");
  EXPECT_EQ(LintValues("serviceAcount: {}\n").at(0).fix, "did you mean serviceAccount?");
  EXPECT_THAT(TextsOf(LintValues("dagit: {}\n")),
              testing::ElementsAre("v.yaml:1:1: warning: deprecated-key: found the key `dagit`, expected "
                                   "dagsterWebserver; write dagsterWebserver"));
}

TEST(ChartValues, KeepToThePolicyInExtraManifests) {
  Policy policy;
  policy.registries = {"registry.example.com"};
  policy.forbid = {"volumes.hostPath", "serviceAccount.annotations"};
  const struct {
    const char* name;
    const char* yaml;
    const char* codes;
  } rows[] = {
      {"nothing", "", ""},
      {"allowed image", "extraManifests: [{kind: Pod, spec: {containers: [{image: registry.example.com/a:1}]}}]\n", ""},
      {"other image", "extraManifests: [{kind: Pod, spec: {containers: [{image: evil/a:1}]}}]\n",
       "policy-registry 1:58"},
      {"deep image", "extraManifests:\n- spec: {template: {spec: {initContainers: [{image: evil.example.com/a:1}]}}}\n",
       "policy-registry 2:53"},
      {"forbidden volume", "extraManifests: [{kind: Pod, spec: {volumes: [{name: a, hostPath: {path: /}}]}}]\n",
       "policy-forbidden 1:67"},
      {"manifest as a text", "extraManifests: [\"spec: {containers: [{image: evil/a:1}]}\"]\n", "policy-registry 1:18"},
      {"template as a text", "extraManifests: [\"{{ if x }}\\na: b\"]\n", ""},
      {"forbidden key of the chart", "serviceAccount: {annotations: {a: b}}\n", "policy-forbidden 1:31"},
  };
  for (const auto& row : rows) EXPECT_EQ(ChartValues(row.yaml, Release::kSingle, policy), row.codes) << row.name;
}

}  // namespace
}  // namespace dagitops::workspace
