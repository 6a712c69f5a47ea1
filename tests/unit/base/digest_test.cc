#include "dagitops/base/digest.h"

#include <gtest/gtest.h>

#include <string>

namespace dagitops {
namespace {

// FIPS 180-2, appendix B, and the well-known digest of nothing.
TEST(Sha256Hex, GivesThePublishedVectors) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256Hex, ReadsBytesBeyondANul) { EXPECT_NE(Sha256Hex(std::string("a\0b", 3)), Sha256Hex("a")); }

TEST(ShortDigest, IsThePrefixOfTheWhole) {
  EXPECT_EQ(ShortDigest("abc"), "ba7816bf");
  EXPECT_EQ(ShortDigest("abc", 16), "ba7816bf8f01cfea");
  EXPECT_EQ(ShortDigest("abc", 64), Sha256Hex("abc"));
  EXPECT_EQ(ShortDigest("abc", 999), Sha256Hex("abc"));
}

// RFC 2202, test case 2.
TEST(HmacSha1, GivesThePublishedVector) {
  const std::string expected("\xef\xfc\xdf\x6a\xe5\xeb\x2f\xa2\xd2\x74\x16\xd5\xf1\x84\xdf\x9c\x25\x9a\x7c\x79", 20);
  EXPECT_EQ(HmacSha1("Jefe", "what do ya want for nothing?"), expected);
}

}  // namespace
}  // namespace dagitops
