#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "dagitops/target/local_process/posix_disk.h"

#include "support/temp_dir.h"

namespace dagitops {
namespace {

using support::TempDir;
using testing::ElementsAre;
using testing::IsEmpty;

unsigned ModeOf(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? info.st_mode & 0777u : 0u;
}

std::vector<std::string> NamesOf(const std::vector<DiskEntry>& entries) {
  std::vector<std::string> names;
  for (const DiskEntry& entry : entries) names.push_back(entry.name);
  return names;
}

class LocalDisk : public testing::Test {
 protected:
  std::string Read(const std::string& name, std::size_t limit = 1000) {
    const auto text = disk.Read(dir / name, limit);
    EXPECT_TRUE(text) << text.error().Text();
    return text && *text ? **text : "(none)";
  }

  TempDir dir;
  PosixDisk disk;
};

TEST_F(LocalDisk, WritesWholeFilesForTheirOwnerOnlyAndLeavesNothingBeside) {
  ASSERT_TRUE(disk.Write(dir / "a", "one"));
  ASSERT_TRUE(disk.Write(dir / "a", "two, longer"));
  EXPECT_EQ(Read("a"), "two, longer");
  EXPECT_EQ(ModeOf(dir / "a"), 0600u);
  EXPECT_THAT(NamesOf(*disk.List(dir.path())), ElementsAre("a"));
}

TEST_F(LocalDisk, AWriteThatFailsLeavesTheOldFileAndNothingBeside) {
  dir.Write("folder/inside", "x");
  EXPECT_FALSE(disk.Write(dir / "folder", "text")) << "a folder cannot be replaced by a file";
  EXPECT_FALSE(disk.Write(dir / "no/such/folder/a", "text"));
  EXPECT_THAT(NamesOf(*disk.List(dir.path())), ElementsAre("folder"));
}

TEST_F(LocalDisk, ReadsTheEndOfAFile) {
  dir.Write("a", "0123456789");
  EXPECT_EQ(Read("a", 4), "6789");
  EXPECT_EQ(Read("a", 10), "0123456789");
  EXPECT_EQ(Read("a", 0), "");
}

TEST_F(LocalDisk, TellsAbsenceFromFailure) {
  EXPECT_EQ(Read("nothing"), "(none)");
  EXPECT_EQ(Read("no/such/folder"), "(none)");
  dir.Write("file", "x");
  EXPECT_EQ(Read("file/below"), "(none)");
  EXPECT_FALSE(disk.Read(dir.path(), 10)) << "a folder is no file";
}

TEST_F(LocalDisk, RemovesFilesAndFoldersAndWhatIsNotThere) {
  dir.Write("a/b/c", "x");
  std::filesystem::permissions(dir / "a/b", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_TRUE(disk.Remove(dir / "a")) << "also where folders are read-only";
  EXPECT_TRUE(disk.Remove(dir / "a"));
  EXPECT_THAT(NamesOf(*disk.List(dir.path())), IsEmpty());
}

TEST_F(LocalDisk, RemovesALinkAndNotWhatItPointsAt) {
  dir.Write("kept/file", "x");
  std::filesystem::create_directory(dir / "gone");
  std::filesystem::create_symlink(dir / "kept", dir / "gone/link");
  ASSERT_TRUE(disk.Remove(dir / "gone"));
  EXPECT_TRUE(dir.Has("kept/file"));
}

TEST_F(LocalDisk, ListsByNameWithSizeAndKind) {
  dir.Write("b", "12345");
  dir.Write("a/x", "");
  const auto entries = disk.List(dir.path());
  ASSERT_TRUE(entries);
  ASSERT_THAT(NamesOf(*entries), ElementsAre("a", "b"));
  EXPECT_TRUE((*entries)[0].folder);
  EXPECT_FALSE((*entries)[1].folder);
  EXPECT_EQ((*entries)[1].size, 5u);
  EXPECT_GT((*entries)[1].modified, WallTime(std::chrono::seconds(1'700'000'000)));
}

TEST_F(LocalDisk, ListsNothingOfAFolderThatIsNotThere) {
  EXPECT_THAT(*disk.List(dir / "none"), IsEmpty());
  dir.Write("file", "x");
  EXPECT_FALSE(disk.List(dir / "file")) << "a file has no entries, and is no empty folder";
}

TEST_F(LocalDisk, MakesPrivateFoldersAndDescribesThoseThatAreThere) {
  const auto made = disk.MakeFolder(dir / "a/b/c");
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->ours);
  EXPECT_FALSE(made->open_to_others);
  EXPECT_EQ(ModeOf(dir / "a"), 0700u);
  std::filesystem::permissions(dir / "a/b/c", std::filesystem::perms(0711));
  EXPECT_TRUE(disk.MakeFolder(dir / "a/b/c")->open_to_others);
  EXPECT_EQ(ModeOf(dir / "a/b/c"), 0711u) << "it stays as it is";
  dir.Write("file", "x");
  EXPECT_FALSE(disk.MakeFolder(dir / "file"));
}

TEST_F(LocalDisk, RotatesAFileThatAProcessHoldsOpen) {
  const int log = open((dir / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ASSERT_GE(log, 0);
  for (const std::string text : {"first", "second", "third", "fourth"}) {
    ASSERT_EQ(write(log, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ASSERT_TRUE(disk.Rotate(dir / "log", 2));
  }
  ASSERT_EQ(write(log, "now", 3), 3);
  close(log);
  EXPECT_EQ(Read("log"), "now");
  EXPECT_EQ(Read("log.1"), "fourth");
  EXPECT_EQ(Read("log.2"), "third");
  EXPECT_EQ(Read("log.3"), "(none)");
}

TEST_F(LocalDisk, RotatesIntoNothingWhereNoneIsKept) {
  dir.Write("log", "text");
  ASSERT_TRUE(disk.Rotate(dir / "log", 0));
  EXPECT_EQ(Read("log"), "");
  EXPECT_THAT(NamesOf(*disk.List(dir.path())), ElementsAre("log"));
}

}  // namespace
}  // namespace dagitops
