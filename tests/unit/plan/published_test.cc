#include "dagitops/plan/published.h"

#include <gtest/gtest.h>

#include <set>

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

ObservedServer Told(ObservedServer server, const std::string& location_name) {
  server.address.location_name = location_name;
  return server;
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
  ObservedServer server = MakeObserved("a", "1");
  server.address = {"a", "code.example.com", 3030, "", false, {}};
  const auto entries = SelectPublished(desired, Seen({server}));
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].host, "code.example.com");
}

TEST(SelectPublished, PublishedServerStaysInUntilSomethingBetterIsReady) {
  Desired desired;
  desired.locations = {MakeDesired("a", {"2"}, false)};
  const auto with = [](ServerState state) {
    return Seen({Published(MakeObserved("a", "1")), MakeObserved("a", "2", state)});
  };
  EXPECT_EQ(Sockets(desired, Seen({Published(MakeObserved("a", "1"))})), std::vector<std::string>{"/run/a-1.sock"});
  EXPECT_EQ(Sockets(desired, with(ServerState::kStarting)), std::vector<std::string>{"/run/a-1.sock"});
  EXPECT_EQ(Sockets(desired, with(ServerState::kFailed)), std::vector<std::string>{"/run/a-1.sock"});
  EXPECT_EQ(Sockets(desired, with(ServerState::kReady)), std::vector<std::string>{"/run/a-2.sock"});
}

TEST(SelectPublished, LeftAloneIsNeitherPublishedAnewNorTakenBack) {
  Desired desired;
  desired.locations = {MakeDesired("a", {"1"})};
  desired.left_alone = {"a"};
  const auto both = Seen({MakeObserved("a", "1"), Published(MakeObserved("a", "2"))});
  EXPECT_EQ(Sockets(desired, both), std::vector<std::string>{"/run/a-2.sock"}) << "though 1 is the proven one";
  EXPECT_EQ(Sockets(desired, Seen({MakeObserved("a", "1")})), std::vector<std::string>{"/run/a-1.sock"})
      << "nothing of it is published, so what is proven comes back";
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
  const auto sockets = Sockets(
      desired, Seen({Told(MakeObserved("new", "1"), "Sales"), Published(Told(MakeObserved("old", "1"), "Sales"))}));
  EXPECT_EQ(sockets, std::vector<std::string>{"/run/old-1.sock"}) << "one file may not name it twice";
}

// Locations by name, each with the name in Dagster that its server of content 1 and of content 2 is told.
struct Named {
  std::string name;
  std::string first;
  std::string second;
};

Desired WithNames(const std::vector<Named>& names) {
  Desired desired;
  for (const Named& named : names) {
    DesiredLocation location = MakeDesired(named.name, {"1", "2"});
    location.servers[0].location_name = named.first;
    location.location_name = location.servers[1].location_name = named.second;
    desired.locations.push_back(location);
  }
  return desired;
}

std::vector<std::string> Pairs(const Desired& desired, const Observed& observed) {
  std::vector<std::string> pairs;
  for (const WorkspaceEntry& e : SelectPublished(desired, observed)) pairs.push_back(e.location_name + "=" + e.socket);
  return pairs;
}

TEST(SelectPublished, LocationsThatSwapTheirNamesDoSoAtOnceAndLoseNone) {
  const Desired desired = WithNames({{"a", "X", "Y"}, {"b", "Y", "X"}});
  const auto seen = [](ServerState a, ServerState b) {
    return Seen({Published(Told(MakeObserved("a", "1"), "X")), Told(MakeObserved("a", "2", a), "Y"),
                 Published(Told(MakeObserved("b", "1"), "Y")), Told(MakeObserved("b", "2", b), "X")});
  };
  const std::vector<std::string> before{"X=/run/a-1.sock", "Y=/run/b-1.sock"};
  EXPECT_EQ(Pairs(desired, seen(ServerState::kStarting, ServerState::kReady)), before);
  EXPECT_EQ(Pairs(desired, seen(ServerState::kReady, ServerState::kFailed)), before);
  EXPECT_EQ(Pairs(desired, seen(ServerState::kReady, ServerState::kReady)),
            (std::vector<std::string>{"Y=/run/a-2.sock", "X=/run/b-2.sock"}));
}

TEST(SelectPublished, NamesThatGoRoundInACircleAreAllKept) {
  const Desired desired = WithNames({{"a", "X", "Y"}, {"b", "Y", "Z"}, {"c", "Z", "X"}});
  for (int ready = 0; ready < 8; ++ready) {
    std::vector<ObservedServer> servers;
    for (int i = 0; i < 3; ++i) {
      const DesiredLocation& location = desired.locations[static_cast<std::size_t>(i)];
      const ServerState state = (ready >> i) % 2 == 1 ? ServerState::kReady : ServerState::kStarting;
      servers.push_back(Published(Told(MakeObserved(location.name, "1"), location.servers[0].location_name)));
      servers.push_back(Told(MakeObserved(location.name, "2", state), location.location_name));
    }
    std::set<std::string> names;
    for (const WorkspaceEntry& entry : SelectPublished(desired, Seen(servers))) names.insert(entry.location_name);
    EXPECT_EQ(names, (std::set<std::string>{"X", "Y", "Z"})) << ready;
    EXPECT_EQ(Pairs(desired, Seen(servers)).size(), 3U) << ready << ": one is there twice";
  }
}

TEST(SelectPublished, NameIsNotGivenUpBeforeItsNextOwnerIsReady) {
  Desired desired = WithNames({{"a", "X", "Y"}});
  desired.locations.push_back(MakeDesired("b", {"1"}, false));
  desired.locations[1].location_name = desired.locations[1].servers[0].location_name = "X";
  const auto seen = [](ServerState b) {
    return Seen({Published(Told(MakeObserved("a", "1"), "X")), Told(MakeObserved("a", "2"), "Y"),
                 Told(MakeObserved("b", "1", b), "X")});
  };
  EXPECT_EQ(Pairs(desired, seen(ServerState::kStarting)), std::vector<std::string>{"X=/run/a-1.sock"});
  EXPECT_EQ(Pairs(desired, seen(ServerState::kReady)),
            (std::vector<std::string>{"Y=/run/a-2.sock", "X=/run/b-1.sock"}));
  desired.locations.pop_back();  // known bad, and tried again later
  EXPECT_EQ(Pairs(desired, seen(ServerState::kFailed)), std::vector<std::string>{"Y=/run/a-2.sock"});
  desired.awaited = {"X"};
  EXPECT_EQ(Pairs(desired, seen(ServerState::kFailed)), std::vector<std::string>{"X=/run/a-1.sock"});
}

TEST(SelectPublished, RemovedLocationStaysInUntilItsHeirIsReady) {
  Desired desired;
  desired.locations = {MakeDesired("new", {"1"}, false)};
  desired.locations[0].location_name = desired.locations[0].servers[0].location_name = "old";
  desired.removals = {{"old", {}}, {"other", {}}};
  const auto seen = [](ServerState state) {
    return Seen({Published(MakeObserved("old", "1")), Published(MakeObserved("other", "1")),
                 Told(MakeObserved("new", "1", state), "old")});
  };
  EXPECT_EQ(Pairs(desired, seen(ServerState::kStarting)), std::vector<std::string>{"old=/run/old-1.sock"});
  EXPECT_EQ(Pairs(desired, seen(ServerState::kFailed)), std::vector<std::string>{"old=/run/old-1.sock"});
  EXPECT_EQ(Pairs(desired, seen(ServerState::kReady)), std::vector<std::string>{"old=/run/new-1.sock"});
}

}  // namespace
}  // namespace dagitops::plan
