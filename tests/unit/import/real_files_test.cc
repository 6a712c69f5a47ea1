#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/text.h"
#include "dagitops/import/import.h"

#include "support/imported.h"
#include "support/shared_data.h"

// Values and workspace files of real repositories, against what was found out about each of them: by reading for the
// values, by real Dagster for workspace.yaml.
namespace dagitops::import {
namespace {

using support::ComposeFiles;
using support::TextAt;

const std::string kFolder = "${WORKSPACE_DIR}/";

struct Sample {
  std::string name;
  Value expected;
  ImportResult result;
};

std::vector<Sample> Samples(const std::string& folder) {
  std::vector<Sample> samples;
  const auto shared = support::SharedData();
  if (!shared) return samples;
  const std::filesystem::path path = *shared / "values" / folder;
  const Value root = support::ReadYaml(support::FileText(path / "expected.json"));  // JSON is YAML
  const Value* cases = root.Find("cases");
  for (const auto& member : (cases == nullptr ? root : *cases).members()) {
    ImportOptions options;
    if (const Value* environment = member.value.Find("environment")) {
      for (const auto& variable : environment->members()) options.variables[variable.key] = variable.value.text();
    }
    const std::string file = member.key + ".yaml";
    samples.push_back({member.key, member.value, Import({{file, support::FileText(path / file)}}, options)});
  }
  return samples;
}

std::vector<std::string> Texts(const Value* list) {
  std::vector<std::string> texts;
  if (list == nullptr) return texts;
  for (const Value& item : list->items()) texts.push_back(item.text());
  return texts;
}

const Value& Part(const Value& value, const std::string& key) {
  static const Value kNothing;
  const Value* found = value.FindPath(key);
  return found == nullptr ? kNothing : *found;
}

// Names of a list of references; Dagster's own example has bare texts there.
std::vector<std::string> References(const Value* list) {
  std::vector<std::string> names;
  if (list == nullptr) return names;
  for (const Value& item : list->items()) names.push_back(item.is_scalar() ? item.text() : TextAt(item, "name"));
  return names;
}

std::vector<std::string> EnvNames(const Value& env) {
  std::vector<std::string> names;
  for (const auto& member : env.members()) names.push_back(member.key);
  for (const Value& item : env.items()) names.push_back(TextAt(item, "name"));
  return names;
}

// One deployment as expected.json has it, against the composed entry.
void ExpectDeployment(const Value& expected, const Value& entry) {
  for (const char* key : {"repository", "tag", "digest", "pullPolicy"}) {
    EXPECT_EQ(TextAt(entry, std::string("image.") + key), TextAt(expected, std::string("image.") + key)) << key;
  }
  EXPECT_EQ(TextAt(entry, "port"), TextAt(expected, "port"));
  EXPECT_EQ(Texts(entry.Find(TextAt(expected, "args_key"))), Texts(expected.Find("args")));
  const std::string form = TextAt(expected, "env_form");
  const Value& env = Part(entry, "env");
  EXPECT_EQ(env.is_mapping() ? "map" : env.is_sequence() ? "list" : "", form);
  // expected.json sorts the names of the mapping form.
  std::vector<std::string> names = EnvNames(env);
  if (form == "map") std::sort(names.begin(), names.end());
  EXPECT_EQ(names, Texts(expected.Find("env_names")));
  EXPECT_EQ(References(entry.Find("envSecrets")), Texts(expected.Find("env_secrets")));
  EXPECT_EQ(References(entry.Find("envConfigMaps")), Texts(expected.Find("env_config_maps")));
  std::vector<std::string> keys{"name"};
  for (const auto& member : entry.members()) keys.push_back(member.key);
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(keys, Texts(expected.Find("keys")));
}

// The servers that the values say Dagster loads: with workspace.enabled those of the list. Gives their number.
std::size_t ExpectServers(const Value& expected, const std::map<std::string, Value>& externals) {
  if (TextAt(expected, "workspace.enabled") != "true") return 0;
  const auto& servers = Part(expected, "workspace.servers").items();
  for (const Value& server : servers) {
    const auto found = externals.find(TextAt(server, "name"));
    EXPECT_NE(found, externals.end()) << TextAt(server, "name");
    if (found == externals.end()) continue;
    EXPECT_EQ(TextAt(found->second, "host"), TextAt(server, "host"));
    EXPECT_EQ(TextAt(found->second, "port"), TextAt(server, "port"));
  }
  return servers.size();
}

void ExpectSample(const Sample& sample) {
  std::map<std::string, Value> fragments;
  std::map<std::string, Value> externals;  // by location name
  for (const auto& [path, text] : sample.result.files) {
    if (!path.starts_with("locations/")) continue;
    const Value fragment = support::ReadYaml(text);
    const std::string name = path.substr(10, path.size() - 15);
    fragments[name] = fragment;
    const Value* location_name = fragment.FindPath("dagitops.locationName");
    const Value* external = fragment.FindPath("dagitops.external");
    if (external != nullptr) externals[location_name == nullptr ? name : location_name->text()] = *external;
  }
  const auto& deployments = Part(sample.expected, "deployments").items();
  for (const Value& expected : deployments) {
    SCOPED_TRACE(TextAt(expected, "name"));
    ASSERT_TRUE(fragments.contains(TextAt(expected, "name")));
    ExpectDeployment(expected, fragments.at(TextAt(expected, "name")));
  }
  EXPECT_EQ(fragments.size(), deployments.size() + ExpectServers(sample.expected, externals));
}

TEST(RealValues, GiveTheDeploymentsAndServersTheyHold) {
  const auto samples = Samples("helm");
  if (samples.empty()) GTEST_SKIP() << "no shared data here";
  // Its one deployment stands under a key that the chart ignores.
  const std::set<std::string> refused{"dsrp-misspelled-key"};
  EXPECT_EQ(samples.size(), 15U);
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    EXPECT_EQ(HasFault(sample.result.diagnostics), refused.contains(sample.name));
    if (!refused.contains(sample.name)) ExpectSample(sample);
  }
}

// As expected.json writes paths: below the folder of workspace.yaml, which is the code folder here.
std::string Resolved(const std::string& path) { return path.starts_with('/') ? path : kFolder + path; }

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path == "." ? "" : path;
}

