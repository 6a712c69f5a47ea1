#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "dagitops/import/import.h"
#include "dagitops/model/service_name.h"

#include "support/case_name.h"
#include "support/imported.h"

namespace dagitops::import {
namespace {

using support::FileOf;
using support::ImportText;
using support::TextAt;

ImportResult ImportItem(const std::string& item, const ImportOptions& options = {}) {
  return ImportText("load_from:\n  - " + item + "\n", options);
}

// The one fragment of the result.
Value OnlyFragment(const ImportResult& result) {
  EXPECT_EQ(result.files.size(), 2U);
  for (const auto& [path, text] : result.files) {
    if (path.starts_with("locations/")) return FileOf(result, path);
  }
  return Value();
}

bool HasNote(const ImportResult& result, const std::string& part) {
  return std::any_of(result.notes.begin(), result.notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

struct Item {
  const char* name;
  const char* item;
  const char* file;   // of the fragment
  const char* lines;  // of the fragment, below its first line
};
void PrintTo(const Item& item, std::ostream* out) { *out << item.item; }
class Items : public ::testing::TestWithParam<Item> {};

TEST_P(Items, BecomeFragments) {
  const ImportResult result = ImportItem(GetParam().item);
  ASSERT_TRUE(result.files.contains(GetParam().file))
      << (result.diagnostics.empty() ? "" : result.diagnostics[0].Text());
  EXPECT_EQ(result.files.at(GetParam().file), std::string("# Imported from values.yaml:2\n") + GetParam().lines);
}

INSTANTIATE_TEST_SUITE_P(
    Servers, Items,
    ::testing::Values(
        Item{"Named", "grpc_server: {host: h, port: 4000, location_name: sales}", "locations/sales.yaml",
             "dagitops:\n  external:\n    host: h\n    port: 4000\n"},
        Item{"NameThatIsNoLabel", "grpc_server: {host: h, port: 4000, location_name: My Sales}",
             "locations/my-sales.yaml",
             "dagitops:\n  locationName: My Sales\n  external:\n    host: h\n    port: 4000\n"},
        Item{"NameThatLooksLikeANumber", "grpc_server: {host: h, port: 1, location_name: \"1.10\"}",
             "locations/l-1-10.yaml", "dagitops:\n  locationName: \"1.10\"\n  external:\n    host: h\n    port: 1\n"},
        Item{"DefaultHost", "grpc_server: {port: 4000, location_name: a}", "locations/a.yaml",
             "dagitops:\n  external:\n    host: localhost\n    port: 4000\n"},
        Item{"DefaultName", "grpc_server: {host: h, port: 4000}", "locations/grpc-h-4000.yaml",
             "dagitops:\n  locationName: grpc:h:4000\n  external:\n    host: h\n    port: 4000\n"},
        Item{"Socket", "grpc_server: {socket: /run/a.sock, location_name: a}", "locations/a.yaml",
             "dagitops:\n  external:\n    socket: /run/a.sock\n"},
        Item{"SocketDefaultName", "grpc_server: {socket: /run/a.sock}", "locations/grpc-localhost-run-a-sock.yaml",
             "dagitops:\n  locationName: grpc:localhost:/run/a.sock\n  external:\n    socket: /run/a.sock\n"},
        Item{"SslAndMetadata",
             "grpc_server: {host: h, port: 1, location_name: a, ssl: true, additional_metadata: {team: x, m: 4}}",
             "locations/a.yaml",
             "dagitops:\n  metadata:\n    m: \"4\"\n    team: x\n  external:\n    host: h\n    port: 1\n    ssl: "
             "true\n"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Python, Items,
    ::testing::Values(
        Item{"TerseFile", "python_file: local/repo.py", "locations/repo-py.yaml",
             "dagitops:\n  locationName: repo.py\n  codeSource:\n    pythonFile: local/repo.py\n  local:\n    path: "
             "code\n"},
        Item{"TerseModule", "python_module: my.defs", "locations/my-defs.yaml",
             "dagitops:\n  locationName: my.defs\n  codeSource:\n    moduleName: my.defs\n  local:\n    path: code\n"},
        Item{"TersePackage", "python_package: pack", "locations/pack.yaml",
             "dagitops:\n  codeSource:\n    packageName: pack\n  local:\n    path: code\n"},
        Item{"Autoload", "autoload_defs_module: {module_name: m.defs, working_directory: ./src/}",
             "locations/m-defs.yaml",
             "dagitops:\n  locationName: m.defs\n  codeSource:\n    autoloadDefsModuleName: m.defs\n"
             "    workingDirectory: src\n  local:\n    path: code\n"},
        Item{"AttributeIsPartOfTheName", "python_file: {relative_path: a/repo.py, attribute: defs}",
             "locations/repo-py-defs.yaml",
             "dagitops:\n  locationName: repo.py:defs\n  codeSource:\n    pythonFile: a/repo.py\n    attribute: defs\n"
             "  local:\n    path: code\n"},
        Item{"AttributeIsNotPartOfAGivenName",
             "python_module: {module_name: m, attribute: defs, location_name: name, executable_path: /venv/bin/python}",
             "locations/name.yaml",
             "dagitops:\n  codeSource:\n    moduleName: m\n    attribute: defs\n  local:\n    path: code\n"
             "    python: /venv/bin/python\n"},
        Item{"RootAsWorkingDirectory", "python_package: {package_name: p, working_directory: ./}", "locations/p.yaml",
             "dagitops:\n  codeSource:\n    packageName: p\n  local:\n    path: code\n"},
        Item{
            "AbsoluteFile", "python_file: {relative_path: /srv/repo.py, working_directory: x/../z}",
            "locations/repo-py.yaml",
            "dagitops:\n  locationName: repo.py\n  codeSource:\n    pythonFile: /srv/repo.py\n    workingDirectory: z\n"
            "  local:\n    path: code\n"}),
    support::CaseName{});

TEST(ImportWorkspace, TakesValuesForVariables) {
  ImportOptions options;
  options.variables = {{"H", "far"}, {"P", "4000"}, {"N", "name"}};
  const ImportResult result =
      ImportItem("grpc_server: {host: {env: H}, port: {env: P}, location_name: {env: N}}", options);
  const Value fragment = FileOf(result, "locations/name.yaml");
  EXPECT_EQ(TextAt(fragment, "dagitops.external.host"), "far");
  EXPECT_EQ(TextAt(fragment, "dagitops.external.port"), "4000");
  EXPECT_TRUE(HasNote(result, "$H"));
}

TEST(ImportWorkspace, GivesNamesThatClashADigest) {
  const ImportResult result = ImportText(
      "load_from:\n"
      "  - grpc_server: {host: h, port: 1, location_name: a_b}\n"
      "  - grpc_server: {host: h, port: 2, location_name: a-b}\n"
      "  - python_package: a.b\n");
  ASSERT_EQ(result.files.size(), 4U);
  std::vector<std::string> names;
  for (const auto& [path, text] : result.files) {
    if (path.starts_with("locations/")) names.push_back(TextAt(FileOf(result, path), "dagitops.locationName"));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"a-b", "a.b", "a_b"}));
  for (const auto& [path, text] : result.files) {
    if (path.starts_with("locations/")) {
      EXPECT_TRUE(IsServiceName(path.substr(10, path.size() - 15))) << path;
    }
  }
}

TEST(ImportWorkspace, NeverTakesTheNameOfADeployment) {
  const ImportResult result =
      Import({{"values.yaml", "deployments: [{name: sales, port: 3030}]"},
              {"w.yaml", "load_from: [{grpc_server: {host: x, port: 1, location_name: Sales}}]"}},
             {});
  EXPECT_EQ(TextAt(FileOf(result, "locations/sales.yaml"), "port"), "3030");
  EXPECT_EQ(result.files.size(), 3U);
}

TEST(ImportWorkspace, NamesTheDeploymentsThatItsServersReach) {
  const ImportResult result = Import({{"values.yaml", "deployments: [{name: sales, port: 4266}, {name: hr}]"},
                                      {"w.yaml",
                                       "load_from: [{grpc_server: {host: sales, port: 4266}}, {grpc_server: {host: "
                                       "hr.x.svc, port: 3030, location_name: hr,"
                                       " additional_metadata: {team: a}}}]"}},
                                     {});
  EXPECT_EQ(TextAt(FileOf(result, "locations/sales.yaml"), "dagitops.locationName"), "grpc:sales:4266")
      << "Dagster keeps the state of schedules under this name";
  const Value hr = FileOf(result, "locations/hr.yaml");
  EXPECT_EQ(hr.FindPath("dagitops.locationName"), nullptr);
  EXPECT_EQ(TextAt(hr, "dagitops.metadata.team"), "a");
}

TEST(ImportWorkspace, TakesTheSameServerOfTwoFilesOnce) {
  const std::string text = "load_from: [{grpc_server: {host: h, port: 1, location_name: a}}]";
  const ImportResult result = Import({{"a.yaml", text}, {"b.yaml", text}}, {});
  EXPECT_EQ(result.files.size(), 2U);
}

TEST(ImportWorkspace, GivesTheCodeOfEachFileAFolder) {
  const auto path_of = [](const ImportResult& result, const std::string& name) {
    return TextAt(FileOf(result, "locations/" + name + ".yaml"), "dagitops.local.path");
  };
  const ImportResult one = Import({{"x/team/workspace.yaml", "load_from: [python_package: a]"}}, {});
  EXPECT_EQ(path_of(one, "a"), "code");
  EXPECT_TRUE(HasNote(one, "into the repository as code/"));
  const ImportResult several = Import({{"x/Team_A/workspace.yaml", "load_from: [python_package: a]"},
                                       {"y/team-a/workspace.yaml", "load_from: [python_package: b]"},
                                       {"team-a-2/workspace.yaml", "load_from: [python_package: c]"},
                                       {"workspace.yaml", "load_from: [python_package: d]"}},
                                      {});
  EXPECT_EQ(path_of(several, "a"), "code/team-a");
  EXPECT_EQ(path_of(several, "b"), "code/team-a-2");
  EXPECT_EQ(path_of(several, "c"), "code/team-a-2-2");
  EXPECT_EQ(path_of(several, "d"), "code/workspace");
}

TEST(ImportWorkspace, TellsAboutInterpretersThatDependOnTheFolder) {
  EXPECT_TRUE(HasNote(ImportItem("python_package: {package_name: p, executable_path: .venv/bin/python}"),
                      ".venv/bin/python is a relative path"));
}

TEST(ImportWorkspace, MayBeEmpty) {
  const ImportResult result = ImportText("load_from: []");
  EXPECT_EQ(result.files.size(), 1U);
  EXPECT_EQ(result.files.at("dagitops.yaml"),
            "schemaVersion: 1\ndefaultEnvironment: production\nenvironments:\n  production: {}\n");
}

TEST(ImportWorkspace, ComposesToTheSameServers) {
  const ImportResult result = ImportItem("grpc_server: {host: h, port: 4000, location_name: A b, ssl: true}");
  const Composition composition = support::ComposeFiles(result.files, "production");
  ASSERT_EQ(composition.locations.size(), 1U);
  EXPECT_EQ(composition.locations[0]->settings.location_name, "A b");
  EXPECT_EQ(composition.locations[0]->settings.external, (ExternalServer{"h", 4000, "", true}));
  OnlyFragment(result);
}

TEST(WorkspaceFiles, OfOneServerMustAgreeOnItsMetadata) {
  const auto file = [](const char* path, const char* metadata) {
    return ImportFile{path, "load_from: [{grpc_server: {host: h, port: 1, location_name: a, additional_metadata: " +
                                std::string(metadata) + "}}]\n"};
  };
  EXPECT_TRUE(Import({file("a.yaml", "{k: v}"), file("b.yaml", "{k: v}")}, {}).diagnostics.empty());
  const ImportResult result = Import({file("a.yaml", "{k: v}"), file("b.yaml", "{k: w}")}, {});
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].code, "import-duplicate");
  EXPECT_NE(result.diagnostics[0].Text().find("a.yaml:1"), std::string::npos) << result.diagnostics[0].Text();
  EXPECT_EQ(result.diagnostics[0].position.file, "b.yaml");
}

}  // namespace
}  // namespace dagitops::import
