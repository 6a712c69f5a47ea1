#include "target/local_process/env_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_name.h"

namespace dagitops::local_process {
namespace {

using testing::HasSubstr;
using testing::Not;
using Variables = std::map<std::string, std::string>;
using std::string_literals::operator""s;

struct GoodCase {
  std::string name;
  std::string text;
  Variables wanted;
};

class GoodEnvFile : public testing::TestWithParam<GoodCase> {};

TEST_P(GoodEnvFile, IsRead) {
  const auto variables = ParseEnvFile(GetParam().text, "/etc/x.env");
  ASSERT_TRUE(variables) << variables.error().Text();
  EXPECT_EQ(*variables, GetParam().wanted);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, GoodEnvFile,
    testing::Values(
        GoodCase{"Empty", "", {}}, GoodCase{"BlankAndComments", "\n# a\n  # b=c\n\n", {}},
        GoodCase{"Plain", "A=1\nB=two words\n", {{"A", "1"}, {"B", "two words"}}},
        GoodCase{"NoNewlineAtEnd", "A=1", {{"A", "1"}}},
        GoodCase{"WindowsLines", "A=1\r\nB=2\r\n", {{"A", "1"}, {"B", "2"}}},
        GoodCase{"EmptyValue", "A=\n", {{"A", ""}}}, GoodCase{"EqualsInValue", "A=b=c==\n", {{"A", "b=c=="}}},
        GoodCase{"HashInValue", "A=b#c\n", {{"A", "b#c"}}}, GoodCase{"DoubleQuotes", "A=\" b \"\n", {{"A", " b "}}},
        GoodCase{"SingleQuotes", "A='b'\n", {{"A", "b"}}}, GoodCase{"QuoteInside", "A=b'c\n", {{"A", "b'c"}}},
        GoodCase{"OneQuote", "A=\"\n", {{"A", "\""}}}, GoodCase{"NothingIsExpanded", "A=$HOME\n", {{"A", "$HOME"}}},
        GoodCase{"Export", "export A=1\n", {{"A", "1"}}}, GoodCase{"BlanksAround", "  A = 1  \n", {{"A", "1"}}},
        GoodCase{"LastWins", "A=1\nA=2\n", {{"A", "2"}}}),
    support::CaseName{});

struct BadCase {
  std::string name;
  std::string text;
  std::string place;
};

class BadEnvFile : public testing::TestWithParam<BadCase> {};

TEST_P(BadEnvFile, IsRefusedWithItsLineAndWithoutItsValue) {
  const auto variables = ParseEnvFile(GetParam().text, "/etc/x.env");
  ASSERT_FALSE(variables);
  EXPECT_EQ(variables.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(variables.error().subject, GetParam().place);
  EXPECT_THAT(variables.error().Text(), Not(HasSubstr("hunter2")));
}

INSTANTIATE_TEST_SUITE_P(Texts, BadEnvFile,
                         testing::Values(BadCase{"NoEquals", "A=1\nhunter2\n", "/etc/x.env:2"},
                                         BadCase{"NoKey", "=hunter2\n", "/etc/x.env:1"},
                                         BadCase{"BlankInKey", "A B=hunter2\n", "/etc/x.env:1"},
                                         BadCase{"DigitFirst", "1A=hunter2\n", "/etc/x.env:1"},
                                         BadCase{"Nul", "A=1\n\nB=hunter2\0x\n"s, "/etc/x.env:3"}),
                         support::CaseName{});

}  // namespace
}  // namespace dagitops::local_process
