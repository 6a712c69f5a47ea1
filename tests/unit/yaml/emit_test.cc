#include "dagitops/yaml/emit.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "dagitops/yaml/parse.h"

namespace dagitops::yaml {
namespace {

Value Read(std::string_view text) {
  const Parsed parsed = Parse(text, "in.yaml", Layer::kFragment);
  for (const Diagnostic& diagnostic : parsed.diagnostics) ADD_FAILURE() << diagnostic.Text() << "\n" << text;
  return parsed.root;
}

struct EmitCase {
  const char* name;
  std::string in;
  std::string out;
};

void PrintTo(const EmitCase& c, std::ostream* out) { *out << c.name; }

class EmitText : public testing::TestWithParam<EmitCase> {};

TEST_P(EmitText, IsTheWantedBytes) { EXPECT_EQ(Emit(Read(GetParam().in)), GetParam().out); }

TEST_P(EmitText, IsItsOwnFixedPoint) {
  const std::string once = Emit(Read(GetParam().in));
  EXPECT_EQ(Emit(Read(once)), once);
  EXPECT_EQ(Canonical(Read(once)), Canonical(Read(GetParam().in)));
}

const EmitCase kCases[] = {
    {"Null", "", "null\n"},
    {"String", "a: text\n", "a: \"text\"\n"},
    {"QuotedNumberStaysAString", "a: '1.10'\n", "a: \"1.10\"\n"},
    {"NumberStaysANumber", "a: 1.10\nb: 0x1F\nc: -3\n", "a: 1.10\nb: 0x1F\nc: -3\n"},
    {"BooleanStaysAsWritten", "a: yes\nb: Off\n", "a: yes\nb: Off\n"},
    {"DatesAndTimesAreStringsToHelm", "a: 2024-01-01\nb: 12:30:45\nc: 190:20:30.15\nd: 2024-01-01T00:00:00Z\n",
     "a: \"2024-01-01\"\nb: \"12:30:45\"\nc: \"190:20:30.15\"\nd: \"2024-01-01T00:00:00Z\"\n"},
    {"NullMember", "a:\nb: ~\n", "a: null\nb: null\n"},
    {"EmptyCollections", "a: []\nb: {}\n", "a: []\nb: {}\n"},
    {"OrderIsKept", "b: x\na: x\n", "b: \"x\"\na: \"x\"\n"},
    {"Nested", "a: {b: {c: x}}\n", "a:\n  b:\n    c: \"x\"\n"},
    {"ListOfMappings", "e: [{name: A, value: \"1\"}, {name: B}]\n",
     "e:\n  - name: \"A\"\n    value: \"1\"\n  - name: \"B\"\n"},
    {"ListOfLists", "a: [[x, w], [], [[z]]]\n", "a:\n  - - \"x\"\n    - \"w\"\n  - []\n  - - - \"z\"\n"},
    {"MappingInAListInAMapping", "a: [{b: {c: x}, d: w}]\n", "a:\n  - b:\n      c: \"x\"\n    d: \"w\"\n"},
    {"KeysThatLookLikeSomethingElse", "\"no\": x\n\"12\": x\n\"y\": x\n\"\": x\n\"a b\": x\n\"a:\": x\n",
     "\"no\": \"x\"\n\"12\": \"x\"\n\"y\": \"x\"\n\"\": \"x\"\n\"a b\": \"x\"\n\"a:\": \"x\"\n"},
    {"KubernetesKey", "app.kubernetes.io/name: x\n", "app.kubernetes.io/name: \"x\"\n"},
    {"LinesAndQuotes", "a: \"x\\ny\\t\\\"\\\\\"\n", "a: \"x\\ny\\t\\\"\\\\\"\n"},
    {"PlainTextOverSeveralLines", "a: x\n\n  y\n", "a: \"x\\ny\"\n"},
    {"OtherAlphabetsStay", "a: caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x9A\x80\n",
     "a: \"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x9A\x80\"\n"},
    {"UnicodeLineBreaksAreEscaped", "a: \"\\L\\P\\N\\x7f\"\n", "a: \"\\u2028\\u2029\\u0085\\u007f\"\n"},
    {"RootList", "- x\n- 1\n", "- \"x\"\n- 1\n"},
    {"RootScalar", "x\n", "\"x\"\n"},
};

INSTANTIATE_TEST_SUITE_P(Emit, EmitText, testing::ValuesIn(kCases), [](const auto& c) { return c.param.name; });

TEST(Emit, ReadsBackKeysTooLongForOneLine) {
  const std::string key = std::string(1500, 'k') + " x";
  const Value value = Value::Map({{"a", {}, Value::Map({{key, {}, Value::List({Value::String("v")})}})}});
  EXPECT_EQ(Read(Emit(value)), value);
}

TEST(Emit, ReadsBackKeysOfEveryLengthAroundTheLongest) {
  for (const std::string_view letter : {"k", "\xC3\xA9", "\n"}) {
    for (std::size_t size = 480; size < 1040; size += size < 990 && size > 520 ? 10 : 1) {
      std::string key;
      for (std::size_t i = 0; i < size; ++i) key += letter;
      const Value value = Value::List({Value::Map({{key, {}, Value::Map({{key, {}, Value::String("v")}})}})});
      ASSERT_EQ(Read(Emit(value)), value) << size;
    }
  }
}

TEST(Emit, BytesThatAreNotUtf8BecomeTheReplacementCharacter) {
  for (const char* bad : {"\xFF", "\xC3", "\xED\xA0\x80", "\xC0\x80", "\xF5\x80\x80\x80", "\xE2\x82"}) {
    const Value read = Read(Emit(Value::String(std::string("x") + bad)));
    EXPECT_TRUE(read.text().starts_with("x\xEF\xBF\xBD")) << Emit(read);
  }
}

TEST(Emit, EveryByteInAStringReadsBack) {
  std::string text;
  for (int c = 0; c < 128; ++c) text += static_cast<char>(c);
  const Value value = Value::Map({{text, {}, Value::String(text)}});
  EXPECT_EQ(Read(Emit(value)), value);
}

TEST(Canonical, SortsKeysAndDropsWhatMeansNothing) {
  EXPECT_EQ(Canonical(Read("b: [x, 1, '1']\na: {d: ~, c: no}\n")), R"({"a":{"c":no,"d":null},"b":["x",1,"1"]})");
}

struct PairCase {
  const char* name;
  const char* a;
  const char* b;
  bool equal;
};

void PrintTo(const PairCase& c, std::ostream* out) { *out << c.name; }

class CanonicalPair : public testing::TestWithParam<PairCase> {};

TEST_P(CanonicalPair, IsEqualExactlyWhenTheMeaningIs) {
  EXPECT_EQ(Canonical(Read(GetParam().a)) == Canonical(Read(GetParam().b)), GetParam().equal);
}

const PairCase kPairs[] = {
    {"KeyOrder", "a: 1\nb: 2\n", "b: 2\na: 1\n", true},    {"QuotesOfAString", "a: text\n", "a: \"text\"\n", true},
    {"QuotesOfANumber", "a: 1\n", "a: \"1\"\n", false},    {"QuotesOfABoolean", "a: no\n", "a: \"no\"\n", false},
    {"QuotesOfNull", "a: null\n", "a: \"null\"\n", false}, {"ListOrder", "a: [1, 2]\n", "a: [2, 1]\n", false},
    {"EmptyListAndMapping", "a: []\n", "a: {}\n", false},  {"NullAndAbsent", "a: ~\n", "{}\n", false},
    {"TextOfANumber", "a: 1.10\n", "a: 1.1\n", false},     {"Comments", "a: 1 # one\n", "a: 1\n", true},
};

INSTANTIATE_TEST_SUITE_P(Canonical, CanonicalPair, testing::ValuesIn(kPairs),
                         [](const auto& c) { return c.param.name; });

}  // namespace
}  // namespace dagitops::yaml
