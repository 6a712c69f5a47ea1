#include "dagitops/model/source_tree.h"

#include <gtest/gtest.h>

#include <memory>

namespace dagitops {
namespace {

SourceTree With(std::initializer_list<const char*> sorted_paths) {
  SourceTree tree;
  for (const char* path : sorted_paths) {
    SourceFile file;
    file.path = path;
    tree.files.push_back(std::make_shared<const SourceFile>(std::move(file)));
  }
  return tree;
}

TEST(SourceTreeFind, FindsEveryFileAndNothingElse) {
  const auto paths = {"dagitops.yaml", "locations/a-b.yaml", "locations/a.yaml", "locations/a/b.yaml"};
  const SourceTree tree = With(paths);
  for (const char* path : paths) {
    ASSERT_NE(tree.Find(path), nullptr) << path;
    EXPECT_EQ(tree.Find(path)->path, path);
  }
  for (const char* path : {"", "a", "dagitops.yam", "dagitops.yaml2", "locations", "locations/a", "z"}) {
    EXPECT_EQ(tree.Find(path), nullptr) << path;
  }
  EXPECT_EQ(With({}).Find("dagitops.yaml"), nullptr);
}

}  // namespace
}  // namespace dagitops
