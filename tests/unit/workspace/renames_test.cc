#include "dagitops/workspace/renames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "dagitops/yaml/parse.h"

namespace dagitops::workspace {
namespace {

struct Spec {
  std::string name;
  std::string entry;  // YAML
  std::string module;
  std::string folder;
  std::string location_name;  // "" is the name
};

std::shared_ptr<const CodeLocation> Make(const Spec& spec) {
  auto location = std::make_shared<CodeLocation>();
  location->name = spec.name;
  location->entry = yaml::Parse(spec.entry, "f", Layer::kFragment).root;
  location->settings.location_name = spec.location_name.empty() ? spec.name : spec.location_name;
  if (!spec.module.empty())
    location->settings.code_source = CodeSource{CodeSource::Kind::kModuleName, spec.module, "", ""};
  if (!spec.folder.empty()) location->settings.local = LocalSettings{spec.folder, "", "", ""};
  location->sources = {"", "dagitops.yaml", "", "locations/" + spec.name + ".yaml", ""};
  return location;
}

Composition Of(const std::vector<Spec>& specs) {
  Composition composition;
  for (const Spec& spec : specs) composition.locations.push_back(Make(spec));
  return composition;
}

const char* const kImage = "{image: {repository: r.example.com/a, tag: \"1\"}, dagsterApiGrpcArgs: [-m, a]}";
const char* const kNewerImage = "{image: {repository: r.example.com/a, tag: \"2\"}, dagsterApiGrpcArgs: [-m, a]}";
const char* const kOtherArgs = "{image: {repository: r.example.com/a, tag: \"1\"}, dagsterApiGrpcArgs: [-m, b]}";
const char* const kOtherImage = "{image: {repository: r.example.com/b, tag: \"1\"}, dagsterApiGrpcArgs: [-m, a]}";

TEST(Renames, AreIgnoredWhereTheNewLocationSaysWhy) {
  const Composition before = Of({{"a", kImage, "", "", ""}});
  const auto told = [&](LintIgnore ignore) {
    auto after = std::make_shared<CodeLocation>(*Make({"b", kImage, "", "", ""}));
    after->settings.lint_ignore = {std::move(ignore)};
    Composition composition;
    composition.locations = {after};
    return LintRenames(before, composition).size();
  };
  EXPECT_EQ(told({"renamed-location", "nothing was switched on by hand"}), 0U);
  EXPECT_EQ(told({"renamed-location", " "}), 1U) << "without a reason it has no effect";
  EXPECT_EQ(told({"latest-tag", "because"}), 1U);
}

TEST(Renames, AreToldOfWhatWasLastLoaded) {
  EnvironmentState state;
  state.locations["a"].last_good = Version{{}, {}, *Make({"a", kImage, "", "", ""}), ""};
  state.locations["never-good"];
  EXPECT_EQ(LintRenames(state, Of({{"b", kImage, "", "", ""}})).size(), 1U);
  EXPECT_TRUE(LintRenames(state, Of({{"a", kImage, "", "", ""}})).empty());
}

TEST(Renames, AreToldWhereTheCodeStaysTheSame) {
  const struct {
    const char* name;
    std::vector<Spec> before;
    std::vector<Spec> after;
    std::vector<std::string> told;  // locations
  } rows[] = {
      {"nothing changed", {{"a", kImage, "", "", ""}}, {{"a", kImage, "", "", ""}}, {}},
      {"renamed by image", {{"a", kImage, "", "", ""}}, {{"b", kImage, "", "", ""}}, {"b"}},
      {"renamed with a new tag", {{"a", kImage, "", "", ""}}, {{"b", kNewerImage, "", "", ""}}, {"b"}},
      {"other arguments", {{"a", kImage, "", "", ""}}, {{"b", kOtherArgs, "", "", ""}}, {}},
      {"other image", {{"a", kImage, "", "", ""}}, {{"b", kOtherImage, "", "", ""}}, {}},
      {"renamed by folder", {{"a", "{}", "m", "code", ""}}, {{"b", "{}", "m", "code", ""}}, {"b"}},
      {"another module of the folder", {{"a", "{}", "m", "code", ""}}, {{"b", "{}", "n", "code", ""}}, {}},
      {"no image, no folder", {{"a", "{}", "m", "", ""}}, {{"b", "{}", "m", "", ""}}, {}},
      {"name kept by hand", {{"a", kImage, "", "", ""}}, {{"b", kImage, "", "", "a"}}, {}},
      {"only the shown name", {{"a", kImage, "", "", ""}}, {{"a", kImage, "", "", "A"}}, {"a"}},
      {"removed", {{"a", kImage, "", "", ""}}, {}, {}},
      {"added", {}, {{"a", kImage, "", "", ""}}, {}},
      {"a second one beside it",
       {{"a", kImage, "", "", ""}},
       {{"a", kImage, "", "", ""}, {"b", kImage, "", "", ""}},
       {}},
      {"two of the same code",
       {{"a", kImage, "", "", ""}, {"b", kImage, "", "", ""}},
       {{"c", kImage, "", "", ""}, {"d", kImage, "", "", ""}},
       {"c", "d"}},
  };
  for (const auto& row : rows) {
    std::vector<std::string> told;
    for (const Diagnostic& diagnostic : LintRenames(Of(row.before), Of(row.after))) told.push_back(diagnostic.location);
    EXPECT_EQ(told, row.told) << row.name;
  }
}

TEST(Renames, AreNotToldOfWhatIsOnlyInvalidNow) {
  Composition after = Of({{"b", kImage, "", "", ""}});
  after.invalid.push_back({"a", {}, {}});
  EXPECT_TRUE(LintRenames(Of({{"a", kImage, "", "", ""}}), after).empty());
  Composition before = Of({{"a", kImage, "", "", ""}});
  before.invalid.push_back({"b", {}, {}});
  EXPECT_TRUE(LintRenames(before, Of({{"b", kImage, "", "", ""}})).empty());
}

TEST(Renames, OfExternalServersGoByAddress) {
  const auto with = [](const char* name, const char* host) {
    auto location = std::make_shared<CodeLocation>(*Make({name, "{}", "", "", ""}));
    location->settings.external = ExternalServer{host, 4000, "", false};
    Composition composition;
    composition.locations.push_back(location);
    return composition;
  };
  EXPECT_EQ(LintRenames(with("a", "h"), with("b", "h")).size(), 1U);
  EXPECT_TRUE(LintRenames(with("a", "h"), with("b", "i")).empty());
  EXPECT_TRUE(LintRenames(with("a", "h"), Of({{"b", "{}", "", "", ""}})).empty());
}

TEST(Renames, SayHowToKeepTheState) {
  const Diagnostics told = LintRenames(Of({{"a", kImage, "", "", ""}}), Of({{"b", kImage, "", "", ""}}));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().severity, Severity::kWarning);
  EXPECT_EQ(told.front().Text(),
            "locations/b.yaml: warning: renamed-location: found the location \"a\" under the new name \"b\", expected "
            "the name that "
            "Dagster keys the state of schedules and sensors by; add `dagitops: {locationName: \"a\"}` to keep their "
            "state and cursors");
}

}  // namespace
}  // namespace dagitops::workspace
