#include "dagitops/target/local_process/local_process_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_machine.h"

namespace dagitops::local_process {
namespace {

using support::FakeMachine;
using support::FakeProcessHost;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kA(16, 'a');
const std::string kB(16, 'b');

DesiredServer Server(const std::string& location, const std::string& content) {
  DesiredServer server;
  server.location = location;
  server.location_name = location + " shown";
  server.content = content;
  server.process.arguments = {"-m", "definitions"};
  server.process.tree_id = "tree-" + content.substr(0, 1);
  return server;
}

class LocalProcessTargetTest : public testing::Test {
 protected:
  Observed Observe() {
    auto observed = machine.target->Observe();
    EXPECT_TRUE(observed) << observed.error().Text();
    return observed ? *observed : Observed{};
  }
  ObservedServer Only() {
    const Observed observed = Observe();
    EXPECT_THAT(observed.servers, SizeIs(1));
    return observed.servers.empty() ? ObservedServer{} : observed.servers.front();
  }
  void Start(const DesiredServer& server) {
    const auto status = machine.target->Apply(FakeMachine::StartItem(server));
    EXPECT_TRUE(status) << status.error().Text();
  }
  void Stop(const DesiredServer& server, bool cut_runs = false) {
    const auto status = machine.target->Apply(FakeMachine::StopItem(server, cut_runs));
    EXPECT_TRUE(status) << status.error().Text();
  }
  void Maintain(const Desired& desired = {}) {
    const auto status = machine.target->Maintain(desired);
    EXPECT_TRUE(status) << status.error().Text();
  }
  // Publishes the sockets of these servers.
  void Publish(const std::vector<ObservedServer>& servers) {
    std::string text = "load_from:\n";
    for (const ObservedServer& server : servers) text += "- grpc_server: {socket: " + server.address.socket + "}\n";
    EXPECT_TRUE(machine.target->Apply(FakeMachine::PublishItem(text)));
  }
  // A server that is up and published.
  ObservedServer Serving(const DesiredServer& server) {
    Start(server);
    Publish({Only()});
    return Only();
  }
  std::vector<FakeProcessHost::Process*> CodeServers() { return machine.host.LivingWith("api"); }

  FakeMachine machine;
};

TEST_F(LocalProcessTargetTest, OfAnEmptyMachineObservesNothing) {
  const Observed observed = Observe();
  EXPECT_THAT(observed.servers, IsEmpty());
  EXPECT_FALSE(observed.published);
  EXPECT_THAT(observed.notes, IsEmpty());
  EXPECT_THAT(machine.disk.written, IsEmpty()) << "looking changes nothing";
}

TEST_F(LocalProcessTargetTest, StartsACodeServerAndSeesItReady) {
  Start(Server("a", kA));
  const ObservedServer server = Only();
  EXPECT_EQ(server.state, ServerState::kReady);
  EXPECT_EQ(server.content, kA);
  EXPECT_EQ(server.server_id, "id1");
  EXPECT_EQ(server.address.location_name, "a shown");
  EXPECT_EQ(server.address.socket, "/run/dagitops/ca978112-aaaaaaaa.sock");
  EXPECT_FALSE(server.published);
  EXPECT_FALSE(server.retired);
  EXPECT_GT(server.pid, 0);
  ASSERT_THAT(CodeServers(), SizeIs(1));
  EXPECT_EQ(CodeServers()[0]->what.working_directory, "/trees/tree-a");
}

}  // namespace
}  // namespace dagitops::local_process
