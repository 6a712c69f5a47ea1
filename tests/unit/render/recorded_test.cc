#include "dagitops/render/recorded.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"

namespace dagitops::render {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

DesiredServer Process(const std::string& name) {
  DesiredServer server = support::MakeServer(name, "0123456789abcdef");
  server.process.arguments = {"-m", "defs"};
  server.process.environment = {{"B", "012"}, {"A", "no"}};
  server.process.tree_id = "tree";
  server.process.requirements = "requirements.txt";
  server.revision = "told only";
  return server;
}

TEST(Recorded, AProcessIsToldByWhatItIsMadeOf) {
  Desired desired;
  desired.locations.push_back(support::MakeDesired("a", {}));
  desired.locations[0].servers = {Process("a")};
  EXPECT_THAT(RecordedFiles(desired), ElementsAre(Pair("locations/a.yaml",
                                                       "name: \"a\"\n"
                                                       "locationName: \"a\"\n"
                                                       "content: \"0123456789abcdef\"\n"
                                                       "codeServer: false\n"
                                                       "arguments:\n"
                                                       "  - \"-m\"\n"
                                                       "  - \"defs\"\n"
                                                       "environment:\n"
                                                       "  A: \"no\"\n"
                                                       "  B: \"012\"\n"
                                                       "tree: \"tree\"\n"
                                                       "requirements: \"requirements.txt\"\n")));
}

TEST(Recorded, ValuesOfAReleaseAreKeptToTheByte) {
  Desired desired;
  desired.base = DesiredRelease{"x", "global: {}   # as it is\n", ""};
  desired.system = DesiredRelease{"y", "rabbitmq: {}\n", ""};
  desired.locations.push_back(support::MakeDesired("a", {"1"}));
  desired.locations[0].servers[0].values = "deployments: []  \n\n";
  EXPECT_THAT(RecordedFiles(desired),
              ElementsAre(Pair("base.yaml", "global: {}   # as it is\n"),
                          Pair("locations/a.yaml", "deployments: []  \n\n"), Pair("system.yaml", "rabbitmq: {}\n")));
}

TEST(Recorded, AnExternalServerIsToldByItsAddress) {
  Desired desired;
  desired.locations.push_back(support::MakeDesired("a", {"1"}));
  desired.locations[0].servers[0].external = true;
  desired.locations[0].servers[0].address = {"a", "db.example.com", 4266, "", true, {}};
  EXPECT_THAT(
      RecordedFiles(desired),
      ElementsAre(Pair("locations/a.yaml",
                       "name: \"a\"\nlocationName: \"a\"\ncontent: \"1\"\nhost: \"db.example.com\"\nport: 4266\n"
                       "ssl: true\n")));
}

TEST(Recorded, OnlyWhatIsProvenIsInIt) {
  Desired desired;
  desired.locations.push_back(support::MakeDesired("both", {"old", "new"}));
  desired.locations.push_back(support::MakeDesired("first", {"new"}, false));
  desired.locations.push_back(support::MakeDesired("nothing", {}));
  const HistoryFiles files = RecordedFiles(desired);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_NE(files.at("locations/both.yaml").find("\"old\""), std::string::npos);
}

}  // namespace
}  // namespace dagitops::render
