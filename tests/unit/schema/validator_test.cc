#include "dagitops/schema/validator.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/yaml/parse.h"

#include "support/case_name.h"

namespace dagitops::schema {
namespace {

constexpr const char* kRules = R"({
  "type": "object", "required": ["name", "port"],
  "properties": {
    "name": {"type": "string", "minLength": 2},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535},
    "on": {"type": ["boolean", "null"]},
    "ratio": {"type": "number"},
    "policy": {"enum": ["Always", "Never", null]},
    "version": {"const": 1},
    "wait": {"type": "string", "pattern": "^[0-9]+s$", "patternErrorMessage": "seconds such as 90s"},
    "code": {"type": "string", "pattern": "^[A-Z]+$"},
    "tag": {"type": ["string", "integer", "null"]},
    "least": {"type": "integer", "minimum": 5},
    "most": {"type": "integer", "maximum": 5},
    "word": {"type": "string", "minLength": 1},
    "args": {"type": ["array", "null"], "items": {"type": "string"}, "maxItems": 2},
    "env": {"type": ["object", "array"], "additionalProperties": {"type": "string"}, "items": {"$ref": "#/definitions/item"}},
    "closed": {"type": "object", "additionalProperties": false, "properties": {"maxBytes": {}, "keep": {}}},
    "shut": {"type": "object", "additionalProperties": false}
  },
  "definitions": {"item": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "list": {"type": "array", "items": {"$ref": "#/definitions/item"}}}}}
})";

Value Read(const std::string& yaml) {
  const yaml::Parsed parsed = yaml::Parse(yaml, "f.yaml", Layer::kFragment);
  EXPECT_TRUE(parsed.diagnostics.empty()) << yaml;
  return parsed.root;
}

Validator Rules() {
  Result<Validator> validator = Validator::Make(kRules);
  EXPECT_TRUE(validator.has_value());
  return std::move(validator).value();
}

// "path:line:column found | expected | fix" of each violation.
std::vector<std::string> Told(Validator& validator, const std::string& yaml) {
  std::vector<std::string> told;
  for (const Violation& v : validator.Validate(Read(yaml))) {
    told.push_back(PathText(v.path) + ":" + std::to_string(v.mark.line) + ":" + std::to_string(v.mark.column) + " " +
                   v.found + " | " + v.expected + " | " + v.fix);
  }
  return told;
}

