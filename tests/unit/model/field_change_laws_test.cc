// What holds for every difference, tried on random trees; and what a difference must never show.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "dagitops/base/text.h"
#include "dagitops/model/field_change.h"

#include "support/case_name.h"
#include "support/random_value.h"

namespace dagitops {
namespace {

constexpr unsigned kPairs = 2000;
constexpr const char* kSecret = "hunter2";

Value Of(const std::string& key, Value value) { return Value::Map({{key, {}, std::move(value)}}); }
Value Item(const std::string& name, const std::string& key, Value value) {
  return Value::Map({{"name", {}, Value::String(name)}, {key, {}, std::move(value)}});
}

using Swapped = std::tuple<std::string, std::string, std::string>;

std::vector<Swapped> Sorted(const std::vector<FieldChange>& changes, bool swap) {
  std::vector<Swapped> sorted;
  for (const FieldChange& c : changes)
    sorted.emplace_back(c.path, swap ? c.after : c.before, swap ? c.before : c.after);
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

TEST(DiffLaws, NothingDiffersWhereTheContentIsTheSame) {
  for (unsigned seed = 0; seed < kPairs; ++seed) {
    support::RandomValue random(seed);
    const Value value = random.Make(3);
    EXPECT_TRUE(DiffValues(value, random.Shuffled(value)).empty()) << "seed " << seed;
  }
}

TEST(DiffLaws, AnotherContentIsTold) {
  for (unsigned seed = 0; seed < kPairs; ++seed) {
    support::RandomValue random(seed);
    const Value before = random.Map(2);
    const Value after =
        before.With("changed key", Value::Map({{"changed", {}, random.Make(1)}, {"x", {}, Value::Bool(true)}}));
    EXPECT_FALSE(DiffValues(before, after).empty()) << "seed " << seed;
  }
}

TEST(DiffLaws, TheWayBackIsTheSameWithTheSidesSwapped) {
  for (unsigned seed = 0; seed < kPairs; ++seed) {
    support::RandomValue random(seed);
    const Value before = random.Map(3);
    const Value after = random.Map(3);
    EXPECT_EQ(Sorted(DiffValues(before, after), false), Sorted(DiffValues(after, before), true)) << "seed " << seed;
  }
}

TEST(DiffLaws, EveryTextIsShort) {
  for (unsigned seed = 0; seed < kPairs; ++seed) {
    support::RandomValue random(seed);
    const Value before = Value::List({random.Make(5), random.Make(5)});
    for (const FieldChange& change : DiffValues(before, random.Make(5))) {
      EXPECT_LE(std::max(change.before.size(), change.after.size()), 120U) << "seed " << seed;
    }
  }
}

struct Case {
  const char* name;
  Value before;
  Value after;
  const char* changes;  // "path: before -> after" each
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class DiffOfTexts : public testing::TestWithParam<Case> {};

TEST_P(DiffOfTexts, ShowsWhatDiffersAndNoMore) {
  std::vector<std::string> lines;
  for (const FieldChange& change : DiffValues(GetParam().before, GetParam().after)) {
    lines.push_back(change.path + ": " + change.before + " -> " + change.after);
  }
  EXPECT_EQ(Join(lines, "; "), GetParam().changes);
}

Value Bare(const char* text) { return Value::Scalar(text, false); }
Value InQuotes(const char* text) { return Value::String(text); }

INSTANTIATE_TEST_SUITE_P(
    Empty, DiffOfTexts,
    testing::Values(Case{"NewEmptyText", Value::Map({}), Of("A", InQuotes("")), "A:  -> \"\""},
                    Case{"GoneEmptyText", Of("A", InQuotes("")), Value::Map({}), "A: \"\" -> "},
                    Case{"EmptyTextBecomesNull", Of("A", InQuotes("")), Of("A", Value()), "A: \"\" -> null"},
                    Case{"NullAndEmptyMappingAreTheSame", Of("A", Value()), Of("A", Value::Map({})), ""},
                    Case{"NullAndEmptyListAreNot", Of("A", Value()), Of("A", Value::List({})), "A: null -> []"},
                    Case{"WholeDocument", Bare("x"), Bare("y"), ": x -> y"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Quotes, DiffOfTexts,
    testing::Values(
        Case{"Added", Of("A", Bare("1")), Of("A", InQuotes("1")), "A: 1 -> \"1\""},
        Case{"Removed", Of("A", InQuotes("no")), Of("A", Bare("no")), "A: \"no\" -> no"},
        Case{"InAList", Of("A", Value::List({Bare("1"), Bare("x")})), Of("A", Value::List({InQuotes("1"), Bare("x")})),
             "A: [1, x] -> [\"1\", x]"},
        Case{"InANewKind", Of("A", Value::List({Value::Map({{"b", {}, Bare("1")}})})),
             Of("A", Value::List({Value::Map({{"b", {}, InQuotes("1")}})})), "A: [{b: 1}] -> [{b: \"1\"}]"},
        Case{"OfAName", Of("A", Value::List({Value::Map({{"name", {}, Bare("1")}})})),
             Of("A", Value::List({Value::Map({{"name", {}, InQuotes("1")}})})), "A: [{name: 1}] -> [{name: \"1\"}]"},
        Case{"BesideAnotherChangeTheyAreLeftOut", Of("A", InQuotes("1")), Of("A", InQuotes("2")), "A: 1 -> 2"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Masked, DiffOfTexts,
    testing::Values(Case{"InAText", Of("A", InQuotes("--password=hunter2")), Of("A", InQuotes("--password=hunter3")),
                         "A: --password=*** -> --password=***"},
                    Case{"InATextWithNewQuotes", Of("A", Bare("--password=hunter2")),
                         Of("A", InQuotes("--password=hunter3")), "A: --password=*** -> \"--password=***\""},
                    Case{"OnlyItsQuotes", Of("A", Bare("--password=hunter2")), Of("A", InQuotes("--password=hunter2")),
                         "A: --password=*** -> \"--password=***\""},
                    Case{"InAUrl", Of("A", InQuotes("https://u:hunter2@h/x")),
                         Of("A", InQuotes("https://u:hunter3@h/x")), "A: https://h/x -> https://h/x"},
                    Case{"OfANamedMapping", Of("A", Item("DB_PASSWORD", "value", InQuotes("hunter2"))),
                         Of("A", Item("DB_PASSWORD", "value", InQuotes("hunter3"))), "A.value: *** -> ***"},
                    Case{"OfAMappingThatIsRenamed", Of("A", Item("DB_PASSWORD", "value", InQuotes("hunter2"))),
                         Of("A", Item("REGION", "value", InQuotes("eu"))),
                         "A.name: DB_PASSWORD -> REGION; A.value: *** -> ***"},
                    Case{"UnderAKeyThatTells", Of("token", Bare("hunter2")), Of("token", InQuotes("hunter2")),
                         "token: *** -> ***"}),
    support::CaseName{});

TEST(DiffOfLongTexts, TellsThatTheyDifferAfterTheCut) {
  const std::string same(500, 'x');
  const auto changes = DiffValues(Of("A", Value::String(same + "1")), Of("A", Value::String(same + "2")));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].before, std::string(117, 'x') + "...");
  EXPECT_EQ(changes[0].after, changes[0].before);
}

// A tree in which the secret stands at every place where masking is promised, and nowhere else.
Value WithSecrets(support::RandomValue& random, int depth) {
  const std::string secret = kSecret + std::to_string(random.Below(3));
  switch (random.Below(depth == 0 ? 4 : 8)) {
    case 0:
      return Value::Scalar("--token=" + secret, random.Below(2) == 0);
    case 1:
      return Value::Scalar("https://bot:" + secret + "@h.example.com/x", random.Below(2) == 0);
    case 2:
      return Value::Scalar("plain" + std::to_string(random.Below(3)), random.Below(2) == 0);
    case 3:
      return Of("DB_PASSWORD", Value::Scalar(secret, random.Below(2) == 0));
    case 4:
      return Item("DB_PASSWORD", "value", Value::Scalar(secret, random.Below(2) == 0));
    case 5:
      return Of("apiToken", Value::List({Value::String(secret), Of("below", Value::String(secret))}));
    case 6: {
      Value::Sequence items;
      for (unsigned left = random.Below(3); left > 0; --left) items.push_back(WithSecrets(random, depth - 1));
      return Value::List(std::move(items));
    }
    default: {
      Value map = Value::Map({});
      for (const char* key : {"env", "args", "image"}) {
        if (random.Below(2) == 0) map = map.With(key, WithSecrets(random, depth - 1));
      }
      return map;
    }
  }
}

TEST(DiffLaws, NoSecretIsEverShown) {
  std::size_t changes = 0;
  for (unsigned seed = 0; seed < 5 * kPairs; ++seed) {
    support::RandomValue random(seed);
    const Value before = WithSecrets(random, 4);
    const Value after = WithSecrets(random, 4);
    for (const FieldChange& change : DiffValues(before, after)) {
      const std::string text = change.path + change.before + change.after;
      ASSERT_EQ(text.find(kSecret), std::string::npos)
          << "seed " << seed << ": " << change.path << ": " << change.before << " -> " << change.after;
      ++changes;
    }
  }
  EXPECT_GT(changes, kPairs);
}

}  // namespace
}  // namespace dagitops
