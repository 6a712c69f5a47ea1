#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/base/text.h"
#include "dagitops/import/import.h"

#include "support/case_name.h"
#include "support/diagnostic_lines.h"

// What is refused, at which place, by which code.
namespace dagitops::import {
namespace {

struct Case {
  const char* name;
  std::string text;
  const char* lines;  // of all diagnostics, separated by "; "
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.text; }
class Refused : public ::testing::TestWithParam<Case> {};

TEST_P(Refused, WritesNothingAndSaysWhere) {
  const ImportResult result = Import({{"f.yaml", GetParam().text}}, {});
  EXPECT_EQ(Join(dagitops::testing::Lines(result.diagnostics), "; "), GetParam().lines);
  EXPECT_TRUE(result.files.empty());
}

std::string Entry(const std::string& members) { return "deployments:\n  - {" + members + "}\n"; }
std::string Load(const std::string& item) { return "load_from:\n  - " + item + "\n"; }

INSTANTIATE_TEST_SUITE_P(
    Files, Refused,
    ::testing::Values(Case{"Empty", "", "fault import-unknown-file f.yaml"},
                      Case{"SomethingElse", "kind: Deployment", "fault import-unknown-file f.yaml"},
                      Case{"Slip", "a: 1\ndeployment: []", "fault import-unknown-file f.yaml:2:1"},
                      Case{"List", "- a", "fault import-unknown-file f.yaml"},
                      Case{"NoYaml", "a: [", "fault yaml-syntax f.yaml:2:1"},
                      Case{"DuplicateKey", "deployments: []\ndeployments: []", "fault duplicate-key f.yaml:2:1"},
                      Case{"MergeKey", "x: &x {a: 1}\ndeployments: [{<<: *x, name: a}]", "fault merge-key f.yaml:2:16"},
                      Case{"TooDeep", "a: {b: {c: {d: {deployments: []}}}}", "fault import-unknown-file f.yaml"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Values, Refused,
    ::testing::Values(
        Case{"MisspeltSection", "dagsterWebserver: {}\ndagsterUserDeployments: {deployments: []}",
             "fault import-misspelt-key f.yaml:2:1"},
        Case{"MisspeltList", "dagster-user-deployments:\n  deployment: []", "fault import-misspelt-key f.yaml:2:3"},
        Case{"SectionIsText", "dagster-user-deployments: yes", "fault import-deployments f.yaml:1:27"},
        Case{"ListIsText", "deployments: x", "fault import-deployments f.yaml:1:14"},
        Case{"EntryIsText", "deployments:\n  - x", "fault import-deployments f.yaml:2:5"},
        Case{"NoName", Entry("port: 1"), "fault import-deployments f.yaml:2:5"},
        Case{"NameIsList", Entry("name: [a]"), "fault import-deployments f.yaml:2:5"},
        Case{"BadName", Entry("name: My_Code"), "fault import-bad-name f.yaml:2:12"},
        Case{"NameWithAPath", Entry("name: ../../x"), "fault import-bad-name f.yaml:2:12"},
        Case{"SameNameTwice", "deployments:\n  - {name: a}\n  - {name: b}\n  - {name: a}",
             "fault import-duplicate f.yaml:4:5"},
        Case{"ServersAndConfigMap",
             "dagit:\n  workspace:\n    enabled: true\n    externalConfigmap: x\n    servers: [{host: a, port: 1}]",
             "fault import-servers-and-configmap f.yaml:4:24"},
        Case{"ServerWithoutHost", "dagit: {workspace: {enabled: true, servers: [{port: 1}]}}",
             "fault import-server f.yaml:1:46"},
        Case{"ServerWithTextPort", "dagit: {workspace: {enabled: true, servers: [{host: a, port: \"1\"}]}}",
             "fault import-server f.yaml:1:46"},
        Case{"TwoServersOfOneDeployment",
             "dagit:\n  workspace:\n    enabled: true\n    servers:\n      - {host: a, port: 3030}\n"
             "      - {host: a, port: 3030, name: b}\ndagster-user-deployments: {deployments: [{name: a}]}",
             "fault import-duplicate f.yaml:6:9"},
        Case{"LocationNameTwice",
             "dagit: {workspace: {enabled: true, servers: [{host: far, port: 1, name: a}]}}\n"
             "dagster-user-deployments: {deployments: [{name: a}]}",
             "fault import-duplicate f.yaml:2:42"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Workspace, Refused,
    ::testing::Values(
        Case{"OtherRootKey", "load_from: []\nname: x", "fault import-workspace f.yaml:2:1"},
        Case{"NoList", "load_from: {}", "fault import-workspace f.yaml:1:12"},
        Case{"Nothing", "load_from:", "fault import-workspace f.yaml:1:11"},
        Case{"TextItem", Load("x"), "fault import-workspace f.yaml:2:5"},
        Case{"TwoKeys", Load("{python_file: a, python_module: b}"), "fault import-workspace f.yaml:2:5"},
        Case{"UnknownKind", Load("python_thing: a"), "fault import-workspace f.yaml:2:5"},
        Case{"UnknownServerKey", Load("grpc_server: {host: h, port: 1, metadata: {}}"),
             "fault import-workspace f.yaml:2:37"},
        Case{"ServerIsText", Load("grpc_server: x"), "fault import-workspace f.yaml:2:18"},
        Case{"NoAddress", Load("grpc_server: {host: h}"), "fault import-server f.yaml:2:18"},
        Case{"TwoAddresses", Load("grpc_server: {port: 1, socket: /x}"), "fault import-server f.yaml:2:18"},
        Case{"PortIsText", Load("grpc_server: {port: \"1\"}"), "fault import-server f.yaml:2:25"},
        Case{"PortTooHigh", Load("grpc_server: {port: 65536}"), "fault import-server f.yaml:2:25"},
        Case{"SslIsText", Load("grpc_server: {port: 1, ssl: \"true\"}"), "fault import-workspace f.yaml:2:33"},
        Case{"HostIsNumber", Load("grpc_server: {port: 1, host: 1.10}"), "fault import-workspace f.yaml:2:34"},
        Case{"MetadataOfLists", Load("grpc_server: {port: 1, additional_metadata: {a: [b]}}"),
             "fault import-workspace f.yaml:2:50"},
        Case{"SameName", "load_from:\n  - grpc_server: {port: 1, location_name: a}\n  - python_package: a",
             "fault import-duplicate f.yaml:3:21"},
        Case{"Variables", Load("grpc_server: {host: {env: H}, port: {env: P}, location_name: {env: H}}"),
             "fault import-variable f.yaml:2:31; fault import-variable f.yaml:2:47"},
        Case{"NoModule", Load("python_module: {attribute: a}"), "fault import-workspace f.yaml:2:20"},
        Case{"UnknownPythonKey", Load("python_module: {module_name: m, path: x}"),
             "fault import-workspace f.yaml:2:37"},
        Case{"FileOutside", Load("python_file: {relative_path: ../repo.py}"), "fault import-path-outside f.yaml:2:34"},
        Case{"TerseFileOutside", Load("python_file: a/../../repo.py"), "fault import-path-outside f.yaml:2:18"},
        Case{"WorkingDirectoryOutside", Load("python_package: {package_name: p, working_directory: ..}"),
             "fault import-path-outside f.yaml:2:58"}),
    support::CaseName{});

TEST(Refused, ToldAllAtOnce) {
  const ImportResult result = Import(
      {{"a.yaml", "load_from: [{grpc_server: {host: h}}, {python_file: ../x.py}]"}, {"b.yaml", Entry("name: A_b")}},
      {});
  EXPECT_EQ(dagitops::testing::Lines(result.diagnostics),
            (std::vector<std::string>{"fault import-server a.yaml:1:27", "fault import-path-outside a.yaml:1:53",
                                      "fault import-bad-name b.yaml:2:12"}));
}

TEST(Refused, DuplicatesNameBothPlaces) {
  const ImportResult result = Import({{"a.yaml", Entry("name: x")}, {"b.yaml", Entry("name: x")}}, {});
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].position.Text(), "b.yaml:2:5");
  EXPECT_NE(result.diagnostics[0].found.find("a.yaml:2:5"), std::string::npos);
}

TEST(Refused, TwoSetsOfChartValuesForOneEnvironment) {
  const std::string values = "rbacEnabled: false\ndeployments: []";
  EXPECT_TRUE(Import({{"a.yaml", values}, {"b.yaml", values}}, {}).diagnostics.empty()) << "equal ones are one";
  const ImportResult result = Import({{"a.yaml", values}, {"b.yaml", "rbacEnabled: true\ndeployments: []"}}, {});
  EXPECT_EQ(dagitops::testing::Lines(result.diagnostics),
            std::vector<std::string>{"fault import-chart-values b.yaml:1:1"});
}

TEST(Refused, EnvironmentsThatAreNoNames) {
  for (const char* name : {"", "a/b", "..", "Production"}) {
    ImportOptions options;
    options.environment = name;
    const ImportResult result = Import({{"a.yaml", "deployments: []"}}, options);
    ASSERT_EQ(result.diagnostics.size(), 1U) << name;
    EXPECT_EQ(result.diagnostics[0].code, "import-environment");
  }
}

TEST(Refused, HostileInputEnds) {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "{a: ";
  EXPECT_TRUE(HasFault(Import({{"f.yaml", deep}}, {}).diagnostics));
  EXPECT_TRUE(HasFault(Import({{"f.yaml", std::string(1000, '\0')}}, {}).diagnostics));
  EXPECT_TRUE(Import({}, {}).diagnostics.empty());
}

}  // namespace
}  // namespace dagitops::import