struct Case {
  const char* name;
  const char* line;  // the second line of a document whose first is valid
  const char* told;  // "" for valid
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class ValidatorSays : public testing::TestWithParam<Case> {};

TEST_P(ValidatorSays, WhatAUserUnderstands) {
  Validator validator = Rules();
  const std::string yaml = std::string("{name: abc, port: 1,\n") + GetParam().line + "}\n";
  const std::vector<std::string> told = Told(validator, yaml);
  if (*GetParam().told == '\0') {
    EXPECT_TRUE(told.empty()) << told.front();
  } else {
    EXPECT_EQ(told, std::vector<std::string>{GetParam().told});
  }
}

INSTANTIATE_TEST_SUITE_P(Good, ValidatorSays,
                         testing::Values(Case{"Nothing", "", ""}, Case{"Null", "\"on\": ~", ""},
                                         Case{"WholeFloatIsAnInteger", "tag: 2.0", ""},
                                         Case{"IntegerIsANumber", "ratio: 2", ""},
                                         Case{"EnumWord", "policy: Never", ""}, Case{"EnumNull", "policy: null", ""},
                                         Case{"Const", "version: 1", ""}, Case{"Pattern", "wait: 90s", ""},
                                         Case{"Items", "args: [a, b]", ""}, Case{"Mapping", "env: {A: x}", ""},
                                         Case{"List", "env: [{name: x}]", ""}, Case{"Unknown", "zzz: 1", ""},
                                         Case{"Recursive", "env: [{name: x, list: [{name: z}]}]", ""},
                                         Case{"DateIsAString", "wait: \"1s\", code: ABC", ""},
                                         Case{"Closed", "closed: {keep: 1}", ""}),
                         support::CaseName());

INSTANTIATE_TEST_SUITE_P(
    Bad, ValidatorSays,
    testing::Values(
        Case{"IntegerForString", "wait: 4", "wait:2:7 the number 4 | a string | write \"4\""},
        Case{"BooleanForString", "code: no", "code:2:7 the boolean no | a string | write \"no\""},
        Case{"OctalForString", "code: 012", "code:2:7 the number 012 | a string | write \"012\""},
        Case{"FloatForString", "code: 1.10", "code:2:7 the number 1.10 | a string | write \"1.10\""},
        Case{"ListForString", "code: [a]", "code:2:7 a list | a string | write a string"},
        Case{"NullForString", "code: ~", "code:2:7 nothing | a string | write a string"},
        Case{"MappingForList", "args: {a: b}", "args:2:7 a mapping | a list | write a list"},
        Case{"TextForBoolean", "\"on\": \"yes\"", "on:2:7 the text \"yes\" | true or false | write yes without quotes"},
        Case{"FractionForInteger", "tag: 1.5", "tag:2:6 the number 1.5 | a string or an integer | write \"1.5\""},
        Case{"NumberWanted", "ratio: x", "ratio:2:8 the text \"x\" | a number | write a number"},
        Case{"EnumSlip", "policy: always",
             "policy:2:9 the text \"always\" | one of \"Always\", \"Never\" | did you mean \"Always\"?"},
        Case{"EnumFar", "policy: Sometimes",
             "policy:2:9 the text \"Sometimes\" | one of \"Always\", \"Never\" | correct the value"},
        Case{"Const", "version: 2", "version:2:10 the number 2 | 1 | correct the value"},
        Case{"PatternWithHint", "wait: soon", "wait:2:7 the text \"soon\" | seconds such as 90s | correct the value"},
        Case{"PatternWithoutHint", "code: abc",
             "code:2:7 the text \"abc\" | what the schema asks for: Failed to match regex specified by 'pattern' "
             "constraint. | correct the value"},
        Case{"TooMany", "args: [a, b, c]",
             "args:2:7 a list | what the schema asks for: Array should contain no more than 2 elements. | correct the "
             "value"},
        Case{"Item", "args: [a, 5]", "args[1]:2:11 the number 5 | a string | write \"5\""},
        Case{"MapValue", "env: {A: 4}", "env.A:2:10 the number 4 | a string | write \"4\""},
        Case{"ItemKey", "env: [{name: 4}]", "env[0].name:2:14 the number 4 | a string | write \"4\""},
        Case{"ItemMissing", "env: [{}]", "env[0]:2:7 no name | name to be set | add name"},
        Case{"DeepItem", "env: [{name: a, list: [{name: b}, {name: 1}]}]",
             "env[0].list[1].name:2:42 the number 1 | a string | write \"1\""},
        Case{"NumericKeyIsNoIndex", "env: {\"0\": 4}", "env.0:2:12 the number 4 | a string | write \"4\""},
        Case{"AtLeast", "least: 4", "least:2:8 the number 4 | a number from 5 up | correct the value"},
        Case{"AtMost", "most: 6", "most:2:7 the number 6 | a number up to 5 | correct the value"},
        Case{"EmptyText", "word: ''", "word:2:7 the text \"\" | a text that is not empty | correct the value"},
        Case{"ClosedSlip", "closed: {keep: 1, maxbytes: 2}",
             "closed.maxbytes:2:19 the unknown key \"maxbytes\" | one of keep, maxBytes | did you mean maxBytes?"},
        Case{"ClosedFar", "closed: {zzz: 2}",
             "closed.zzz:2:10 the unknown key \"zzz\" | one of keep, maxBytes | remove it"},
        Case{"ShutKey", "shut: {it's: 2}", "shut.it's:2:8 the unknown key \"it's\" | no such key | remove it"}),
    support::CaseName());

TEST(Validator, CollectsAllFaultsInFileOrder) {
  Validator validator = Rules();
  EXPECT_EQ(Told(validator, "args: [1]\nname: x\nport: 70000\nenv:\n  A: 1\n"),
            (std::vector<std::string>{"args[0]:1:8 the number 1 | a string | write \"1\"",
                                      "name:2:7 the text \"x\" | what the schema asks for: String should be no fewer "
                                      "than 2 characters in length. | correct the value",
                                      "port:3:7 the number 70000 | a number from 1 to 65535 | correct the value",
                                      "env.A:5:6 the number 1 | a string | write \"1\""}));
}

TEST(Validator, SaysWhichRequiredKeysAreMissing) {
  Validator validator = Rules();
  EXPECT_EQ(Told(validator, "tag: x\n"), (std::vector<std::string>{":1:1 no name | name to be set | add name",
                                                                   ":1:1 no port | port to be set | add port"}));
}

TEST(Validator, JudgesTheRootToo) {
  Validator validator = Rules();
  EXPECT_EQ(Told(validator, "[a]\n"), std::vector<std::string>{":1:1 a list | a mapping | write a mapping"});
  EXPECT_EQ(Told(validator, ""), std::vector<std::string>{":0:0 nothing | a mapping | write a mapping"});
}

TEST(Validator, KnowsWhereAStringIsTheOnlyType) {
  Validator validator = Rules();
  const auto wants = [&](const char* yaml) { return validator.Validate(Read(yaml)).front().wants_string; };
  EXPECT_TRUE(wants("{name: abc, port: 1, code: 1}"));
  EXPECT_TRUE(wants("{name: abc, port: 1, args: [1]}"));
  EXPECT_FALSE(wants("{name: abc, port: 1, tag: 1.5}"));
  EXPECT_FALSE(wants("{name: abc, port: x}"));
}

TEST(Validator, CutsLongTexts) {
  Validator validator = Rules();
  const auto told = Told(validator, "{name: abc, port: 1, policy: " + std::string(500, 'x') + "}");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_LT(told.front().size(), 200U);
}

// std::regex needs stack for every character it looks at.
TEST(Validator, SurvivesTextsOfAMegabyte) {
  for (const char c : {'1', 'A', 's', ' '}) {
    Validator fragment(Schema::kFragment);
    const Value runs = Value::String("wait " + std::string(1 << 20, c));
    EXPECT_FALSE(fragment.Validate(Value::Map({{"dagitops", {}, Value::Map({{"runs", {}, runs}})}})).empty());
    Validator rules = Rules();
    EXPECT_FALSE(rules.Validate(Value::Map({{"code", {}, Value::String(std::string(1 << 20, c))}})).empty());
  }
}

TEST(Validator, CanBeUsedAgainAfterAFault) {
  Validator validator = Rules();
  EXPECT_FALSE(validator.Validate(Read("{name: 1}")).empty());
  EXPECT_TRUE(validator.Validate(Read("{name: abc, port: 1}")).empty());
}

TEST(Validator, RefusesTextThatIsNoSchema) {
  const char* bad[] = {"",
                       "{",
                       "[1]",
                       R"({"type": 5})",
                       R"({"$ref": "https://example.com/other.json"})",
                       R"({"properties": {"a": {"$ref": "#/definitions/none"}}})",
                       R"({"$ref": "#"})",
                       R"({"properties": {"a": {"$ref": "#/properties/a"}}})",
                       R"({"pattern": "("})",
                       R"({"pattern": 5})",
                       R"({"minimum": "x"})",
                       R"({"required": "name"})",
                       R"({"enum": 5})",
                       R"({"items": 5})",
                       R"({"properties": []})",
                       R"({"$ref": 5})"};
  for (const char* text : bad) {
    const Result<Validator> made = Validator::Make(text);
    ASSERT_FALSE(made.has_value()) << text;
    EXPECT_EQ(made.error().code, "bad-schema");
    EXPECT_EQ(made.error().kind, ErrorKind::kInvalid);
  }
}

TEST(UnknownKeys, AreThoseBesideACompleteList) {
  Result<Validator> validator = Validator::Make(R"({
    "properties": {
      "image": {"properties": {"tag": {}, "repository": {}}},
      "open": {"additionalProperties": true, "properties": {"a": {}}},
      "map": {"additionalProperties": {"properties": {"x": {}}}},
      "list": {"items": {"properties": {"name": {}}}},
      "any": {}
    }})");
  ASSERT_TRUE(validator.has_value());
  const Value value = Read(
      "image: {tga: 1, repository: x}\nopen: {b: 1}\nmap: {k: {x: 1, z: 2}}\nlist: [{name: a}, {nmae: b}]\n"
      "any: {thing: {goes: 1}}\nelse: 1\n");
  std::vector<std::string> told;
  for (const UnknownKey& key : validator.value().UnknownKeys(value)) {
    told.push_back(PathText(key.path) + ":" + std::to_string(key.mark.line) + ":" + std::to_string(key.mark.column));
  }
  EXPECT_EQ(told, (std::vector<std::string>{"image.tga:1:9", "map.k.z:3:17", "list[1].nmae:4:20", "else:6:1"}));
  EXPECT_EQ(validator.value().UnknownKeys(value).front().known, (std::vector<std::string>{"repository", "tag"}));
}

}  // namespace
}  // namespace dagitops::schema
