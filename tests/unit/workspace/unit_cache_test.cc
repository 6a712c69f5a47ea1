#include "workspace/unit_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/tree_builder.h"
#include "workspace/collect.h"

namespace dagitops::workspace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TreeBuilder;

TEST(TwinCounter, KnowsWhetherAnyTwoAreEqual) {
  TwinCounter counter;
  EXPECT_FALSE(counter.HasTwins());
  counter.Add(1);
  counter.Add(2);
  EXPECT_FALSE(counter.HasTwins());
  counter.Add(1);
  counter.Add(1);
  EXPECT_TRUE(counter.HasTwins());
  counter.Remove(1);
  EXPECT_TRUE(counter.HasTwins()) << "two are left";
  counter.Remove(1);
  EXPECT_FALSE(counter.HasTwins());
  counter.Remove(2);
  counter.Add(2);
  EXPECT_FALSE(counter.HasTwins());
}

// Units straight from texts of fragments.
class Units : public ::testing::Test {
 protected:
  std::vector<std::string> Update() {
    const SourceTree tree = tree_.Build();
    const auto& fragments = files_.Read(FilesBelow(tree, "locations/"), Layer::kFragment);
    const Matched matched = Match({fragments, {}, {}});
    std::vector<std::string> names;
    for (const auto& placed : cache_.Update(matched.units, base_)) names.push_back(placed.unit->primary().path());
    return names;
  }

  void Set(const std::string& path, const std::string& settings = "") {
    tree_.Set("locations/" + path + ".yaml",
              "image: {repository: r, tag: \"1\"}\ndagitops: {codeSource: {moduleName: m}" + settings + "}\n");
  }

  TreeBuilder tree_ = TreeBuilder().Set("dagitops.yaml", "environments: {e: {}}\n");
  std::string environment_ = "e";
  std::string version_ = "1.12";
  Base base_ = LoadBase({tree_.Build(), environment_, version_});
  EntryFileCache files_;
  UnitCache cache_;
};

TEST_F(Units, StandInPublishedOrderHoweverTheyCame) {
  Set("m");
  Set("z", ", order: -1");
  EXPECT_THAT(Update(), ElementsAre("locations/z.yaml", "locations/m.yaml"));
  Set("a");
  Set("q");
  EXPECT_THAT(Update(), ElementsAre("locations/z.yaml", "locations/a.yaml", "locations/m.yaml", "locations/q.yaml"));
  Set("m", ", order: 5");
  EXPECT_THAT(Update(), ElementsAre("locations/z.yaml", "locations/a.yaml", "locations/q.yaml", "locations/m.yaml"));
  tree_.Remove("locations/a.yaml");
  EXPECT_THAT(Update(), ElementsAre("locations/z.yaml", "locations/q.yaml", "locations/m.yaml"));
}

TEST_F(Units, OfOneNameStandByPath) {
  Set("b/x");
  Set("a/x");
  EXPECT_THAT(Update(), ElementsAre("locations/a/x.yaml", "locations/b/x.yaml"));
  EXPECT_TRUE(cache_.MayHaveTwins());
  tree_.Remove("locations/b/x.yaml");
  Update();
  EXPECT_FALSE(cache_.MayHaveTwins());
}

TEST_F(Units, CountLocationNamesAsTwinsToo) {
  Set("a", ", locationName: same");
  Set("b");
  Update();
  EXPECT_FALSE(cache_.MayHaveTwins());
  Set("b", ", locationName: same");
  Update();
  EXPECT_TRUE(cache_.MayHaveTwins());
  Set("b", ", locationName: same, enabled: false");
  Update();
  EXPECT_FALSE(cache_.MayHaveTwins());
}

TEST_F(Units, EndEmpty) {
  Set("a");
  Update();
  tree_.Remove("locations/a.yaml");
  EXPECT_THAT(Update(), IsEmpty());
}

Diagnostic Told(const std::string& file, const std::string& location) {
  Diagnostic told = Warning("code", {file, 1, 2}, {"found", "expected", "fix"});
  told.location = location;
  return told;
}

TEST(Condense, MakesOneOfWhatIsSaidOfAllInASharedFile) {
  Diagnostics told{Told("shared", "b"), Told("own", "a"), Told("shared", "a"), Told("own", "b"), Told("shared", "c")};
  Condense(told, {"", "shared"});
  EXPECT_EQ(told, (Diagnostics{Told("own", "a"), Told("own", "b"), Told("shared", "")}));
}

TEST(Condense, LeavesOneAloneAndDifferentOnesApart) {
  Diagnostic other = Told("shared", "b");
  other.found = "else";
  Diagnostics told{Told("shared", "a"), other};
  Condense(told, {"shared"});
  EXPECT_EQ(told, (Diagnostics{Told("shared", "a"), other}));
}

TEST(Condense, EmptyStaysEmpty) {
  Diagnostics told;
  Condense(told, {"", "shared"});
  EXPECT_THAT(told, IsEmpty());
}

}  // namespace
}  // namespace dagitops::workspace
