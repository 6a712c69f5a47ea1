#include "dagitops/model/revision.h"

#include <gtest/gtest.h>

#include <string>

namespace dagitops {
namespace {

TEST(Revision, IsShownByItsFirstEightDigits) {
  Revision revision;
  revision.id = "0123456789abcdef0123456789abcdef01234567";
  EXPECT_EQ(revision.Short(), "01234567");
  EXPECT_FALSE(revision.dirty());
}

TEST(Revision, SaysThatACheckoutHasChanges) {
  Revision revision;
  revision.id = "0123456789abcdef0123456789abcdef01234567-dirty";
  EXPECT_EQ(revision.Short(), "01234567-dirty");
  EXPECT_TRUE(revision.dirty());
}

TEST(AuthorText, LeavesOutWhatIsUnknown) {
  Revision revision;
  EXPECT_EQ(AuthorText(revision), "");
  revision.author_name = "Ada";
  revision.author_email = "ada@example.com";
  EXPECT_EQ(AuthorText(revision), "Ada <ada@example.com>");
}

TEST(Revision, MayBeEmpty) { EXPECT_EQ(Revision{}.Short(), ""); }

}  // namespace
}  // namespace dagitops
