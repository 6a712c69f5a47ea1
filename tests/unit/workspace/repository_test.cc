#include "dagitops/workspace/repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "support/case_name.h"
#include "support/diagnostic_lines.h"
#include "support/tree_builder.h"

namespace dagitops::workspace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Lines;
using testing::TreeBuilder;

Repository Read(const std::string& text) { return ReadRepository(TreeBuilder().Set("dagitops.yaml", text).Build()); }

TEST(ReadRepository, TheWholeExampleOfTheDesign) {
  const Repository repository = Read(R"(schemaVersion: 1
defaultEnvironment: production
environments:
  production: {verify: dagster, drift: heal, release: per-location}
  staging: {verify: readiness, drift: report, release: single}
  preview:
defaults: {image: {pullPolicy: IfNotPresent}, startupProbe: {enabled: true, periodSeconds: 2}}
policy: {registries: [registry.example.com/acme], forbid: [securityContext.privileged, volumes.hostPath],
         require: [resources.limits.memory], owners: {"locations/ml/**": team-ml}}
previews: {environment: preview, ttl: 72h, quota: {perOwner: 5}, inherit: []}
)");
  EXPECT_THAT(Lines(repository.diagnostics), IsEmpty());
  EXPECT_TRUE(repository.usable);
  EXPECT_EQ(repository.default_environment, "production");
  ASSERT_EQ(repository.environments.size(), 3U);
  EXPECT_EQ(repository.environments.at("production"), EnvironmentOptions{});
  EXPECT_EQ(repository.environments.at("preview"), EnvironmentOptions{});
  EXPECT_EQ(repository.environments.at("staging"),
            (EnvironmentOptions{EnvironmentOptions::Verify::kReadiness, EnvironmentOptions::Drift::kReport,
                                EnvironmentOptions::Release::kSingle}));
  EXPECT_EQ(repository.defaults.FindPath("image.pullPolicy")->text(), "IfNotPresent");
  EXPECT_EQ(repository.policy, (Policy{{"registry.example.com/acme"},
                                       {"resources.limits.memory"},
                                       {"securityContext.privileged", "volumes.hostPath"},
                                       {{"locations/ml/**", "team-ml"}}}));
}

TEST(ReadRepository, TheSmallestOne) {
  const Repository repository = Read("environments: {production: {}}\n");
  EXPECT_TRUE(repository.usable);
  EXPECT_TRUE(repository.defaults.is_null());
  EXPECT_EQ(repository.policy, Policy{});
  EXPECT_EQ(repository.default_environment, "");
}

TEST(ReadRepository, AbsentIsAFaultOfItsOwn) {
  const Repository repository = ReadRepository(TreeBuilder().Build());
  EXPECT_FALSE(repository.usable);
  EXPECT_THAT(Lines(repository.diagnostics), ElementsAre("fault no-repository-file dagitops.yaml"));
}

TEST(ReadRepository, ALinkIsAFault) {
  const Repository repository = ReadRepository(TreeBuilder().SetKind("dagitops.yaml", FileKind::kSymlink).Build());
  EXPECT_FALSE(repository.usable);
  EXPECT_THAT(Lines(repository.diagnostics), ElementsAre("fault symlink-file dagitops.yaml"));
}

struct BadCase {
  const char* name;
  const char* text;
  std::vector<std::string> told;
};
void PrintTo(const BadCase& c, std::ostream* out) { *out << c.name; }

class Bad : public ::testing::TestWithParam<BadCase> {};

TEST_P(Bad, IsToldAndNotUsed) {
  const Repository repository = Read(GetParam().text);
  EXPECT_EQ(Lines(repository.diagnostics), GetParam().told);
  EXPECT_FALSE(repository.usable);
}

const BadCase kBad[] = {
    {"Syntax", "environments: [\n", {"fault yaml-syntax dagitops.yaml:2:1"}},
    {"List", "- a\n", {"fault not-a-mapping dagitops.yaml:1:1"}},
    {"Empty", "", {"fault no-environment dagitops.yaml"}},
    {"NoEnvironments", "schemaVersion: 1\n", {"fault no-environment dagitops.yaml"}},
    {"EmptyEnvironments", "environments: {}\n", {"fault no-environment dagitops.yaml:1:15"}},
    {"EnvironmentsAreAList", "environments: [a]\n", {"fault no-environment dagitops.yaml:1:15"}},
    {"NewerSchema", "schemaVersion: 2\nenvironments: {a: {}}\n", {"fault newer-schema dagitops.yaml:1:16"}},
    {"MuchNewerSchema",
     "schemaVersion: 99999999999\nenvironments: {a: {}}\n",
     {"fault newer-schema dagitops.yaml:1:16"}},
    {"SchemaIsNoNumber", "schemaVersion: one\nenvironments: {a: {}}\n", {"fault schema-fault dagitops.yaml:1:16"}},
    {"BadEnvironmentName", "environments:\n  My_Env: {}\n", {"fault bad-environment-name dagitops.yaml:2:3"}},
    {"UnknownDefaultEnvironment",
     "defaultEnvironment: produktion\nenvironments: {production: {}}\n",
     {"fault unknown-environment dagitops.yaml:1:21"}},
    {"DefaultEnvironmentWithoutAny",
     "defaultEnvironment: a\n",
     {"fault no-environment dagitops.yaml", "fault unknown-environment dagitops.yaml:1:21"}},
    {"UnknownOption", "environments:\n  a: {verify: nobody}\n", {"fault schema-fault dagitops.yaml:2:15"}},
    {"UnknownSetting", "environments: {a: {}}\npolicies: {}\n", {"fault unknown-setting dagitops.yaml:2:1"}},
    {"SlipInPolicy", "environments: {a: {}}\npolicy:\n  registry: [x]\n", {"fault unknown-setting dagitops.yaml:3:3"}},
    {"WrongTypeInPolicy",
     "environments: {a: {}}\npolicy: {registries: x}\n",
     {"fault schema-fault dagitops.yaml:2:22"}},
    {"AllAtOnce",
     "schemaVersion: 7\ndefaultEnvironment: b\nenvironments: {A: {drift: x}}\n",
     {"fault newer-schema dagitops.yaml:1:16", "fault unknown-environment dagitops.yaml:2:21",
      "fault bad-environment-name dagitops.yaml:3:16", "fault schema-fault dagitops.yaml:3:27"}},
};
INSTANTIATE_TEST_SUITE_P(ReadRepository, Bad, ::testing::ValuesIn(kBad), support::CaseName());

TEST(ReadRepository, SuggestsTheNameThatWasMeant) {
  const Repository repository = Read("defaultEnvironment: produktion\nenvironments: {production: {}, staging: {}}\n");
  ASSERT_EQ(repository.diagnostics.size(), 1U);
  EXPECT_EQ(repository.diagnostics.front().fix, "write production");
  EXPECT_EQ(repository.diagnostics.front().expected, "one of production, staging");
}

}  // namespace
}  // namespace dagitops::workspace
