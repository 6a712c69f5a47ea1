#include "dagitops/workspace/composer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/yaml/emit.h"

#include "support/diagnostic_lines.h"
#include "support/tree_builder.h"

namespace dagitops::workspace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Lines;
using testing::TreeBuilder;

const char kRepository[] = "environments: {production: {}, staging: {verify: readiness}}\n";

// The smallest whole fragment.
std::string Fragment(const std::string& more = "") {
  return "image: {repository: registry.example.com/acme/a, tag: \"1\"}\n" + more +
         "dagitops: {codeSource: {moduleName: a}}\n";
}

TreeBuilder Tree() { return TreeBuilder().Set("dagitops.yaml", kRepository); }

Composition Compose(const TreeBuilder& tree, const ComposeOptions& options = {}) {
  return Composer().Compose(tree.Build(), "production", options);
}

std::vector<std::string> Names(const Composition& composition) {
  std::vector<std::string> names;
  for (const auto& location : composition.locations) names.push_back(location->name);
  return names;
}

TEST(Compose, TheSmallestFragmentBecomesAWholeEntry) {
  const Composition composition = Compose(Tree().Set("locations/team/analytics.yaml", Fragment()));
  EXPECT_THAT(Lines(composition.diagnostics), IsEmpty());
  ASSERT_EQ(Names(composition), std::vector<std::string>{"analytics"});
  const CodeLocation& location = *composition.locations.front();
  EXPECT_EQ(yaml::Emit(location.entry),
            "name: \"analytics\"\n"
            "image:\n"
            "  repository: \"registry.example.com/acme/a\"\n"
            "  tag: \"1\"\n"
            "  pullPolicy: \"IfNotPresent\"\n"
            "dagsterApiGrpcArgs:\n"
            "  - \"--module-name\"\n"
            "  - \"a\"\n"
            "port: 3030\n");
  EXPECT_EQ(location.settings.location_name, "analytics");
  EXPECT_EQ(location.sources, (std::vector<std::string>{"", "dagitops.yaml", "", "locations/team/analytics.yaml", ""}));
  EXPECT_EQ(location.digest.size(), 16U);
  EXPECT_TRUE(composition.usable);
}

TEST(Compose, LayersLieOverEachOtherInOrder) {
  const char* layer = "labels: {from: %, only-%: x}\n";
  const auto text = [&](const std::string& name) {
    std::string filled = layer;
    for (std::size_t at; (at = filled.find('%')) != std::string::npos;) filled.replace(at, 1, name);
    return filled;
  };
  TreeBuilder tree;
  tree.Set("dagitops.yaml", "environments: {production: {}}\ndefaults: {labels: {from: defaults, only-defaults: x}}\n");
  tree.Set("environments/production/defaults.yaml", text("environment"));
  tree.Set("locations/a.yaml", Fragment(text("fragment")));
  tree.Set("environments/production/locations/deep/er/a.yaml", text("overlay"));
  const Composition composition = Compose(tree);
  EXPECT_THAT(Lines(composition.diagnostics), IsEmpty());
  const CodeLocation& location = *composition.locations.at(0);
  EXPECT_EQ(yaml::Canonical(*location.entry.Find("labels")),
            R"({"from":"overlay","only-defaults":"x","only-environment":"x","only-fragment":"x","only-overlay":"x"})");
  EXPECT_EQ(location.sources,
            (std::vector<std::string>{"", "dagitops.yaml", "environments/production/defaults.yaml", "locations/a.yaml",
                                      "environments/production/locations/deep/er/a.yaml"}));
}

TEST(Compose, WhatAFragmentSaysGoesBeforeOurDefaults) {
  const Composition composition = Compose(Tree().Set(
      "locations/a.yaml", "port: 4000\nimage: {repository: r, pullPolicy: Always}\ndagsterApiGrpcArgs: [-m, a]\n"));
  EXPECT_EQ(
      yaml::Canonical(composition.locations.at(0)->entry),
      R"({"dagsterApiGrpcArgs":["-m","a"],"image":{"pullPolicy":"Always","repository":"r"},"name":"a","port":4000})");
}

TEST(Compose, NameAndLocationNameMayDifferFromTheFile) {
  const Composition composition = Compose(Tree()
                                              .Set("locations/x.yaml", "name: my-code\n" + Fragment())
                                              .Set("locations/z.yaml",
                                                   "image: {repository: r}\n"
                                                   "dagitops: {locationName: My Code, codeSource: {moduleName: z}}\n"));
  EXPECT_EQ(Names(composition), (std::vector<std::string>{"my-code", "z"}));
  EXPECT_EQ(composition.locations.at(1)->settings.location_name, "My Code");
}