void ExpectPython(const Value& expected, const LocationSettings& settings) {
  ASSERT_TRUE(settings.code_source.has_value());
  const CodeSource& source = *settings.code_source;
  const std::string kind = TextAt(expected, "kind");
  if (kind == "python_file") {
    EXPECT_EQ(source.kind, CodeSource::Kind::kPythonFile);
    EXPECT_EQ(Resolved(source.target), TextAt(expected, "python_file"));
  } else {
    const bool package = kind == "python_package";
    EXPECT_EQ(source.kind, package ? CodeSource::Kind::kPackageName : CodeSource::Kind::kModuleName);
    EXPECT_EQ(source.target, TextAt(expected, package ? "package_name" : "module_name"));
  }
  EXPECT_EQ(source.attribute, TextAt(expected, "attribute"));
  // Dagster's default for a file is the folder itself, which is where our servers start.
  std::string directory = TextAt(expected, "working_directory");
  if (directory.starts_with("${WORKSPACE_DIR}"))
    directory = directory.substr(std::min(directory.size(), kFolder.size()));
  EXPECT_EQ(source.working_directory, WithoutSlash(directory));
  ASSERT_TRUE(settings.local.has_value());
  EXPECT_EQ(settings.local->path, "code");
  EXPECT_EQ(settings.local->python, TextAt(expected, "executable_path"));
}

void ExpectServer(const Value& expected, const LocationSettings& settings) {
  ASSERT_TRUE(settings.external.has_value());
  const ExternalServer& server = *settings.external;
  EXPECT_EQ(server.socket, TextAt(expected, "socket"));
  EXPECT_EQ(server.port == 0 ? "" : std::to_string(server.port), TextAt(expected, "port"));
  EXPECT_EQ(server.host, server.socket.empty() ? TextAt(expected, "host") : "");
}

