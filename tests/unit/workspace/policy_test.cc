#include "workspace/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dagitops/base/text.h"

#include "unit/workspace/lint_support.h"

namespace dagitops::workspace {
namespace {

using testing::ElementsAre;

std::string Told(const Policy& policy, const Location& location) {
  return Join(CodesOf(Linter("1.12", policy).Lint(location.input())), ", ");
}

TEST(Registries, AllowThemselvesAndWhatIsBelow) {
  const struct {
    const char* name;
    const char* image;
    const char* rule;
    bool allowed;
  } rows[] = {
      {"below a path", "registry.example.com/acme/a", "registry.example.com/acme", true},
      {"deep below", "registry.example.com/acme/x/y", "registry.example.com/acme", true},
      {"the path itself", "registry.example.com/acme", "registry.example.com/acme", true},
      {"a longer name", "registry.example.com/acme-evil/a", "registry.example.com/acme", false},
      {"another path", "registry.example.com/other/a", "registry.example.com/acme", false},
      {"above", "registry.example.com", "registry.example.com/acme", false},
      {"whole registry", "registry.example.com/acme/a", "registry.example.com", true},
      {"longer domain", "registry.example.com.evil.org/acme/a", "registry.example.com", false},
      {"another port", "registry.example.com:5000/acme/a", "registry.example.com", false},
      {"the same port", "registry.example.com:5000/acme/a", "registry.example.com:5000", true},
      {"slash at the end", "registry.example.com/acme/a", "registry.example.com/acme/", true},
      {"upper case domain", "Registry.Example.com/acme/a", "registry.example.com/acme", true},
      {"upper case path", "registry.example.com/ACME/a", "registry.example.com/acme", false},
      {"tag", "registry.example.com/acme:1.0", "registry.example.com/acme", true},
      {"digest", "registry.example.com/acme@sha256:8f", "registry.example.com/acme", true},
      {"tag and digest", "registry.example.com/acme/a:1@sha256:8f", "registry.example.com/acme/a", true},
      {"localhost", "localhost/a", "localhost", true},
      {"localhost with port", "localhost:5000/a", "localhost:5000", true},
      {"hub by short name", "dagster/dagster-k8s", "docker.io", true},
      {"hub by path", "dagster/dagster-k8s", "docker.io/dagster", true},
      {"hub by short rule", "docker.io/dagster/dagster-k8s", "dagster", true},
      {"hub, another user", "evil/dagster-k8s", "docker.io/dagster", false},
      {"official by short name", "busybox:1.36", "docker.io/library", true},
      {"official by long name", "docker.io/busybox", "docker.io/library/busybox", true},
      {"official is no user", "busybox", "docker.io/dagster", false},
      {"hub by its other name", "index.docker.io/dagster/x", "docker.io/dagster", true},
      {"rule by the other name", "dagster/x", "index.docker.io/dagster", true},
      {"short name is not the registry", "acme/a", "registry.example.com/acme", false},
      {"blanks", " registry.example.com/acme/a", "registry.example.com/acme", true},
      {"empty", "", "registry.example.com", false},
  };
  for (const auto& row : rows) EXPECT_EQ(IsFromRegistry(row.image, row.rule), row.allowed) << row.name;
}

TEST(Globs, MatchWholePaths) {
  const struct {
    const char* path;
    const char* glob;
    bool matches;
  } rows[] = {
      {"locations/ml/a.yaml", "locations/ml/**", true},
      {"locations/ml/deep/er/a.yaml", "locations/ml/**", true},
      {"locations/ml", "locations/ml/**", true},
      {"locations/mlx/a.yaml", "locations/ml/**", false},
      {"locations/ml/a.yaml", "locations/ml/*", true},
      {"locations/ml/deep/a.yaml", "locations/ml/*", false},
      {"locations/ml/deep/a.yaml", "locations/**/a.yaml", true},
      {"locations/a.yaml", "locations/**/a.yaml", true},
      {"locations/ml/a.yaml", "**", true},
      {"locations/ml/a.yaml", "*", false},
      {"locations/ml-1/a.yaml", "locations/ml-?/*.yaml", true},
      {"locations/ml-10/a.yaml", "locations/ml-?/*.yaml", false},
      {"locations/abcabc.yaml", "locations/*bc.yaml", true},
      {"locations/abcab.yaml", "locations/*bc.yaml", false},
      {"locations/a.yaml", "locations/a*.yaml", true},
      {"locations/a.yaml", "locations/**/**/a.yaml", true},
      {"locations/a.yaml", "a.yaml", false},
      {"locations/a.yaml", "", false},
      {"locations/a.yaml", "locations/a.yaml/**", true},
      {"locations/a.yaml", "Locations/a.yaml", false},
      {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "*a*a*a*a*a*a*a*a*b", false},
  };
  for (const auto& row : rows) EXPECT_EQ(MatchesGlob(row.path, row.glob), row.matches) << row.path << " " << row.glob;
}

TEST(PolicyRegistry, CoversEveryImage) {
  Policy policy;
  policy.registries = {"registry.example.com/acme", "docker.io/library"};
  EXPECT_EQ(Told(policy, Location(Entry(""))), "");
  EXPECT_EQ(
      Told(
          policy,
          Location(
              "name: a\nport: 1\nimage: {repository: registry.example.com/acme-evil/a, tag: x, pullPolicy: Always}\n")),
      "policy-registry 3:21");
  EXPECT_EQ(Told(policy, Location(Entry("initContainers: [{name: i, image: busybox:1}, {name: j, image: evil/x}]\n"))),
            "policy-registry 4:64");
  EXPECT_EQ(Told(policy, Location(Entry("initContainers: [{name: i, image: {repository: evil/x, tag: a}}]\n"))),
            "policy-registry 4:48");
  EXPECT_EQ(Told(policy, Location(Entry("sidecarContainers: [{name: i, image: evil/x}]\n"))), "policy-registry 4:38");
  EXPECT_EQ(Told(Policy{}, Location(Entry("sidecarContainers: [{name: i, image: evil/x}]\n"))), "");
}

TEST(PolicyRegistry, JudgesTheWholeReference) {
  Policy policy;
  policy.registries = {"docker.io"};
  const Location location(
      "name: a\nport: 1\nimage: {repository: evil.example.com, tag: \"443/x/y\", pullPolicy: Always}\n"
      "initContainers: [{name: i, image: {repository: evil.example.com, tag: \"443/x/y\"}}]\n");
  EXPECT_EQ(Told(policy, location), "policy-registry 3:21, bad-image 3:44, policy-registry 4:48, bad-image 4:71");
}

TEST(PolicyRequired, LooksForKeysThroughListsAndInTheBlock) {
  const struct {
    const char* name;
    const char* key;
    const char* more;
    const char* codes;
  } rows[] = {
      {"there", "resources.limits.memory", "resources: {limits: {memory: 1Gi}}\n", ""},
      {"not there", "resources.limits.memory", "resources: {limits: {cpu: 1}}\n", "policy-required 0:0"},
      {"null", "resources.limits", "resources: {limits: ~}\n", "policy-required 0:0"},
      {"false is there", "readinessProbe.enabled", "readinessProbe: {enabled: false}\n", ""},
      {"through a list", "volumes.configMap", "volumes: [{name: a}, {name: b, configMap: {name: c}}]\n", ""},
      {"variable of a mapping", "env.REGION", "env: {REGION: eu}\n", ""},
      {"variable of a list", "env.REGION", "env: [{name: REGION, value: eu}]\n", ""},
      {"another variable", "env.REGION", "env: [{name: ZONE, value: eu}]\n", "policy-required 0:0"},
      {"below the block", "dagitops.owner", "dagitops: {owner: a}\n", ""},
      {"not below the block", "dagitops.owner", "", "policy-required 0:0"},
      {"empty", "dagitops.owner", "dagitops: {owner: \"\"}\n", "policy-required 0:0"},
      {"empty variable", "env.REGION", "env: {REGION: \"\"}\n", "policy-required 0:0"},
      {"one empty and one not", "volumes.configMap.name",
       "volumes: [{name: a, configMap: {name: \"\"}}, {name: b, configMap: {name: c}}]\n", ""},
      {"empty mapping is there", "resources", "resources: {}\n", ""},
      {"key with dots", "labels.\"example.com/team\"", "labels: {example.com/team: a}\n", ""},
      {"key with dots, absent", "labels.\"example.com/team\"", "labels: {example: a}\n", "policy-required 0:0"},
      {"key of the chart, external", "resources.limits.memory", "dagitops: {external: {host: h, port: 1}}\n", ""},
      {"key of the block, external", "dagitops.owner", "dagitops: {external: {host: h, port: 1}}\n",
       "policy-required 0:0"},
  };
  for (const auto& row : rows) {
    Policy policy;
    policy.require = {row.key};
    EXPECT_EQ(Told(policy, Location(Entry(row.more))), row.codes) << row.name;
  }
}

TEST(PolicyForbidden, LooksThroughListsAndContainers) {
  const struct {
    const char* name;
    const char* key;
    const char* more;
    const char* codes;
  } rows[] = {
      {"absent", "securityContext.privileged", "securityContext: {runAsUser: 1}\n", ""},
      {"there", "securityContext.privileged", "securityContext: {privileged: true}\n", "policy-forbidden 4:31"},
      {"through a list", "volumes.hostPath", "volumes: [{name: a}, {name: b, hostPath: {path: /}}]\n",
       "policy-forbidden 4:42"},
      {"twice", "volumes.hostPath", "volumes: [{name: a, hostPath: {path: /}}, {name: b, hostPath: {path: /}}]\n",
       "policy-forbidden 4:31, policy-forbidden 4:63"},
      {"in a sidecar", "securityContext.privileged",
       "sidecarContainers: [{name: i, image: b, securityContext: {privileged: true}}]\n", "policy-forbidden 4:71"},
      {"in an init container", "securityContext.privileged",
       "initContainers: [{name: i, image: b, securityContext: {privileged: true}}]\n", "policy-forbidden 4:68"},
      {"whole key", "deploymentNamespace", "deploymentNamespace: other\n", "policy-forbidden 4:22"},
      {"null is absent", "deploymentNamespace", "deploymentNamespace: ~\n", ""},
      {"below the block", "dagitops.external", "dagitops: {external: {host: h, port: 1}}\n", "policy-forbidden 4:22"},
      {"key with dots", "annotations.\"example.com/x\"", "annotations: {example.com/x: a}\n", "policy-forbidden 4:30"},
      {"an item called like the step", "volumes.secret.secretName",
       "volumes: [{name: secret, secret: {secretName: s}}]\n", "policy-forbidden 4:47"},
      {"an item called like the last step", "volumes.hostPath", "volumes: [{name: hostPath, hostPath: {path: /}}]\n",
       "policy-forbidden 4:11, policy-forbidden 4:38"},
      {"an item called like another step", "volumes.hostPath.path",
       "volumes: [{name: hostPath, hostPath: {path: /}}]\n", "policy-forbidden 4:45"},
      {"a sidecar called like the step", "securityContext.privileged",
       "sidecarContainers: [{name: securityContext, image: b, securityContext: {privileged: true}}]\n",
       "policy-forbidden 4:85"},
      {"a harmless sidecar called like the step", "securityContext",
       "sidecarContainers: [{name: securityContext, image: b}]\n", ""},
  };
  for (const auto& row : rows) {
    Policy policy;
    policy.forbid = {row.key};
    EXPECT_EQ(Told(policy, Location(Entry(row.more))), row.codes) << row.name;
  }
}

TEST(PolicyOwner, IsTheOneOfTheLongestGlob) {
  Policy policy;
  policy.owners = {{"locations/**", "platform"}, {"locations/ml/**", "team-ml"}};
  const struct {
    const char* name;
    const char* path;
    const char* more;
    const char* codes;
  } rows[] = {
      {"right", "locations/ml/a.yaml", "dagitops: {owner: team-ml}\n", ""},
      {"wrong", "locations/ml/a.yaml", "dagitops: {owner: platform}\n", "policy-owner 4:19"},
      {"none", "locations/ml/a.yaml", "", "policy-owner 0:0"},
      {"the shorter glob", "locations/a.yaml", "dagitops: {owner: platform}\n", ""},
      {"of one environment", "environments/production/locations/ml/a.yaml", "dagitops: {owner: platform}\n",
       "policy-owner 4:19"},
      {"elsewhere", "other/a.yaml", "", ""},
  };
  for (const auto& row : rows) {
    Location location(Entry(row.more));
    location.At(row.path);
    EXPECT_EQ(Told(policy, location), row.codes) << row.name;
  }
}

TEST(Policy, SaysWhatItAsksFor) {
  Policy policy;
  policy.registries = {"registry.example.com/other"};
  policy.require = {"resources.limits.memory"};
  policy.forbid = {"deploymentNamespace"};
  policy.owners = {{"locations/**", "team"}};
  EXPECT_THAT(
      TextsOf(Linter("1.12", policy).Lint(Location(Entry("deploymentNamespace: x\n")).input())),
      ElementsAre(
          "locations/a.yaml: fault: policy-owner: found no `dagitops.owner`, expected team, whom policy.owners gives "
          "locations/**; write `owner: team` below `dagitops`, or move the file",
          "locations/a.yaml: fault: policy-required: found no `resources.limits.memory`, expected that key, which "
          "policy.require in dagitops.yaml asks for; add resources.limits.memory",
          "locations/a.yaml:2:21: fault: policy-registry: found the image \"registry.example.com/acme/a:1.4.2\", "
          "expected "
          "one below "
          "registry.example.com/other; push it there, or have policy.registries in dagitops.yaml changed",
          "locations/a.yaml:4:22: fault: policy-forbidden: found the key `deploymentNamespace`, expected no such key, "
          "which "
          "policy.forbid in dagitops.yaml says; remove it"));
}

}  // namespace
}  // namespace dagitops::workspace
