#include "target/local_process/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_name.h"
#include "support/world.h"

namespace dagitops::local_process {
namespace {

using support::kNow;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Inventory Full() {
  Inventory inventory;
  inventory.attempts = 42;
  ServerRecord server;
  server.location = "a";
  server.location_name = "a \"shown\" \xc3\xa4";
  server.content = "0123456789abcdef";
  server.spec.arguments = {"-m", "x y"};
  server.spec.code_server = true;
  server.spec.environment = {{"K", "v\n"}};
  server.spec.tree_id = "t";
  server.spec.python = "/p";
  server.spec.requirements = "r.txt";
  server.spec.env_file = "/e";
  server.phase = Phase::kStopping;
  server.process.identity = ProcessIdentity{12, 18446744073709551615ull, "boot"};
  server.process.starting = true;
  server.process.attempt = 41;
  server.process.started = kNow;
  server.process.restarts = {kNow - std::chrono::seconds(2), kNow};
  server.process.next_start = kNow + std::chrono::milliseconds(1);
  server.process.told_to_end = kNow;
  server.process.reason = "because";
  server.code_folder = "/trees/t";
  server.venv = "key";
  server.ready = true;
  server.ever_ready = true;
  server.server_id = "id";
  server.was_published = true;
  server.retired = kNow;
  inventory.servers = {server, ServerRecord{}};
  inventory.services = {{"webserver", "digest", server.process}};
  inventory.builds = {{"key", "failure", {}}};
  return inventory;
}

TEST(Inventory, RoundTripsThroughJson) {
  const auto read = ParseInventory(ToJson(Full()), "/f");
  ASSERT_TRUE(read) << read.error().Text();
  EXPECT_EQ(*read, Full());
}

TEST(Inventory, RoundTripsEmpty) {
  const auto read = ParseInventory(ToJson({}), "/f");
  ASSERT_TRUE(read) << read.error().Text();
  EXPECT_EQ(*read, Inventory{});
}

TEST(Inventory, RoundTripsEveryPhase) {
  for (const Phase phase : {Phase::kPreparing, Phase::kWaiting, Phase::kRunning, Phase::kFailed, Phase::kStopping}) {
    Inventory inventory;
    inventory.servers.resize(1);
    inventory.servers[0].phase = phase;
    const auto read = ParseInventory(ToJson(inventory), "/f");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->servers[0].phase, phase);
  }
}

TEST(Inventory, HasARecordOnEachLine) {
  const std::string json = ToJson(Full());
  EXPECT_EQ(std::count(json.begin(), json.end(), '\n'), 7 + 4) << json;
}

TEST(Inventory, FindsByLocationAndContent) {
  Inventory inventory = Full();
  EXPECT_NE(inventory.Find("a", "0123456789abcdef"), nullptr);
  EXPECT_EQ(inventory.Find("a", "other"), nullptr);
  EXPECT_EQ(inventory.Find("b", "0123456789abcdef"), nullptr);
}

struct BadCase {
  std::string name;
  std::string json;
  std::string says;
};

class BadInventory : public testing::TestWithParam<BadCase> {};

TEST_P(BadInventory, IsRefusedForAPersonToLookAt) {
  const auto read = ParseInventory(GetParam().json, "/state/servers.json");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::kStalled);
  EXPECT_EQ(read.error().subject, "/state/servers.json");
  EXPECT_THAT(read.error().message, AllOf(HasSubstr(GetParam().says), Not(HasSubstr("boost"))));
  EXPECT_THAT(read.error().hint, HasSubstr("move it away, and what runs is found by its marks and taken over"));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadInventory,
    testing::Values(BadCase{"Empty", "", "not an inventory"}, BadCase{"Cut", ToJson(Full()).substr(0, 200), "not an"},
                    BadCase{"NotAnObject", "[]", "not an inventory"}, BadCase{"NoVersion", "{}", "not an inventory"},
                    BadCase{"Newer", R"({"schemaVersion": 2})", "newer dagitops (schema version 2)"},
                    BadCase{"WrongType",
                            R"({"schemaVersion": 1, "attempts": "x", "servers": [], "services": [], "builds": []})",
                            "not an inventory"},
                    BadCase{"UnknownPhase",
                            [] {
                              std::string json = ToJson(Full());
                              return json.replace(json.find("stopping"), 8, "sleeping");
                            }(),
                            "phase sleeping"}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::local_process
