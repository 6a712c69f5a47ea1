// What holds for every value, tried on random trees.
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "dagitops/model/value.h"

#include "support/random_value.h"

namespace dagitops {
namespace {

constexpr unsigned kTrees = 1000;

std::vector<std::string> KeysOf(const Value& value) {
  std::vector<std::string> keys;
  for (const Value::Member& member : value.members()) keys.push_back(member.key);
  return keys;
}

// The same tree with one leaf, one list or one mapping in it made another; `left` counts down to which.
Value ChangedAt(const Value& value, int& left) {
  if (left-- == 0) return Value::Map({{"changed", {}, Value::String("changed")}});
  if (value.is_mapping()) {
    Value changed = value;
    for (const Value::Member& member : value.members())
      changed = changed.With(member.key, ChangedAt(member.value, left));
    return changed;
  }
  if (!value.is_sequence()) return value;
  Value::Sequence items;
  for (const Value& item : value.items()) items.push_back(ChangedAt(item, left));
  return Value::List(std::move(items));
}

TEST(ValueLaws, EqualityIgnoresOrderOfMembersAndMarksAtEveryDepth) {
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    support::RandomValue random(seed);
    const Value value = random.Make(4);
    const Value shuffled = random.Shuffled(value);
    ASSERT_TRUE(value == shuffled && shuffled == value) << "seed " << seed;
  }
}

TEST(ValueLaws, EqualityNoticesAChangeAtEveryNode) {
  int changes = 0;
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    const Value value = support::RandomValue(seed).Make(3);
    for (int node = 0;; ++node) {
      int left = node;
      const Value changed = ChangedAt(value, left);
      if (left >= 0) break;  // fewer nodes than that
      ASSERT_FALSE(value == changed || changed == value) << "seed " << seed << " node " << node;
      ++changes;
    }
  }
  EXPECT_GT(changes, 3000);
}

TEST(ValueLaws, WhatWasSetIsFoundAndNothingElseMoves) {
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    support::RandomValue random(seed);
    const Value map = random.Map(2);
    const Value set = random.Make(1);
    const std::string key = random.Text();
    const Value changed = map.With(key, set);
    ASSERT_NE(changed.Find(key), nullptr) << "seed " << seed;
    EXPECT_EQ(*changed.Find(key), set) << "seed " << seed;
    std::vector<std::string> keys = KeysOf(map);
    if (map.Find(key) == nullptr) keys.push_back(key);
    EXPECT_EQ(KeysOf(changed), keys) << "seed " << seed;
    EXPECT_EQ(changed.With(key, set), changed) << "seed " << seed << ": setting twice is setting once";
    EXPECT_EQ(changed.Without(key), map.Without(key)) << "seed " << seed;
  }
}

TEST(ValueLaws, WhatWasRemovedIsGoneAndTheRestStays) {
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    const Value map = support::RandomValue(seed).Map(2);
    for (const Value::Member& member : map.members()) {
      const Value rest = map.Without(member.key);
      EXPECT_EQ(rest.Find(member.key), nullptr) << "seed " << seed;
      EXPECT_EQ(rest.members().size() + 1, map.members().size()) << "seed " << seed;
      EXPECT_EQ(rest.With(member.key, member.value), map) << "seed " << seed << ": order does not count";
    }
  }
}

TEST(ValueLaws, APathIsOneFindAfterTheOther) {
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    const Value map = support::RandomValue(seed).Map(2);
    for (const Value::Member& member : map.members()) {
      if (member.key.find('.') != std::string::npos) {
        EXPECT_EQ(map.FindPath(member.key) == &member.value, false) << "seed " << seed;
        continue;
      }
      EXPECT_EQ(map.FindPath(member.key), &member.value) << "seed " << seed;
      for (const Value::Member& below : member.value.members()) {
        if (below.key.find('.') != std::string::npos) continue;
        EXPECT_EQ(map.FindPath(member.key + "." + below.key), &below.value) << "seed " << seed;
      }
    }
  }
}

TEST(ValueWith, MakesAMappingOfAnythingElse) {
  for (const Value& other : {Value::String("x"), Value::List({Value::Integer(1)}), Value()}) {
    EXPECT_EQ(other.With("a", Value::Integer(1)), Value::Map({{"a", {}, Value::Integer(1)}}));
    EXPECT_EQ(other.Without("a"), Value::Map({}));
  }
}

TEST(ValueWith, KeepsThePlaceOfTheMappingAndGivesANewKeyThatOfItsValue) {
  const Mark place{7, 3, Layer::kDefaults};
  const Mark of_value{9, 5, Layer::kOverlay};
  const Value map = Value::Map({{"a", {7, 3, Layer::kDefaults}, Value::Integer(1)}}, place);
  const Value changed = map.With("b", Value::Integer(2, of_value));
  EXPECT_EQ(changed.mark(), place);
  EXPECT_EQ(changed.members()[1].mark, of_value);
  EXPECT_EQ(map.With("a", Value::Integer(2, of_value)).members()[0].mark, place) << "the key did not move";
  EXPECT_EQ(map.Without("a").mark(), place);
}

TEST(ValueScalar, HoldsTheWholeRangeOfIntegers) {
  EXPECT_EQ(Value::Integer(std::numeric_limits<long long>::min()).text(), "-9223372036854775808");
  EXPECT_EQ(Value::Integer(std::numeric_limits<long long>::max()).text(), "9223372036854775807");
  EXPECT_FALSE(Value::Integer(0).quoted());
  EXPECT_EQ(Value::Bool(true).text(), "true");
  EXPECT_FALSE(Value::Bool(true).quoted()) << "quoted it would be a string";
}

TEST(ValueScalar, KeepsEveryByteOfItsText) {
  const std::string odd("a\0b\n\xff", 5);
  EXPECT_EQ(Value::String(odd).text(), odd);
  EXPECT_EQ(Value::Scalar(odd, false).text(), odd);
  const Value map = Value::Map({{odd, {}, Value::Integer(1)}});
  EXPECT_NE(map.Find(odd), nullptr);
  EXPECT_EQ(map.Find("a"), nullptr) << "a key does not end at a NUL";
}

}  // namespace
}  // namespace dagitops
