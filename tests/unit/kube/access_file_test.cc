#include <gtest/gtest.h>

#include <string>

#include "dagitops/kube/cluster_access.h"

#include "support/temp_dir.h"

namespace dagitops::kube {
namespace {

TEST(ReadAccessFileTest, GivesTheBytesAndTellsWhatIsWrong) {
  const support::TempDir folder;
  const std::string bytes("a\0b\r\n", 5);
  EXPECT_EQ(*ReadAccessFile(folder.Write("token", bytes)), bytes);
  EXPECT_EQ(ReadAccessFile(folder.Write("whole", std::string(1u << 20, 'x')))->size(), 1u << 20);
  EXPECT_EQ(ReadAccessFile(folder.Write("large", std::string((1u << 20) + 1, 'x'))).error().code, "file-too-large");
  EXPECT_EQ(ReadAccessFile(folder / "absent").error().code, "file-missing");
  EXPECT_EQ(ReadAccessFile(folder.path()).error().code, "file-unreadable");
  EXPECT_EQ(ReadAccessFile(folder / "absent").error().subject, folder / "absent");
}

}  // namespace
}  // namespace dagitops::kube
