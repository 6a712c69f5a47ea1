// The local target with real Dagster.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/local_machine.h"
#include "support/real_dagster.h"

namespace dagitops {
namespace {

using support::LocalMachine;
using testing::HasSubstr;
using testing::SizeIs;

constexpr char kGood[] =
    "import dagster as dg\n\n\n@dg.asset\ndef numbers():\n    return 1\n\n\ndefs = dg.Definitions(assets=[numbers])\n";

class LocalDagster : public testing::Test {
 protected:
  void SetUp() override {
    const auto python = support::DagsterPython();
    if (!python) GTEST_SKIP() << "DAGITOPS_DAGSTER_VENV names no virtual environment with Dagster";
    machine.emplace(*python);
  }

  DesiredServer Server(const std::string& tree, const std::string& code) {
    machine->folder.Write("trees/" + tree + "/definitions.py", code);
    DesiredServer server;
    server.location = "analytics";
    server.location_name = "analytics";
    server.content = std::string(16, tree.back());
    server.process.arguments = {"-m", "definitions"};
    server.process.tree_id = tree;
    return server;
  }

  void Apply(Action action, const DesiredServer& server) {
    PlanItem item;
    item.action = action;
    item.location = server.location;
    item.content = server.content;
    item.server = server;
    const auto status = machine->target->Apply(item);
    EXPECT_TRUE(status) << status.error().Text();
  }

  bool UntilState(const DesiredServer& server, ServerState state) {
    return machine->Until([&](const Observed& observed) {
      const ObservedServer* found = observed.Find(server);
      return found != nullptr && found->state == state;
    });
  }

  std::optional<LocalMachine> machine;
};

TEST_F(LocalDagster, BringsANewVersionUpBesideTheOldOneAndEndsTheOldOne) {
  const DesiredServer first = Server("tree-1", kGood);
  const DesiredServer second = Server("tree-2", std::string(kGood) + "# changed\n");
  Apply(Action::kStart, first);
  ASSERT_TRUE(UntilState(first, ServerState::kReady));
  const ObservedServer before = *machine->last.Find(first);
  EXPECT_THAT(before.server_id, SizeIs(36));

  Apply(Action::kStart, second);
  ASSERT_TRUE(UntilState(second, ServerState::kReady));
  EXPECT_EQ(machine->last.Find(first)->pid, before.pid);
  EXPECT_EQ(machine->last.Find(first)->state, ServerState::kReady);
  EXPECT_NE(machine->last.Find(second)->server_id, before.server_id);

  Apply(Action::kStop, first);
  EXPECT_TRUE(machine->Until([&](const Observed& observed) { return observed.Find(first) == nullptr; }));
  EXPECT_FALSE(std::filesystem::exists(before.address.socket));
  EXPECT_EQ(machine->last.Find(second)->state, ServerState::kReady);
}

TEST_F(LocalDagster, TellsWhyCodeDoesNotLoad) {
  const DesiredServer server = Server("tree-3", "import nothing_like_this\n");
  Apply(Action::kStart, server);
  ASSERT_TRUE(UntilState(server, ServerState::kFailed));
  EXPECT_THAT(machine->last.Find(server)->reason, HasSubstr("No module named 'nothing_like_this' (definitions.py:1)"));
}

}  // namespace
}  // namespace dagitops
