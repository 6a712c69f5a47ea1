// Every way in which libyaml can give a text up, and what its author is told.
#include "yaml/syntax_fault.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "dagitops/yaml/parse.h"

#include "support/case_name.h"

namespace dagitops::yaml {
namespace {

constexpr const char* kBeforeMark =
    "found a quote that is not closed before `---` or `...`, expected a closing quote; close the quote";
constexpr const char* kBehindBar =
    "found text behind | or >, expected the text on the lines below; start the text on the next line, or put it in "
    "double quotes";
constexpr const char* kControl =
    "found a control character, expected printable text; remove the character; the file must be UTF-8 text";
constexpr const char* kCut = "found a file that ends within a character, expected UTF-8 text; save the file as UTF-8";
constexpr const char* kDirective =
    "found a % directive, expected a document without directives; remove the line that starts with %";
constexpr const char* kEscape =
    "found an unknown escape after a backslash, expected an escape of YAML; write \\\\ for a backslash, or use single "
    "quotes";
constexpr const char* kFirst =
    "found a character no plain value can start with, expected a space-indented key or value; use spaces instead of "
    "tabs, and put the value in double quotes if it starts with @, ` or %";
constexpr const char* kIncomplete =
    "found an incomplete escape, expected hexadecimal digits; write \\\\ for a backslash, or use single quotes";
constexpr const char* kItemBehind =
    "found a list item where none can stand, expected the list below its key; start the list on the line after its "
    "key, indented";
constexpr const char* kItems =
    "found a line indented unlike the list items above, expected another '-' item; correct the indentation";
constexpr const char* kNeighbours =
    "found a line indented unlike its neighbours, or text behind a closing quote, expected a key at the same column; "
    "correct the indentation, or close the quote or bracket above";
constexpr const char* kNoCharacter =
    "found an escape that stands for no character, expected the number of a character; correct the number behind the "
    "backslash";
constexpr const char* kNoColon =
    "found a line that is neither `key: value` nor part of the value above, expected a ':' after the key; write `key: "
    "value`, or indent the line to the value it belongs to";
constexpr const char* kNoKey = "found a key where none can stand, expected a value; correct the indentation";
constexpr const char* kNoValue =
    "found no value where one is due, expected a value; add the value, put it in double quotes, or close the bracket "
    "above";
constexpr const char* kNotUtf8 = "found a byte that is not UTF-8, expected UTF-8 text; save the file as UTF-8";
constexpr const char* kOpenBrace =
    "found a mapping in braces that is not closed, expected ',' or '}'; close the brace, or put text that starts with "
    "{ in double quotes";
constexpr const char* kOpenBracket =
    "found a list in brackets that is not closed, expected ',' or ']'; close the bracket";
constexpr const char* kOpenQuote = "found a quote that is not closed, expected a closing quote; close the quote";
constexpr const char* kOutside =
    "found text outside of the document, expected one mapping; correct the indentation so that everything belongs to "
    "one mapping";
constexpr const char* kSecondColon =
    "found a second ':' in one line, or a key that is indented too far, expected one `key: value` a line; put the "
    "value in double quotes, or correct the indentation";
constexpr const char* kStar =
    "found text that starts with * or &, expected a name after the sign; put the text in double quotes";
constexpr const char* kTab = "found a tab used as indentation, expected spaces; replace the tab by spaces";
constexpr const char* kTag = "found text that starts with !, expected a value; put the text in double quotes";
constexpr const char* kZero = "found an indentation of 0 behind | or >, expected 1 to 9, or none; remove the 0";

struct Case {
  const char* name;
  std::string text;
  const char* place;
  const char* words;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class SyntaxFault : public testing::TestWithParam<Case> {};

TEST_P(SyntaxFault, SaysWhereWhatAndWhatToDo) {
  const Diagnostics told = Parse(GetParam().text, "f", Layer::kFragment).diagnostics;
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().Text(), std::string("f:") + GetParam().place + ": fault: yaml-syntax: " + GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(Indentation, SyntaxFault,
                         testing::Values(Case{"Tab", "a:\n\tb: 1\n", "2:1", kFirst},
                                         Case{"TabInABlockScalar", "a: |\n\tx\n", "2:1", kTab},
                                         Case{"TabInAText", "a: x\n\n\ty: 1\n", "3:1", kTab},
                                         Case{"KeyTooFarIn", "a: 1\n  b: 2\n", "2:4", kSecondColon},
                                         Case{"KeyTooFarOut", "a:\n    b: 1\n  c: 2\n", "3:3", kNeighbours},
                                         Case{"ItemBesideKeys", "a: 1\n- b\n", "2:1", kNeighbours},
                                         Case{"KeyBesideItems", "- a\nb: 1\n", "2:1", kItems},
                                         Case{"ItemBehindAKey", "a: - b\n", "1:4", kItemBehind},
                                         Case{"QuestionBehindAKey", "a: ? b\n", "1:4", kNoKey},
                                         Case{"TextBesideTheDocument", "[a]\nb\n", "2:1", kOutside}),
                         support::CaseName{});

INSTANTIATE_TEST_SUITE_P(OpenEnds, SyntaxFault,
                         testing::Values(Case{"Quote", "a: 1\nb: \"x\n", "2:4", kOpenQuote},
                                         Case{"SingleQuote", "a: 'it's'\n", "1:8", kNeighbours},
                                         Case{"QuoteBeforeADocument", "a: \"x\n---\n", "1:4", kBeforeMark},
                                         Case{"Bracket", "a: [x, y\nb: 1\n", "1:4", kOpenBracket},
                                         Case{"Brace", "a: {x: 1\n", "1:4", kOpenBrace},
                                         Case{"WrongBracket", "a: [x}\n", "1:4", kOpenBracket},
                                         Case{"BracketOfNothing", "a: ]\n", "1:4", kNoValue},
                                         Case{"LineWithoutColon", "a: 1\nbroken\nb: 2\n", "2:1", kNoColon},
                                         Case{"TextBehindAQuote", "a: \"x\" y\n", "1:8", kNeighbours}),
                         support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    FirstCharacters, SyntaxFault,
    testing::Values(Case{"At", "a: @x\n", "1:4", kFirst}, Case{"Backtick", "a: `x`\n", "1:4", kFirst},
                    Case{"Percent", "a: %x\n", "1:4", kFirst}, Case{"Star", "a: *\n", "1:4", kStar},
                    Case{"Ampersand", "a: &&b\n", "1:4", kStar}, Case{"UnknownTag", "a: !b!c d\n", "1:4", kTag},
                    Case{"TagInBraces", "a: !{b}\n", "1:4", kTag}, Case{"TagNotEnded", "a: !<b\n", "1:4", kTag},
                    Case{"TagOfNothing", "a: !<>\n", "1:4", kTag}, Case{"TagWithAnEscape", "a: !%zz b\n", "1:4", kTag},
                    Case{"TextBehindABar", "a: |x\n", "1:5", kBehindBar},
                    Case{"TextBehindAnAngle", "a: >1x\n", "1:6", kBehindBar},
                    Case{"IndentOfZero", "a: |0\n  x\n", "1:5", kZero}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(Directives, SyntaxFault,
                         testing::Values(Case{"Unknown", "%FOO bar\n---\na: 1\n", "1:1", kDirective},
                                         Case{"WithoutName", "% x\n---\na: 1\n", "1:1", kDirective},
                                         Case{"OddName", "%x!y\n---\na: 1\n", "1:1", kDirective},
                                         Case{"OtherVersion", "%YAML 2.0\n---\na: 1\n", "1:1", kDirective},
                                         Case{"NoVersion", "%YAML x\n---\na: 1\n", "1:1", kDirective},
                                         Case{"Twice", "%YAML 1.1\n%YAML 1.1\n---\na: 1\n", "2:1", kDirective},
                                         Case{"Tag", "%TAG ! x\n---\na: 1\n", "1:1", kDirective},
                                         Case{"TagWithoutPrefix", "%TAG !a!\n---\na: 1\n", "1:1", kDirective},
                                         Case{"HalfAVersion", "%YAML 1\n---\na: 1\n", "1:1", kDirective},
                                         Case{"LongVersion", "%YAML 1111111111.1\n---\na: 1\n", "1:1", kDirective},
                                         Case{"TagTwice", "%TAG !a! b\n%TAG !a! b\n---\na: 1\n", "2:1", kDirective},
                                         Case{"TagOpen", "%TAG !a b\n---\na: 1\n", "1:1", kDirective},
                                         Case{"WithoutDocument", "%YAML 1.1\na: 1\n", "2:1", kOutside}),
                         support::CaseName{});

INSTANTIATE_TEST_SUITE_P(Escapes, SyntaxFault,
                         testing::Values(Case{"Unknown", "a: \"\\d\"\n", "1:5", kEscape},
                                         Case{"Incomplete", "a: \"\\x4\"\n", "1:7", kIncomplete},
                                         Case{"Surrogate", "a: \"\\ud800\"\n", "1:7", kNoCharacter},
                                         Case{"BeyondUnicode", "a: \"\\U00110000\"\n", "1:7", kNoCharacter}),
                         support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Bytes, SyntaxFault,
    testing::Values(Case{"Control", "a: x\x01\n", "1:5", kControl},
                    Case{"Nul", std::string("a: x\0y\n", 7), "1:5", kControl},
                    Case{"Delete", "a: \x7f\n", "1:4", kControl}, Case{"StrayByte", "a: \xff\n", "1:4", kNotUtf8},
                    Case{"StrayContinuation", "a: \x80\n", "1:4", kNotUtf8},
                    Case{"CutCharacter", "a: \xe2\x82\n", "1:5", kNotUtf8},
                    Case{"CutAtTheEnd", "a: \xe2\x82", "1:4", kCut}, Case{"Overlong", "a: \xc0\x80\n", "1:4", kNotUtf8},
                    Case{"SurrogateInUtf8", "a: \xed\xa0\x80\n", "1:4", kNotUtf8},
                    Case{"BeyondUnicode", "a: \xf4\x90\x80\x80\n", "1:4", kNotUtf8},
                    Case{"BehindOtherAlphabets", "\xc3\xa9: \xe2\x82\xac\n\xc3\xa9\xc3\xa9: \x01\n", "2:5", kControl}),
    support::CaseName{});

TEST(ExplainSyntax, PointsToWhereAThingBeganOnlyWhereThatIsKnownAndHelps) {
  SyntaxProblem problem{"found unexpected end of stream", 9, 1, 2, 4};
  EXPECT_EQ(ExplainSyntax(problem, "f").position, (Position{"f", 2, 4}));
  problem.context_line = 0;
  EXPECT_EQ(ExplainSyntax(problem, "f").position, (Position{"f", 9, 1}));
  problem = {"did not find expected key", 9, 1, 2, 4};
  EXPECT_EQ(ExplainSyntax(problem, "f").position, (Position{"f", 9, 1})) << "the mapping's first line is far away";
}

TEST(ExplainSyntax, PassesOnWhatItDoesNotKnow) {
  EXPECT_EQ(ExplainSyntax({"found a new thing", 3, 1, 0, 0}, "f").Text(),
            "f:3:1: fault: yaml-syntax: found a new thing, expected YAML; correct the syntax");
  EXPECT_EQ(ExplainSyntax({"out of memory", 0, 0, 0, 0}, "f").Text(),
            "f: fault: yaml-syntax: found out of memory, expected YAML; correct the syntax");
}

}  // namespace
}  // namespace dagitops::yaml
