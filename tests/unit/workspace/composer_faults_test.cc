#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "dagitops/workspace/composer.h"

#include "support/case_name.h"
#include "support/diagnostic_lines.h"
#include "support/tree_builder.h"

namespace dagitops::workspace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Lines;
using testing::TreeBuilder;

using Files = std::map<std::string, std::string>;
using Strings = std::vector<std::string>;

const char kWhole[] = "image: {repository: r, tag: \"1\"}\ndagitops: {codeSource: {moduleName: m}}\n";

// `more` lies above the `dagitops` block.
std::string Whole(const std::string& more, const std::string& settings = "") {
  return "image: {repository: r, tag: \"1\"}\n" + more + "dagitops: {codeSource: {moduleName: m}" + settings + "}\n";
}

Composition Compose(const Files& files, const std::string& environment = "e") {
  TreeBuilder tree;
  tree.Set("dagitops.yaml", "environments: {e: {}, other: {}}\n");
  for (const auto& [path, text] : files) tree.Set(path, text);
  return Composer().Compose(tree.Build(), environment);
}

Strings Names(const Composition& composition) {
  Strings names;
  for (const auto& location : composition.locations) names.push_back(location->name);
  return names;
}

Strings InvalidNames(const Composition& composition) {
  Strings names;
  for (const auto& invalid : composition.invalid) names.push_back(invalid.name);
  return names;
}

