#include "import/readable_yaml.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "dagitops/model/scalar.h"
#include "dagitops/yaml/emit.h"
#include "dagitops/yaml/parse.h"

#include "support/case_name.h"

namespace dagitops::import {
namespace {

Value Plain(std::string text) { return Value::Scalar(std::move(text), false); }
Value Of(const std::string& key, Value value) { return Value::Map({{key, {}, std::move(value)}}); }

// What it reads back as; quoting of strings does not count.
std::string Canonical(const std::string& text) {
  const yaml::Parsed parsed = yaml::Parse(text, "x", Layer::kFragment);
  EXPECT_TRUE(parsed.diagnostics.empty()) << parsed.diagnostics.at(0).Text() << "\n" << text;
  return yaml::Canonical(parsed.root);
}

struct Case {
  const char* name;
  Value value;
  const char* text;
};
class ReadableYamlTable : public ::testing::TestWithParam<Case> {};

TEST_P(ReadableYamlTable, IsWrittenForPeopleAndReadsBack) {
  EXPECT_EQ(ReadableYaml(GetParam().value), GetParam().text);
  EXPECT_EQ(Canonical(GetParam().text), yaml::Canonical(GetParam().value));
}

INSTANTIATE_TEST_SUITE_P(
    Scalars, ReadableYamlTable,
    ::testing::Values(
        Case{"PlainString", Of("a", Plain("r.example.com/x:1.4.2")), "a: r.example.com/x:1.4.2\n"},
        Case{"QuotedStaysQuoted", Of("a", Value::String("abc")), "a: \"abc\"\n"},
        Case{"NumberAsWritten", Of("a", Plain("0444")), "a: 0444\n"},
        Case{"FloatAsWritten", Of("a", Plain("1.10")), "a: 1.10\n"},
        Case{"DateAsWritten", Of("a", Plain("2024-01-31")), "a: 2024-01-31\n"},
        Case{"QuotedNumber", Of("a", Value::String("20240131")), "a: \"20240131\"\n"},
        Case{"QuotedNull", Of("a", Value::String("~")), "a: \"~\"\n"}, Case{"Null", Of("a", Value()), "a: null\n"},
        Case{"EmptyString", Of("a", Value::String("")), "a: \"\"\n"}, Case{"Flag", Of("a", Plain("-m")), "a: -m\n"},
        Case{"Dash", Of("a", Plain("-")), "a: \"-\"\n"}, Case{"ColonInside", Of("a", Plain("a:b")), "a: a:b\n"},
        Case{"ColonAndBlank", Of("a", Plain("a: b")), "a: \"a: b\"\n"},
        Case{"ColonAtTheEnd", Of("a", Plain("a:")), "a: \"a:\"\n"},
        Case{"Comment", Of("a", Plain("a #b")), "a: \"a #b\"\n"}, Case{"HashInside", Of("a", Plain("a#b")), "a: a#b\n"},
        Case{"Brace", Of("a", Plain("{a")), "a: \"{a\"\n"}, Case{"Quote", Of("a", Plain("'a")), "a: \"'a\"\n"},
        Case{"Star", Of("a", Plain("*")), "a: \"*\"\n"}, Case{"Equals", Of("a", Plain("=")), "a: \"=\"\n"},
        Case{"Blanks", Of("a", Plain("a b")), "a: a b\n"},
        Case{"NotAscii", Of("a", Plain("\xc3\xa9")), "a: \"\xc3\xa9\"\n"},
        Case{"Tab", Of("a", Value::String("a\tb")), "a: \"a\\tb\"\n"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Blocks, ReadableYamlTable,
    ::testing::Values(
        Case{"EmptyOnes", Value::Map({{"a", {}, Value::Map({})}, {"b", {}, Value::List({})}}), "a: {}\nb: []\n"},
        Case{"EmptyRoot", Value::Map({}), "{}\n"},
        Case{"ListOfMappings",
             Of("env", Value::List({Value::Map({{"name", {}, Plain("A")}, {"value", {}, Value::String("1")}})})),
             "env:\n  - name: A\n    value: \"1\"\n"},
        Case{"ListInList", Of("a", Value::List({Value::List({Plain("x"), Plain("y")}), Value::List({})})),
             "a:\n  - - x\n    - y\n  - []\n"},
        Case{"OddKeys", Value::Map({{"yes", {}, Plain("a")}, {"a b", {}, Plain("c")}, {"x: y", {}, Plain("d")}}),
             "\"yes\": a\na b: c\n\"x: y\": d\n"},
        Case{"Literal", Of("a", Value::String("one\n  two\n\nthree\n")), "a: |\n  one\n    two\n\n  three\n"},
        Case{"LiteralWithoutEnd", Of("a", Value::String("one\ntwo")), "a: |-\n  one\n  two\n"},
        Case{"LiteralWithMoreEnds", Value::Map({{"a", {}, Value::String("one\n\n\n")}, {"b", {}, Plain("x")}}),
             "a: |+\n  one\n\n\nb: x\n"},
        Case{"LiteralInAList", Of("a", Value::List({Value::String("one\ntwo\n")})), "a:\n  - |\n    one\n    two\n"},
        Case{"LeadingBlankIsQuoted", Of("a", Value::String(" one\ntwo")), "a: \" one\\ntwo\"\n"},
        Case{"TrailingBlankIsQuoted", Of("a", Value::String("one \ntwo")), "a: \"one \\ntwo\"\n"},
        Case{"OnlyNewlines", Of("a", Value::String("\n\n")), "a: \"\\n\\n\"\n"}),
    support::CaseName{});

// Random trees of nasty scalars: whatever is written reads back to the same.
class RandomValues {
 public:
  explicit RandomValues(unsigned seed) : random_(seed) {}

  Value Make(int depth) {
    const unsigned kind = depth == 0 ? 0 : Pick(4);
    if (kind == 1) return MakeList(depth);
    if (kind >= 2) return MakeMap(depth);
    const std::string text = Text();
    // An unquoted scalar comes from a file: it has no line break and no white space around it.
    const bool plain = Pick(2) == 0 && text.find('\n') == std::string::npos && text == Trimmed(text);
    return Value::Scalar(text, !plain);
  }

 private:
  static std::string Trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\n");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
  }
  unsigned Pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

  std::string Text() {
    // Without <<, which yaml::Parse refuses as a key also between quotes.
    static const std::vector<std::string> kPieces{"a",
                                                  "1",
                                                  " ",
                                                  ":",
                                                  "#",
                                                  "-",
                                                  "\n",
                                                  "'",
                                                  "\"",
                                                  "\\",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  ",",
                                                  "&",
                                                  "*",
                                                  "!",
                                                  "|",
                                                  ">",
                                                  "%",
                                                  "@",
                                                  "`",
                                                  "~",
                                                  "?",
                                                  "\t",
                                                  ".",
                                                  "0",
                                                  "no",
                                                  "=",

                                                  "é",
                                                  "_",
                                                  "---",
                                                  "y",
                                                  "\xe2\x80\xa8",
                                                  "\xef\xbb\xbf",
                                                  "🦀",
                                                  "e5"};
    std::string text;
    for (unsigned n = Pick(5); n > 0; --n) text += kPieces[Pick(static_cast<unsigned>(kPieces.size()))];
    return text;
  }

  Value MakeList(int depth) {
    Value::Sequence items;
    for (unsigned n = Pick(4); n > 0; --n) items.push_back(Make(depth - 1));
    return Value::List(std::move(items));
  }

  Value MakeMap(int depth) {
    Value map = Value::Map({});
    for (unsigned n = Pick(4); n > 0; --n) map = map.With(Text(), Make(depth - 1));
    return map;
  }

  std::mt19937 random_;
};

TEST(ReadableYaml, ReadsBackToTheSameForAnyTree) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    const Value value = Of("root", RandomValues(seed).Make(3));
    const std::string text = ReadableYaml(value);
    ASSERT_EQ(Canonical(text), yaml::Canonical(value)) << "seed " << seed << "\n" << text;
  }
}

TEST(ReadableYaml, WritesLongKeysSoThatTheyCanBeRead) {
  const Value value = Of("a", Of(std::string(2000, 'k'), Plain("x")));
  EXPECT_EQ(Canonical(ReadableYaml(value)), yaml::Canonical(value));
}

}  // namespace
}  // namespace dagitops::import
