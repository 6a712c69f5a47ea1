#include "dagitops/model/field_change.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/base/text.h"

#include "support/case_name.h"

namespace dagitops {
namespace {

Value Text(std::string text) { return Value::String(std::move(text)); }
Value Named(const std::string& name, const std::string& key, Value value) {
  return Value::Map({{"name", {}, Text(name)}, {key, {}, std::move(value)}});
}
Value Of(const std::string& key, Value value) { return Value::Map({{key, {}, std::move(value)}}); }

// "path: before -> after" a line.
std::string Diff(const Value& before, const Value& after) {
  std::vector<std::string> lines;
  for (const FieldChange& change : DiffValues(before, after)) {
    lines.push_back(change.path + ": " + change.before + " -> " + change.after);
  }
  return Join(lines, "\n");
}

struct Case {
  const char* name;
  Value before;
  Value after;
  const char* diff;
};
class DiffTable : public testing::TestWithParam<Case> {};

TEST_P(DiffTable, TellsWhatDiffers) {
  EXPECT_EQ(Diff(GetParam().before, GetParam().after), GetParam().diff);
  EXPECT_EQ(Diff(GetParam().after, GetParam().after), "");
}

INSTANTIATE_TEST_SUITE_P(
    Plain, DiffTable,
    testing::Values(Case{"Scalar", Of("image", Of("tag", Text("1"))), Of("image", Of("tag", Text("2"))),
                         "image.tag: 1 -> 2"},
                    Case{"New", Value::Map({}), Of("port", Value::Integer(5)), "port:  -> 5"},
                    Case{"Gone", Of("port", Value::Integer(5)), Value::Map({}), "port: 5 -> "},
                    Case{"FromNothing", Value(), Of("a", Text("x")), "a:  -> x"},
                    Case{"QuotingOnly", Of("tag", Value::Scalar("1", false)), Of("tag", Text("1")), "tag: 1 -> \"1\""},
                    Case{"SeveralLines", Of("a", Text("x\ny")), Of("a", Text("x")), "a: \"x\\ny\" -> x"},
                    Case{"KindChanges", Of("env", Value::Map({{"A", {}, Text("1")}})), Of("env", Value::List({})),
                         "env: {A: 1} -> []"},
                    Case{"PlainList", Of("args", Value::List({Text("-m"), Text("a")})),
                         Of("args", Value::List({Text("-m"), Text("b")})), "args: [-m, a] -> [-m, b]"},
                    Case{"OrderOfKeysIsNoChange", Value::Map({{"a", {}, Text("1")}, {"b", {}, Text("2")}}),
                         Value::Map({{"b", {}, Text("2")}, {"a", {}, Text("1")}}), ""}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    ListsByName, DiffTable,
    testing::Values(
        Case{"OneItem", Of("env", Value::List({Named("A", "value", Text("1")), Named("B", "value", Text("2"))})),
             Of("env", Value::List({Named("A", "value", Text("1")), Named("B", "value", Text("3"))})),
             "env.B.value: 2 -> 3"},
        Case{"NewItem", Of("env", Value::List({Named("A", "value", Text("1"))})),
             Of("env", Value::List({Named("A", "value", Text("1")), Named("B", "value", Text("2"))})),
             "env.B:  -> {value: 2}"},
        Case{"FirstItem", Of("env", Value::List({})), Of("env", Value::List({Named("A", "value", Text("1"))})),
             "env: [] -> [{name: A, value: 1}]"},
        Case{"SameNameTwice", Of("env", Value::List({Named("A", "value", Text("1")), Named("A", "value", Text("2"))})),
             Of("env", Value::List({Named("A", "value", Text("1")), Named("A", "value", Text("3"))})),
             "env: [{name: A, value: 1}, {name: A, value: 2}] -> [{name: A, value: 1}, {name: A, value: 3}]"},
        Case{"OrderOfItemsIsAChange",
             Of("initContainers", Value::List({Named("a", "image", Text("x")), Named("b", "image", Text("y"))})),
             Of("initContainers", Value::List({Named("b", "image", Text("y")), Named("a", "image", Text("x"))})),
             "initContainers: order a, b -> order b, a"}),
    support::CaseName{});

INSTANTIATE_TEST_SUITE_P(
    Secrets, DiffTable,
    testing::Values(
        Case{"OfAMapping", Of("env", Of("DB_PASSWORD", Text("abc"))), Of("env", Of("DB_PASSWORD", Text("def"))),
             "env.DB_PASSWORD: *** -> ***"},
        Case{"OfAList", Of("env", Value::List({Named("DB_PASSWORD", "value", Text("abc"))})),
             Of("env", Value::List({Named("DB_PASSWORD", "value", Text("def"))})), "env.DB_PASSWORD.value: *** -> ***"},
        Case{"OfANewItem", Of("env", Value::List({Named("A", "value", Text("1"))})),
             Of("env", Value::List({Named("A", "value", Text("1")), Named("DB_PASSWORD", "value", Text("abc"))})),
             "env.DB_PASSWORD:  -> {value: ***}"},
        Case{"OfAWholeNewList", Value::Map({}), Of("env", Value::List({Named("DB_PASSWORD", "value", Text("abc"))})),
             "env:  -> [{name: DB_PASSWORD, value: ***}]"},
        Case{"OfAnArgument", Of("args", Value::List({Text("--password=abc")})), Of("args", Value::List({})),
             "args: [--password=***] -> []"},
        Case{"AnyDepthBelow", Of("token", Of("a", Of("b", Text("abc")))), Of("token", Of("a", Of("b", Text("def")))),
             "token.a.b: *** -> ***"},
        Case{"ReferencesStayReadable",
             Of("env", Value::List({Named("DB", "valueFrom", Of("secretKeyRef", Of("name", Text("x"))))})),
             Of("env", Value::List({Named("DB", "valueFrom", Of("secretKeyRef", Of("name", Text("y"))))})),
             "env.DB.valueFrom.secretKeyRef.name: x -> y"},
        Case{"ByTheFormOfTheValue", Of("env", Of("K", Text("AKIAIOSFODNN7EXAMPLE"))),
             Of("env", Of("K", Text("-----BEGIN PRIVATE KEY-----\nabc"))), "env.K: *** -> ***"},
        Case{"NamesOfSecretsStayReadable", Of("envSecrets", Value::List({Of("name", Text("x"))})),
             Of("envSecrets", Value::List({Of("name", Text("x")), Of("name", Text("y"))})), "envSecrets.y:  -> {}"}),
    support::CaseName{});

TEST(DiffValues, CutsLongValues) {
  const std::string long_text(500, 'x');
  const auto changes = DiffValues(Of("a", Text("b")), Of("a", Text(long_text)));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].after.size(), 120U);
}

}  // namespace
}  // namespace dagitops