struct Case {
  const char* name;
  Files files;
  Strings told;
  Strings valid;
  Strings invalid;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class Faulty : public ::testing::TestWithParam<Case> {};

TEST_P(Faulty, IsToldWithItsPlaceAndCostsOnlyItself) {
  const Composition composition = Compose(GetParam().files);
  EXPECT_EQ(Lines(composition.diagnostics), GetParam().told);
  EXPECT_EQ(Names(composition), GetParam().valid);
  EXPECT_EQ(InvalidNames(composition), GetParam().invalid);
  EXPECT_TRUE(composition.usable);
  EXPECT_THAT(composition.nameless_files, IsEmpty());
}

const Case kNames[] = {
    {"FileWithABadName",
     {{"locations/My_Code.yaml", kWhole}},
     {"fault bad-name locations/My_Code.yaml (My_Code)"},
     {},
     {"My_Code"}},
    {"KeyWithABadName",
     {{"locations/a.yaml", Whole("name: \"-a\"\n")}},
     {"fault bad-name locations/a.yaml:2:7 (-a)"},
     {},
     {"-a"}},
    {"NameTooLong",
     {{"locations/a.yaml", Whole("name: " + std::string(64, 'n') + "\n")}},
     {"fault bad-name locations/a.yaml:2:7 (" + std::string(64, 'n') + ")"},
     {},
     {std::string(64, 'n')}},
    {"TwoFilesOfOneName",
     {{"locations/a/x.yaml", kWhole}, {"locations/b/x.yaml", kWhole}, {"locations/z.yaml", kWhole}},
     {"fault duplicate-service locations/a/x.yaml (x)", "fault duplicate-service locations/b/x.yaml (x)"},
     {"z"},
     {"x"}},
    {"FileAndKeyOfOneName",
     {{"locations/a.yaml", kWhole}, {"locations/b.yaml", Whole("name: a\n")}},
     {"fault duplicate-service locations/a.yaml (a)", "fault duplicate-service locations/b.yaml:2:7 (a)"},
     {},
     {"a"}},
    {"FragmentAndBrokenDuplicate",
     {{"locations/a.yaml", kWhole}, {"locations/b.yaml", "name: a\nport: {}\n"}},
     {"fault duplicate-service locations/a.yaml (a)", "warning no-code-source locations/b.yaml (a)",
      "fault schema-fault locations/b.yaml:1:1 (a)", "fault duplicate-service locations/b.yaml:1:7 (a)",
      "fault schema-fault locations/b.yaml:2:7 (a)"},
     {},
     {"a"}},
    {"TwoOverlaysOfOneName",
     {{"locations/a.yaml", kWhole},
      {"environments/e/locations/a.yaml", "port: 1\n"},
      {"environments/e/locations/x/a.yaml", kWhole}},
     {"fault duplicate-overlay environments/e/locations/x/a.yaml (a)"},
     {},
     {"a"}},
    {"TwoOverlaysOfNothing",
     {{"environments/e/locations/a.yaml", kWhole}, {"environments/e/locations/x/a.yaml", kWhole}},
     {"fault duplicate-overlay environments/e/locations/x/a.yaml (a)"},
     {},
     {"a"}},
    {"TwoLocationNames",
     {{"locations/a.yaml", Whole("", ", locationName: X")}, {"locations/b.yaml", Whole("", ", locationName: X")}},
     {"fault duplicate-location locations/a.yaml (a)", "fault duplicate-location locations/b.yaml (b)"},
     {},
     {"a", "b"}},
    {"LocationNameThatIsAnothersName",
     {{"locations/a.yaml", kWhole}, {"locations/b.yaml", Whole("", ", locationName: a")}},
     {"fault duplicate-location locations/a.yaml (a)", "fault duplicate-location locations/b.yaml (b)"},
     {},
     {"a", "b"}},
    {"ADisabledTwinIsNone",
     {{"locations/a/x.yaml", kWhole}, {"locations/b/x.yaml", Whole("", ", enabled: false")}},
     {},
     {"x"},
     {}},
    {"SwappedLocationNamesAreNone",
     {{"locations/a.yaml", Whole("", ", locationName: b")}, {"locations/b.yaml", Whole("", ", locationName: a")}},
     {},
     {"a", "b"},
     {}},
};
INSTANTIATE_TEST_SUITE_P(Names, Faulty, ::testing::ValuesIn(kNames), support::CaseName());

// Of a file that holds nothing: the fault is where something is to be written.
const Strings kEmpty{"warning no-code-source locations/a.yaml (a)", "fault schema-fault locations/a.yaml (a)"};

const Case kLayers[] = {
    {"PatchWithoutTarget",
     {{"locations/a.yaml", Whole("env: [{name: A, $patch: delete}]\n")}},
     {"warning patch-without-target locations/a.yaml:2:7 (a)"},
     {"a"},
     {}},
    {"UnknownPatch",
     {{"locations/a.yaml", Whole("env: [{name: A, $patch: remove}]\n")}},
     {"fault unknown-patch locations/a.yaml:2:25 (a)"},
     {},
     {"a"}},
    {"EnvInTwoForms",
     {{"environments/e/defaults.yaml", "env: [{name: A, value: x}]\n"}, {"locations/a.yaml", Whole("env: {B: x}\n")}},
     {"fault mixed-env locations/a.yaml:2:6 (a)"},
     {},
     {"a"}},
    {"ItemWithoutName",
     {{"environments/e/defaults.yaml", "volumes: [{name: x, emptyDir: {}}]\n"},
      {"locations/a.yaml", Whole("volumes: [{emptyDir: {}}]\n")}},
     {"fault item-without-name locations/a.yaml:2:11 (a)"},
     {},
     {"a"}},
    {"ItemThatIsNoMapping",
     {{"environments/e/defaults.yaml", "envSecrets: [{name: x}]\n"}, {"locations/a.yaml", Whole("envSecrets: [y]\n")}},
     {"fault item-without-name locations/a.yaml:2:14 (a)"},
     {},
     {"a"}},
    {"MountWithoutPath",
     {{"environments/e/defaults.yaml", "volumeMounts: [{name: x, mountPath: /x}]\n"},
      {"locations/a.yaml", Whole("volumeMounts: [{name: vol}]\n")}},
     {"fault item-without-name locations/a.yaml:2:16 (a)"},
     {},
     {"a"}},
    {"ItemWithoutNameBelow",
     {{"locations/a.yaml", Whole("volumes: [{emptyDir: {}}]\n")},
      {"environments/e/locations/a.yaml", "volumes: [{name: x, emptyDir: {}}]\n"}},
     {"fault item-without-name locations/a.yaml:2:11 (a)"},
     {},
     {"a"}},
    {"BothSourcesInOneLayer",
     {{"locations/a.yaml", Whole("env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: a}}}]\n")}},
     {"fault env-two-sources locations/a.yaml:2:7 (a)"},
     {},
     {"a"}},
    {"EmptyFile", {{"locations/a.yaml", ""}}, kEmpty, {}, {"a"}},
    {"CommentsAlone", {{"locations/a.yaml", "# later\n"}}, kEmpty, {}, {"a"}},
    {"Tilde", {{"locations/a.yaml", "~\n"}}, kEmpty, {}, {"a"}},
    {"EmptyFileWithSomeDefaults",
     {{"environments/e/defaults.yaml", "port: 1\n"}, {"locations/a.yaml", ""}},
     kEmpty,
     {},
     {"a"}},
    {"EmptyFileWithDefaultsAndOverlay",
     {{"environments/e/defaults.yaml", "port: 1\n"},
      {"environments/e/locations/a.yaml", "port: 2\n"},
      {"locations/a.yaml", ""}},
     kEmpty,
     {},
     {"a"}},
    {"EmptyFileWithWholeDefaults", {{"environments/e/defaults.yaml", kWhole}, {"locations/a.yaml", ""}}, {}, {"a"}, {}},
    {"EmptyFileWithWholeOverlay",
     {{"environments/e/locations/a.yaml", kWhole}, {"locations/a.yaml", ""}},
     {},
     {"a"},
     {}},
    {"RunsAsANumberToldOnce",
     {{"locations/a.yaml", Whole("", ", runs: {wait: 30}")}},
     {"fault bad-duration locations/a.yaml:2:54 (a)"},
     {},
     {"a"}},
    {"CodeSourceOverArguments",
     {{"environments/e/defaults.yaml", "dagsterApiGrpcArgs: [-m, x]\n"}, {"locations/a.yaml", kWhole}},
     {"fault code-source-and-args locations/a.yaml:2:24 (a)"},
     {},
     {"a"}},
    {"ValueOverValueFrom",
     {{"environments/e/locations/a.yaml", "env: [{name: A, value: x}]\n"},
      {"locations/a.yaml", Whole("env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]\n")}},
     {"fault env-two-sources environments/e/locations/a.yaml:1:7 (a)"},
     {},
     {"a"}},
    {"FaultOfTheOverlay",
     {{"locations/a.yaml", kWhole}, {"environments/e/locations/a.yaml", "port: x\n"}},
     {"fault schema-fault environments/e/locations/a.yaml:1:7 (a)"},
     {},
     {"a"}},
    {"OverlayOfNothing",
     {{"locations/a.yaml", kWhole}, {"environments/e/locations/aa.yaml", "port: 1\n"}},
     {"warning no-code-source environments/e/locations/aa.yaml (aa)",
      "warning overlay-without-fragment environments/e/locations/aa.yaml (aa)",
      "fault schema-fault environments/e/locations/aa.yaml:1:1 (aa)"},
     {"a"},
     {"aa"}},
    {"NoCode",
     {{"locations/a.yaml", "image: {repository: r, tag: \"1\"}\n"}},
     {"warning no-code-source locations/a.yaml (a)"},
     {"a"},
     {}},
    {"RunsToldOnce",
     {{"locations/a.yaml", Whole("", ", runs: later")}},
     {"fault bad-duration locations/a.yaml:2:47 (a)"},
     {},
     {"a"}},
    {"NewerSchemaToldOnce",
     {{"locations/a.yaml", Whole("", ", schemaVersion: 2")}},
     {"fault newer-schema locations/a.yaml:2:56 (a)"},
     {},
     {"a"}},
    {"IgnoredWarning",
     {{"locations/a.yaml",
       "image: {repository: r, tag: \"1\"}\ndagitops: {lint: {ignore: [{code: no-code-source, reason: in the "
       "image}]}}\n"}},
     {},
     {"a"},
     {}},
};
INSTANTIATE_TEST_SUITE_P(Layers, Faulty, ::testing::ValuesIn(kLayers), support::CaseName());

const Case kFiles[] = {
    {"WrongExtensionHoldsTheLocation",
     {{"locations/a.yml", kWhole}},
     {"fault wrong-extension locations/a.yml (a)"},
     {},
     {"a"}},
    {"FilesOfOtherEnvironmentsAreNotRead",
     {{"environments/other/defaults.yaml", "a: [\n"}, {"environments/other/locations/x.yml", "a: [\n"}},
     {},
     {},
     {}},
    {"OtherExtensionsOfOtherEnvironments",
     {{"environments/other/defaults.yml", "a: [\n"}, {"locations/a.yaml", kWhole}},
     {},
     {"a"},
     {}},
    {"UnknownEnvironment",
     {{"environments/othr/defaults.yaml", "a: [\n"}, {"environments/othr/locations/x.yaml", "a: [\n"}},
     {"warning unused-file environments/othr/defaults.yaml"},
     {},
     {}},
    {"StrayFiles",
     {{"environments/e/default.yaml", ""},
      {"environments/e/README.md", ""},
      {"environments/e/sub/x.yaml", ""},
      {"environments/x.yaml", ""}},
     {"warning unused-file environments/e/default.yaml", "warning unused-file environments/e/sub/x.yaml",
      "warning unused-file environments/x.yaml"},
     {},
     {}},
    {"BackupBesideAFragment",
     {{"locations/a.yaml", kWhole}, {"locations/a.yaml.bak", kWhole}},
     {"warning unused-file locations/a.yaml.bak"},
     {"a"},
     {}},
};
INSTANTIATE_TEST_SUITE_P(Files, Faulty, ::testing::ValuesIn(kFiles), support::CaseName());

TEST(ComposeFaults, ADuplicateNamesTheOtherFiles) {
  Files files;
  for (const char* folder : {"a", "b", "c", "d", "e"}) files[std::string("locations/") + folder + "/x.yaml"] = kWhole;
  const Composition composition = Compose(files);
  ASSERT_EQ(composition.diagnostics.size(), 5U);
  EXPECT_EQ(composition.diagnostics.front().found,
            "the name \"x\", which locations/b/x.yaml, locations/c/x.yaml, locations/d/x.yaml and 1 more have too");
  ASSERT_EQ(composition.invalid.size(), 1U);
  EXPECT_EQ(composition.invalid.front().faults.size(), 5U);
}

TEST(ComposeFaults, WhatDefaultsSayWrongIsToldOnce) {
  Files files{{"environments/e/defaults.yaml", "podLabels: {}\n"}};
  for (const char* name : {"a", "b", "c"}) files[std::string("locations/") + name + ".yaml"] = kWhole;
  const Composition composition = Compose(files);
  EXPECT_THAT(Lines(composition.diagnostics), ElementsAre("warning unknown-key environments/e/defaults.yaml:1:1"));
  EXPECT_EQ(composition.locations.size(), 3U);
}

TEST(ComposeFaults, AFaultOfDefaultsHoldsAllAndIsToldOnce) {
  Files files{{"environments/e/defaults.yaml", "port: {}\n"}};
  for (const char* name : {"a", "b"}) files[std::string("locations/") + name + ".yaml"] = kWhole;
  const Composition composition = Compose(files);
  EXPECT_THAT(Lines(composition.diagnostics), ElementsAre("fault schema-fault environments/e/defaults.yaml:1:7"));
  EXPECT_THAT(InvalidNames(composition), ElementsAre("a", "b"));
  EXPECT_THAT(Lines(composition.invalid.front().faults),
              ElementsAre("fault schema-fault environments/e/defaults.yaml:1:7 (a)"));
}

// Whoever mends it where the mapping was begun mends it for all.
TEST(ComposeFaults, WhatIsMissingIsToldInTheFileOfTheLocation) {
  const char kNoImage[] = "dagitops: {codeSource: {moduleName: m}}\n";
  const Composition composition = Compose({{"environments/e/defaults.yaml", "image: {tag: \"1\"}\n"},
                                           {"locations/a.yaml", kNoImage},
                                           {"locations/b.yaml", "image: {tag: \"2\"}\n" + std::string(kNoImage)},
                                           {"locations/c.yaml", kWhole},
                                           {"environments/e/locations/d.yaml", kNoImage}});
  EXPECT_THAT(InvalidNames(composition), ElementsAre("a", "b", "d"));
  Strings faults;
  for (const Diagnostic& told : composition.diagnostics) {
    if (told.code == "schema-fault") faults.push_back(told.position.Text() + ": " + told.found);
  }
  const std::string missing = "no repository at `image`";
  const std::string shared = missing + ", of which environments/e/defaults.yaml:1:8 has a part";
  EXPECT_THAT(faults, ElementsAre("environments/e/locations/d.yaml: " + shared, "locations/a.yaml: " + shared,
                                  "locations/b.yaml:1:8: " + missing));
}

struct UnusableCase {
  const char* name;
  Files files;
  Strings told;
};
void PrintTo(const UnusableCase& c, std::ostream* out) { *out << c.name; }

class Unusable : public ::testing::TestWithParam<UnusableCase> {};

TEST_P(Unusable, ComposesNothingAndStillReadsAllFiles) {
  Files files = GetParam().files;
  files["locations/a.yaml"] = kWhole;
  files["locations/b.yaml"] = "a: [\n";
  const Composition composition = Compose(files);
  EXPECT_FALSE(composition.usable);
  EXPECT_THAT(composition.locations, IsEmpty());
  EXPECT_THAT(composition.invalid, IsEmpty());
  EXPECT_THAT(composition.nameless_files, ElementsAre("locations/b.yaml"));
  Strings told = GetParam().told;
  told.push_back("fault yaml-syntax locations/b.yaml:2:1");
  EXPECT_EQ(Lines(composition.diagnostics), told);
}

const UnusableCase kUnusable[] = {
    {"BrokenRepositoryFile", {{"dagitops.yaml", "a: [\n"}}, {"fault yaml-syntax dagitops.yaml:2:1"}},
    {"OtherEnvironmentsOnly",
     {{"dagitops.yaml", "environments: {x: {}}\n"}},
     {"fault unknown-environment dagitops.yaml"}},
    {"BrokenDefaults",
     {{"environments/e/defaults.yaml", "a: [\n"}},
     {"fault yaml-syntax environments/e/defaults.yaml:2:1"}},
    {"DefaultsAreAList",
     {{"environments/e/defaults.yaml", "- a\n"}},
     {"fault not-a-mapping environments/e/defaults.yaml:1:1"}},
    {"NameInDefaults",
     {{"environments/e/defaults.yaml", "name: x\n"}},
     {"fault misplaced-key environments/e/defaults.yaml:1:7"}},
    {"LocationNameInDefaults",
     {{"dagitops.yaml", "environments: {e: {}}\ndefaults: {dagitops: {locationName: x}}\n"}},
     {"fault misplaced-key dagitops.yaml:2:37"}},
    {"BrokenChartValues",
     {{"environments/e/user-deployments.yaml", "a: [\n"}},
     {"fault yaml-syntax environments/e/user-deployments.yaml:2:1"}},
    {"DefaultsWithAnotherExtension",
     {{"environments/e/defaults.yml", "port: 1\n"}},
     {"fault wrong-extension environments/e/defaults.yml"}},
    {"ChartValuesWithAnotherExtension",
     {{"environments/e/user-deployments.YAML", "a: b\n"}},
     {"fault wrong-extension environments/e/user-deployments.YAML"}},
    {"LocationsAreAFile", {{"environments/e/locations", "x"}}, {"fault not-a-folder environments/e/locations"}},
    {"DeploymentsInChartValues",
     {{"environments/e/user-deployments.yaml", "deployments: []\n"}},
     {"fault misplaced-key environments/e/user-deployments.yaml:1:1"}},
};
INSTANTIATE_TEST_SUITE_P(Compose, Unusable, ::testing::ValuesIn(kUnusable), support::CaseName());

// Read as they are, they would be folders without a file: every location would seem to be gone.
TEST(ComposeFaults, AFolderThatIsALinkOrASubmoduleKeepsTheRevisionBack) {
  for (const char* folder : {"locations", "environments", "environments/e", "environments/e/locations"}) {
    for (const auto& [kind, code] :
         {std::pair(FileKind::kSymlink, "symlink-file"), std::pair(FileKind::kSubmodule, "submodule-file")}) {
      TreeBuilder tree;
      tree.Set("dagitops.yaml", "environments: {e: {}}\n");
      Composer composer;
      EXPECT_TRUE(composer.Compose(tree.Build(), "e").usable);
      tree.SetKind(folder, kind);
      const Composition composition = composer.Compose(tree.Build(), "e");
      EXPECT_FALSE(composition.usable) << folder;
      EXPECT_THAT(Lines(composition.diagnostics), ElementsAre("fault " + std::string(code) + " " + folder));
    }
  }
  TreeBuilder other;
  other.Set("dagitops.yaml", "environments: {e: {}, other: {}}\n").SetKind("environments/other", FileKind::kSymlink);
  EXPECT_TRUE(Composer().Compose(other.Build(), "e").usable);
}

TEST(ComposeFaults, TwoOverlaysNameEachOther) {
  const Composition composition = Compose({{"locations/a.yaml", kWhole},
                                           {"environments/e/locations/a.yaml", "port: 1\n"},
                                           {"environments/e/locations/x/a.yaml", "port: 1\n"}});
  ASSERT_EQ(composition.diagnostics.size(), 1U);
  EXPECT_EQ(composition.diagnostics.front().found,
            "a second overlay of the name \"a\", beside environments/e/locations/a.yaml");
}

TEST(ComposeFaults, LinksAndSubmodulesKeepRemovalsBack) {
  TreeBuilder tree;
  tree.Set("dagitops.yaml", "environments: {e: {}}\n");
  tree.SetKind("locations/team", FileKind::kSubmodule);
  tree.SetKind("locations/a.yaml", FileKind::kSymlink);
  tree.SetKind("locations/b.yaml", FileKind::kTooLarge);
  const Composition composition =
      Composer().Compose(tree.Build(), "e", {.path_names = {{"locations/b.yaml", "former"}}});
  EXPECT_THAT(composition.nameless_files, ElementsAre("locations/a.yaml", "locations/team"));
  EXPECT_THAT(InvalidNames(composition), ElementsAre("former"));
  EXPECT_THAT(Lines(composition.diagnostics),
              ElementsAre("fault symlink-file locations/a.yaml", "fault file-too-large locations/b.yaml (former)",
                          "fault submodule-file locations/team"));
}

}  // namespace
}  // namespace dagitops::workspace
