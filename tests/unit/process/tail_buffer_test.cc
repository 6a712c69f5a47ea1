#include "process/tail_buffer.h"

#include <gtest/gtest.h>

namespace dagitops {
namespace {

TEST(TailBuffer, KeepsAllWhileThereIsRoom) {
  TailBuffer buffer(10);
  buffer.Append("abc");
  buffer.Append("");
  buffer.Append("defghij");
  EXPECT_EQ(buffer.Take(), "abcdefghij");
  EXPECT_EQ(buffer.Take(), "");
}

TEST(TailBuffer, KeepsTheEndOfWhatIsTooLong) {
  TailBuffer buffer(4);
  buffer.Append("0123456789");
  EXPECT_EQ(buffer.Take(), "6789");
}

TEST(TailBuffer, KeepsTheEndOverManyPieces) {
  TailBuffer buffer(4);
  for (const char* piece : {"01", "23", "45", "67", "8", "9"}) buffer.Append(piece);
  EXPECT_EQ(buffer.Take(), "6789");
}

TEST(TailBuffer, OfNothingKeepsNothing) {
  TailBuffer buffer(0);
  buffer.Append("abc");
  EXPECT_EQ(buffer.Take(), "");
}

}  // namespace
}  // namespace dagitops
