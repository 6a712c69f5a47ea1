#include "schema/shape.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>

#include "dagitops/schema/schemas.h"

namespace dagitops::schema {
namespace {

// A graph and the schema it points into.
struct Read {
  explicit Read(const std::string& text) : json(boost::json::parse(text)), graph(json) {}
  const Shape& root() const { return graph.root(); }

  boost::json::value json;
  ShapeGraph graph;
};

using Texts = std::vector<std::string>;

TEST(TypeBit, IsOneBitOfItsOwnForEachTypeAndNoneForOtherWords) {
  std::set<unsigned> bits;
  for (const char* type : {"string", "integer", "number", "boolean", "object", "array", "null"}) {
    const unsigned bit = TypeBit(type);
    EXPECT_TRUE(bit != 0 && (bit & (bit - 1)) == 0) << type;
    bits.insert(bit);
  }
  EXPECT_EQ(bits.size(), 7U);
  for (const char* other : {"", "String", "text", "str", "strings"}) EXPECT_EQ(TypeBit(other), 0U) << other;
}

TEST(Shape, TellsTypesAsWordsAndAsBits) {
  EXPECT_EQ(Read("{}").root().kinds, ~0U);
  EXPECT_TRUE(Read("{}").root().types.empty());
  EXPECT_EQ(Read(R"({"type": "string"})").root().types, Texts{"string"});
  EXPECT_EQ(Read(R"({"type": "string"})").root().kinds, TypeBit("string"));
  const Read two(R"({"type": ["array", "null"]})");
  EXPECT_EQ(two.root().types, (Texts{"array", "null"}));
  EXPECT_EQ(two.root().kinds, TypeBit("array") | TypeBit("null"));
  EXPECT_EQ(Read(R"({"type": []})").root().kinds, 0U) << "no value is of no type";
}

TEST(Shape, TellsWordsAsJsonWithoutNull) {
  EXPECT_EQ(Read(R"({"enum": ["a", 1, null, true]})").root().words, (Texts{"\"a\"", "1", "true"}));
  EXPECT_EQ(Read(R"({"const": "x"})").root().words, Texts{"\"x\""});
  EXPECT_FALSE(Read(R"({"enum": ["a", null]})").root().more);
  for (const char* only_null : {R"({"enum": [null]})", R"({"const": null})", R"({"enum": []})"}) {
    const Read read(only_null);
    const bool nothing = read.root().words.empty() || read.root().words == Texts{"null"};
    EXPECT_TRUE(nothing) << only_null;
  }
}

TEST(Shape, TellsBoundsAsTheyAreWritten) {
  const Read read(
      R"({"minimum": 1, "maximum": 65535, "minLength": 1, "pattern": "^a", "patternErrorMessage": "an a"})");
  EXPECT_EQ(read.root().minimum, "1");
  EXPECT_EQ(read.root().maximum, "65535");
  EXPECT_TRUE(read.root().not_empty);
  EXPECT_EQ(read.root().hint, "an a");
  ASSERT_TRUE(read.root().pattern.has_value());
  EXPECT_TRUE(std::regex_search("abc", *read.root().pattern));
  EXPECT_FALSE(read.root().more);
  EXPECT_EQ(Read(R"({"patternErrorMessage": 5})").root().hint, "");
}

TEST(Shape, SaysWhereItDoesNotTellAll) {
  for (const char* told :
       {"{}", R"({"title": "x", "description": "x", "default": 1, "examples": [], "$id": "x", "$comment": "x"})",
        R"({"items": {}})", R"({"additionalProperties": false})", R"({"additionalProperties": {}})",
        R"({"required": ["a"], "properties": {}})", R"({"definitions": {"a": {"anyOf": []}}})"}) {
    EXPECT_FALSE(Read(told).root().more) << told;
  }
  for (const char* untold :
       {"true", "false", R"({"anyOf": [{}]})", R"({"not": {}})", R"({"minLength": 2})", R"({"maxLength": 1})",
        R"({"items": [{}]})", R"({"items": true})", R"({"minItems": 1})", R"({"uniqueItems": true})",
        R"({"exclusiveMinimum": 1})", R"({"multipleOf": 2})", R"({"format": "uri"})", R"({"patternProperties": {}})",
        R"({"propertyNames": {}})", R"({"dependencies": {}})", R"({"if": {}})", R"({"zzz": 1})"}) {
    EXPECT_TRUE(Read(untold).root().more) << untold;
  }
}

TEST(Shape, KnowsWhetherItsListOfKeysIsWhole) {
  const struct {
    const char* schema;
    bool closed;
    bool lists_all;
    bool additional;
  } rows[] = {
      {R"({"properties": {"b": {}, "a": {}}})", false, true, false},
      {R"({"properties": {"b": {}, "a": {}}, "additionalProperties": false})", true, false, false},
      {R"({"properties": {"b": {}, "a": {}}, "additionalProperties": true})", false, false, false},
      {R"({"properties": {"b": {}, "a": {}}, "additionalProperties": {"type": "string"}})", false, false, true}};
  for (const auto& row : rows) {
    const Read read(row.schema);
    EXPECT_EQ(read.root().closed, row.closed) << row.schema;
    EXPECT_EQ(read.root().lists_all_keys, row.lists_all) << row.schema;
    EXPECT_EQ(read.root().additional != nullptr, row.additional) << row.schema;
    EXPECT_EQ(read.root().Keys(), (Texts{"a", "b"})) << row.schema;
  }
  EXPECT_FALSE(Read("{}").root().lists_all_keys) << "a schema without properties knows no key";
}

TEST(ShapeGraph, FollowsReferencesWithinTheSchema) {
  const Read read(R"({"properties": {"a": {"$ref": "#/definitions/x"}, "b": {"$ref": "#/definitions/y"}},
                      "definitions": {"x": {"type": "string"}, "y": {"$ref": "#/definitions/x"}}})");
  const Shape* a = read.graph.Find({{"a"}});
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->types, Texts{"string"});
  EXPECT_EQ(read.graph.Find({{"b"}}), a) << "one node is one shape, whatever leads to it";
}

