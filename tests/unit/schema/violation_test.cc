#include "dagitops/schema/violation.h"

#include <gtest/gtest.h>

#include "dagitops/yaml/parse.h"

namespace dagitops::schema {
namespace {

TEST(PathText, ReadsLikeTheFile) {
  struct Case {
    const char* name;
    Path path;
    const char* text;
  };
  const Case cases[] = {
      {"root", {}, ""},
      {"key", {{"image"}}, "image"},
      {"nested", {{"image"}, {"tag"}}, "image.tag"},
      {"item", {{"env"}, {"", 0}, {"value"}}, "env[0].value"},
      {"item of an item", {{"a"}, {"", 1}, {"", 12}}, "a[1][12]"},
      {"key with a dot", {{"labels"}, {"app.kubernetes.io/name"}}, "labels.\"app.kubernetes.io/name\""},
      {"key with a bracket", {{"a[0]"}}, "\"a[0]\""},
      {"empty key", {{"a"}, {""}}, "a.\"\""},
  };
  for (const Case& c : cases) EXPECT_EQ(PathText(c.path), c.text) << c.name;
}

TEST(At, WalksDownOrSaysNothing) {
  const Value root = yaml::Parse("{env: [{name: A}], image: {tag: x}}\n", "f.yaml", Layer::kFragment).root;
  EXPECT_EQ(At(root, {}), &root);
  ASSERT_NE(At(root, {{"env"}, {"", 0}, {"name"}}), nullptr);
  EXPECT_EQ(At(root, {{"env"}, {"", 0}, {"name"}})->text(), "A");
  EXPECT_EQ(At(root, {{"env"}, {"", 1}}), nullptr);
  EXPECT_EQ(At(root, {{"image"}, {"", 0}}), nullptr);
  EXPECT_EQ(At(root, {{"image"}, {"tag"}, {"deeper"}}), nullptr);
  EXPECT_EQ(At(root, {{"nothing"}}), nullptr);
}

}  // namespace
}  // namespace dagitops::schema
