#include "workspace/entry_file.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "support/case_name.h"
#include "support/diagnostic_lines.h"
#include "support/tree_builder.h"

namespace dagitops::workspace {
namespace {

using testing::Lines;
using testing::TreeBuilder;
using Role = EntryFile::Role;

EntryFile Read(const TreeBuilder& tree) { return {tree.Build().files.at(0), Layer::kFragment}; }

struct PathCase {
  const char* name;
  const char* path;
  Role role;
  std::vector<std::string> told;
};
void PrintTo(const PathCase& c, std::ostream* out) { *out << c.name; }

class Path : public ::testing::TestWithParam<PathCase> {};

TEST_P(Path, TellsWhatAFileIs) {
  const EntryFile file = Read(TreeBuilder().Set(GetParam().path, "port: 1\n"));
  EXPECT_EQ(file.role(), GetParam().role);
  EXPECT_EQ(Lines(file.diagnostics()), GetParam().told);
}

const PathCase kPaths[] = {
    {"Yaml", "locations/a.yaml", Role::kEntry, {}},
    {"YamlDeepBelow", "locations/x/y/z/a.yaml", Role::kEntry, {}},
    {"Yml", "locations/a.yml", Role::kEntry, {"fault wrong-extension locations/a.yml"}},
    {"YmlInCapitals", "locations/a.YML", Role::kEntry, {"fault wrong-extension locations/a.YML"}},
    {"YamlInCapitals", "locations/a.YAML", Role::kEntry, {"fault wrong-extension locations/a.YAML"}},
    {"Readme", "locations/README.md", Role::kOther, {}},
    {"Keep", "locations/x/.gitkeep", Role::kOther, {}},
    {"NoExtension", "locations/OWNERS", Role::kOther, {}},
    {"Disabled", "locations/a.yaml.disabled", Role::kOther, {"warning unused-file locations/a.yaml.disabled"}},
    {"Backup", "locations/a.yaml~", Role::kOther, {"warning unused-file locations/a.yaml~"}},
    {"Json", "locations/a.json", Role::kOther, {"warning unused-file locations/a.json"}},
    {"Hidden", "locations/.a.yaml", Role::kOther, {"warning unused-file locations/.a.yaml"}},
    {"InAHiddenFolder", "locations/.x/a.yml", Role::kOther, {"warning unused-file locations/.x/a.yml"}},
};
INSTANTIATE_TEST_SUITE_P(EntryFile, Path, ::testing::ValuesIn(kPaths), support::CaseName());

struct NameCase {
  const char* name;
  const char* text;
  const char* expected;  // empty: cannot be read
  std::vector<std::string> told;
};
void PrintTo(const NameCase& c, std::ostream* out) { *out << c.name; }

class Name : public ::testing::TestWithParam<NameCase> {};

TEST_P(Name, IsReadOrTheStem) {
  const EntryFile file = Read(TreeBuilder().Set("locations/x/my.code.yaml", GetParam().text));
  EXPECT_EQ(file.name(), GetParam().expected);
  EXPECT_EQ(Lines(file.diagnostics()), GetParam().told);
}

const char* const kPath = "locations/x/my.code.yaml";
const NameCase kNames[] = {
    {"Stem", "port: 1\n", "my.code", {}},
    {"EmptyFile", "", "my.code", {}},
    {"Key", "name: other\n", "other", {}},
    {"QuotedKey", "name: \"other\"\n", "other", {}},
    {"UnquotedNumber", "name: 12\n", "12", {}},
    {"Null", "name: ~\n", "my.code", {std::string("fault bad-name ") + kPath + ":1:7"}},
    {"EmptyText", "name: \"\"\n", "my.code", {std::string("fault bad-name ") + kPath + ":1:7"}},
    {"List", "name: [a]\n", "my.code", {std::string("fault bad-name ") + kPath + ":1:7"}},
    {"Broken", "name: [\n", "", {std::string("fault yaml-syntax ") + kPath + ":2:1"}},
    {"DuplicateKey", "name: a\nname: b\n", "", {std::string("fault duplicate-key ") + kPath + ":2:1"}},
    {"ListOfLocations", "- name: a\n", "", {std::string("fault not-a-mapping ") + kPath + ":1:1"}},
    {"Text", "just text\n", "", {std::string("fault not-a-mapping ") + kPath + ":1:1"}},
};
INSTANTIATE_TEST_SUITE_P(EntryFile, Name, ::testing::ValuesIn(kNames), support::CaseName());

struct KindCase {
  const char* name;
  FileKind kind;
  const char* told;
};
void PrintTo(const KindCase& c, std::ostream* out) { *out << c.name; }

class Kind : public ::testing::TestWithParam<KindCase> {};

TEST_P(Kind, IsAFaultWhereAFragmentIsExpected) {
  const EntryFile file = Read(TreeBuilder().SetKind("locations/a.yaml", GetParam().kind));
  EXPECT_EQ(file.role(), Role::kEntry);
  EXPECT_FALSE(file.readable());
  EXPECT_EQ(Lines(file.diagnostics()), std::vector<std::string>{GetParam().told});
}

const KindCase kKinds[] = {
    {"Symlink", FileKind::kSymlink, "fault symlink-file locations/a.yaml"},
    {"Submodule", FileKind::kSubmodule, "fault submodule-file locations/a.yaml"},
    {"TooLarge", FileKind::kTooLarge, "fault file-too-large locations/a.yaml"},
};
INSTANTIATE_TEST_SUITE_P(EntryFile, Kind, ::testing::ValuesIn(kKinds), support::CaseName());

TEST(EntryFile, ALinkIsAFaultWhateverItIsCalled) {
  // It may stand for a folder full of fragments, which then nobody reads.
  EXPECT_EQ(Read(TreeBuilder().SetKind("locations/team", FileKind::kSymlink)).role(), Role::kEntry);
  EXPECT_EQ(Read(TreeBuilder().SetKind("locations/team", FileKind::kSubmodule)).role(), Role::kEntry);
}

TEST(EntryFile, ALargeFileThatIsNoFragmentIsNobodysBusiness) {
  EXPECT_EQ(Read(TreeBuilder().SetKind("locations/diagram.png", FileKind::kTooLarge)).role(), Role::kOther);
}

TEST(EntryFile, GivesItsTreeAsOftenAsAskedFor) {
  const EntryFile file = Read(TreeBuilder().Set("locations/a.yaml", "port: 1\n"));
  const Value first = file.TakeRoot();
  const Value second = file.TakeRoot();
  ASSERT_NE(first.Find("port"), nullptr);
  EXPECT_EQ(first, second);
  EXPECT_EQ(second.Find("port")->mark(), first.Find("port")->mark());
}

TEST(EntryFile, HasNoTreeWhenItIsBroken) {
  EXPECT_TRUE(Read(TreeBuilder().Set("locations/a.yaml", "a: [\n")).TakeRoot().is_null());
}

class Cache : public ::testing::Test {
 protected:
  std::vector<EntryFilePtr> Read(const TreeBuilder& tree) {
    const SourceTree built = tree.Build();
    trees_.push_back(built);  // as a caller that still holds the tree before
    std::vector<EntryFilePtr> files;
    for (const auto& slot : cache_.Read(FilesBelow(built, "locations/"), Layer::kFragment)) files.push_back(slot.file);
    return files;
  }

