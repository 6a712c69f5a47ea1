#include "dagitops/base/text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/case_name.h"

namespace dagitops {
namespace {

TEST(Join, PutsTheSeparatorBetween) {
  EXPECT_EQ(Join({}, ", "), "");
  EXPECT_EQ(Join({"a"}, ", "), "a");
  EXPECT_EQ(Join({"a", "", "b"}, ", "), "a, , b");
}

TEST(Split, KeepsEmptyPieces) {
  EXPECT_EQ(Split("", ','), std::vector<std::string>{""});
  EXPECT_EQ(Split("a", ','), std::vector<std::string>{"a"});
  EXPECT_EQ(Split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
}

TEST(Split, IsTheInverseOfJoin) {
  const std::vector<std::string> parts{"a", "", "b c", ""};
  EXPECT_EQ(Split(Join(parts, "/"), '/'), parts);
}

TEST(Trim, TakesWhiteSpaceFromBothEndsOnly) {
  EXPECT_EQ(Trim("  a b\t\r\n"), "a b");
  EXPECT_EQ(Trim(" \n"), "");
  EXPECT_EQ(Trim(""), "");
}

struct Slip {
  const char* name;
  const char* word;
  const char* meant;  // "" for nothing near enough
};
class DidYouMeanTable : public testing::TestWithParam<Slip> {};

TEST_P(DidYouMeanTable, FindsTheNearest) {
  static const std::vector<std::string> kKnown{"image", "envSecrets", "deploymentStrategy", "port",
                                               "dagsterApiGrpcArgs"};
  EXPECT_EQ(DidYouMean(GetParam().word, kKnown).value_or(""), GetParam().meant);
}

INSTANTIATE_TEST_SUITE_P(All, DidYouMeanTable,
                         testing::Values(Slip{"Swapped", "imgae", "image"}, Slip{"SwappedTwice", "imgea", ""},
                                         Slip{"SwappedInAShortWord", "prot", "port"},
                                         Slip{"OneLetterMissing", "imge", "image"},
                                         Slip{"Case", "ENVSECRETS", "envSecrets"}, Slip{"Exact", "port", "port"},
                                         Slip{"TwoLettersInALongWord", "deploymentStratgi", "deploymentStrategy"},
                                         Slip{"NothingNear", "tolerations", ""}, Slip{"Empty", "", ""},
                                         Slip{"Short", "prt", "port"}),
                         support::CaseName{});

TEST(DidYouMean, IsQuickAboutLongWords) {
  const std::vector<std::string> known(1000, "deploymentStrategy");
  EXPECT_FALSE(DidYouMean(std::string(8 << 20, 'd'), known).has_value());
}

TEST(DidYouMean, FindsNothingAmongNothing) { EXPECT_FALSE(DidYouMean("x", {}).has_value()); }

struct Escape {
  const char* name;
  std::string text;
  const char* quoted;
};
class QuotedTable : public testing::TestWithParam<Escape> {};

TEST_P(QuotedTable, IsValidJson) { EXPECT_EQ(Quoted(GetParam().text), GetParam().quoted); }

INSTANTIATE_TEST_SUITE_P(All, QuotedTable,
                         testing::Values(Escape{"Empty", "", R"("")"}, Escape{"Plain", "a b", R"("a b")"},
                                         Escape{"Quote", "a\"b", R"("a\"b")"}, Escape{"Backslash", "a\\b", R"("a\\b")"},
                                         Escape{"White", "\n\t\r", R"("\n\t\r")"},
                                         Escape{"Nul", std::string(1, '\0'), R"("\u0000")"},
                                         Escape{"Escape", "\x1b[0m", R"("\u001b[0m")"},
                                         Escape{"Delete", "\x7f", R"("\u007f")"},
                                         Escape{"Utf8", "Zürich 東 🦀", R"("Zürich 東 🦀")"},
                                         Escape{"StrayByte",
                                                "a\xff"
                                                "b",
                                                R"("a\ufffdb")"},
                                         Escape{"ContinuationAlone", "\x80", R"("\ufffd")"},
                                         Escape{"CutCharacter", "\xe6\x9d", R"("\ufffd\ufffd")"},
                                         Escape{"Overlong", "\xc0\xaf", R"("\ufffd\ufffd")"},
                                         Escape{"OverlongOfThree", "\xe0\x80\x80", R"("\ufffd\ufffd\ufffd")"},
                                         Escape{"Surrogate", "\xed\xa0\x80", R"("\ufffd\ufffd\ufffd")"},
                                         Escape{"BeyondUnicode", "\xf4\x90\x80\x80", R"("\ufffd\ufffd\ufffd\ufffd")"}),
                         support::CaseName{});

TEST(Shorten, CutsAtACharacterAndSaysSo) {
  EXPECT_EQ(Shorten("abcdef", 6), "abcdef");
  EXPECT_EQ(Shorten("abcdefg", 6), "abc...");
  EXPECT_EQ(Shorten("ab\xc3\xbc"
                    "cdef",
                    6),
            "ab...")
      << "not inside the ü";
  EXPECT_EQ(Shorten("", 0), "");
}

TEST(Shorten, NeverIsLongerThanItsLimit) {
  for (std::size_t limit = 0; limit < 8; ++limit) EXPECT_LE(Shorten("abcdefghijk", limit).size(), limit) << limit;
}

TEST(OnOneLine, QuotesOnlyWhatHasControlCharacters) {
  EXPECT_EQ(OnOneLine("a \"b\""), "a \"b\"");
  EXPECT_EQ(OnOneLine("a\nb"), "\"a\\nb\"");
  EXPECT_EQ(OnOneLine(""), "");
}

}  // namespace
}  // namespace dagitops
