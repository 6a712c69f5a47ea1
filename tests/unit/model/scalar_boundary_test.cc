// The last texts that are still of a type, and the first that are no more. Rows were read by PyYAML 6.0; a few, such as
// 0o7, 1e9 and y, are of their type for Helm alone.
#include <gtest/gtest.h>

#include <string>

#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"

namespace dagitops {
namespace {

void ExpectAll(ScalarType type, std::initializer_list<const char*> texts) {
  for (const char* text : texts) {
    EXPECT_EQ(ResolveScalar(text), type) << Quoted(text) << " is " << Describe(ResolveScalar(text));
  }
}

TEST(ScalarBoundary, IntegersThatReadTheSameEverywhereHaveAtMostEighteenDigits) {
  ExpectAll(ScalarType::kInteger, {"0", "9", "-0", "-9", "10", "999999999999999999", "-999999999999999999"});
  ExpectAll(ScalarType::kOddInteger, {"1000000000000000000", "-1000000000000000000", "00", "-00", "01", "-01", "+0",
                                      "+1", "1_0", "0_", "9_", "000000000000000000000000"});
  ExpectAll(ScalarType::kString, {"-", "+", "--1", "+-1", "1-", "1+1", "1,000", "1 000", "0-", "1a", "a1"});
}

TEST(ScalarBoundary, OtherBasesNeedADigitOfTheirOwn) {
  ExpectAll(ScalarType::kOddInteger, {"0x0", "0xf", "0XF", "-0xF", "+0xf", "0x_f", "0xfffffffffffffffffffff", "0b0",
                                      "0b1_1", "-0b1", "0B1", "0o7", "0O7", "-0o0", "0_o7"});
  ExpectAll(ScalarType::kString, {"0x", "0xg", "0x-1", "x1", "0b", "0b2", "0b-1", "b1", "0o", "0o8", "0o-1", "0xf.1",
                                  "1x1", "10x1", "0z1", "0x1p3"});
}

TEST(ScalarBoundary, FloatsHaveOneDotAndDigits) {
  ExpectAll(ScalarType::kFloat, {"0.", ".0", "-.0", "+.5", "-1.", "1.5", "1_0.5", "00.5", "1e0", "1E9", "1e+0", "1e-0",
                                 "-1e9", ".5e1", "5.e1", "1.0e400", "09.5", "1.5_5"});
  ExpectAll(ScalarType::kString, {".", "-.", "+.", "..", ".5.", "1.2.3", "1e", "1e+", "1e-", "e1", ".e1", "-e1",
                                  "1e1.5", "1ee1", "1e1e1", "1e 1", "1.5x", "._5", "1e1-"});
}

TEST(ScalarBoundary, InfinityAndNotANumberHaveThreeSpellings) {
  ExpectAll(ScalarType::kFloat,
            {".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF", "+.inf", "+.Inf", "+.INF", ".nan", ".NaN", ".NAN"});
  ExpectAll(ScalarType::kString, {".iNF", ".InF", "inf", "-inf", ".Nan", "nan", "-.nan", "+.NaN", ".infinity", ".in"});
}

TEST(ScalarBoundary, WordsCountInThreeSpellingsOnly) {
  ExpectAll(ScalarType::kBool, {"y",    "Y",    "n",     "N",     "yes",   "Yes", "YES", "no", "No",  "NO",  "true",
                                "True", "TRUE", "false", "False", "FALSE", "on",  "On",  "ON", "off", "Off", "OFF"});
  ExpectAll(ScalarType::kNull, {"", "~", "null", "Null", "NULL"});
  ExpectAll(ScalarType::kString,
            {"yEs", "YeS",  "nO",  "tRUE", "FAlse", "oN", "oFF", "nULL", "NUll", "~~",  "none", "None",
             "nil", "yes ", " no", "t",    "f",     "T",  "F",   "ye",   "tru",  "nul", "offf", "yess"});
}

TEST(ScalarBoundary, DigitGroupsOfBase60AreBelowSixty) {
  ExpectAll(ScalarType::kOddInteger,
            {"1:0", "1:9", "1:59", "9:00", "10:59:59", "-1:30", "+1:30", "1_0:30", "999:59", "1:2:3:4:5"});
  ExpectAll(ScalarType::kFloat, {"0:0.", "1:30.", "1:59.99", "0:59.5", "1:30._5", "190:20:30.15", "-1:30.5"});
  ExpectAll(ScalarType::kString, {"1:60", "1:99", "1:600", "1:", ":30", "1::30", "1:30:", "1:3a", "1:-3", "1:30.5.5",
                                  "1:60.5", "1.5:30", "0:0", "01:30", "00:00", "_1:30", "a:30", "1:30,5"});
}

TEST(ScalarBoundary, APlainDateHasTwoDigitsEverywhere) {
  ExpectAll(ScalarType::kTimestamp, {"2024-01-31", "0000-00-00", "9999-99-99"});
  ExpectAll(ScalarType::kString, {"2024-1-31", "2024-01-1", "2024-1-1", "24-01-31", "02024-01-31", "2024-01-311",
                                  "2024-01", "2024/01/31", "2024-01-31-", "-2024-01-31", "+2024-01-31", "2024-01-3a"});
}

TEST(ScalarBoundary, ADateWithATimeMayBeShorterAndNeedsSeconds) {
  ExpectAll(ScalarType::kTimestamp,
            {"2024-1-1T1:00:00", "2024-01-31t21:59:43", "2024-01-31 21:59:43", "2024-01-31   21:59:43",
             "2024-01-31\t21:59:43", "2024-01-31T21:59:43.", "2024-01-31T21:59:43.123456789", "2024-01-31T99:99:99"});
  ExpectAll(ScalarType::kString,
            {"2024-01-31T", "2024-01-31T21", "2024-01-31T21:59", "2024-01-31T21:59:4", "2024-01-31T21:5:43",
             "2024-01-31T:59:43", "2024-01-31T211:59:43", "2024-01-31T21:59:433", "2024-01-31TT21:59:43",
             "2024-01-31T 21:59:43", "2024-01-3121:59:43", "2024-01-31X21:59:43", "2024-01-31T21:59:43,5"});
}

TEST(ScalarBoundary, AZoneIsZOrASignAndOneOrTwoDigits) {
  for (const std::string zone : {"Z", " Z", "\tZ", "+1", "-1", "+01", "-12", "+5:30", "-05:30", " +05:30", "  -5"}) {
    EXPECT_EQ(ResolveScalar("2024-01-31T21:59:43" + zone), ScalarType::kTimestamp) << zone;
    EXPECT_EQ(ResolveScalar("2024-01-31T21:59:43.5" + zone), ScalarType::kTimestamp) << zone;
  }
  for (const std::string zone : {"z", "ZZ", "UTC", "+", "-", "+123", "+1:", "+1:3", "+1:300", "+01:30Z", "Z+1"}) {
    EXPECT_EQ(ResolveScalar("2024-01-31T21:59:43" + zone), ScalarType::kString) << zone;
    EXPECT_EQ(ResolveScalar("2024-01-31T21:59:43.5" + zone), ScalarType::kString) << zone;
  }
  ExpectAll(ScalarType::kString, {"2024-01-31Z", "2024-01-31+01", "2024-01-31 Z"});
}

// What goes into names of images, versions and places is text.
TEST(ScalarBoundary, WordsOfEverydayAreStrings) {
  ExpectAll(ScalarType::kString, {"latest",
                                  "v1.2.3",
                                  "1.2.3",
                                  "1.10.0-rc1",
                                  "sha256:abcd",
                                  "3f9c1d2",
                                  "256Mi",
                                  "250m",
                                  "10%",
                                  "80/tcp",
                                  "10s",
                                  "127.0.0.1",
                                  "127.0.0.1:3000",
                                  "a@b.c",
                                  "-m",
                                  "--port",
                                  "-",
                                  "=",
                                  "<<",
                                  "/a",
                                  "./a",
                                  "../a",
                                  "a.b",
                                  "\xc3\xa9",
                                  "1\xc2\xb5",
                                  "\xd9\xa1\xd9\xa2",
                                  "true/false",
                                  "no-op",
                                  "on-call",
                                  "null-op",
                                  "yes!",
                                  "~/x"});
}

TEST(ScalarBoundary, LongTextsEndSoon) {
  const std::string digits(1 << 20, '7');
  EXPECT_EQ(ResolveScalar(digits), ScalarType::kOddInteger);
  EXPECT_EQ(ResolveScalar(digits + "x"), ScalarType::kString);
  EXPECT_EQ(ResolveScalar("1" + std::string(1 << 20, '_')), ScalarType::kOddInteger);
  EXPECT_EQ(ResolveScalar(std::string(1 << 20, '.')), ScalarType::kString);
}

}  // namespace
}  // namespace dagitops
