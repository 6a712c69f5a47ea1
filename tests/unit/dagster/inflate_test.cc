#include "dagster/inflate.h"

#include <gtest/gtest.h>

#include <string>

#include "support/gzip.h"

namespace dagitops {
namespace {

using support::Gzip;

TEST(Inflate, GivesBackWhatWasCompressed) {
  for (const std::size_t size : {0u, 1u, 16383u, 16384u, 16385u, 1000000u}) {
    const std::string text(size, 'x');
    EXPECT_EQ(Inflate(Gzip(text), 1000000), text) << size;
  }
}

TEST(Inflate, KeepsToItsLimit) {
  EXPECT_EQ(Inflate(Gzip(std::string(100, 'x')), 100), std::string(100, 'x'));
  EXPECT_EQ(Inflate(Gzip(std::string(101, 'x')), 100), std::nullopt);
  EXPECT_EQ(Inflate(Gzip(std::string(50'000'000, 'x')), 100'000), std::nullopt);
}

TEST(Inflate, RefusesEveryCutAndAnythingAfterTheEnd) {
  const std::string whole = Gzip("some text that is not too short");
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_EQ(Inflate(whole.substr(0, size), 1000), std::nullopt);
  EXPECT_EQ(Inflate(whole + "x", 1000), std::nullopt);
}

TEST(Inflate, RefusesWhatIsNotCompressed) {
  EXPECT_EQ(Inflate("plain text", 1000), std::nullopt);
  EXPECT_EQ(Inflate(std::string(1000, '\0'), 1000), std::nullopt);
}

}  // namespace
}  // namespace dagitops
