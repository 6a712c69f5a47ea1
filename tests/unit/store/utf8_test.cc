#include "store/utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops {
namespace {

using namespace std::string_literals;

struct Case {
  std::string name;
  std::string text;
  std::string valid;
};
class ReplaceInvalidUtf8Test : public ::testing::TestWithParam<Case> {};

TEST_P(ReplaceInvalidUtf8Test, ChangesOnlyWhatIsInvalid) {
  EXPECT_EQ(ReplaceInvalidUtf8(GetParam().text), GetParam().valid);
}

constexpr const char* kBad = "\xEF\xBF\xBD";

INSTANTIATE_TEST_SUITE_P(
    Texts, ReplaceInvalidUtf8Test,
    ::testing::Values(
        Case{"Empty", "", ""}, Case{"Ascii", "plain \0 text"s, "plain \0 text"s},
        Case{"TwoBytes", "Zo\xC3\xAB", "Zo\xC3\xAB"}, Case{"ThreeBytes", "\xE2\x82\xAC", "\xE2\x82\xAC"},
        Case{"FourBytes", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
        Case{"LastOfAll", "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"}, Case{"Latin1", "Zo\xEB!", "Zo"s + kBad + "!"},
        Case{"CutOff", "\xE2\x82", std::string(kBad) + kBad}, Case{"LoneContinuation", "a\x80z", "a"s + kBad + "z"},
        Case{"OverlongTwo", "\xC0\xAF", std::string(kBad) + kBad},
        Case{"OverlongThree", "\xE0\x80\xAF", std::string(kBad) + kBad + kBad},
        Case{"OverlongFour", "\xF0\x80\x80\xAF", std::string(kBad) + kBad + kBad + kBad},
        Case{"Surrogate", "\xED\xA0\x80", std::string(kBad) + kBad + kBad},
        Case{"TooLarge", "\xF4\x90\x80\x80", std::string(kBad) + kBad + kBad + kBad}, Case{"NeverAByte", "\xFF", kBad}),
    support::CaseName());

}  // namespace
}  // namespace dagitops
