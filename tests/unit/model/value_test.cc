#include "dagitops/model/value.h"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "support/case_name.h"

namespace dagitops {
namespace {

Value Text(const char* text) { return Value::Scalar(text, false); }

Value Sample() {
  return Value::Map({{"name", {1, 1}, Value::String("a", {1, 7})},
                     {"image", {2, 1}, Value::Map({{"tag", {3, 3}, Text("1.10")}})},
                     {"args", {4, 1}, Value::List({Value::String("-m"), Value::Integer(5), Value::Bool(true)})}});
}

TEST(Value, KnowsItsKind) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_TRUE(Text("x").is_scalar());
  EXPECT_TRUE(Value::List({}).is_sequence());
  EXPECT_TRUE(Value::Map({}).is_mapping());
}

TEST(Value, KeepsTheTextOfAScalarAndWhetherItWasQuoted) {
  EXPECT_EQ(Text("1.10").text(), "1.10");
  EXPECT_FALSE(Text("1.10").quoted());
  EXPECT_TRUE(Value::String("1.10").quoted());
  EXPECT_EQ(Value::Integer(-3).text(), "-3");
  EXPECT_EQ(Value::Bool(false).text(), "false");
}

TEST(Value, TakesEverySpellingOfNullForNullUnlessQuoted) {
  for (const char* text : {"", "~", "null", "Null", "NULL"}) {
    EXPECT_TRUE(Text(text).is_null()) << text;
    EXPECT_TRUE(Value::String(text).is_scalar()) << text;
    EXPECT_EQ(Value::String(text).text(), text);
  }
}

TEST(Value, KeepsTheMarkAlsoOfNull) {
  EXPECT_EQ(Value::Scalar("~", false, {4, 2, Layer::kOverlay}).mark(), (Mark{4, 2, Layer::kOverlay}));
  EXPECT_EQ(Value::List({}, {1, 2}).mark(), (Mark{1, 2}));
}

TEST(Value, IsEmptyForTheQuestionsOfOtherKinds) {
  const Value scalar = Value::String("x");
  EXPECT_TRUE(scalar.items().empty());
  EXPECT_TRUE(scalar.members().empty());
  EXPECT_EQ(scalar.Find("x"), nullptr);
  EXPECT_EQ(Sample().text(), "");
  EXPECT_TRUE(Value().items().empty());
}

TEST(ValueFind, GoesByKeyAndByPath) {
  const Value value = Sample();
  ASSERT_NE(value.Find("name"), nullptr);
  EXPECT_EQ(value.Find("name")->text(), "a");
  ASSERT_NE(value.FindPath("image.tag"), nullptr);
  EXPECT_EQ(value.FindPath("image.tag")->text(), "1.10");
  EXPECT_EQ(value.Find("image.tag"), nullptr) << "Find takes the key as it is";
  for (const char* missing : {"nothing", "image.nothing", "name.tag", "image.tag.deeper", "", ".", "image."}) {
    EXPECT_EQ(value.FindPath(missing), nullptr) << missing;
  }
}

TEST(ValueWith, SetsInPlaceOrAtTheEndAndLeavesTheOriginalAlone) {
  const Value value = Sample();
  const Value changed = value.With("name", Value::String("b")).With("port", Value::Integer(1));
  EXPECT_EQ(changed.members()[0].key, "name");
  EXPECT_EQ(changed.members()[0].value.text(), "b");
  EXPECT_EQ(changed.members()[0].mark, (Mark{1, 1})) << "the key stands where it stood";
  EXPECT_EQ(changed.members()[3].key, "port");
  EXPECT_EQ(value, Sample());
}

TEST(ValueWith, MakesAMappingOfNull) {
  EXPECT_EQ(Value().With("a", Value::Integer(1)), Value::Map({{"a", {}, Value::Integer(1)}}));
}

TEST(ValueWithout, RemovesOnlyThatKey) {
  EXPECT_EQ(Sample().Without("image").members().size(), 2U);
  EXPECT_EQ(Sample().Without("nothing"), Sample());
}

TEST(ValueEquality, IgnoresMarksAndTheOrderOfMembers) {
  EXPECT_EQ(Value::String("x", {1, 1}), Value::String("x", {9, 9, Layer::kOverlay}));
  EXPECT_EQ(Value::Map({{"a", {}, Value::Integer(1)}, {"b", {}, Value::Integer(2)}}),
            Value::Map({{"b", {}, Value::Integer(2)}, {"a", {}, Value::Integer(1)}}));
}

struct Different {
  const char* name;
  Value a;
  Value b;
};
class DifferentValues : public testing::TestWithParam<Different> {};

TEST_P(DifferentValues, AreNotEqual) {
  EXPECT_FALSE(GetParam().a == GetParam().b);
  EXPECT_FALSE(GetParam().b == GetParam().a);
  EXPECT_TRUE(GetParam().a == Value(GetParam().a));
}

INSTANTIATE_TEST_SUITE_P(
    All, DifferentValues,
    testing::Values(Different{"Quoting", Text("1"), Value::String("1")},
                    Different{"Spelling", Text("true"), Text("True")},
                    Different{"NullAndEmptyText", Value(), Value::String("")},
                    Different{"NullAndEmptyMap", Value(), Value::Map({})},
                    Different{"EmptyListAndMap", Value::List({}), Value::Map({})},
                    Different{"OrderOfItems", Value::List({Text("a"), Text("b")}), Value::List({Text("b"), Text("a")})},
                    Different{"LongerList", Value::List({Text("a")}), Value::List({Text("a"), Text("a")})},
                    Different{"OtherKey", Value::Map({{"a", {}, Text("x")}}), Value::Map({{"b", {}, Text("x")}})},
                    Different{"MoreKeys", Value::Map({{"a", {}, Text("x")}}),
                              Value::Map({{"a", {}, Text("x")}, {"b", {}, Value()}})},
                    Different{"DeepInside", Value::Map({{"a", {}, Value::List({Text("x")})}}),
                              Value::Map({{"a", {}, Value::List({Text("y")})}})}),
    support::CaseName{});

TEST(ValueEquality, IsLinearForMappingsInTheSameOrder) {
  Value::Mapping members;
  for (int i = 0; i < 40'000; ++i) members.push_back({"key" + std::to_string(i), {}, Value::Integer(i)});
  const Value a = Value::Map(members);
  EXPECT_EQ(a, Value::Map(std::move(members)));
}

TEST(Value, IsCheapToCopyAndSharesWhatIsBelow) {
  const Value value = Sample();
  const Value copy = value;  // NOLINT(performance-unnecessary-copy-initialization): the copy is what is tested
  EXPECT_EQ(&copy.members(), &value.members());
  EXPECT_LE(sizeof(Value), 56U);
}

}  // namespace
}  // namespace dagitops
