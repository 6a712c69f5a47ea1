#include "schema/json_value.h"

#include <gtest/gtest.h>

#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/yaml/parse.h"

#include "support/case_name.h"

namespace dagitops::schema {
namespace {

struct Case {
  const char* name;
  const char* yaml;
  const char* json;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class HelmReads : public testing::TestWithParam<Case> {};

TEST_P(HelmReads, TheSameJson) {
  const Value value = yaml::Parse(std::string("a: ") + GetParam().yaml + "\n", "f.yaml", Layer::kFragment).root;
  ASSERT_NE(value.Find("a"), nullptr);
  EXPECT_EQ(boost::json::serialize(ToJson(*value.Find("a"))), GetParam().json);
}

// The right-hand side was printed by YAMLToJSON of sigs.k8s.io/yaml v1.4.0, which Helm 3.19 uses.
INSTANTIATE_TEST_SUITE_P(
    Scalars, HelmReads,
    testing::Values(
        Case{"Text", "abc", R"("abc")"}, Case{"Empty", "", "null"}, Case{"Tilde", "~", "null"},
        Case{"Yes", "yes", "true"}, Case{"LetterY", "y", "true"}, Case{"LetterBigY", "Y", "true"},
        Case{"LetterN", "n", "false"}, Case{"LetterBigN", "N", "false"}, Case{"On", "on", "true"},
        Case{"Off", "OFF", "false"}, Case{"QuotedNo", "\"no\"", R"("no")"}, Case{"SingleQuoted", "'012'", R"("012")"},
        Case{"Integer", "42", "42"}, Case{"Negative", "-5", "-5"}, Case{"Plus", "+5", "5"}, Case{"Zero", "0", "0"},
        Case{"MinusZero", "-0", "0"}, Case{"Octal", "012", "10"}, Case{"NegativeOctal", "-012", "-10"},
        Case{"FileMode", "0444", "292"}, Case{"NoOctal", "08", "8"}, Case{"NewOctal", "0o14", "12"},
        Case{"BadNewOctal", "0o8", R"("0o8")"}, Case{"Hex", "0x1F", "31"}, Case{"NegativeHex", "-0x1F", "-31"},
        Case{"BadHex", "0xG", R"("0xG")"}, Case{"BareHex", "0x", R"("0x")"}, Case{"Binary", "0b11", "3"},
        Case{"NegativeBinary", "-0b11", "-3"}, Case{"CapitalHex", "0X1f", "31"}, Case{"CapitalBinary", "0B11", "3"},
        Case{"CapitalOctal", "0O17", "15"}, Case{"SmallestInteger", "-9223372036854775808", "-9223372036854775808"},
        Case{"LargestInteger", "9223372036854775807", "9223372036854775807"}, Case{"Underscores", "1_000", "1000"},
        Case{"DoubleUnderscore", "1__0", "10"}, Case{"LeadingUnderscore", "_1", R"("_1")"},
        Case{"MinutesAndSeconds", "12:30", R"("12:30")"}, Case{"Base60", "12:30:45", R"("12:30:45")"},
        Case{"Base60Fraction", "190:20:30.15", R"("190:20:30.15")"}, Case{"Date", "2024-01-31", R"("2024-01-31")"},
        Case{"DateAndTime", "2024-01-31T10:00:00Z", R"("2024-01-31T10:00:00Z")"},
        Case{"ShortDate", "2024-1-5", R"("2024-1-5")"}, Case{"Float", "1.10", "1.1E0"},
        Case{"WholeFloat", "3030.0", "3030"}, Case{"TrailingDot", "1.", "1"}, Case{"LeadingDot", ".5", "5E-1"},
        Case{"Exponent", "1e3", "1000"}, Case{"BigExponent", "12e03", "12000"}, Case{"SignedExponent", "1e+3", "1000"},
        Case{"FractionExponent", "1.5e3", "1500"}, Case{"NoExponentDigits", "1e", R"("1e")"},
        Case{"UnderscoredFloat", "1_000.5", "1.0005E3"}, Case{"SignAlone", "+", R"("+")"},
        Case{"CommitId", "12e03b7", R"("12e03b7")"}, Case{"Version", "1.2.3", R"("1.2.3")"}),
    support::CaseName());

TEST(ToJson, KeepsListsAndMappings) {
  const Value value = yaml::Parse("{a: [1, {b: no}], c: {}, d: []}\n", "f.yaml", Layer::kFragment).root;
  EXPECT_EQ(boost::json::serialize(ToJson(value)), R"({"a":[1,{"b":false}],"c":{},"d":[]})");
}

TEST(ToJson, CutsLongTexts) {
  for (const bool quoted : {true, false}) {
    const boost::json::value text = ToJson(Value::Scalar(std::string(1 << 20, 'x'), quoted));
    EXPECT_LE(text.as_string().size(), kLongestText);
  }
  EXPECT_TRUE(ToJson(Value::Scalar(std::string(1 << 20, '1'), false)).is_string());
}

TEST(ToJson, MakesANumberOfWhatIsTooLargeForAnInteger) {
  EXPECT_TRUE(ToJson(Value::Scalar("99999999999999999999", false)).is_double());
  EXPECT_TRUE(ToJson(Value::Scalar(".inf", false)).is_double());
  EXPECT_TRUE(ToJson(Value::Scalar("-.inf", false)).is_double());
  EXPECT_TRUE(ToJson(Value::Scalar(".nan", false)).is_double());
}

}  // namespace
}  // namespace dagitops::schema
