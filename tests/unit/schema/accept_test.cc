#include "schema/accept.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/schema/validator.h"
#include "dagitops/yaml/parse.h"

namespace dagitops::schema {
namespace {

Value Read(const std::string& yaml) { return yaml::Parse(yaml, "f", Layer::kFragment).root; }

// The same schema with a rule at its root that the quick look does not know, so that valijson alone judges.
Validator Thorough(const std::string& schema) {
  boost::json::value json = boost::json::parse(schema);
  json.as_object()["minProperties"] = 0;
  Result<Validator> validator = Validator::Make(boost::json::serialize(json));
  EXPECT_TRUE(validator.has_value());
  return std::move(validator).value();
}

bool IsPlain(const std::string& schema, const Value& value) {
  const boost::json::value json = boost::json::parse(schema);
  return IsPlainlyValid(ShapeGraph(json).root(), value);
}

const char* const kOddValues =
    "[~, '', x, Always, rollout, now, wait 30m, wait 5, no, 'no', 0, 1, -1, 5, 70000, 012, 0x10, 1_0, 1.5, 2.0, 1e3, "
    ".inf, 12:30, "
    "2024-01-31, 99999999999999999999, '5', [], [~], [x], [5], [{}], [{name: x}], [{name: 5}], [{mountPath: x, name: "
    "y}], {}, "
    "{a: ~}, {a: x}, {a: 5}, {enabled: true}, {enabled: x}, {moduleName: x}, {moduleName: 5}, {wait: 5m}, {port: 5}, "
    "{port: 70000}, "
    "{ignore: [{code: x, reason: y}]}, {ignore: [{code: x}]}, {path: x}, {repository: x, pullPolicy: Always, tag: 5}]";

TEST(PlainlyValid, NeverSaysWhatValijsonDenies) {
  const Value odd = Read(kOddValues);
  ASSERT_GT(odd.items().size(), 40U);
  const Value entry = Read("{name: a, image: {repository: r, pullPolicy: Always}, port: 1}");
  int valid = 0;
  int invalid = 0;
  for (const Schema schema : {Schema::kChartEntry110, Schema::kChartEntry112, Schema::kFragment, Schema::kSettings}) {
    const std::string text(SchemaText(schema));
    Validator quick(schema);
    Validator thorough = Thorough(text);
    for (const Value& value : odd.items()) {
      std::vector<Value> documents{value};
      for (const std::string& key : quick.KnownKeys({})) documents.push_back(entry.With(key, value));
      for (const std::string& key : quick.KnownKeys({{"dagitops"}})) {
        documents.push_back(Value::Map({{"dagitops", {}, Value::Map({{key, {}, value}})}}));
      }
      for (const Value& document : documents) {
        const bool verdict = thorough.Validate(document).empty();
        ++(verdict ? valid : invalid);
        ASSERT_EQ(quick.Validate(document).empty(), verdict) << SchemaFile(schema);
      }
    }
  }
  EXPECT_GT(valid, 1000);
  EXPECT_GT(invalid, 1000);
}

TEST(PlainlyValid, SaysSoOfOrdinaryValues) {
  const std::string fragment(SchemaText(Schema::kFragment));
  EXPECT_TRUE(IsPlain(fragment,
                      Read("image: {repository: r.example.com/a, tag: \"1\", pullPolicy: IfNotPresent}\nport: 3030\n"
                           "env: [{name: A, value: x}, {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}]\n"
                           "resources: {limits: {memory: 1Gi, cpu: 2}}\nlabels: {a: b}\nstartupProbe: {enabled: true}\n"
                           "dagitops: {owner: a, runs: wait 30m, gate: rollout, schemaVersion: 1}\n")));
}

TEST(PlainlyValid, LeavesWhatItDoesNotKnowToTheValidator) {
  const struct {
    const char* name;
    const char* schema;
    const char* value;
    bool plain;
  } rows[] = {
      {"anything", "{}", "5", true},
      {"true", "true", "5", false},
      {"false", "false", "5", false},
      {"unknown rule", R"({"maxItems": 1})", "[]", false},
      {"unknown rule below", R"({"properties": {"a": {"anyOf": [{"type": "string"}]}}})", "{a: x}", false},
      {"unknown rule elsewhere", R"({"properties": {"a": {"anyOf": [{"type": "string"}]}}})", "{b: x}", true},
      {"false below", R"({"properties": {"a": false}})", "{a: x}", false},
      {"true below", R"({"properties": {"a": true}})", "{a: x}", true},
      {"closed", R"({"additionalProperties": false})", "{a: x}", false},
      {"open", R"({"additionalProperties": true})", "{a: x}", true},
      {"items as a list", R"({"items": [{"type": "string"}]})", "[x]", false},
      {"reference to nowhere", R"({"properties": {"a": {"$ref": "#/definitions/none"}}})", "{a: x}", false},
      {"recursion", R"({"items": {"$ref": "#"}, "type": "array"})", "[[], [[]]]", true},
      {"recursion, wrong inside", R"({"items": {"$ref": "#"}, "type": "array"})", "[[], [5]]", false},
      {"null word", R"({"enum": [null]})", "~", false},
      {"not the null word", R"({"enum": [null]})", "x", false},
      {"number word", R"({"enum": [1]})", "1", true},
      {"number word as text", R"({"enum": [1]})", "'1'", false},
      {"at the bounds", R"({"minimum": 1, "maximum": 5})", "5", true},
      {"above", R"({"minimum": 1, "maximum": 5})", "6", false},
      {"below", R"({"minimum": 1, "maximum": 5})", "0", false},
      {"octal", R"({"type": "integer"})", "012", false},
      {"long text", R"({"minLength": 2})", "abc", false},
      {"empty text", R"({"minLength": 1})", "''", false},
      {"pattern", R"({"pattern": "^a"})", "abc", true},
      {"another pattern", R"({"pattern": "^b"})", "abc", false},
      {"missing", R"({"required": ["a"]})", "{}", false},
  };
  for (const auto& row : rows) EXPECT_EQ(IsPlain(row.schema, Read(row.value)), row.plain) << row.name;
}

}  // namespace
}  // namespace dagitops::schema
