#include "dagitops/schema/schemas.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include <boost/json/parse.hpp>

#include "dagitops/schema/validator.h"

namespace dagitops::schema {
namespace {

constexpr Schema kAll[] = {Schema::kChartEntry110, Schema::kChartEntry112, Schema::kFragment,
                           Schema::kRepository,    Schema::kSettings,      Schema::kStatus,
                           Schema::kPlan,          Schema::kState,         Schema::kChartValues};

std::string FileText(std::string_view name) {
  std::ifstream file(std::string(DAGITOPS_SOURCE_DIR "/schemas/") + std::string(name));
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(Schemas, AreTheFilesThatBearTheirName) {
  for (const Schema schema : kAll) {
    EXPECT_TRUE(SchemaText(schema) == FileText(SchemaFile(schema))) << SchemaFile(schema);
    EXPECT_EQ(FindSchema(SchemaFile(schema)), schema);
  }
  EXPECT_EQ(FindSchema("other.json"), std::nullopt);
}

TEST(Schemas, ChartEntriesAreFoundByVersion) {
  EXPECT_EQ(ChartEntrySchema("1.10"), Schema::kChartEntry110);
  EXPECT_EQ(ChartEntrySchema("1.12"), Schema::kChartEntry112);
  EXPECT_EQ(ChartEntrySchema("1.12.19"), std::nullopt);
}

// Every key explains itself when an editor hovers over it.
void ExpectDescriptions(const boost::json::value& node, const std::string& where) {
  const auto* object = node.if_object();
  if (object == nullptr) return;
  if (const auto* properties = object->if_contains("properties")) {
    for (const auto& [key, value] : properties->as_object()) {
      const std::string path = where + "." + std::string(key);
      const bool told = value.as_object().contains("description") || value.as_object().contains("$ref");
      EXPECT_TRUE(told) << path << " has no description";
      ExpectDescriptions(value, path);
    }
  }
  for (const char* below : {"items", "additionalProperties"}) {
    if (const auto* value = object->if_contains(below)) ExpectDescriptions(*value, where + "." + below);
  }
  if (const auto* definitions = object->if_contains("definitions")) {
    for (const auto& [key, value] : definitions->as_object()) ExpectDescriptions(value, where + "#" + std::string(key));
  }
}

TEST(Schemas, AreDraft7CompileAndExplainEveryKey) {
  for (const Schema schema : kAll) {
    const boost::json::value json = boost::json::parse(SchemaText(schema));
    EXPECT_EQ(json.at("$schema").as_string(), "http://json-schema.org/draft-07/schema#");
    EXPECT_TRUE(json.as_object().contains("title")) << SchemaFile(schema);
    ExpectDescriptions(json, std::string(SchemaFile(schema)));
    Validator compiles(schema);
  }
}

// A chart entry's keys read the same in a fragment: who pastes an entry sees the same help.
TEST(Schemas, FragmentsHaveEveryKeyOfAChartEntry) {
  const boost::json::value fragment = boost::json::parse(SchemaText(Schema::kFragment));
  for (const Schema version : {Schema::kChartEntry110, Schema::kChartEntry112}) {
    const boost::json::value entry = boost::json::parse(SchemaText(version));
    for (const auto& [key, value] : entry.at("properties").as_object()) {
      EXPECT_TRUE(fragment.at("properties").as_object().contains(key)) << key;
    }
  }
}

}  // namespace
}  // namespace dagitops::schema
