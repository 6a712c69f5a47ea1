#include "support/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/digest.h"
#include "dagitops/base/text.h"
#include "dagitops/render/chart_values.h"
#include "dagitops/render/local_process.h"
#include "dagitops/render/workspace_yaml.h"
#include "dagitops/workspace/composer.h"

#include "support/tree_builder.h"

// tests/golden/<case>/in is a workspace repository; beside it stands what each of its environments is rendered to.
namespace dagitops::render {
namespace {

struct Case {
  std::string name;
  std::string folder;  // of the repository
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::vector<Case> Cases() {
  std::vector<Case> cases{{"example", "example-repo"}};
  for (const auto& folder : std::filesystem::directory_iterator(DAGITOPS_SOURCE_DIR "/tests/golden")) {
    const std::string name = folder.path().filename().string();
    if (std::filesystem::is_directory(folder.path() / "in")) cases.push_back({name, "tests/golden/" + name + "/in"});
  }
  std::sort(cases.begin(), cases.end(), [](const Case& a, const Case& b) { return a.name < b.name; });
  return cases;
}

SourceTree ReadTree(const std::string& folder) {
  dagitops::testing::TreeBuilder tree;
  for (const auto& [path, text] : support::ReadFolder(folder)) {
    const bool ours = path == "dagitops.yaml" || path.starts_with("locations/") || path.starts_with("environments/");
    if (ours) tree.Set(path, text);
  }
  return tree.Build();
}

// The folders below environments/, and the default one.
std::set<std::string> Environments(const SourceTree& tree) {
  std::set<std::string> names{"production"};
  for (const auto& file : tree.files) {
    const auto parts = Split(file->path, '/');
    if (parts.size() > 2 && parts[0] == "environments") names.insert(parts[1]);
  }
  return names;
}

// Everything is wanted and nothing proven yet, as on the first pass.
Effective FirstPass(const Composition& composition) {
  Effective effective;
  effective.environment = composition.environment;
  effective.revision = composition.revision;
  effective.chart_values = composition.chart_values;
  for (const auto& location : composition.locations) {
    EffectiveLocation wanted;
    wanted.name = location->name;
    const auto& local = location->settings.local;
    const std::string tree = local && !local->path.empty() ? ShortDigest(local->path, 40) : "";
    wanted.candidate = Version{composition.revision, composition.revision, *location, tree};
    effective.locations.push_back(std::move(wanted));
  }
  return effective;
}

std::string Describe(const DesiredServer& server) {
  const ProcessSpec& process = server.process;
  std::string text = server.location + " " + server.content + (server.external ? " external" : "") + "\n";
  if (!server.not_runnable.empty()) return text + "  not runnable: " + server.not_runnable + "\n";
  if (server.external) return text;
  text += std::string("  command: ") + (process.code_server ? "code-server start" : "api grpc");
  for (const std::string& argument : process.arguments) text += " " + Quoted(argument);
  text += "\n  tree: " + process.tree_id + "\n";
  if (!process.python.empty()) text += "  python: " + process.python + "\n";
  if (!process.requirements.empty()) text += "  requirements: " + process.requirements + "\n";
  if (!process.env_file.empty()) text += "  env file: " + process.env_file + "\n";
  for (const auto& [name, value] : process.environment) text += "  " + name + "=" + Quoted(value) + "\n";
  return text;
}

// The entries as the local target publishes them, with sockets in a folder of this test's own choice.
std::vector<WorkspaceEntry> Published(const Desired& desired) {
  std::vector<WorkspaceEntry> entries;
  for (const DesiredLocation& location : desired.locations) {
    WorkspaceEntry entry = location.published;
    const DesiredServer& server = location.servers.back();
    if (!server.not_runnable.empty()) continue;
    if (server.external) {
      entry = server.address;
      entry.metadata = location.published.metadata;
    } else {
      entry.socket = "/run/dagitops/" + server.content + ".sock";
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string TextOf(const Result<std::string>& result) {
  return result ? *result : "error " + result.error().code + ": " + result.error().Text() + "\n";
}

// File name -> text of everything that one environment is rendered to.
std::map<std::string, std::string> RenderAll(const Composition& composition) {
  const Value& chart_values = composition.chart_values;
  std::map<std::string, std::string> files;
  files["values.yaml"] = TextOf(UserDeploymentsValues(composition.locations, chart_values));
  if (composition.options.release == EnvironmentOptions::Release::kPerLocation) {
    files["values-base.yaml"] = TextOf(BaseValues(chart_values));
    for (const auto& location : composition.locations) {
      if (!HasDeployment(*location)) continue;
      files["values-" + location->name + ".yaml"] =
          TextOf(LocationValues(*location, chart_values, "dagster-user-deployments"));
    }
  }
  const Desired desired = LocalProcess(FirstPass(composition), {"/opt/dagster/bin/python"});
  for (const DesiredLocation& location : desired.locations) {
    files["processes.txt"] += Describe(location.servers.back());
  }
  files["workspace.yaml"] = TextOf(WorkspaceYaml(Published(desired)));
  return files;
}

class Golden : public ::testing::TestWithParam<Case> {};

TEST_P(Golden, IsRenderedToTheSameBytes) {
  const SourceTree tree = ReadTree(GetParam().folder);
  for (const std::string& environment : Environments(tree)) {
    workspace::Composer composer;
    const Composition composition = composer.Compose(tree, environment);
    for (const Diagnostic& diagnostic : composition.diagnostics) {
      EXPECT_EQ(diagnostic.severity, Severity::kWarning) << diagnostic.Text();
    }
    for (const auto& [name, text] : RenderAll(composition)) {
      EXPECT_TRUE(support::MatchesGolden(GetParam().name + "/" + environment + "/" + name, text));
    }
    EXPECT_TRUE(support::NoOtherGoldens(GetParam().name + "/" + environment));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Golden, ::testing::ValuesIn(Cases()), [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace dagitops::render
