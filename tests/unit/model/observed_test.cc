#include "dagitops/model/observed.h"

#include <gtest/gtest.h>

#include <string>

namespace dagitops {
namespace {

ObservedServer Server(std::string location, std::string content) {
  ObservedServer server;
  server.location = std::move(location);
  server.content = std::move(content);
  return server;
}

DesiredServer Wanted(std::string location, std::string content) {
  DesiredServer server;
  server.location = std::move(location);
  server.content = std::move(content);
  return server;
}

TEST(ObservedFind, GoesByLocationAndContent) {
  Observed observed;
  observed.servers = {Server("a", "1"), Server("a", "2"), Server("b", "1")};
  EXPECT_EQ(observed.Find(Wanted("a", "2")), &observed.servers[1]);
  EXPECT_EQ(observed.Find(Wanted("b", "1")), &observed.servers[2]) << "two locations may be made of the same things";
  EXPECT_EQ(observed.Find(Wanted("b", "2")), nullptr);
  EXPECT_EQ(observed.Find(Wanted("c", "1")), nullptr);
}

TEST(ObservedFind, LooksAtNothingElse) {
  Observed observed;
  observed.servers = {Server("a", "1")};
  observed.servers[0].state = ServerState::kFailed;
  observed.servers[0].published = false;
  DesiredServer wanted = Wanted("a", "1");
  wanted.revision = "r2";
  wanted.location_name = "A";
  EXPECT_EQ(observed.Find(wanted), observed.servers.data()) << "another commit that makes the same server";
  EXPECT_EQ(Observed{}.Find(wanted), nullptr);
}

}  // namespace
}  // namespace dagitops
