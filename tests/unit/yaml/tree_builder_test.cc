// The builder alone, without libyaml: bounds, anchors and keys.
#include "yaml/tree_builder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/yaml/emit.h"

namespace dagitops::yaml {
namespace {

constexpr Mark kAt{3, 5, Layer::kFragment};

ScalarEvent Plain(std::string text, std::string anchor = "") { return {std::move(text), true, std::move(anchor), kAt}; }
ScalarEvent Quoted(std::string text) { return {std::move(text), false, "", kAt}; }

// A builder that is told what stands in a file, in the file's order.
class Story {
 public:
  explicit Story(const Limits& limits = {}) : builder_("f.yaml", limits) {}

  Story& Text(const std::string& text, const std::string& anchor = "") {
    return Tell([&] { builder_.Scalar(Plain(text, anchor)); });
  }
  Story& InQuotes(const std::string& text) {
    return Tell([&] { builder_.Scalar(Quoted(text)); });
  }
  Story& List(const std::string& anchor = "") {
    return Tell([&] { builder_.Open(Value::Kind::kSequence, anchor, kAt); });
  }
  Story& Map(const std::string& anchor = "") {
    return Tell([&] { builder_.Open(Value::Kind::kMapping, anchor, kAt); });
  }
  Story& End() {
    return Tell([&] { builder_.Close(); });
  }
  Story& Alias(const std::string& anchor) {
    return Tell([&] { builder_.Alias(anchor, kAt); });
  }

  bool stopped() const { return builder_.stopped(); }

  // The value in one line, or the codes of its faults.
  std::string Take() {
    const Parsed parsed = builder_.Take();
    if (parsed.diagnostics.empty()) return Canonical(parsed.root);
    EXPECT_TRUE(parsed.root.is_null());
    std::string codes;
    for (const Diagnostic& fault : parsed.diagnostics) {
      codes += (codes.empty() ? "" : " ") + fault.code;
      EXPECT_EQ(fault.position, (Position{"f.yaml", 3, 5})) << fault.Text();
    }
    return codes;
  }

 private:
  // Like the reader, tells nothing more once it was stopped.
  template <class Event>
  Story& Tell(const Event& event) {
    if (!builder_.stopped()) event();
    return *this;
  }

