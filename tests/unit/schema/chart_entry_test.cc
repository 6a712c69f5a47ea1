#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/schema/validator.h"
#include "dagitops/yaml/parse.h"

#include "support/case_name.h"
#include "support/shared_data.h"

namespace dagitops::schema {
namespace {

struct Version {
  Schema schema;
  const char* chart;  // which published chart it was written from
};
constexpr Version kVersions[] = {{Schema::kChartEntry110, "1.10.5"}, {Schema::kChartEntry112, "1.12.19"}};

Value Read(const std::string& yaml) { return yaml::Parse(yaml, "values.yaml", Layer::kFragment).root; }

struct Case {
  const char* name;
  const char* entry;
  bool valid;  // Helm's verdict, the same for both charts
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class ChartEntry : public testing::TestWithParam<Case> {};

TEST_P(ChartEntry, IsJudgedAsHelmDoes) {
  for (const Version& version : kVersions) {
    Validator validator(version.schema);
    EXPECT_EQ(validator.Validate(Read(GetParam().entry)).empty(), GetParam().valid) << version.chart;
  }
}

#define IMAGE "name: a, image: {repository: r, tag: \"1\", pullPolicy: Always}"

INSTANTIATE_TEST_SUITE_P(
    Good, ChartEntry,
    testing::Values(Case{"Minimal", "{" IMAGE ", port: 3030}", true},
                    Case{"Arguments", "{" IMAGE ", port: 3030, dagsterApiGrpcArgs: [-m, a]}", true},
                    Case{"EnvMapping", "{" IMAGE ", port: 3030, env: {A: \"4\"}}", true},
                    Case{"EnvList", "{" IMAGE ", port: 3030, env: [{name: A, value: \"4\"}]}", true},
                    Case{"EnvListIsNotLookedInto", "{" IMAGE ", port: 3030, env: [{name: A, value: 4}]}", true},
                    Case{"UnknownKey", "{" IMAGE ", port: 3030, replicaCount: 3}", true},
                    Case{"IntegerTag", "{name: a, image: {repository: r, tag: 20240131, pullPolicy: Always}, port: 1}",
                         true},
                    Case{"NoTag", "{name: a, image: {repository: r, tag: ~, pullPolicy: Never}, port: 1}", true},
                    Case{"WholePort", "{" IMAGE ", port: 3030.0}", true},
                    Case{"NullParts", "{" IMAGE ", port: 1, env: ~, labels: ~, volumes: ~, resources: ~}", true},
                    Case{"DateIsAString", "{" IMAGE ", port: 1, labels: {since: 2024-01-31}}", true},
                    Case{"ServiceIsFree", "{" IMAGE ", port: 1, service: 5}", true}),
    support::CaseName());

INSTANTIATE_TEST_SUITE_P(
    Bad, ChartEntry,
    testing::Values(Case{"NoPort", "{" IMAGE "}", false}, Case{"PortAsText", "{" IMAGE ", port: \"3030\"}", false},
                    Case{"NoPullPolicy", "{name: a, image: {repository: r}, port: 1}", false},
                    Case{"OtherPullPolicy", "{name: a, image: {repository: r, pullPolicy: Sometimes}, port: 1}", false},
                    Case{"FractionTag", "{name: a, image: {repository: r, tag: 1.10, pullPolicy: Always}, port: 1}",
                         false},
                    Case{"EnvNumber", "{" IMAGE ", port: 1, env: {A: 4}}", false},
                    Case{"EnvLetter", "{" IMAGE ", port: 1, env: {A: y}}", false},
                    Case{"ArgumentNumber", "{" IMAGE ", port: 1, dagsterApiGrpcArgs: [-m, 5]}", false},
                    Case{"LabelBoolean", "{" IMAGE ", port: 1, labels: {a: no}}", false},
                    Case{"ProbeWithoutEnabled", "{" IMAGE ", port: 1, readinessProbe: {periodSeconds: 2}}", false},
                    Case{"EmptyRunConfig", "{" IMAGE ", port: 1, includeConfigInLaunchedRuns: {}}", false},
                    Case{"VolumesAsMapping", "{" IMAGE ", port: 1, volumes: {a: b}}", false},
                    Case{"NoMapping", "[a]", false}, Case{"NoImage", "{name: a, port: 1}", false}),
    support::CaseName());

TEST(ChartEntryVersions, DifferInTheDigest) {
  const Value entry = Read("{name: a, image: {repository: r, digest: 5, pullPolicy: Always}, port: 1}");
  EXPECT_TRUE(Validator(Schema::kChartEntry110).Validate(entry).empty());
  EXPECT_FALSE(Validator(Schema::kChartEntry112).Validate(entry).empty());
}

TEST(SharedSchemaCases, GetHelmsVerdict) {
  const auto data = support::SharedData();
  if (!data) GTEST_SKIP() << "no shared data here";
  const auto folder = *data / "chart" / "schema-cases";
  const boost::json::value expected = boost::json::parse(support::FileText(folder / "expected.json"));
  for (const Version& version : kVersions) {
    Validator validator(version.schema);
    for (const auto& [name, verdicts] : expected.at("cases").as_object()) {
      const Value values = Read(support::FileText(folder / (std::string(name) + ".yaml")));
      const Value& entry = values.Find("deployments")->items().front();
      EXPECT_EQ(validator.Validate(entry).empty(), verdicts.at(version.chart).at("valid").as_bool()) << name;
    }
  }
}

void CollectEntries(const Value& value, std::vector<Value>& entries) {
  for (const Value::Member& member : value.members()) {
    const Value::Sequence& items = member.value.items();
    if (member.key == "deployments") entries.insert(entries.end(), items.begin(), items.end());
    CollectEntries(member.value, entries);
  }
}

std::vector<Value> SharedEntries(const std::filesystem::path& data) {
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"chart", "values/helm"}) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(data / folder)) {
      if (file.path().extension() == ".yaml" && !file.path().filename().string().starts_with("rendered")) {
        files.push_back(file.path());
      }
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Value> entries;
  for (const auto& file : files) CollectEntries(Read(support::FileText(file)), entries);
  return entries;
}

// The published schema's part about one entry.
Validator Published(const std::filesystem::path& data, const Version& version) {
  const auto folder = data / "chart" / (std::string("dagster-user-deployments-") + version.chart);
  boost::json::value published = boost::json::parse(support::FileText(folder / "values.schema.offline.json"));
  boost::json::value entry = published.at("$defs").at("UserDeployment");
  entry.as_object()["$defs"] = published.at("$defs");
  Result<Validator> validator = Validator::Make(boost::json::serialize(entry));
  EXPECT_TRUE(validator.has_value());
  return std::move(validator).value();
}

// The entry itself, and with each of many values in place of each key it could have.
std::vector<Value> Variants(const Value& entry) {
  static const char* const kKeys[] = {"name",
                                      "image",
                                      "dagsterApiGrpcArgs",
                                      "codeServerArgs",
                                      "includeConfigInLaunchedRuns",
                                      "deploymentNamespace",
                                      "port",
                                      "env",
                                      "envConfigMaps",
                                      "envSecrets",
                                      "annotations",
                                      "nodeSelector",
                                      "affinity",
                                      "tolerations",
                                      "podSecurityContext",
                                      "securityContext",
                                      "resources",
                                      "livenessProbe",
                                      "readinessProbe",
                                      "startupProbe",
                                      "labels",
                                      "volumeMounts",
                                      "volumes",
                                      "schedulerName",
                                      "initContainers",
                                      "sidecarContainers",
                                      "deploymentStrategy",
                                      "service",
                                      "replicaCount"};
  static const Value kOthers = Read(
      "[~, x, 5, 1.5, 2.0, true, [], {}, [a], [5], {a: 5}, {a: b}, [{}], [{a: 1}], Always, {enabled: true}, {enabled: "
      "x}, "
      "{repository: r, pullPolicy: Always}, {repository: r, pullPolicy: Never, tag: 5, digest: 1}]");
  std::vector<Value> variants{entry};
  for (const char* key : kKeys) {
    variants.push_back(entry.Without(key));
    for (const Value& other : kOthers.items()) variants.push_back(entry.With(key, other));
  }
  return variants;
}

TEST(SharedEntries, AreJudgedAsThePublishedSchemaJudgesThem) {
  const auto data = support::SharedData();
  if (!data) GTEST_SKIP() << "no shared data here";
  const std::vector<Value> entries = SharedEntries(*data);
  EXPECT_GT(entries.size(), 30U);
  for (const Version& version : kVersions) {
    Validator ours(version.schema);
    Validator theirs = Published(*data, version);
    std::map<bool, int> verdicts;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Value& entry = entries[i];
      const std::vector<Value> variants = i % 8 == 0 ? Variants(entry) : std::vector{entry};
      for (const Value& variant : variants) {
        const bool valid = theirs.Validate(variant).empty();
        ++verdicts[valid];
        ASSERT_EQ(ours.Validate(variant).empty(), valid) << version.chart << " entry " << i;
      }
    }
    EXPECT_GT(verdicts[true], 300);
    EXPECT_GT(verdicts[false], 300);
  }
}

}  // namespace
}  // namespace dagitops::schema
