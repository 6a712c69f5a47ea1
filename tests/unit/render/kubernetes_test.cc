#include "dagitops/render/kubernetes.h"

#include <gtest/gtest.h>

#include <string>

#include "dagitops/base/digest.h"
#include "dagitops/yaml/parse.h"

#include "support/case_name.h"
#include "support/edit.h"

namespace dagitops::render {
namespace {

Value Read(const std::string& text) { return yaml::Parse(text, "x.yaml", Layer::kFragment).root; }

constexpr char kEntry[] = "{name: sales, image: {repository: r/sales, tag: \"1\"}, port: 4000}";

Version MakeVersion(const std::string& entry = kEntry, const std::string& revision = "r1") {
  Version version;
  version.revision.id = revision;
  version.location.entry = Read(entry);
  version.location.digest = ShortDigest(entry, 16);
  version.location.name = version.location.entry.Find("name")->text();
  version.location.settings.location_name = version.location.name;
  return version;
}

Effective Serving(const Version& version, const std::string& chart_values = "") {
  EffectiveLocation location;
  location.name = version.location.name;
  location.serving = version;
  Effective effective;
  effective.environment = "production";
  effective.locations = {location};
  effective.chart_values = Read(chart_values);
  return effective;
}

Desired Render(const Effective& effective, const std::string& chart = "code-1.12.19") {
  KubernetesOptions options;
  options.chart = chart;
  options.system_chart = "dagster-1.12.19";
  return Kubernetes(effective, options);
}
DesiredServer One(const Effective& effective) {
  const Desired desired = Render(effective);
  EXPECT_EQ(desired.locations.size(), 1U);
  EXPECT_EQ(desired.locations.at(0).servers.size(), 1U);
  return desired.locations.at(0).servers.at(0);
}

TEST(Kubernetes, IsAReleaseOfItsOwnForEachLocation) {
  const DesiredServer server = One(Serving(MakeVersion(), "includeInstance: true"));
  EXPECT_EQ(server.location, "sales");
  EXPECT_EQ(server.revision, "r1");
  EXPECT_EQ(server.not_runnable, "");
  EXPECT_EQ(server.address, (WorkspaceEntry{"sales", "sales", 4000, "", false, {}})) << "its Service";
  EXPECT_EQ(server.values,
            "includeInstance: true\n"
            "serviceAccount:\n"
            "  create: false\n"
            "  name: \"dagitops-base-dagster-user-deployments-user-deployments\"\n"
            "rbacEnabled: false\n"
            "deployments:\n"
            "  - name: \"sales\"\n"
            "    image:\n"
            "      repository: \"r/sales\"\n"
            "      tag: \"1\"\n"
            "    port: 4000\n");
  EXPECT_EQ(server.content.size(), 16U);
}

Effective Single(Effective effective) {
  effective.options.release = EnvironmentOptions::Release::kSingle;
  return effective;
}

TEST(KubernetesSingle, HasTheLocationsAsPartsOfOneRelease) {
  const Desired desired = Render(Single(Serving(MakeVersion(), "fullnameOverride: code\nserviceAccount: {name: x}\n")));
  ASSERT_TRUE(desired.base);
  EXPECT_TRUE(desired.base->shared);
  EXPECT_EQ(desired.base->values, "fullnameOverride: \"code\"\nserviceAccount:\n  name: \"x\"\ndeployments: []\n");
  const DesiredServer& server = desired.locations.at(0).servers.at(0);
  EXPECT_TRUE(server.shared);
  EXPECT_EQ(server.not_runnable, "");
  EXPECT_EQ(server.values,
            "deployments:\n  - name: \"sales\"\n    image:\n      repository: \"r/sales\"\n      tag: \"1\"\n"
            "    port: 4000\n");
}

// Nothing restarts that did not change: what is around the locations, and the chart, are of the release.
TEST(KubernetesSingle, ALocationIsMadeOfItsEntryAlone) {
  const Effective effective = Single(Serving(MakeVersion()));
  const std::string content = One(effective).content;
  EXPECT_EQ(One(Single(Serving(MakeVersion(), "imagePullSecrets: [{name: x}]"))).content, content);
  const Desired other = Render(effective, "code-1.12.20");
  EXPECT_EQ(other.locations.at(0).servers.at(0).content, content);
  EXPECT_NE(other.base->content, Render(effective).base->content);
  EXPECT_NE(One(Serving(MakeVersion())).content, content) << "a release of its own is another server";
}

TEST(KubernetesSingle, SaysWhyTheValuesCannotBeUsed) {
  const Desired desired = Render(Single(Serving(MakeVersion(), "deployments: []")));
  EXPECT_FALSE(desired.base);
  EXPECT_EQ(desired.locations.at(0).servers.at(0).not_runnable, "user-deployments.yaml holds `deployments`");
}

TEST(Kubernetes, LeavesWhatBelongsToAllAloneWhereNothingIsKnown) {
  Effective effective = Serving(MakeVersion());
  EXPECT_EQ(Render(effective).base->refused, "");
  effective.paused = true;
  EXPECT_EQ(Render(effective).base->refused, "the environment is paused");
  EXPECT_TRUE(Render(effective).usable);
  effective.usable = false;
  EXPECT_EQ(Render(effective).base->refused, "the revision cannot be used as a whole");
  EXPECT_FALSE(Render(effective).usable);
}

TEST(Kubernetes, HasABaseReleaseWithWhatBelongsToAll) {
  const Desired desired = Render(Serving(MakeVersion(), "extraManifests: [{kind: ConfigMap}]"));
  EXPECT_TRUE(desired.in_place);
  ASSERT_TRUE(desired.base);
  EXPECT_EQ(desired.base->values, "extraManifests:\n  - kind: \"ConfigMap\"\ndeployments: []\n");
  EXPECT_EQ(desired.base->content.size(), 16U);
  ASSERT_TRUE(Render(Effective()).base) << "also before there is a location";
}

// What is made of the same things is the same, whatever else changed.
TEST(Kubernetes, HasAContentThatTellsOnlyWhatItIsMadeOf) {
  const Effective before = Serving(MakeVersion());
  const std::string content = One(before).content;
  EXPECT_EQ(One(Serving(MakeVersion(kEntry, "r2"))).content, content);
  Version other = MakeVersion();
  other.location.settings.owner = "team-b";
  other.location.settings.order = 7;
  EXPECT_EQ(One(Serving(other)).content, content);
  EXPECT_EQ(One(Serving(MakeVersion(), "extraManifests: [{kind: ConfigMap}]")).content, content)
      << "that is the base release's";
  EXPECT_NE(Render(Serving(MakeVersion(), "extraManifests: [{kind: ConfigMap}]")).base->content,
            Render(before).base->content);
}

TEST(Kubernetes, HasAnotherContentForAnythingElse) {
  const std::string content = One(Serving(MakeVersion())).content;
  const std::string base = Render(Serving(MakeVersion())).base->content;
  EXPECT_NE(One(Serving(MakeVersion("{name: sales, image: {repository: r/sales, tag: \"2\"}, port: 4000}"))).content,
            content);
  EXPECT_NE(One(Serving(MakeVersion(), "includeInstance: true")).content, content);
  const Desired chart = Render(Serving(MakeVersion()), "code-1.13.0");
  EXPECT_NE(chart.locations.at(0).servers.at(0).content, content);
  EXPECT_NE(chart.base->content, base);
}

struct AccountCase {
  const char* name;
  std::string chart_values;
  std::string account;
};
class BaseAccount : public testing::TestWithParam<AccountCase> {};

// As the chart's own helper names it in the base release, or the locations' pods could not be made.
TEST_P(BaseAccount, IsTheOneThatTheChartMakes) {
  const DesiredServer server = One(Serving(MakeVersion(), GetParam().chart_values));
  EXPECT_EQ(Read(server.values).FindPath("serviceAccount.name")->text(), GetParam().account);
}

INSTANTIATE_TEST_SUITE_P(
    All, BaseAccount,
    testing::Values(AccountCase{"Default", "", "dagitops-base-dagster-user-deployments-user-deployments"},
                    AccountCase{"Global", "{global: {serviceAccountName: g}, serviceAccount: {name: s}}", "g"},
                    AccountCase{"Named", "serviceAccount: {create: true, name: s}", "s"},
                    AccountCase{"NamedElsewhere", "serviceAccount: {create: false, name: s}", "s"},
                    AccountCase{"NotMade", "serviceAccount: {create: false}", "default"},
                    AccountCase{"OtherChartName", "nameOverride: code", "dagitops-base-code-user-deployments"},
                    AccountCase{"NameInTheReleases", "nameOverride: base", "dagitops-base-user-deployments"},
                    AccountCase{"LongChartName", "nameOverride: " + std::string(52, 'a'),
                                "dagitops-base-" + std::string(49, 'a') + "-user-deployments"}),
    support::CaseName{});

struct PortCase {
  const char* name;
  const char* port;
  int want;
};
class Port : public testing::TestWithParam<PortCase> {};

TEST_P(Port, IsThatOfTheEntry) {
  const std::string entry = std::string("{name: sales, image: {repository: r}") + GetParam().port + "}";
  EXPECT_EQ(One(Serving(MakeVersion(entry))).address.port, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(All, Port,
                         testing::Values(PortCase{"Number", ", port: 4000", 4000},
                                         PortCase{"Text", ", port: \"4000\"", 4000}, PortCase{"None", "", 3030},
                                         PortCase{"Null", ", port: ~", 3030},
                                         PortCase{"NoNumber", ", port: 40x", 3030}),
                         support::CaseName{});

struct NotRunnable {
  const char* name;
  const char* entry;
  const char* chart_values;
  const char* why;
  bool base;
};
class CannotRun : public testing::TestWithParam<NotRunnable> {};

TEST_P(CannotRun, StaysAndSaysWhy) {
  const Effective effective = Serving(MakeVersion(GetParam().entry), GetParam().chart_values);
  const DesiredServer server = One(effective);
  EXPECT_EQ(server.not_runnable, GetParam().why);
  EXPECT_EQ(server.values, "");
  EXPECT_EQ(Render(effective).base.has_value(), GetParam().base);
}

INSTANTIATE_TEST_SUITE_P(
    All, CannotRun,
    testing::Values(
        NotRunnable{"NoImage", "{name: sales}", "", "it has no `image`", true},
        NotRunnable{"Deployments", kEntry, "deployments: []", "user-deployments.yaml holds `deployments`", false},
        NotRunnable{"FullName", kEntry, "fullnameOverride: x",
                    "user-deployments.yaml holds `fullnameOverride`, which all releases of this environment "
                    "would share",
                    false},
        // Both would be the one release of that name.
        NotRunnable{"NameOfTheBase", "{name: dagitops-base, image: {repository: r}}", "",
                    "its name is that of the release that belongs to all locations", true}),
    support::CaseName{});

TEST(Kubernetes, PublishesExternalServersAndRunsNone) {
  Version version = MakeVersion("{name: far}");
  version.location.settings.external = ExternalServer{"far.example.com", 4000, "", true};
  const DesiredServer server = One(Serving(version));
  EXPECT_TRUE(server.external);
  EXPECT_EQ(server.not_runnable, "");
  EXPECT_EQ(server.values, "");
  EXPECT_EQ(server.address, (WorkspaceEntry{"far", "far.example.com", 4000, "", true, {}}));
}

TEST(Kubernetes, HasOneServerForEachVersionThatDiffers) {
  Effective effective = Serving(MakeVersion());
  effective.locations[0].candidate = MakeVersion("{name: sales, image: {repository: r/sales, tag: \"2\"}}", "r2");
  const DesiredLocation location = Render(effective).locations.at(0);
  ASSERT_EQ(location.servers.size(), 2U);
  EXPECT_TRUE(location.has_serving);
  EXPECT_TRUE(location.servers[0].proven);
  EXPECT_FALSE(location.servers[1].proven);
  EXPECT_NE(location.servers[0].content, location.servers[1].content);
}

TEST(Kubernetes, ARendererThatIsKeptRendersAsANewOneDoes) {
  KubernetesOptions options;
  options.chart = "chart-1";
  KubernetesRenderer renderer(options);
  const auto is_as_new = [&](const Effective& effective) {
    const auto kept = renderer.Render(effective).locations.at(0).servers;
    return kept == Kubernetes(effective, options).locations.at(0).servers;
  };
  Effective effective = Serving(MakeVersion());
  EXPECT_TRUE(is_as_new(effective));
  EXPECT_TRUE(is_as_new(effective)) << "nothing has changed";
  effective.chart_values = Value::Map({{"port", {}, Value::Integer(1)}});
  EXPECT_TRUE(is_as_new(effective)) << "what all share";
  effective.options.release = EnvironmentOptions::Release::kSingle;
  EXPECT_TRUE(is_as_new(effective)) << "the release it is in";
  support::Edit(effective.locations[0].serving, [](Version& version) {
    version.location.entry = version.location.entry.With("port", Value::Integer(4000));
    version.location.digest = "another";
  });
  EXPECT_TRUE(is_as_new(effective)) << "the location";
}

TEST(Kubernetes, HasOneServerForVersionsOfTheSameContent) {
  Effective effective = Serving(MakeVersion());
  effective.locations[0].candidate = MakeVersion(kEntry, "r2");
  support::Edit(effective.locations[0].candidate,
                [](Version& version) { version.location.settings.location_name = "Sales EU"; });
  const DesiredLocation location = Render(effective).locations.at(0);
  ASSERT_EQ(location.servers.size(), 1U);
  EXPECT_TRUE(location.servers[0].proven) << "it is the very server that runs";
  EXPECT_EQ(location.servers[0].revision, "r2");
  EXPECT_EQ(location.location_name, "Sales EU");
  EXPECT_EQ(location.servers[0].location_name, "Sales EU") << "only the file's name for it changes";
}

// Values of Dagster itself that fit, in flow form.
constexpr char kFits[] =
    "{dagsterWebserver: {workspace: {enabled: true, externalConfigmap: dagitops-workspace}},"
    " dagster-user-deployments: {enabled: true, enableSubchart: false}}";

TEST(KubernetesSystem, IsMadeOfItsValuesAndItsChart) {
  Effective effective;
  EXPECT_FALSE(Render(effective).system) << "it is not from here";
  effective.system_values = Read(kFits);
  const Desired desired = Render(effective);
  ASSERT_TRUE(desired.system);
  EXPECT_EQ(desired.system->refused, "");
  EXPECT_EQ(Read(desired.system->values).FindPath("dagsterWebserver.workspace.externalConfigmap")->text(),
            "dagitops-workspace");
  EXPECT_EQ(Render(effective, "code-1.13.0").system->content, desired.system->content);
  EXPECT_NE(Kubernetes(effective, KubernetesOptions()).system->content, desired.system->content);
  EXPECT_NE(Kubernetes(effective, KubernetesOptions()).system->refused, "") << "no chart is known";
}

struct SystemCase {
  const char* name;
  const char* values;
  const char* why;
};
class SystemValues : public testing::TestWithParam<SystemCase> {};

TEST_P(SystemValues, AreRefusedWhereOurLocationsWouldNotBeSeen) {
  EXPECT_EQ(WhySystemRefused(Read(GetParam().values), "dagitops-workspace"), GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    All, SystemValues,
    testing::Values(
        SystemCase{"Fit", kFits, ""},
        SystemCase{"NoWorkspace", "{dagsterWebserver: {workspace: {enabled: false}}}",
                   "system.yaml must hold dagsterWebserver.workspace.enabled: true"},
        SystemCase{"OtherMap", "{dagsterWebserver: {workspace: {enabled: true, externalConfigmap: x}}}",
                   "system.yaml must hold dagsterWebserver.workspace.externalConfigmap: dagitops-workspace"},
        SystemCase{
            "NoDeployments", "{dagsterWebserver: {workspace: {enabled: true, externalConfigmap: dagitops-workspace}}}",
            "system.yaml must hold dagster-user-deployments.enabled: true, or webserver and daemon start without a "
            "workspace"},
        SystemCase{
            "Subchart",
            "{dagsterWebserver: {workspace: {enabled: true, externalConfigmap: dagitops-workspace}},"
            " dagster-user-deployments: {enabled: true, enableSubchart: true}}",
            "system.yaml must hold dagster-user-deployments.enableSubchart: false, since code servers are releases "
            "of their own"},
        SystemCase{"Nothing", "", "system.yaml must hold dagsterWebserver.workspace.enabled: true"}),
    support::CaseName{});

TEST(Kubernetes, GivesTheSameForTheSame) { EXPECT_EQ(One(Serving(MakeVersion())), One(Serving(MakeVersion()))); }

}  // namespace
}  // namespace dagitops::render
