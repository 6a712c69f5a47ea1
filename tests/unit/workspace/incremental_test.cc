// A Composer that saw many revisions gives what a new one gives: whatever was edited in between, and in whichever
// order.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "dagitops/workspace/composer.h"
#include "dagitops/yaml/emit.h"

#include "support/diagnostic_lines.h"
#include "support/tree_builder.h"

namespace dagitops::workspace {
namespace {

using testing::TreeBuilder;

// All that a composition says, as text.
std::string Print(const Composition& composition) {
  std::string text = composition.usable ? "usable\n" : "unusable\n";
  for (const auto& location : composition.locations) {
    text += location->name + " " + location->digest + " " + location->settings.location_name + "\n";
    for (const std::string& source : location->sources) text += "  " + source + "\n";
    text += yaml::Emit(location->entry);
  }
  for (const InvalidLocation& invalid : composition.invalid) {
    text += "invalid " + invalid.name + "\n";
    for (const Diagnostic& fault : invalid.faults) text += "  " + fault.Text() + "\n";
    for (const std::string& source : invalid.sources) text += "  " + source + "\n";
  }
  for (const std::string& file : composition.nameless_files) text += "nameless " + file + "\n";
  for (const Diagnostic& diagnostic : composition.diagnostics) {
    text += diagnostic.location + " " + diagnostic.Text() + "\n";
  }
  return text + yaml::Emit(composition.chart_values);
}

// Random edits of a small repository: names collide, overlays come and go, files break and mend.
class Editor {
 public:
  explicit Editor(unsigned seed) : random_(seed) {
    tree_.Set("dagitops.yaml", kRepositories.front());
    for (int i = 0; i < 12; ++i) Edit();
  }

  void Edit() {
    switch (Below(20)) {
      case 0:
        tree_.Set("dagitops.yaml", Pick(kRepositories));
        return;
      case 1:
        tree_.Set("environments/e/defaults.yaml", Pick(kLayers));
        return;
      case 2:
        tree_.Set("environments/e/user-deployments.yaml", Pick(kChartValues));
        return;
      case 3:
      case 4:
        tree_.Remove(Pick(paths_));
        return;
      case 5:
        tree_.SetKind(Pick(paths_), FileKind::kSymlink);
        return;
      default:
        tree_.Set(Pick(paths_), Pick(kFragments) + Pick(kLayers));
    }
  }

  SourceTree Tree() const { return tree_.Build(); }

  std::map<std::string, std::string> PathNames() {
    std::map<std::string, std::string> names;
    for (const std::string& path : paths_) {
      if (Below(3) == 0) names[path] = Pick(kNames);
    }
    return names;
  }

 private:
  std::size_t Below(std::size_t limit) { return random_() % limit; }
  const std::string& Pick(const std::vector<std::string>& from) { return from[Below(from.size())]; }

  const std::vector<std::string> kNames{"a", "b", "c", "d"};
  const std::vector<std::string> kRepositories{"environments: {e: {}}\n",
                                               "environments: {e: {}}\n",
                                               "environments: {e: {}, f: {}}\ndefaults: {port: 1}\n",
                                               "environments: {e: {}}\npolicy: {require: [port]}\n",
                                               "environments: {f: {}}\n",
                                               "environments: [\n"};
  const std::vector<std::string> kLayers{"",
                                         "",
                                         "env: [{name: A, value: x}, {name: B, value: x}]\n",
                                         "env: [{name: A, value: w}]\n",
                                         "env: [{name: A, $patch: delete}]\n",
                                         "port: 2\n",
                                         "labels: {a: b, c: null}\n"};
  const std::vector<std::string> kChartValues{"", "global: {a: b}\n", "deployments: []\n"};
  const std::vector<std::string> kFragments{
      "image: {repository: r, tag: \"1\"}\ndagitops: {codeSource: {moduleName: m}}\n",
      "image: {repository: r, tag: \"2\"}\ndagitops: {codeSource: {moduleName: m}, order: 1}\n",
      "image: {repository: r, tag: \"2\"}\ndagitops: {codeSource: {moduleName: m}, locationName: b}\n",
      "name: b\nimage: {repository: r}\ndagitops: {codeSource: {moduleName: m}}\n",
      "name: Bad_Name\nimage: {repository: r}\n",
      "dagitops: {enabled: false}\n",
      "dagitops: {codeSource: {}}\n",
      "",
      "a: [\n"};
  const std::vector<std::string> paths_{"locations/a.yaml",
                                        "locations/b.yaml",
                                        "locations/c.yaml",
                                        "locations/x/a.yaml",
                                        "locations/x/d.yml",
                                        "locations/README.md",
                                        "environments/e/locations/a.yaml",
                                        "environments/e/locations/b.yaml",
                                        "environments/e/locations/x/b.yaml",
                                        "environments/e/locations/d.yaml",
                                        "environments/f/locations/a.yaml"};
  TreeBuilder tree_;
  std::mt19937 random_;
};

class RandomEdits : public ::testing::TestWithParam<unsigned> {};

TEST_P(RandomEdits, GiveWhatANewComposerGives) {
  Editor editor(GetParam());
  Composer composer;
  for (int revision = 0; revision < 30; ++revision) {
    editor.Edit();
    const SourceTree tree = editor.Tree();
    const ComposeOptions options{.path_names = editor.PathNames()};
    for (const char* environment : {"e", "f"}) {
      const std::string incremental = Print(composer.Compose(tree, environment, options));
      ASSERT_EQ(incremental, Print(Composer().Compose(tree, environment, options))) << "revision " << revision;
      ASSERT_EQ(incremental, Print(composer.Compose(tree, environment, options))) << "again, revision " << revision;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Composer, RandomEdits, ::testing::Range(1U, 7U));

TEST(Incremental, KeepsTheObjectsOfLocationsThatDidNotChange) {
  TreeBuilder tree;
  tree.Set("dagitops.yaml", "environments: {e: {}}\n");
  const std::string fragment = "image: {repository: r, tag: \"1\"}\ndagitops: {codeSource: {moduleName: m}}\n";
  for (const char* name : {"a", "b", "c"}) tree.Set(std::string("locations/") + name + ".yaml", fragment);
  Composer composer;
  const Composition before = composer.Compose(tree.Build(), "e");
  const Composition after = composer.Compose(tree.Set("locations/b.yaml", fragment + "port: 1\n").Build(), "e");
  ASSERT_EQ(after.locations.size(), 3U);
  EXPECT_EQ(before.locations[0], after.locations[0]);
  EXPECT_NE(before.locations[1], after.locations[1]);
  EXPECT_EQ(before.locations[2], after.locations[2]);
}

TEST(Incremental, ANewChartVersionComposesAllAnew) {
  TreeBuilder tree;
  tree.Set("dagitops.yaml", "environments: {e: {}}\n");
  tree.Set("locations/a.yaml",
           "image: {repository: r, tag: \"1\", digest: \"sha256:00\"}\ndagitops: {codeSource: {moduleName: m}}\n");
  Composer composer;
  const auto codes = [&](const char* version) {
    return testing::Lines(composer.Compose(tree.Build(), "e", {version, {}}).diagnostics);
  };
  const std::vector<std::string> ignored{"warning image-digest-ignored locations/a.yaml:1:42 (a)"};
  EXPECT_EQ(codes("1.12"), std::vector<std::string>{});
  EXPECT_EQ(codes("1.10"), ignored);
  EXPECT_EQ(codes("1.12"), std::vector<std::string>{});
}

}  // namespace
}  // namespace dagitops::workspace
