#include "dagitops/yaml/parse.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace dagitops::yaml {
namespace {

Parsed ParseText(std::string_view text, const Limits& limits = {}) {
  return Parse(text, "locations/a.yaml", Layer::kFragment, limits);
}

struct GoodCase {
  const char* name;
  std::string text;
  Value expected;
};

void PrintTo(const GoodCase& c, std::ostream* out) { *out << c.name; }

class GoodText : public testing::TestWithParam<GoodCase> {};

TEST_P(GoodText, IsReadAsItStands) {
  const Parsed parsed = ParseText(GetParam().text);
  for (const Diagnostic& diagnostic : parsed.diagnostics) ADD_FAILURE() << diagnostic.Text();
  EXPECT_EQ(parsed.root, GetParam().expected);
}

Value Map(Value::Mapping members) { return Value::Map(std::move(members)); }
Value Plain(const char* text) { return Value::Scalar(text, false); }
Value Quoted(const char* text) { return Value::String(text); }

const GoodCase kGood[] = {
    {"EmptyFile", "", Value()},
    {"OnlyComments", "# nothing\n\n# here\n", Value()},
    {"OnlyMarker", "---\n", Value()},
    {"UnquotedKeepsItsText", "a: 1.10\n", Map({{"a", {}, Plain("1.10")}})},
    {"DoubleQuoted", "a: \"1.10\"\n", Map({{"a", {}, Quoted("1.10")}})},
    {"SingleQuoted", "a: 'it''s'\n", Map({{"a", {}, Quoted("it's")}})},
    {"LiteralBlockIsAString", "a: |\n  12\n", Map({{"a", {}, Quoted("12\n")}})},
    {"FoldedBlockIsAString", "a: >-\n  x\n  y\n", Map({{"a", {}, Quoted("x y")}})},
    {"NothingIsNull", "a:\n", Map({{"a", {}, Value()}})},
    {"TildeIsNull", "a: ~\n", Map({{"a", {}, Value()}})},
    {"QuotedTildeIsAString", "a: \"~\"\n", Map({{"a", {}, Quoted("~")}})},
    {"EmptyStringIsAString", "a: \"\"\n", Map({{"a", {}, Quoted("")}})},
    {"List", "a: [x, \"y\"]\n", Map({{"a", {}, Value::List({Plain("x"), Quoted("y")})}})},
    {"ListAtItsKeysColumn", "a:\n- x\n- y\n", Map({{"a", {}, Value::List({Plain("x"), Plain("y")})}})},
    {"EmptyCollections", "a: []\nb: {}\n", Map({{"a", {}, Value::List({})}, {"b", {}, Map({})}})},
    {"DocumentMarkers", "---\na: x\n...\n", Map({{"a", {}, Plain("x")}})},
    {"ByteOrderMark",
     "\xEF\xBB\xBF"
     "a: x\n",
     Map({{"a", {}, Plain("x")}})},
    {"ByteOrderMarkBeforeTwoKeys",
     "\xEF\xBB\xBF"
     "a: x\nb: y\n",
     Map({{"a", {}, Plain("x")}, {"b", {}, Plain("y")}})},
    {"ByteOrderMarkBeforeAMarker", "\xEF\xBB\xBF---\na: x\nb: y\n",
     Map({{"a", {}, Plain("x")}, {"b", {}, Plain("y")}})},
    {"OnlyAByteOrderMark", "\xEF\xBB\xBF", Value()},
    {"WindowsLineEnds", "a: x\r\nb: y\r\n", Map({{"a", {}, Plain("x")}, {"b", {}, Plain("y")}})},
    {"QuotedNumberAsKey", "\"80\": x\n", Map({{"80", {}, Plain("x")}})},
    {"SameKeyOnTwoLevels", "a: {a: x}\n", Map({{"a", {}, Map({{"a", {}, Plain("x")}})}})},
    {"AnchorAndAlias", "a: &x {k: v}\nb: *x\n",
     Map({{"a", {}, Map({{"k", {}, Plain("v")}})}, {"b", {}, Map({{"k", {}, Plain("v")}})}})},
    {"LastOfTwoEqualAnchorsCounts", "a: &x 1\nb: &x 2\nc: *x\n",
     Map({{"a", {}, Plain("1")}, {"b", {}, Plain("2")}, {"c", {}, Plain("2")}})},
    {"AnchoredKey", "&k a: *k\n", Map({{"a", {}, Plain("a")}})},
    {"RootList", "- x\n", Value::List({Plain("x")})},
    {"RootScalar", "just text\n", Plain("just text")},
    {"Escapes", "a: \"\\u00e9\\t\\x41\"\n", Map({{"a", {}, Quoted("\xC3\xA9\tA")}})},
    {"NulInAString", "a: \"x\\0y\"\n", Map({{"a", {}, Value::String(std::string("x\0y", 3))}})},
};

INSTANTIATE_TEST_SUITE_P(Parse, GoodText, testing::ValuesIn(kGood), [](const auto& c) { return c.param.name; });

struct BadCase {
  const char* name;
  std::string text;
  std::vector<std::string> expected;  // "code line:column" of each, in order
};

void PrintTo(const BadCase& c, std::ostream* out) { *out << c.name; }

class BadText : public testing::TestWithParam<BadCase> {};

TEST_P(BadText, NamesEveryFaultWithItsPlace) {
  const Parsed parsed = ParseText(GetParam().text, {.nodes = 60, .depth = 5});
  std::vector<std::string> told;
  for (const Diagnostic& d : parsed.diagnostics) {
    told.push_back(d.code + " " + std::to_string(d.position.line) + ":" + std::to_string(d.position.column));
    EXPECT_EQ(d.severity, Severity::kFault);
    EXPECT_EQ(d.position.file, "locations/a.yaml");
    EXPECT_FALSE(d.found.empty() || d.expected.empty() || d.fix.empty()) << d.Text();
  }
  EXPECT_EQ(told, GetParam().expected);
  EXPECT_TRUE(parsed.root.is_null()) << "a file with a fault must not be used";
}

const BadCase kBad[] = {
    {"DuplicateKey", "a: 1\nb: 2\na: 3\n", {"duplicate-key 3:1"}},
    {"DuplicateKeyInAFlowMapping", "x: {a: 1, a: 2}\n", {"duplicate-key 1:11"}},
    {"DuplicateKeyWrittenDifferently", "a: 1\n\"a\": 2\n", {"duplicate-key 2:1"}},
    {"KeyThreeTimes", "a: 1\na: 2\na: 3\n", {"duplicate-key 2:1", "duplicate-key 3:1"}},
    {"DuplicateAmongManyKeys",
     "k01: 1\nk02: 1\nk03: 1\nk04: 1\nk05: 1\nk06: 1\nk07: 1\nk08: 1\nk09: 1\nk10: 1\nk11: 1\nk12: 1\nk13: 1\n"
     "k14: 1\nk15: 1\nk16: 1\nk17: 1\nk02: 1\nk01: 1\n",
     {"duplicate-key 18:1", "duplicate-key 19:1"}},
    {"MergeKey", "a: &x {k: v}\nb:\n  <<: *x\n", {"merge-key 3:3"}},
    {"QuotedMergeKey", "\"<<\": x\n", {"merge-key 1:1"}},
    {"SecondDocument", "a: 1\n---\nb: 2\n", {"several-documents 2:1"}},
    {"SecondDocumentWithoutMarker", "a: 1\n...\nb: 2\n", {"yaml-syntax 3:1"}},
    {"FaultsBeforeASecondDocument", "a: 1\na: 2\n---\nb: 2\n", {"duplicate-key 2:1", "several-documents 3:1"}},
    {"FaultBehindAByteOrderMark",
     "\xEF\xBB\xBF"
     "1: x\n",
     {"key-not-string 1:1"}},
    {"ByteThatIsNotUtf8BehindAByteOrderMark",
     "\xEF\xBB\xBF"
     "a: \xFF\n",
     {"yaml-syntax 1:4"}},
    {"SecondDocumentIsEmpty", "a: 1\n---\n", {"several-documents 2:1"}},
    {"SecondDocumentAfterComments", "---\n# first\n---\na: 1\n", {"several-documents 3:1"}},
    {"Tag", "a: !!str 12\n", {"yaml-tag 1:4"}},
    {"LocalTag", "a: !secret x\n", {"yaml-tag 1:4"}},
    {"TagOfAList", "a: !!set [x]\n", {"yaml-tag 1:4"}},
    {"YamlDirective", "%YAML 1.1\n---\na: 1\n", {"yaml-syntax 1:1"}},
    {"IntegerAsKey", "a:\n  8080: x\n", {"key-not-string 2:3"}},
    {"BooleanAsKey", "on: x\n", {"key-not-string 1:1"}},
    {"BooleanOfOneLetterAsKey", "y: x\n", {"key-not-string 1:1"}},
    {"NullAsKey", "~: x\n", {"key-not-string 1:1"}},
    {"MappingAsKey", "{a: b}: x\n", {"key-not-string 1:1"}},
    {"Template", "name: {{ .Values.name }}\n", {"key-not-string 1:8"}},
    {"ListAsKey", "? [a]\n: x\n", {"key-not-string 1:3"}},
    {"AliasAsKey", "a: &x k\n*x : v\n", {"key-not-string 2:1"}},
    {"SeveralFaultsAreAllTold",
     "a: !!str 1\nb: 1\nb: 2\n<<: x\n12: y\n",
     {"yaml-tag 1:4", "duplicate-key 3:1", "merge-key 4:1", "key-not-string 5:1"}},
    {"Tab", "a:\n\tb: 1\n", {"yaml-syntax 2:1"}},
    {"SecondColon", "a: b: c\n", {"yaml-syntax 1:5"}},
    {"LineWithoutColon", "a: 1\nbroken\nb: 2\n", {"yaml-syntax 2:1"}},
    {"IndentedTooFar", "a: 1\n  b: 2\n", {"yaml-syntax 2:4"}},
    {"IndentedTooLittle", "a:\n    b: 1\n  c: 2\n", {"yaml-syntax 3:3"}},
    {"OpenQuote", "a: 1\nb: \"text\n", {"yaml-syntax 2:4"}},
    {"OpenBracket", "a: [x, y\nb: 1\n", {"yaml-syntax 1:4"}},
    {"OpenBrace", "a: {x: 1\n", {"yaml-syntax 1:4"}},
    {"StartsWithAt", "a: @x\n", {"yaml-syntax 1:4"}},
    {"Glob", "a: *.py\n", {"yaml-syntax 1:4"}},
    {"UnknownEscape", "a: \"\\d\"\n", {"yaml-syntax 1:5"}},
    {"UnknownAlias", "a: *x\n", {"yaml-syntax 1:4"}},
    {"ControlCharacter", "a: 1\nb: x\x01\n", {"yaml-syntax 2:5"}},
    {"Latin1", "a: caf\xE9\n", {"yaml-syntax 1:7"}},
    {"Utf16",
     std::string("\xFF\xFE"
                 "a\0:\0",
                 6),
     {"yaml-syntax 1:1"}},
    {"TooDeep", "[[[[[[x]]]]]]\n", {"yaml-limits 1:6"}},
    {"TooManyNodes", "[" + std::string(70, ',') + "]\n", {"yaml-syntax 1:2"}},
    {"TooManyNodesInAList",
     "[x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,"
     "x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x]\n",
     {"yaml-limits 1:120"}},
    {"AliasesThatGrow", "a: &a [x,x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b]\n", {"yaml-limits 3:5"}},
    {"AliasOfItself", "a: &a [*a]\n", {"yaml-limits 1:8"}},
};

INSTANTIATE_TEST_SUITE_P(Parse, BadText, testing::ValuesIn(kBad), [](const auto& c) { return c.param.name; });

TEST(Parse, MarksTellLineColumnAndLayer) {
  const Parsed parsed = Parse("image:\n  tag: \"1\"\n", "x.yaml", Layer::kOverlay);
  const Value* tag = parsed.root.FindPath("image.tag");
  ASSERT_NE(tag, nullptr);
  EXPECT_EQ(tag->mark(), (Mark{2, 8, Layer::kOverlay}));
  EXPECT_EQ(parsed.root.Find("image")->members().front().mark, (Mark{2, 3, Layer::kOverlay}));
}

TEST(Parse, ColumnsCountCharactersNotBytes) {
  const Parsed parsed = ParseText("{\xC3\xA9: 1, b: 2, b: 3}\n");
  ASSERT_EQ(parsed.diagnostics.size(), 1U);
  EXPECT_EQ(parsed.diagnostics.front().position.column, 14);
}

TEST(Parse, DuplicateKeyNamesTheFirstOne) {
  const Parsed parsed = ParseText("image: x\nport: 1\nimage: y\n");
  ASSERT_EQ(parsed.diagnostics.size(), 1U);
  EXPECT_EQ(parsed.diagnostics.front().Text(),
            "locations/a.yaml:3:1: fault: duplicate-key: found the key \"image\" a second time, first at line 1, "
            "expected each key once; remove one of the two, or join their values");
}

TEST(Parse, ForeignTextInMessagesIsShort) {
  const std::string key(5000, 'k');
  const Parsed parsed = ParseText("? " + key + "\n: 1\n? " + key + "\n: 2\n");
  ASSERT_EQ(parsed.diagnostics.size(), 1U);
  EXPECT_LT(parsed.diagnostics.front().found.size(), 200U);
}

TEST(Parse, EveryCutOfAFileEndsInAValueOrAFault) {
  const std::string text = "image: {repository: r, tag: \"1\"}\nenv:\n  - name: A\n    value: \"b\"\nlabels: {x: y}\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const Parsed parsed = ParseText(std::string_view(text).substr(0, size));
    EXPECT_TRUE(parsed.diagnostics.empty() || parsed.root.is_null()) << size;
  }
}

}  // namespace
}  // namespace dagitops::yaml
