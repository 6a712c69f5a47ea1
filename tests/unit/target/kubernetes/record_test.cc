#include "target/kubernetes/record.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/case_name.h"

namespace dagitops::kubernetes {
namespace {

namespace json = boost::json;

Record Sales() {
  Record record;
  record.location = "sales";
  record.location_name = "Sales \"EU\"";
  record.content = "feed";
  record.revision = "r1";
  record.port = 4000;
  record.values = "deployments:\n  - name: \"sales\"\n";
  record.former_ids = {"id-1", "id-2"};
  return record;
}

json::object Written(const Record& record) {
  return json::parse(ToConfigMap(record, {"dagster", "production"})).as_object();
}

// As the API server gives back what was written, with what it adds itself, and what a merge patch changed.
std::string Stored(json::object config_map) {
  json::object& metadata = config_map["metadata"].as_object();
  metadata["resourceVersion"] = "77";
  metadata["uid"] = "0b1c";
  metadata["managedFields"] = json::array{json::object{{"manager", "dagitops"}}};
  return json::serialize(config_map);
}

void Merge(json::object& object, const json::object& patch) {
  for (const auto& member : patch) {
    json::value& known = object[member.key()];
    if (member.value().is_object() && known.is_object()) {
      Merge(known.as_object(), member.value().as_object());
    } else {
      known = member.value();
    }
  }
}

void ExpectSame(const Record& read, const Record& written) {
  EXPECT_EQ(read.location, written.location);
  EXPECT_EQ(read.location_name, written.location_name);
  EXPECT_EQ(read.content, written.content);
  EXPECT_EQ(read.revision, written.revision);
  EXPECT_EQ(read.port, written.port);
  EXPECT_EQ(read.values, written.values);
  EXPECT_EQ(read.former_ids, written.former_ids);
}

TEST(Record, IsReadBackAsItWasWritten) {
  const Record read = ReadRecord(Stored(Written(Sales())));
  ExpectSame(read, Sales());
  EXPECT_TRUE(read.intact);
  EXPECT_EQ(read.resource_version, "77");
  EXPECT_EQ(read.applied_version, 0) << "nothing is known of what helm made of it";
  EXPECT_EQ(read.applied_generation, 0);
}

TEST(Record, OfTheBaseIsReadBackAsWell) {
  Record base;
  base.content = "b1";
  base.values = "deployments: []\n";
  const Record read = ReadRecord(Stored(Written(base)));
  ExpectSame(read, base);
  EXPECT_TRUE(read.intact);
  EXPECT_FALSE(Written(base).at("metadata").at("labels").as_object().contains("dagitops.dev/location"));
}

TEST(Record, StandsWhereItsSelectorFindsIt) {
  const json::object written = Written(Sales());
  EXPECT_EQ(written.at("kind"), "ConfigMap");
  EXPECT_EQ(written.at("metadata").at("name"), "dagitops-location-sales");
  EXPECT_EQ(written.at("metadata").at("namespace"), "dagster");
  EXPECT_EQ(written.at("metadata").at("labels"), (json::value{{"app.kubernetes.io/managed-by", "dagitops"},
                                                              {"dagitops.dev/environment", "production"},
                                                              {"dagitops.dev/role", "release"},
                                                              {"dagitops.dev/location", "sales"}}));
  EXPECT_EQ(RecordSelector("production"),
            "app.kubernetes.io/managed-by=dagitops,dagitops.dev/environment=production,dagitops.dev/role=release");
}

TEST(Record, ReplacesOnlyTheOneThatWasRead) {
  Record record = Sales();
  EXPECT_FALSE(Written(record).at("metadata").as_object().contains("resourceVersion"));
  record.resource_version = "77";
  EXPECT_EQ(Written(record).at("metadata").at("resourceVersion"), "77");
}

TEST(Record, RemembersWhatHelmMadeOfItUntilItIsWrittenAnew) {
  json::object stored = Written(Sales());
  Merge(stored, json::parse(AppliedPatch(7, 12)).as_object());
  const Record read = ReadRecord(Stored(stored));
  EXPECT_EQ(read.applied_version, 7);
  EXPECT_EQ(read.applied_generation, 12);
  ExpectSame(read, Sales());
  EXPECT_TRUE(read.intact);
  EXPECT_EQ(ReadRecord(Stored(Written(read))).applied_version, 0) << "helm has not been called yet";
}

struct EditCase {
  const char* name;
  std::function<void(json::object&)> edit;
};
class EditedRecord : public testing::TestWithParam<EditCase> {};

TEST_P(EditedRecord, IsNotIntact) {
  json::object config_map = Written(Sales());
  GetParam().edit(config_map);
  EXPECT_FALSE(ReadRecord(json::serialize(config_map)).intact);
}

json::object& Metadata(json::object& config_map) { return config_map["metadata"].as_object(); }

INSTANTIATE_TEST_SUITE_P(
    All, EditedRecord,
    testing::Values(
        EditCase{"Values", [](json::object& map) { map["data"].as_object()["values.yaml"] = "{}"; }},
        EditCase{"NoValues", [](json::object& map) { map["data"].as_object().clear(); }},
        EditCase{"NoData", [](json::object& map) { map.erase("data"); }},
        EditCase{"NoAnnotations", [](json::object& map) { Metadata(map).erase("annotations"); }},
        EditCase{"NullAnnotations", [](json::object& map) { Metadata(map)["annotations"] = nullptr; }},
        EditCase{"NoJson",
                 [](json::object& map) { Metadata(map)["annotations"].as_object()["dagitops.dev/server"] = "{"; }},
        EditCase{"OtherJson",
                 [](json::object& map) { Metadata(map)["annotations"].as_object()["dagitops.dev/server"] = "[1]"; }},
        EditCase{"OtherLocation",
                 [](json::object& map) { Metadata(map)["labels"].as_object()["dagitops.dev/location"] = "other"; }},
        EditCase{"NoLabels", [](json::object& map) { Metadata(map).erase("labels"); }}),
    support::CaseName{});

TEST(Record, OfGarbageIsNothingAndNotIntact) {
  for (const char* garbage : {"", "{", "[]", "null", R"({"metadata": 1, "data": 2})",
                              R"({"metadata": {"annotations": {"dagitops.dev/applied": "x"}}})"}) {
    const Record record = ReadRecord(garbage);
    EXPECT_FALSE(record.intact) << garbage;
    EXPECT_EQ(record.applied_version, 0) << garbage;
    ExpectSame(record, Record());
  }
}

}  // namespace
}  // namespace dagitops::kubernetes
