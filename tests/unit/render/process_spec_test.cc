#include "render/process_spec.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>

#include "dagitops/yaml/parse.h"

#include "support/case_name.h"

namespace dagitops::render {
namespace {

const char* const kTree = "0123456789012345678901234567890123456789";

Version MakeVersion(const std::string& entry) {
  const yaml::Parsed parsed = yaml::Parse(entry, "x.yaml", Layer::kFragment);
  EXPECT_TRUE(parsed.diagnostics.empty()) << entry;
  Version version;
  version.location.name = "a";
  version.location.entry = parsed.root;
  version.location.settings.location_name = "a";
  version.location.settings.local = LocalSettings{"code/a", "", "", ""};
  version.tree_id = kTree;
  return version;
}

std::string WhyNot(const Version& version) { return WhyNotRunnable(MakeProcessSpec(version, ""), version); }

ProcessSpec Spec(const std::string& entry) { return MakeProcessSpec(MakeVersion(entry), "/opt/python"); }

TEST(ProcessSpec, TakesTheArgumentsOfEitherCommand) {
  const ProcessSpec grpc = Spec("{dagsterApiGrpcArgs: [-m, sales.definitions, -a, defs]}");
  EXPECT_EQ(grpc.arguments, (std::vector<std::string>{"-m", "sales.definitions", "-a", "defs"}));
  EXPECT_FALSE(grpc.code_server);
  const ProcessSpec both = Spec("{codeServerArgs: [-m, b], dagsterApiGrpcArgs: [-m, a]}");
  EXPECT_EQ(both.arguments, (std::vector<std::string>{"-m", "a"})) << "as the chart has it";
  EXPECT_FALSE(both.code_server);
  EXPECT_TRUE(Spec("{codeServerArgs: [-m, b], dagsterApiGrpcArgs: []}").code_server);
  const ProcessSpec code_server = Spec("{codeServerArgs: [-m, a]}");
  EXPECT_EQ(code_server.arguments, (std::vector<std::string>{"-m", "a"}));
  EXPECT_TRUE(code_server.code_server);
}

using Environment = std::map<std::string, std::string>;

TEST(ProcessSpec, TakesEnvironmentInBothForms) {
  EXPECT_EQ(Spec("{env: {A: \"1\", B: x y}}").environment, (Environment{{"A", "1"}, {"B", "x y"}}));
  EXPECT_EQ(Spec("{env: [{name: A, value: \"1\"}, {name: EMPTY}, {name: A, value: \"2\"}]}").environment,
            (Environment{{"A", "2"}, {"EMPTY", ""}}));
  EXPECT_EQ(Spec("{env: []}").environment, Environment{});
}

TEST(ProcessSpec, TakesTheLocationsOwnInterpreterBeforeTheDefault) {
  Version version = MakeVersion("{dagsterApiGrpcArgs: [-m, a]}");
  EXPECT_EQ(MakeProcessSpec(version, "/opt/python").python, "/opt/python");
  version.location.settings.local = LocalSettings{"code/a", "/venv/python", "requirements.txt", "/etc/a.env"};
  const ProcessSpec spec = MakeProcessSpec(version, "/opt/python");
  EXPECT_EQ(spec.python, "/venv/python");
  EXPECT_EQ(spec.requirements, "requirements.txt");
  EXPECT_EQ(spec.env_file, "/etc/a.env");
  EXPECT_EQ(spec.tree_id, kTree);
}

struct Reason {
  const char* name;
  const char* entry;
  const char* told;  // "" when runnable
};
class Runnable : public testing::TestWithParam<Reason> {};

TEST_P(Runnable, OrSaysWhichKeyIsInTheWay) {
  const std::string told = WhyNot(MakeVersion(GetParam().entry));
  if (*GetParam().told == '\0') {
    EXPECT_EQ(told, "");
  } else {
    EXPECT_NE(told.find(GetParam().told), std::string::npos) << told;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Arguments, Runnable,
    testing::Values(Reason{"None", "{}", "dagitops.codeSource"},
                    Reason{"Empty", "{dagsterApiGrpcArgs: []}", "dagitops.codeSource"},
                    Reason{"Port", "{dagsterApiGrpcArgs: [-m, a, --port, \"4000\"]}", "\"--port\""},
                    Reason{"PortJoined", "{dagsterApiGrpcArgs: [-m, a, --port=4000]}", "\"--port=4000\""},
                    Reason{"ShortPortJoined", "{dagsterApiGrpcArgs: [-m, a, -p4000]}", "\"-p4000\""},
                    Reason{"Socket", "{codeServerArgs: [-m, a, -s, /x]}", "\"-s\""},
                    Reason{"Host", "{dagsterApiGrpcArgs: [-h, 0.0.0.0, -m, a]}", "\"-h\""},
                    Reason{"FixedServerId", "{codeServerArgs: [-m, a, --fixed-server-id=x]}",
                           "\"--fixed-server-id=x\""},
                    Reason{"Heartbeat", "{dagsterApiGrpcArgs: [-m, a, --heartbeat]}", "\"--heartbeat\""},
                    Reason{"HeartbeatTimeoutAlone", "{dagsterApiGrpcArgs: [-m, a, --heartbeat-timeout, \"9\"]}", ""},
                    Reason{"Package", "{dagsterApiGrpcArgs: [--package-name, a, -n, \"4\"]}", ""}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Cluster, Runnable,
    testing::Values(
        Reason{"Secret", "{dagsterApiGrpcArgs: [-m, a], envSecrets: [{name: db}]}", "envSecrets db"},
        Reason{"ConfigMap", "{dagsterApiGrpcArgs: [-m, a], envConfigMaps: [{name: cm}]}", "envConfigMaps cm"},
        Reason{"SecondSecret", "{dagsterApiGrpcArgs: [-m, a], envSecrets: [{name: x, optional: true}, {name: y}]}",
               "envSecrets y"},
        Reason{"OptionalSecret", "{dagsterApiGrpcArgs: [-m, a], envSecrets: [{name: x, optional: true}]}", ""},
        Reason{"NoSecrets", "{dagsterApiGrpcArgs: [-m, a], envSecrets: []}", ""},
        Reason{"ValueFrom",
               "{dagsterApiGrpcArgs: [-m, a], env: [{name: PW, valueFrom: {secretKeyRef: {name: x, key: y}}}]}",
               "env PW with valueFrom"},
        Reason{"FieldRef", "{dagsterApiGrpcArgs: [-m, a], env: [{name: POD, valueFrom: {fieldRef: {fieldPath: x}}}]}",
               "env POD with valueFrom"},
        Reason{"OptionalValueFrom",
               "{dagsterApiGrpcArgs: [-m, a], env: [{name: PW, valueFrom: {secretKeyRef: {name: x, key: y, "
               "optional: true}}}]}",
               ""}),
    support::CaseName{});

TEST(ProcessSpec, NeedsNoClusterWithAnEnvironmentFile) {
  Version version = MakeVersion("{dagsterApiGrpcArgs: [-m, a], envSecrets: [{name: db}]}");
  version.location.settings.local->env_file = "/etc/a.env";
  EXPECT_EQ(WhyNot(version), "");
}

TEST(ProcessSpec, NeedsCodeInTheRepository) {
  Version version = MakeVersion("{dagsterApiGrpcArgs: [-m, a]}");
  version.tree_id.clear();
  EXPECT_NE(WhyNot(version).find("no folder code/a"), std::string::npos);
  version.location.settings.local.reset();
  EXPECT_NE(WhyNot(version).find("dagitops.local.path"), std::string::npos);
}

// Every part changes the content when it changes, and no two parts can stand in for each other.
TEST(ProcessContent, ChangesWithEachThingAServerIsMadeOf) {
  const ProcessSpec spec = Spec("{dagsterApiGrpcArgs: [-m, a], env: {A: \"1\"}}");
  const std::string content = ProcessContent(spec, "a");
  EXPECT_EQ(content.size(), 16U);
  EXPECT_EQ(ProcessContent(spec, "a"), content);
  EXPECT_NE(ProcessContent(spec, "b"), content);
  const std::vector<std::function<void(ProcessSpec&)>> changes{
      [](ProcessSpec& s) { s.arguments = {"-ma"}; },    [](ProcessSpec& s) { s.arguments = {"-m a"}; },
      [](ProcessSpec& s) { s.code_server = true; },     [](ProcessSpec& s) { s.environment["A"] = "2"; },
      [](ProcessSpec& s) { s.environment["B"] = ""; },  [](ProcessSpec& s) { s.environment.clear(); },
      [](ProcessSpec& s) { s.tree_id = "other"; },      [](ProcessSpec& s) { s.python = "/other"; },
      [](ProcessSpec& s) { s.requirements = "r.txt"; }, [](ProcessSpec& s) { s.env_file = "r.txt"; },
  };
  std::set<std::string> seen{content};
  for (const auto& change : changes) {
    ProcessSpec changed = spec;
    change(changed);
    EXPECT_TRUE(seen.insert(ProcessContent(changed, "a")).second);
  }
}

TEST(ExternalContent, IsTheAddress) {
  const ExternalServer server{"h", 4000, "", false};
  EXPECT_EQ(ExternalContent(server, "a"), ExternalContent(server, "a"));
  EXPECT_NE(ExternalContent(server, "a"), ExternalContent({"h", 4001, "", false}, "a"));
  EXPECT_NE(ExternalContent(server, "a"), ExternalContent({"h", 4000, "", true}, "a"));
  EXPECT_NE(ExternalContent(server, "a"), ExternalContent(server, "b"));
}

}  // namespace
}  // namespace dagitops::render