  EntryFileCache cache_;
  std::vector<SourceTree> trees_;
  TreeBuilder tree_ = TreeBuilder()
                          .Set("dagitops.yaml", "x")
                          .Set("locations/a.yaml", "a: 1")
                          .Set("locations/b.yaml", "b: 1")
                          .Set("zz", "");
};

TEST_F(Cache, ReadsOnlyTheFilesOfItsFolder) {
  const auto files = Read(tree_);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0]->path(), "locations/a.yaml");
  EXPECT_EQ(files[1]->path(), "locations/b.yaml");
}

TEST_F(Cache, ReadsOnlyWhatChanged) {
  const auto before = Read(tree_);
  const auto after = Read(tree_.Set("locations/a.yaml", "a: 2"));
  EXPECT_NE(before[0], after[0]);
  EXPECT_EQ(before[1], after[1]);
}

TEST_F(Cache, ComparesBlobsWhereTheTreeWasReadAnew) {
  const auto before = Read(tree_);
  const auto after = Read(TreeBuilder().Set("locations/a.yaml", "a: 1").Set("locations/b.yaml", "b: 2"));
  EXPECT_EQ(before[0], after[0]);
  EXPECT_NE(before[1], after[1]);
}

TEST_F(Cache, KeepsThingsApartWhenFilesComeAndGo) {
  Read(tree_);
  Read(tree_.Set("locations/aa.yaml", "aa: 1").Remove("locations/b.yaml"));
  const auto files = Read(tree_.Set("locations/b.yaml", "b: 3").Remove("locations/a.yaml"));
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0]->path(), "locations/aa.yaml");
  EXPECT_EQ(files[1]->TakeRoot().Find("b")->text(), "3");
}

TEST_F(Cache, SeesAFileBecomeALink) {
  Read(tree_);
  TreeBuilder linked = tree_;
  const auto files = Read(linked.SetKind("locations/a.yaml", FileKind::kSymlink));
  EXPECT_FALSE(files[0]->readable());
}

TEST_F(Cache, EndsEmptyWhenTheFolderIs) {
  Read(tree_);
  EXPECT_TRUE(Read(TreeBuilder().Set("dagitops.yaml", "x")).empty());
}

}  // namespace
}  // namespace dagitops::workspace
