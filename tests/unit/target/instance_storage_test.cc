#include "target/local_process/instance_storage.h"

#include "unit/target/target_fixture.h"

namespace dagitops::local_process {
namespace {

using support::FakeCommandRunner;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class InstanceStorage : public TargetFixture {
 protected:
  InstanceStorage() {
    machine.disk.Put("/home/dagster/dagster.yaml", kDagsterYaml);
    machine.disk.Put("/state/empty/x", "");
  }
  Status Prepare() { return PrepareStorage(machine.options, Paths("/state", "/run"), machine.disk, machine.commands); }
};

TEST_F(InstanceStorage, IsMadeOnceForAHomeOfOurs) {
  ASSERT_TRUE(Prepare());
  ASSERT_TRUE(Prepare());
  ASSERT_THAT(machine.commands.commands, SizeIs(1));
  const Command& command = machine.commands.commands[0];
  EXPECT_THAT(command.arguments, ElementsAre("/venv/bin/python", "-m", "dagster", "instance", "info"));
  EXPECT_EQ(command.environment.at("DAGSTER_HOME"), "/home/dagster");
  EXPECT_EQ(command.working_directory, "/state/empty");
}

TEST_F(InstanceStorage, OfSomebodyElseIsLeftToItsOwner) {
  machine.disk.Put("/home/dagster/dagster.yaml", "storage: {}\n");
  EXPECT_TRUE(Prepare());
  EXPECT_THAT(machine.commands.commands, IsEmpty());
}

TEST_F(InstanceStorage, ThatCannotBeMadeIsToldAndTriedAgain) {
  machine.commands.answer = [](const Command&) -> Result<CommandResult> {
    CommandResult result;
    result.exit_code = 1;
    result.output = "ignored";
    result.errors = "Traceback (most recent call last):\n  File \"x\", line 1, in f\nOSError: read-only file system\n";
    return result;
  };
  const Status status = Prepare();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kStalled);
  EXPECT_THAT(status.error().Text(), AllOf(HasSubstr("cannot be made: OSError: read-only file system (run `"),
                                           HasSubstr("dagster instance info")));
  machine.commands.answer = nullptr;
  EXPECT_TRUE(Prepare());
}

}  // namespace
}  // namespace dagitops::local_process
