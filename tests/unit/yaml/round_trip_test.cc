// What is written reads back, and what is read has its place: over random trees and random texts.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"
#include "dagitops/yaml/emit.h"
#include "dagitops/yaml/parse.h"

#include "support/random_value.h"

namespace dagitops::yaml {
namespace {

constexpr unsigned kTrees = 2000;

Value Read(const std::string& text) {
  const Parsed parsed = Parse(text, "f.yaml", Layer::kOverlay);
  for (const Diagnostic& fault : parsed.diagnostics) ADD_FAILURE() << fault.Text() << "\n" << text;
  return parsed.root;
}

TEST(RoundTrip, WritingAndReadingKeepsWhatAValueMeans) {
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    const Value value = support::RandomValue(seed).Make(5);
    const std::string text = Emit(value);
    const Value read = Read(text);
    ASSERT_EQ(Canonical(read), Canonical(value)) << "seed " << seed << "\n" << text;
    ASSERT_EQ(Emit(read), text) << "seed " << seed;
  }
}

TEST(RoundTrip, CanonicalTextIsYamlForTheSameValue) {
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    support::RandomValue random(seed);
    const Value value = random.Make(4);
    const std::string text = Canonical(value);
    ASSERT_EQ(Canonical(Read(text)), text) << "seed " << seed;
    ASSERT_EQ(Canonical(random.Shuffled(value)), text) << "seed " << seed;
  }
}

TEST(Canonical, DiffersWhereTheMeaningDiffers) {
  const auto means = [](const Value& value) {
    return !value.is_scalar() || value.quoted() || ResolveScalar(value.text()) != ScalarType::kString;
  };
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    support::RandomValue random(seed);
    const Value a = random.Make(1);
    const Value b = random.Make(1);
    if (a == b || !means(a) || !means(b) || a.is_sequence() || b.is_sequence() || a.is_mapping() || b.is_mapping())
      continue;
    EXPECT_NE(Canonical(a), Canonical(b)) << "seed " << seed;
  }
}

TEST(Emit, WritesOnlyTextThatEveryReaderTakes) {
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    const std::string text = Emit(support::RandomValue(seed).Make(4));
    EXPECT_TRUE(text.ends_with('\n')) << "seed " << seed;
    for (const char c : text) ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << "seed " << seed;
    for (const std::string odd : {"\x7f", "\xc2\x85", "\xe2\x80\xa8", "\xef\xbb\xbf"}) {
      ASSERT_EQ(text.find(odd), std::string::npos) << "seed " << seed << " " << Quoted(odd);
    }
    for (const std::string& line : Split(text, '\n')) {
      ASSERT_EQ(line.find_first_not_of(' ') % 2, line.empty() ? 1U : 0U) << "seed " << seed << ": " << line;
      ASSERT_TRUE(line.empty() || line.back() != ' ') << "seed " << seed << ": " << line;
    }
  }
}

// The text that starts at a mark.
std::string_view At(const std::vector<std::string>& lines, const Mark& mark) {
  std::string_view line = lines.at(mark.line - 1);
  for (int column = 1; column < mark.column; ++column) {
    std::size_t size = 1;
    while (size < line.size() && (static_cast<unsigned char>(line[size]) & 0xC0) == 0x80) ++size;
    line.remove_prefix(size);
  }
  return line;
}

void ExpectMarks(const Value& value, const std::vector<std::string>& lines) {
  const std::string_view here = At(lines, value.mark());
  std::string first = "null";
  if (value.is_scalar()) first = value.quoted() ? "\"" : value.text();
  if (value.is_sequence()) first = value.items().empty() ? "[]" : "- ";
  if (value.is_mapping()) first = value.members().empty() ? "{}" : std::string(At(lines, value.members()[0].mark));
  EXPECT_TRUE(here.starts_with(first)) << here;
  EXPECT_EQ(value.mark().layer, Layer::kOverlay);
  for (const Value& item : value.items()) ExpectMarks(item, lines);
  for (const Value::Member& member : value.members()) {
    const std::string_view key = At(lines, member.mark);
    EXPECT_TRUE(key.starts_with(member.key + ":") || key.starts_with("\"")) << key;
    ExpectMarks(member.value, lines);
  }
}

TEST(Parse, MarksPointToTheFirstCharacterOfEveryNode) {
  for (unsigned seed = 0; seed < kTrees && !testing::Test::HasFailure(); ++seed) {
    const std::string text = Emit(support::RandomValue(seed).Make(4));
    ExpectMarks(Read(text), Split(text, '\n'));
  }
}

TEST(Parse, AByteOrderMarkChangesNoValueAndNoPlace) {
  for (unsigned seed = 0; seed < kTrees && !testing::Test::HasFailure(); ++seed) {
    const std::string text = Emit(support::RandomValue(seed).Make(3));
    const Value read = Read("\xEF\xBB\xBF" + text);
    EXPECT_EQ(read, Read(text)) << "seed " << seed;
    ExpectMarks(read, Split(text, '\n'));
  }
}

TEST(Parse, ReadsLinesThatEndAsOnWindowsTheSame) {
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    const std::string text = Emit(support::RandomValue(seed).Make(3));
    EXPECT_EQ(Read(Join(Split(text, '\n'), "\r\n")), Read(text)) << "seed " << seed;
  }
}

// Pieces of YAML in any order: most are no YAML, some are.
std::string RandomText(std::mt19937& random) {
  static const std::vector<std::string> kPieces{
      "a: ",  "b: ",  "- ",           "x",      "\n",           "\n  ",  "\n- ", "'",      "\"",   "{",  "}",  "[",
      "]",    ", ",   ": ",           "#",      "&a ",          "*a",    "|\n",  "|-\n  ", ">\n ", "? ", "1",  "no",
      "~",    "é",    "\t",           "\\",     "---\n",        "...\n", "\r\n", "!",      "%",    "@",  "<<", "k",
      "\x01", "\xff", "\xef\xbb\xbf", "a: 1\n", "b:\n  c: x\n", "!!str "};
  std::string text;
  for (auto left = 1 + random() % 10; left > 0; --left) text += kPieces[random() % kPieces.size()];
  return text;
}

TEST(Parse, GivesForAnyTextAValueThatReadsBackOrAFaultInsideTheText) {
  std::mt19937 random(20261122);  // NOLINT: the same texts on every run
  int values = 0;
  int faults = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = RandomText(random);
    const Parsed parsed = Parse(text, "f.yaml", Layer::kOverlay);
    if (parsed.diagnostics.empty()) {
      ++values;
      ASSERT_EQ(Canonical(Read(Emit(parsed.root))), Canonical(parsed.root)) << text;
      continue;
    }
    ++faults;
    ASSERT_TRUE(parsed.root.is_null()) << text;
    const auto lines = static_cast<int>(Split(text, '\n').size()) + 1;  // the end stands on a line of its own
    for (const Diagnostic& fault : parsed.diagnostics) {
      ASSERT_TRUE(fault.position.line >= 1 && fault.position.line <= lines && fault.position.column >= 1)
          << fault.Text() << "\n"
          << text;
      ASSERT_FALSE(fault.found.empty() || fault.expected.empty() || fault.fix.empty()) << fault.Text();
    }
  }
  EXPECT_GT(values, 1000);
  EXPECT_GT(faults, 1000);
}

}  // namespace
}  // namespace dagitops::yaml