  TreeBuilder builder_;
};

TEST(TreeBuilder, BuildsWhatItIsTold) {
  EXPECT_EQ(Story().Take(), "null");
  EXPECT_EQ(Story().Text("x").Take(), "\"x\"");
  EXPECT_EQ(Story().List().End().Take(), "[]");
  EXPECT_EQ(Story().Map().End().Take(), "{}");
  EXPECT_EQ(
      Story().Map().Text("a").List().Text("1").Map().Text("b").Text("").End().End().Text("c").Text("no").End().Take(),
      R"({"a":[1,{"b":null}],"c":no})");
}

TEST(TreeBuilder, GivesCollectionsTheMarkOfTheirStart) {
  TreeBuilder builder("f.yaml", {});
  builder.Open(Value::Kind::kMapping, "", {1, 1, Layer::kOverlay});
  builder.Scalar({"a", true, "", {2, 2, Layer::kOverlay}});
  builder.Open(Value::Kind::kSequence, "", {3, 3, Layer::kOverlay});
  builder.Close();
  builder.Close();
  const Value root = builder.Take().root;
  EXPECT_EQ(root.mark(), (Mark{1, 1, Layer::kOverlay}));
  EXPECT_EQ(root.members().at(0).mark, (Mark{2, 2, Layer::kOverlay}));
  EXPECT_EQ(root.members().at(0).value.mark(), (Mark{3, 3, Layer::kOverlay}));
}

TEST(TreeBuilderNodes, AreCountedUpToTheLimitAndNotOneMore) {
  for (const std::size_t items : {0U, 1U, 9U, 10U, 50U}) {
    Story story({.nodes = 10, .depth = 5});
    story.List();
    for (std::size_t i = 0; i < items; ++i) story.Text("x");
    EXPECT_EQ(story.stopped(), items + 1 > 10) << items;
    if (!story.stopped()) story.End();
    EXPECT_EQ(story.Take() == "yaml-limits", items + 1 > 10) << items;
  }
}

TEST(TreeBuilderNodes, CountKeysValuesAndWhatAliasesStandFor) {
  const auto build = [](std::size_t nodes) {
    Story story({.nodes = nodes, .depth = 5});
    story.List().Map("m").Text("a").Text("1").End().Alias("m").Alias("m").End();
    return story.Take();
  };
  EXPECT_EQ(build(9), "yaml-limits");
  EXPECT_EQ(build(10), R"([{"a":1},{"a":1},{"a":1}])") << "the list, and three times a mapping, a key and a value";
}

TEST(TreeBuilderNodes, OfAnAnchorInsideAnAnchorAreCountedToo) {
  const auto build = [](std::size_t nodes) {
    Story story({.nodes = nodes, .depth = 5});
    story.List().List("a").Text("x").Text("x").End().List("b").Alias("a").Alias("a").End().Alias("b").End();
    return story.Take();
  };
  EXPECT_EQ(build(17), "yaml-limits") << "1 + 3 + 7 + 7";
  EXPECT_EQ(build(18), R"([["x","x"],[["x","x"],["x","x"]],[["x","x"],["x","x"]]])");
}

TEST(TreeBuilderDepth, HasALimitForListsAndMappingsAlike) {
  for (int depth = 1; depth < 8; ++depth) {
    Story lists({.nodes = 100, .depth = 5});
    Story maps({.nodes = 100, .depth = 5});
    for (int level = 0; level < depth; ++level) {
      lists.List();
      if (level > 0) maps.Text("k");
      maps.Map();
    }
    EXPECT_EQ(lists.stopped(), depth > 5) << depth;
    EXPECT_EQ(maps.stopped(), depth > 5) << depth;
  }
}

TEST(TreeBuilderDepth, IsThatOfTheOpenOnesOnly) {
  Story story({.nodes = 100, .depth = 2});
  story.List();
  for (int i = 0; i < 10; ++i) story.List().End();
  EXPECT_FALSE(story.End().stopped());
}

TEST(TreeBuilderAlias, StandsForWhatItsAnchorNamedLast) {
  EXPECT_EQ(Story().List().Text("1", "a").Alias("a").Text("2", "a").Alias("a").End().Take(), "[1,1,2,2]");
  EXPECT_EQ(Story().List().List("a").Text("x").End().Alias("a").End().Take(), R"([["x"],["x"]])");
  EXPECT_EQ(Story().Map().Text("k", "a").Alias("a").End().Take(), R"({"k":"k"})");
}

TEST(TreeBuilderAlias, NeedsAnAnchorThatStandsBeforeAndHasEnded) {
  EXPECT_EQ(Story().List().Alias("a").Text("1", "a").End().Take(), "yaml-syntax");
  EXPECT_EQ(Story().List("a").Alias("a").Take(), "yaml-limits");
  EXPECT_EQ(Story().Map("a").Text("k").List().Alias("a").Take(), "yaml-limits") << "also from further down";
}

// A password that starts with * and has no quotes is an alias.
TEST(TreeBuilderAlias, IsNotNamedInTheFault) {
  const Parsed parsed = Parse("a: *hunter2\n", "f.yaml", Layer::kFragment);
  ASSERT_EQ(parsed.diagnostics.size(), 1U);
  EXPECT_EQ(parsed.diagnostics[0].Text().find("hunter2"), std::string::npos) << parsed.diagnostics[0].Text();
  EXPECT_EQ(parsed.diagnostics[0].found, "an alias without an anchor");
}

TEST(TreeBuilderKey, IsAnyStringAndNothingElse) {
  for (const char* good : {"a", "1.2.3", "a b", "nO", "0x", "-", "=", "@"}) {
    EXPECT_EQ(Story().Map().Text(good).Text("1").End().Take(), "{\"" + std::string(good) + "\":1}");
  }
  for (const char* bad : {"1", "-1", "1.5", "0x1", "yes", "n", "~", "", "null", ".inf", "12:30", "2024-01-31"}) {
    EXPECT_EQ(Story().Map().Text(bad).Text("1").End().Take(), "key-not-string") << bad;
    EXPECT_EQ(Story().Map().InQuotes(bad).Text("1").End().Take(), "{\"" + std::string(bad) + "\":1}");
  }
  for (const bool quotes : {false, true}) {
    Story story;
    story.Map();
    quotes ? story.InQuotes("<<") : story.Text("<<");
    EXPECT_EQ(story.Text("1").End().Take(), "merge-key");
  }
}

TEST(TreeBuilderKey, OfAnotherKindIsAFaultOnceAndTheRestIsReadOn) {
  EXPECT_EQ(Story().Map().List().End().Text("v").Text("b").Text("1").End().Take(), "key-not-string");
  EXPECT_EQ(Story().Map().Map().Text("x").Text("y").End().Text("v").End().Take(), "key-not-string");
  EXPECT_EQ(Story().List().Text("k", "a").Map().Alias("a").Text("v").End().End().Take(), "key-not-string");
  EXPECT_EQ(Story().Map().List().End().Text("v").List().End().Text("v").Text("1").Text("v").End().Take(),
            "key-not-string key-not-string key-not-string")
      << "two odd keys are not the same key";
}

TEST(TreeBuilderKey, StandsOnlyOnceHoweverManyThereAre) {
  for (const int count : {1, 2, 15, 16, 17, 18, 100}) {
    for (const int again : {0, count / 2, count - 1}) {
      Story story;
      story.Map();
      for (int i = 0; i < count; ++i) story.Text("k" + std::to_string(i)).Text("1");
      EXPECT_EQ(story.Text("k" + std::to_string(again)).Text("2").End().Take(), "duplicate-key")
          << count << " " << again;
    }
  }
}

TEST(TreeBuilderKey, MayBeAnyTextWhateverTheBuilderUsesItself) {
  for (const char* key : {"(not a string)", "\xef\xbf\xbd", "\xc3\xbf"}) {
    EXPECT_EQ(Story().Map().Text(key).Text("1").Text(key).Text("2").End().Take(), "duplicate-key") << key;
  }
}

TEST(TreeBuilder, TellsAllFaultsInTheOrderOfTheFile) {
  TreeBuilder builder("f.yaml", {});
  builder.Open(Value::Kind::kMapping, "", {1, 1, Layer::kFragment});
  for (const std::uint32_t line : {9U, 4U, 6U}) {
    builder.Scalar({"1", true, "", {line, 1, Layer::kFragment}});
    builder.Scalar({"x", true, "", {line, 4, Layer::kFragment}});
  }
  std::vector<int> lines;
  builder.Close();
  for (const Diagnostic& fault : builder.Take().diagnostics) lines.push_back(fault.position.line);
  EXPECT_EQ(lines, (std::vector<int>{4, 4, 6, 6, 9})) << "each as a key, and two a second time";
}

}  // namespace
}  // namespace dagitops::yaml