TEST(Compose, AnOverlayMatchesByNameNotByFile) {
  TreeBuilder tree = Tree();
  tree.Set("locations/a.yaml", "name: b\n" + Fragment());
  tree.Set("environments/production/locations/whatever.yaml", "name: b\nport: 1\n");
  tree.Set("environments/staging/locations/b.yaml", "port: 2\n");
  const Composition composition = Compose(tree);
  ASSERT_EQ(Names(composition), std::vector<std::string>{"b"});
  EXPECT_EQ(composition.locations.front()->entry.Find("port")->text(), "1");
}

TEST(Compose, AnEnvironmentMayHaveLocationsOfItsOwn) {
  TreeBuilder tree = Tree();
  tree.Set("locations/a.yaml", Fragment());
  tree.Set("environments/staging/locations/only.yaml", Fragment());
  EXPECT_EQ(Names(Compose(tree)), std::vector<std::string>{"a"});
  const Composition staging = Composer().Compose(tree.Build(), "staging");
  EXPECT_EQ(Names(staging), (std::vector<std::string>{"a", "only"}));
  EXPECT_EQ(staging.locations.at(1)->sources.at(4), "environments/staging/locations/only.yaml");
  EXPECT_EQ(staging.options.verify, EnvironmentOptions::Verify::kReadiness);
}

TEST(Compose, PublishesByOrderThenByName) {
  TreeBuilder tree = Tree();
  for (const auto& [name, order] : {std::pair{"d", 0}, {"c", 1}, {"b", -1}, {"a", 0}, {"e", 1}}) {
    tree.Set(std::string("locations/") + name + ".yaml",
             "image: {repository: r}\ndagitops: {codeSource: {moduleName: x}, order: " + std::to_string(order) + "}\n");
  }
  EXPECT_EQ(Names(Compose(tree)), (std::vector<std::string>{"b", "a", "d", "c", "e"}));
}

TEST(Compose, ADisabledLocationIsNeitherThereNorInvalid) {
  TreeBuilder tree = Tree();
  tree.Set("locations/a.yaml", "dagitops: {enabled: false, codeSource: {}}\n");
  tree.Set("locations/b.yaml", Fragment());
  tree.Set("environments/production/locations/b.yaml", "dagitops: {enabled: false}\n");
  const Composition composition = Compose(tree);
  EXPECT_THAT(composition.locations, IsEmpty());
  EXPECT_THAT(composition.invalid, IsEmpty());
  EXPECT_THAT(Lines(composition.diagnostics), IsEmpty());
  EXPECT_EQ(Names(Composer().Compose(tree.Build(), "staging")), std::vector<std::string>{"b"});
}

TEST(Compose, AnExternalLocationGetsNoDefaultsOfAServer) {
  const Composition composition =
      Compose(Tree().Set("locations/a.yaml", "dagitops: {external: {host: h, port: 4000}}\n"));
  EXPECT_EQ(yaml::Canonical(composition.locations.at(0)->entry), R"({"name":"a"})");
  EXPECT_THAT(Lines(composition.diagnostics), IsEmpty());
}

TEST(Compose, ChartValuesArePassedThrough) {
  TreeBuilder tree = Tree().Set("environments/production/user-deployments.yaml", "serviceAccount: {create: true}\n");
  EXPECT_EQ(yaml::Canonical(Compose(tree).chart_values), R"({"serviceAccount":{"create":true}})");
  EXPECT_TRUE(Composer().Compose(tree.Build(), "staging").chart_values.is_null());
}

TEST(Compose, OneBadLocationCostsOnlyItself) {
  TreeBuilder tree = Tree().Set("locations/bad.yaml", "dagitops: {codeSource: {}}\nport: 1\n");
  tree.Set("locations/good.yaml", Fragment());
  const Composition composition = Compose(tree);
  EXPECT_EQ(Names(composition), std::vector<std::string>{"good"});
  ASSERT_EQ(composition.invalid.size(), 1U);
  EXPECT_EQ(composition.invalid.front().name, "bad");
  EXPECT_EQ(composition.invalid.front().sources.at(3), "locations/bad.yaml");
  EXPECT_THAT(Lines(composition.invalid.front().faults),
              ::testing::Contains("fault code-source locations/bad.yaml:1:24 (bad)"));
}

