#include "store/value_json.h"

#include <gtest/gtest.h>

#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/case_name.h"

namespace dagitops {
namespace {

struct Case {
  std::string name;
  Value value;
  std::string json;
};
class ValueJson : public ::testing::TestWithParam<Case> {};

TEST_P(ValueJson, GoesThereAndBack) {
  const boost::json::value json = ValueToJson(GetParam().value);
  EXPECT_EQ(boost::json::serialize(json), GetParam().json);
  const auto back = ValueFromJson(json);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Values, ValueJson,
    ::testing::Values(Case{"Null", Value(), "null"}, Case{"Quoted", Value::String("1.10"), R"("1.10")"},
                      Case{"QuotedNull", Value::String("null"), R"("null")"},
                      Case{"QuotedEmpty", Value::String(""), R"("")"},
                      Case{"Plain", Value::Scalar("1.10", false), R"({"plain":"1.10"})"},
                      Case{"PlainBool", Value::Bool(true), R"({"plain":"true"})"},
                      Case{"EmptyList", Value::List({}), "[]"}, Case{"EmptyMap", Value::Map({}), R"({"map":{}})"},
                      Case{"List", Value::List({Value(), Value::String("a"), Value::Integer(3030)}),
                           R"([null,"a",{"plain":"3030"}])"},
                      Case{"Map", Value::Map({{"z", {}, Value::String("1")}, {"a", {}, Value::List({Value::Map({})})}}),
                           R"({"map":{"z":"1","a":[{"map":{}}]}})"},
                      Case{"AMapWithOurOwnTags", Value::Map({{"map", {}, Value::String("x")}, {"plain", {}, Value()}}),
                           R"({"map":{"map":"x","plain":null}})"},
                      Case{"EmptyKey", Value::Map({{"", {}, Value::String("x")}}), R"({"map":{"":"x"}})"}),
    support::CaseName());

TEST(ValueJson, KeepsTheOrderOfMembers) {
  const Value value = Value::Map({{"name", {}, Value::String("n")}, {"b", {}, Value()}, {"a", {}, Value()}});
  const auto back = ValueFromJson(ValueToJson(value));
  ASSERT_TRUE(back);
  ASSERT_EQ(back->members().size(), 3u);
  EXPECT_EQ(back->members()[0].key, "name");
  EXPECT_EQ(back->members()[1].key, "b");
  EXPECT_EQ(back->members()[2].key, "a");
}

class NoValue : public ::testing::TestWithParam<std::string> {};

TEST_P(NoValue, IsRefused) { EXPECT_FALSE(ValueFromJson(boost::json::parse(GetParam()))); }

INSTANTIATE_TEST_SUITE_P(Texts, NoValue,
                         ::testing::Values("1", "true", "{}", R"({"plain": 1})", R"({"map": []})", R"({"other": "x"})",
                                           R"({"plain": "x", "map": {}})", "[1]", R"({"map": {"a": 1}})",
                                           R"({"map": {"a": {"plain": null}}})"));

}  // namespace
}  // namespace dagitops