TEST(RealWorkspaceFiles, GiveTheLocationsDagsterMakesOfThem) {
  const auto samples = Samples("workspace");
  if (samples.empty()) GTEST_SKIP() << "no shared data here";
  // Reaches code above its own folder, which no folder of a repository can hold.
  const std::set<std::string> refused{"parent-relative-paths"};
  EXPECT_GE(samples.size(), 28U);
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    const bool accepted = TextAt(sample.expected, "dagster.accepted") == "true" && !refused.contains(sample.name);
    EXPECT_EQ(!HasFault(sample.result.diagnostics), accepted);
    if (!accepted) continue;
    const Composition composition = ComposeFiles(sample.result.files, "production");
    const auto& expected_locations = Part(sample.expected, "dagster.locations").items();
    EXPECT_EQ(composition.locations.size(), expected_locations.size());
    for (std::size_t i = 0; i < std::min(composition.locations.size(), expected_locations.size()); ++i) {
      EXPECT_EQ(composition.locations[i]->settings.location_name, TextAt(expected_locations[i], "location_name"));
    }
    for (const Value& expected : expected_locations) {
      SCOPED_TRACE(TextAt(expected, "location_name"));
      const auto found = std::find_if(composition.locations.begin(), composition.locations.end(), [&](const auto& l) {
        return l->settings.location_name == TextAt(expected, "location_name");
      });
      ASSERT_NE(found, composition.locations.end());
      const LocationSettings& settings = (*found)->settings;
      TextAt(expected, "kind") == "grpc_server" ? ExpectServer(expected, settings) : ExpectPython(expected, settings);
    }
  }
}

// The chart's workspace ConfigMap for these values: location name -> host:port. `dagster-workflows` in the rendering
// of workspace-from-subchart-deployments is of the copied chart's template, no value names it; the chart as published
// lists the deployments.
TEST(RealChartGoldens, GiveTheServersOfTheWorkspaceTheyRenderTo) {
  const auto shared = support::SharedData();
  if (!shared) GTEST_SKIP() << "no shared data here";
  const std::map<std::string, std::vector<std::string>> expected{
      {"workspace-external-configmap", {}},
      {"workspace-fixed-servers",
       {"sales-etl=sales-etl.data.svc.cluster.local:3030", "marketing-attribution=marketing-attribution:4000"}},
      {"workspace-from-subchart-deployments", {"sales-etl=deployed", "marketing-attribution=deployed"}},
      {"workspace-real-medallion",
       {"domain-air=medallion-air.air.svc:4266", "domain-weather=medallion-weather.weather.svc:4266"}}};
  for (const auto& [name, servers] : expected) {
    SCOPED_TRACE(name);
    const auto text = support::FileText(*shared / "chart" / "golden" / name / "values.yaml");
    const ImportResult result = support::ImportText(text);
    EXPECT_FALSE(HasFault(result.diagnostics));
    std::vector<std::string> found;
    for (const auto& location : ComposeFiles(result.files, "production").locations) {
      const auto& external = location->settings.external;
      const std::string address = external ? external->host + ":" + std::to_string(external->port) : "deployed";
      found.push_back(location->settings.location_name + "=" + address);
    }
    EXPECT_EQ(found, servers);
  }
  const auto both = *shared / "chart" / "golden" / "workspace-servers-and-configmap-conflict" / "values.yaml";
  const ImportResult refused = support::ImportText(support::FileText(both));
  ASSERT_EQ(refused.diagnostics.size(), 1U);
  EXPECT_EQ(refused.diagnostics[0].code, "import-servers-and-configmap") << "helm refuses these values too";
}

// Two files of one install: the code's release and the one that lists its servers.
TEST(RealValues, OfTwoReleasesComeTogether) {
  const auto shared = support::SharedData();
  if (!shared) GTEST_SKIP() << "no shared data here";
  const auto read = [&](const std::string& name) {
    return ImportFile{name + ".yaml", support::FileText(*shared / "values" / "helm" / (name + ".yaml"))};
  };
  const ImportResult result = Import({read("medallion-dagster"), read("medallion-user-deployments-all")}, {});
  const Composition composition = ComposeFiles(result.files, "production");
  ASSERT_EQ(composition.locations.size(), 2U);
  EXPECT_EQ(composition.locations[0]->name, "medallion-air");
  EXPECT_EQ(composition.locations[0]->settings.location_name, "domain-air");
  EXPECT_FALSE(composition.locations[0]->settings.external.has_value());
  EXPECT_EQ(composition.locations[1]->settings.location_name, "domain-weather");
}

}  // namespace
}  // namespace dagitops::import