TEST(Compose, ABrokenFileKeepsTheNameItHad) {
  const TreeBuilder tree = Tree().Set("locations/x.yaml", "a: [\n");
  const Composition composition = Compose(tree, {.path_names = {{"locations/x.yaml", "my-code"}}});
  ASSERT_EQ(composition.invalid.size(), 1U);
  EXPECT_EQ(composition.invalid.front().name, "my-code");
  EXPECT_THAT(composition.nameless_files, IsEmpty());
  EXPECT_THAT(Lines(composition.diagnostics), ElementsAre("fault yaml-syntax locations/x.yaml:2:1 (my-code)"));
}

TEST(Compose, ABrokenFileThatNeverHadANameIsNameless) {
  const Composition composition = Compose(Tree().Set("locations/x.yaml", "a: [\n"));
  EXPECT_THAT(composition.invalid, IsEmpty());
  EXPECT_THAT(composition.nameless_files, ElementsAre("locations/x.yaml"));
  EXPECT_THAT(Lines(composition.diagnostics), ElementsAre("fault yaml-syntax locations/x.yaml:2:1"));
}

TEST(Compose, ABrokenOverlayHoldsItsFragment) {
  TreeBuilder tree = Tree().Set("locations/a.yaml", Fragment()).Set("locations/b.yaml", Fragment());
  tree.Set("environments/production/locations/a.yaml", "a: [\n");
  tree.Set("environments/production/locations/c.yaml", "a: [\n");
  const Composition composition = Compose(tree);
  EXPECT_EQ(Names(composition), std::vector<std::string>{"b"});
  ASSERT_EQ(composition.invalid.size(), 1U);
  EXPECT_EQ(composition.invalid.front().name, "a");
  EXPECT_THAT(composition.nameless_files, ElementsAre("environments/production/locations/c.yaml"));
}

TEST(Compose, TheSameTwiceIsEqual) {
  TreeBuilder tree = Tree().Set("locations/a.yaml", Fragment()).Set("locations/b.yaml", "a: [\n");
  Composer composer;
  const Composition first = composer.Compose(tree.Build(), "production");
  const Composition second = composer.Compose(tree.Build(), "production");
  EXPECT_EQ(first.locations, second.locations) << "the very same objects";
  EXPECT_EQ(first.diagnostics, second.diagnostics);
  EXPECT_EQ(first.nameless_files, second.nameless_files);
}

TEST(Compose, RevisionAndEnvironmentAreTold) {
  const Composition composition = Compose(Tree());
  EXPECT_EQ(composition.revision.id, std::string(40, 'a'));
  EXPECT_EQ(composition.environment, "production");
  EXPECT_TRUE(composition.usable) << "no locations is a state, not a fault";
}

struct DigestCase {
  const char* name;
  const char* before;
  const char* after;
  bool equal;
};

TEST(Digest, ChangesExactlyWhenTheLocationDoes) {
  const std::string image = "image: {repository: r}\n";
  const DigestCase cases[] = {
      {"comment", "port: 1\n", "port: 1 # one\n", true},
      {"key order", "port: 1\nlabels: {a: b, c: d}\n", "labels: {c: d, a: b}\nport: 1\n", true},
      {"style", "labels: {a: b}\n", "labels:\n  a: 'b'\n", true},
      {"default written out", "{}\n", "port: 3030\n", true},
      {"ignored warning", "dagitops: {owner: x}\n",
       "dagitops: {owner: x, lint: {ignore: [{code: latest-tag, reason: r}]}}\n", true},
      {"value", "port: 1\n", "port: 2\n", false},
      {"quotes", "resources: {limits: {cpu: 1}}\n", "resources: {limits: {cpu: \"1\"}}\n", false},
      {"list order", "tolerations: [{key: a}, {key: b}]\n", "tolerations: [{key: b}, {key: a}]\n", false},
      {"owner", "dagitops: {owner: x}\n", "dagitops: {owner: z}\n", false},
      {"runs", "dagitops: {runs: now}\n", "dagitops: {runs: wait 1m}\n", false},
  };
  for (const DigestCase& c : cases) {
    const auto digest = [&](const std::string& text) {
      const std::string whole = text == "{}\n" ? image : image + text;
      const Composition composition = Compose(Tree().Set("locations/a.yaml", whole));
      EXPECT_EQ(composition.locations.size(), 1U) << c.name << ::testing::PrintToString(Lines(composition.diagnostics));
      return composition.locations.empty() ? "" : composition.locations.front()->digest;
    };
    EXPECT_EQ(digest(c.before) == digest(c.after), c.equal) << c.name;
  }
}

}  // namespace
}  // namespace dagitops::workspace
