#include "dagitops/plan/published.h"

#include <gtest/gtest.h>

#include "support/world.h"

namespace dagitops::plan {
namespace {

using support::MakeDesired;
using support::MakeObserved;
using support::Published;

std::vector<std::string> Sockets(const Desired& desired, const Observed& observed) {
  std::vector<std::string> sockets;
  for (const WorkspaceEntry& entry : SelectPublished(desired, observed)) sockets.push_back(entry.socket);
  return sockets;
}

Observed Seen(std::vector<ObservedServer> servers) {
  Observed observed;
  observed.now = support::kNow;
  observed.servers = std::move(servers);
  return observed;
}

TEST(SelectPublished, NewLocationIsInOnceItsDefinitionsLoad) {
  Desired desired;
  desired.locations = {MakeDesired("a", {"1"}, false)};
  EXPECT_TRUE(Sockets(desired, Seen({})).empty());
  EXPECT_TRUE(Sockets(desired, Seen({MakeObserved("a", "1", ServerState::kStarting)})).empty());
  EXPECT_TRUE(Sockets(desired, Seen({MakeObserved("a", "1", ServerState::kBroken)})).empty());
  EXPECT_EQ(Sockets(desired, Seen({MakeObserved("a", "1")})), std::vector<std::string>{"/run/a-1.sock"});
}

TEST(SelectPublished, OldServerStaysUntilTheNewOneLoads) {
  Desired desired;
  desired.locations = {MakeDesired("a", {"1", "2"})};
  const auto with = [](ServerState state) { return Seen({MakeObserved("a", "1"), MakeObserved("a", "2", state)}); };
  EXPECT_EQ(Sockets(desired, with(ServerState::kStarting)), std::vector<std::string>{"/run/a-1.sock"});
  EXPECT_EQ(Sockets(desired, with(ServerState::kFailed)), std::vector<std::string>{"/run/a-1.sock"});
  EXPECT_EQ(Sockets(desired, with(ServerState::kReady)), std::vector<std::string>{"/run/a-2.sock"});
}

TEST(SelectPublished, ProvenLocationStaysInWhileItsServerIsDown) {
  Desired desired;
  desired.locations = {MakeDesired("a", {"1"})};
  EXPECT_EQ(Sockets(desired, Seen({MakeObserved("a", "1", ServerState::kFailed)})).size(), 1U);
}

TEST(SelectPublished, RenamedLocationKeepsItsOldNameUntilTheNewServerLoads) {
  Desired desired;
  desired.locations = {MakeDesired("a", {"1", "2"})};
  desired.locations[0].location_name = desired.locations[0].servers[1].location_name = "renamed";
  const auto name = [&](ServerState state) {
    return SelectPublished(desired, Seen({MakeObserved("a", "1"), MakeObserved("a", "2", state)})).at(0).location_name;
  };
  EXPECT_EQ(name(ServerState::kStarting), "a");
  EXPECT_EQ(name(ServerState::kBroken), "a");
  EXPECT_EQ(name(ServerState::kReady), "renamed");
}

TEST(SelectPublished, EntryCarriesNameAndMetadataOfTheLocation) {
  Desired desired;
  desired.locations = {MakeDesired("a", {"1"})};
  desired.locations[0].location_name = desired.locations[0].servers[0].location_name = "Analytics";
  desired.locations[0].published.metadata = {{"owner", "team-a"}};
  const auto entries = SelectPublished(desired, Seen({MakeObserved("a", "1")}));
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].location_name, "Analytics");
  EXPECT_EQ(entries[0].metadata.at("owner"), "team-a");
}

TEST(SelectPublished, ExternalServerIsPublishedAsItIsTold) {
  Desired desired;
  desired.locations = {MakeDesired("a", {"1"}, false)};
  desired.locations[0].servers[0].external = true;
  desired.locations[0].published = {"a", "code.example.com", 3030, "", false, {}};
  const auto entries = SelectPublished(desired, Seen({}));
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].host, "code.example.com");
}

TEST(SelectPublished, LeftAloneKeepsItsAddressOnlyWhileItIsPublished) {
  Desired desired;
  desired.left_alone = {"ghost"};
  EXPECT_TRUE(Sockets(desired, Seen({MakeObserved("ghost", "1")})).empty());
  EXPECT_EQ(Sockets(desired, Seen({Published(MakeObserved("ghost", "1"))})).size(), 1U);
}

TEST(SelectPublished, NameStaysWithTheServerThatHasIt) {
  Desired desired;
  desired.locations = {MakeDesired("new", {"1"}, false), MakeDesired("old", {"1"})};
  for (DesiredLocation& location : desired.locations) {
    location.location_name = "Sales";
    for (DesiredServer& server : location.servers) server.location_name = "Sales";
  }
  const auto sockets = Sockets(desired, Seen({MakeObserved("new", "1"), Published(MakeObserved("old", "1"))}));
  EXPECT_EQ(sockets, std::vector<std::string>{"/run/old-1.sock"}) << "one file may not name it twice";
}

}  // namespace
}  // namespace dagitops::plan
