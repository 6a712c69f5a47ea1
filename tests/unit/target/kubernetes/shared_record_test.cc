#include "target/kubernetes/shared_record.h"

#include <gtest/gtest.h>

#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "target/kubernetes/names.h"
#include "target/kubernetes/shared_change.h"

namespace dagitops::kubernetes {
namespace {

constexpr char kEntry[] = "deployments:\n  - name: \"sales\"\n    tag: 1.10\n    mode: 0444\n";

SharedRecord Filled() {
  SharedRecord record;
  TakeValues("rbacEnabled: true\nnothing: null\n", record);
  record.base.content = "b1";
  record.base.applied = true;
  record.locations["sales"] = {kEntry, "1", "Sales", "r1", 3030, {"id"}, true, 5};
  record.locations["hr"] = {"deployments:\n  - name: \"hr\"\n", "2", "hr", "r2", 4000, {}, false, 0};
  record.former["hr"] = {"deployments:\n  - name: \"hr\"\n    old: yes\n", "0", "hr", "r0", 4000, {}, true, 2};
  record.former_base = SharedBase{"rbacEnabled: false\n", "b0", true};
  record.applied_version = 7;
  return record;
}

SharedRecord WrittenAndRead(const SharedRecord& record) {
  return ReadSharedRecord(ToSharedMap(record, {"dagster", "production"}));
}

TEST(SharedRecord, HoldsTheValuesAsHelmGetsThem) {
  EXPECT_EQ(SharedValues(Filled()),
            "rbacEnabled: true\nnothing: null\ndeployments:\n  - name: \"hr\"\n  - name: \"sales\"\n    tag: 1.10\n"
            "    mode: 0444\n");
  EXPECT_EQ(SharedValues(SharedRecord()), "deployments: []\n");
}

TEST(SharedRecord, ReadsWhatItWrote) {
  const SharedRecord record = Filled();
  const SharedRecord read = WrittenAndRead(record);
  EXPECT_TRUE(read.exists && read.known && read.intact);
  EXPECT_EQ(read.base, record.base);
  EXPECT_EQ(read.locations, record.locations);
  EXPECT_EQ(read.former, record.former);
  EXPECT_EQ(read.former_base, record.former_base);
  EXPECT_EQ(read.applied_version, 7);
  EXPECT_EQ(SharedValues(read), SharedValues(record)) << "again the same bytes";
}

TEST(SharedRecord, IsOursAndFoundWithTheOtherRecords) {
  const auto map = boost::json::parse(ToSharedMap(Filled(), {"dagster", "production"}));
  const auto& metadata = map.at("metadata");
  EXPECT_EQ(metadata.at("name").as_string(), kSharedMap);
  EXPECT_EQ(metadata.at("labels").at("dagitops.dev/role").as_string(), "release");
  EXPECT_FALSE(metadata.as_object().contains("resourceVersion")) << "it is to be made";
  SharedRecord there = Filled();
  there.exists = true;
  there.resource_version = "9";
  const auto patch = boost::json::parse(ToSharedMap(there, {"dagster", "production"}));
  EXPECT_EQ(patch.at("metadata").at("resourceVersion").as_string(), "9");
}

// A map in which one of its parts is another text.
SharedRecord Edited(const std::string& key, const std::string& text) {
  auto map = boost::json::parse(ToSharedMap(Filled(), {"dagster", "production"}));
  map.at("data").as_object()[key] = text;
  return ReadSharedRecord(boost::json::serialize(map));
}

TEST(SharedRecord, NoticesWhatSomebodyChanged) {
  const SharedRecord values = Edited("values.yaml", "deployments: [{name: sales}]\n");
  EXPECT_TRUE(values.exists && values.known);
  EXPECT_FALSE(values.intact);
  EXPECT_EQ(values.locations.at("sales").content, "1");
  for (const char* broken : {"{", "- a\n", "deployments: [{image: x}]\n"})
    EXPECT_FALSE(Edited("values.yaml", broken).intact) << broken;
  const SharedRecord facts = Edited("dagitops.json", "{}");
  EXPECT_TRUE(facts.exists);
  EXPECT_FALSE(facts.known || facts.intact);
  EXPECT_EQ(facts.locations.at("sales").content, "") << "nothing of it is believed";
}

TEST(SharedRecord, OfSomebodyElseIsKnownByWhatItLacks) {
  const SharedRecord record = ReadSharedRecord(
      R"({"metadata": {"resourceVersion": "4"}, "data": {"values.yaml": "deployments: [{name: a}, {name: b}]"}})");
  EXPECT_TRUE(record.exists);
  EXPECT_FALSE(record.known || record.intact);
  EXPECT_EQ(record.resource_version, "4");
  EXPECT_EQ(record.locations.size(), 2U);
}

TEST(SharedRecord, TakesEntriesByNameToo) {
  SharedRecord record;
  ASSERT_TRUE(TakeValues("a: 1\ndeployments: {one: {name: sales}, two: {name: hr}}\n", record));
  EXPECT_EQ(record.base.values, "a: 1\n");
  EXPECT_EQ(record.locations.at("sales").entry, "deployments:\n  - name: \"sales\"\n");
  EXPECT_TRUE(TakeValues("null\n", record)) << "as helm tells that there are none";
  EXPECT_TRUE(record.locations.empty());
}

TEST(SharedRecord, PatchesWhatIsKnownAlone) {
  const auto patch = boost::json::parse(SharedFactsPatch(Filled()));
  EXPECT_EQ(patch.at("data").as_object().size(), 1U);
  EXPECT_TRUE(patch.at("data").as_object().contains("dagitops.json"));
  const auto map = boost::json::parse(ToSharedMap(Filled(), {"dagster", "production"}));
  EXPECT_EQ(patch.at("metadata").at("annotations"), map.at("metadata").at("annotations"));
}

TEST(SharedRecord, DigestTellsOneWholeFromAnother) {
  SharedRecord record = Filled();
  const std::string before = SharedDigest(record);
  record.locations["sales"].content = "9";
  EXPECT_EQ(SharedDigest(record), before) << "what we know is not what helm gets";
  record.base.content = "b2";
  EXPECT_NE(SharedDigest(record), before) << "the chart is in it";
}

}  // namespace
}  // namespace dagitops::kubernetes