TEST(ShapeGraph, FollowsReferencesToOtherSchemasOfOurs) {
  const Read whole(R"({"properties": {"e": {"$ref": "fragment.json"}}})");
  ASSERT_NE(whole.graph.Find({{"e"}}), nullptr);
  EXPECT_NE(whole.graph.Find({{"e"}, {"image"}, {"tag"}}), nullptr);
  const Read again(R"({"properties": {"e": {"$ref": "fragment.json"}, "f": {"$ref": "fragment.json#"}}})");
  EXPECT_EQ(again.graph.Find({{"e"}}), again.graph.Find({{"f"}})) << "read once";
  for (const char* nowhere : {"other.json", "https://example.com/fragment.json", "fragment.json#/definitions/none",
                              "#/a", "#none", "../fragment.json"}) {
    const Read read(R"({"properties": {"e": {"$ref": ")" + std::string(nowhere) + R"("}}})");
    ASSERT_NE(read.graph.Find({{"e"}}), nullptr) << nowhere;
    EXPECT_TRUE(read.graph.Find({{"e"}})->more) << nowhere;
  }
}

TEST(ShapeGraph, EndsWhereReferencesGoRoundInACircle) {
  EXPECT_TRUE(Read(R"({"$ref": "#"})").root().more);
  EXPECT_TRUE(
      Read(
          R"({"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}})")
          .root()
          .more);
  const Read list(R"({"type": "array", "items": {"$ref": "#"}})");
  EXPECT_TRUE(Read(R"({"properties": {"a": {"$ref": "#/properties/a"}}})").graph.circular());
  EXPECT_FALSE(list.graph.circular());
  EXPECT_EQ(list.graph.Find({{"", 0}, {"", 7}, {"", 0}}), &list.root()) << "a circle through a value is none";
}

TEST(ShapeGraphFind, WalksKeysAndItemsToWhereAnythingGoes) {
  const Read read(R"({"properties": {"a": {"items": {"properties": {"b": {"type": "null"}}}}, "any": true},
                      "additionalProperties": {"type": "boolean"}})");
  EXPECT_EQ(read.graph.Find({}), &read.root());
  EXPECT_EQ(read.graph.Find({{"a"}, {"", 3}, {"b"}})->types, Texts{"null"});
  EXPECT_EQ(read.graph.Find({{"other"}})->types, Texts{"boolean"});
  for (const Path& anything : {Path{{"any"}}, Path{{"any"}, {"deeper"}}, Path{{"a"}, {"", 0}, {"c"}},
                               Path{{"a"}, {"c"}}, Path{{"", 0}}, Path{{"a"}, {"", 0}, {"b"}, {"", 0}}}) {
    EXPECT_EQ(read.graph.Find(anything), nullptr) << PathText(anything);
  }
}

TEST(ShapeGraph, ReadsEverySchemaOfOurs) {
  for (const Schema schema : {Schema::kChartEntry110, Schema::kChartEntry112, Schema::kFragment, Schema::kRepository,
                              Schema::kSettings, Schema::kStatus, Schema::kPlan, Schema::kState}) {
    const Read read{std::string(SchemaText(schema))};
    EXPECT_FALSE(read.root().Keys().empty()) << SchemaFile(schema);
  }
}

}  // namespace
}  // namespace dagitops::schema
