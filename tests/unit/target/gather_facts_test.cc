#include "dagitops/target/local_process/gather_facts.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/fake_dagster.h"

namespace dagitops::local_process {
namespace {

class GatherLocal : public testing::Test {
 protected:
  GatherLocal() {
    options.environment = "production";
    options.state_dir = "/state";
    options.runtime_dir = "/run";
    runner.answer = [this](const Command& command) -> Result<CommandResult> {
      if (command.arguments.back().find("import dagster") != std::string::npos) return imported;
      return support::FakeCommandRunner::Said("dagster 1.13.27\ndagster-webserver 1.13.27\n");
    };
  }

  doctor::LocalFacts Run() { return GatherFacts(options, {runner, dagster, clock}); }

  Options options;
  support::FakeCommandRunner runner;
  support::FakeDagster dagster;
  support::FakeClock clock;
  CommandResult imported = support::FakeCommandRunner::Said("1.13.27\n");
};

TEST_F(GatherLocal, OfAGoodMachine) {
  const doctor::LocalFacts facts = Run();
  EXPECT_TRUE(facts.preflight);
  EXPECT_EQ(**facts.imported, "1.13.27");
  EXPECT_EQ(facts.webserver_url, "http://127.0.0.1:3000");
  EXPECT_TRUE(facts.webserver);
  EXPECT_TRUE(facts.starts_webserver);
}

TEST_F(GatherLocal, ADagsterThatIsInstalledNeedNotWork) {
  imported.exit_code = 1;
  imported.errors = "ImportError: no pydantic";
  const doctor::LocalFacts facts = Run();
  EXPECT_TRUE(facts.preflight);
  EXPECT_NE(facts.imported->error().message.find("no pydantic"), std::string::npos);
}

TEST_F(GatherLocal, WithoutOneNothingIsImported) {
  runner.answer = [](const Command&) { return support::FakeCommandRunner::Said("dagster\n"); };
  const doctor::LocalFacts facts = Run();
  EXPECT_EQ(facts.preflight.error().code, "dagster-missing");
  EXPECT_FALSE(facts.imported);
}

TEST_F(GatherLocal, WhereNoWebserverIsToBeAskedNoneIs) {
  options.webserver.start = false;
  EXPECT_FALSE(Run().webserver);
  options.webserver.url = "http://ada:secret@dagster:3000";
  const doctor::LocalFacts facts = Run();
  EXPECT_TRUE(facts.webserver);
  EXPECT_EQ(facts.webserver_url.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace dagitops::local_process
