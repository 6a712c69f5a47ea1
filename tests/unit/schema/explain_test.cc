#include "schema/explain.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include <boost/json/parse.hpp>

#include "dagitops/yaml/parse.h"

#include "support/case_name.h"

namespace dagitops::schema {
namespace {

Value Read(const std::string& yaml) { return yaml::Parse(yaml, "f.yaml", Layer::kFragment).root; }

struct Described {
  const char* name;
  std::string yaml;
  std::string words;
};
void PrintTo(const Described& c, std::ostream* out) { *out << c.name; }

class DescribedValue : public testing::TestWithParam<Described> {};

TEST_P(DescribedValue, ReadsWellInASentence) {
  EXPECT_EQ(DescribeValue(*Read("a: " + GetParam().yaml + "\n").Find("a")), GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    All, DescribedValue,
    testing::Values(Described{"Nothing", "", "nothing"}, Described{"Null", "~", "nothing"},
                    Described{"List", "[1]", "a list"}, Described{"Mapping", "{}", "a mapping"},
                    Described{"Text", "x", "the text \"x\""}, Described{"QuotedNumber", "\"4\"", "the text \"4\""},
                    Described{"Empty", "''", "the text \"\""}, Described{"QuotedNull", "\"~\"", "the text \"~\""},
                    Described{"Number", "4", "the number 4"}, Described{"Octal", "0444", "the number 0444"},
                    Described{"Fraction", "1.10", "the number 1.10"}, Described{"Clock", "12:30", "the number 12:30"},
                    Described{"Boolean", "off", "the boolean off"},
                    Described{"Date", "2024-01-31", "the date 2024-01-31"},
                    Described{"Lines", "\"a\\nb\"", "the text \"a\\nb\""},
                    Described{"Sixty", std::string(60, 'x'), "the text \"" + std::string(60, 'x') + "\""},
                    Described{"Longer", std::string(61, 'x'), "the text \"" + std::string(57, 'x') + "...\""},
                    Described{"LongNumber", std::string(61, '7'), "the number " + std::string(57, '7') + "..."}),
    support::CaseName{});

// What is told of `yaml` at `a` where a schema's rule for it does not hold.
struct Case {
  const char* name;
  const char* schema;
  const char* yaml;
  Violation::Kind kind;
  const char* told;  // "found | expected | fix"
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class Explained : public testing::TestWithParam<Case> {};

TEST_P(Explained, SaysWhatWasFoundWhatIsExpectedAndWhatToDo) {
  const boost::json::value schema =
      boost::json::parse(R"({"properties": {"a": )" + std::string(GetParam().schema) + "}}");
  const Finding finding{{{"a"}}, GetParam().kind, "", "said so"};
  const Violation violation = Explain(finding, ShapeGraph(schema), Read("a: " + std::string(GetParam().yaml) + "\n"));
  EXPECT_EQ(violation.found + " | " + violation.expected + " | " + violation.fix, GetParam().told);
}

using K = Violation::Kind;

INSTANTIATE_TEST_SUITE_P(
    Types, Explained,
    testing::Values(
        Case{"One", R"({"type": "number"})", "x", K::kType, "the text \"x\" | a number | write a number"},
        Case{"Two", R"({"type": ["boolean", "array"]})", "x", K::kType,
             "the text \"x\" | true or false or a list | write true or false or a list"},
        Case{"Three", R"({"type": ["integer", "object", "array"]})", "x", K::kType,
             "the text \"x\" | an integer, a mapping or a list | write an integer, a mapping or a list"},
        Case{"NullGoesWithoutSaying", R"({"type": ["null", "object"]})", "x", K::kType,
             "the text \"x\" | a mapping | write a mapping"},
        Case{"NothingButNull", R"({"type": "null"})", "x", K::kType, "the text \"x\" | nothing | write nothing"},
        Case{"QuotesAreMissing", R"({"type": ["string", "array"]})", "1.10", K::kType,
             "the number 1.10 | a string or a list | write \"1.10\""},
        Case{"QuotesOfANumberAreTooMuch", R"({"type": "integer"})", "\"5\"", K::kType,
             "the text \"5\" | an integer | write 5 without quotes"},
        Case{"QuotesOfABooleanAreTooMuch", R"({"type": "boolean"})", "'no'", K::kType,
             "the text \"no\" | true or false | write no without quotes"},
        Case{"QuotesOfAnOctalStay", R"({"type": "integer"})", "\"0444\"", K::kType,
             "the text \"0444\" | an integer | write an integer"},
        Case{"NothingIsThere", R"({"type": "string"})", "~", K::kType, "nothing | a string | write a string"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Values, Explained,
    testing::Values(Case{"Words", R"({"enum": ["Always", "Never"]})", "Newer", K::kValue,
                         "the text \"Newer\" | one of \"Always\", \"Never\" | did you mean \"Never\"?"},
                    Case{"WordsThatAreNumbers", R"({"enum": ["1.10", "1.12"]})", "1.10", K::kValue,
                         "the number 1.10 | one of \"1.10\", \"1.12\" | did you mean \"1.10\"?"},
                    Case{"OneWord", R"({"const": 1})", "7", K::kValue, "the number 7 | 1 | correct the value"},
                    Case{"Hint", R"({"pattern": "^a", "patternErrorMessage": "an a"})", "b", K::kValue,
                         "the text \"b\" | an a | correct the value"},
                    Case{"WordsBeforeHint", R"({"enum": ["x"], "patternErrorMessage": "an a"})", "bbb", K::kValue,
                         "the text \"bbb\" | \"x\" | correct the value"},
                    Case{"Range", R"({"minimum": 1, "maximum": 5})", "7", K::kValue,
                         "the number 7 | a number from 1 to 5 | correct the value"},
                    Case{"RangeOfAText", R"({"minimum": 1, "maxLength": 1})", "xyz", K::kValue,
                         "the text \"xyz\" | what the schema asks for: said so | correct the value"},
                    Case{"EmptyText", R"({"minLength": 1})", "''", K::kValue,
                         "the text \"\" | a text that is not empty | correct the value"},
                    Case{"Other", R"({"maxItems": 1})", "[1, 2]", K::kValue,
                         "a list | what the schema asks for: said so | correct the value"}),
    support::CaseName{});

TEST(Explain, TellsTheMarkOfAnUnknownKeyAndThePathToIt) {
  const boost::json::value schema = boost::json::parse(R"({"properties": {"a": {"properties": {"port": {}}}}})");
  const Value root = Read("a:\n  x: 1\n  prot: 2\n");
  const Violation told = Explain({{{"a"}}, K::kUnknownKey, "prot", ""}, ShapeGraph(schema), root);
  EXPECT_EQ(PathText(told.path), "a.prot");
  EXPECT_EQ(told.mark.line, 3U);
  EXPECT_EQ(told.fix, "did you mean port?");
  const Violation gone = Explain({{{"a"}}, K::kUnknownKey, "gone", ""}, ShapeGraph(schema), root);
  EXPECT_EQ(gone.mark, root.Find("a")->mark()) << "the mapping, where the key is not found";
}

TEST(Explain, IsCalmAboutPlacesThatAreNotThere) {
  const boost::json::value schema = boost::json::parse("{}");
  const Violation told = Explain({{{"a"}, {"", 3}}, K::kType, "", "x"}, ShapeGraph(schema), Read("b: 1\n"));
  EXPECT_EQ(told.found, "nothing");
  EXPECT_EQ(told.expected, "nothing");
  EXPECT_EQ(told.mark, Mark{});
  EXPECT_FALSE(told.wants_string);
}

TEST(Explain, WantsAStringWhereNothingElseWillDo) {
  const auto wants = [](const char* types) {
    const boost::json::value schema = boost::json::parse(std::string(R"({"type": )") + types + "}");
    return Explain({{}, K::kType, "", ""}, ShapeGraph(schema), Value::Integer(1)).wants_string;
  };
  EXPECT_TRUE(wants(R"("string")"));
  EXPECT_TRUE(wants(R"(["string", "null"])"));
  EXPECT_TRUE(wants(R"(["null", "string"])"));
  EXPECT_FALSE(wants(R"(["string", "integer"])"));
  EXPECT_FALSE(wants(R"(["string", "null", "integer"])"));
  EXPECT_FALSE(wants(R"("null")"));
}

}  // namespace
}  // namespace dagitops::schema
