#include "target/local_process/preflight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_name.h"
#include "support/fake_clock.h"
#include "support/fake_command_runner.h"

namespace dagitops::local_process {
namespace {

using support::FakeCommandRunner;
using testing::HasSubstr;
using testing::IsSupersetOf;

struct PreflightCase {
  std::string name;
  Result<CommandResult> answer;
  std::string code;  // empty: fine
  std::string says;
};

CommandResult Failed(const std::string& errors, bool timed_out = false) {
  CommandResult result;
  result.exit_code = timed_out ? -1 : 1;
  result.timed_out = timed_out;
  result.errors = errors;
  return result;
}

class PreflightOf : public testing::TestWithParam<PreflightCase> {
 protected:
  Status Run() {
    runner.answer = [this](const Command&) { return GetParam().answer; };
    return Preflight(options, Paths("/state", "/run"), interpreters);
  }

  support::FakeClock clock;
  FakeCommandRunner runner;
  std::map<std::string, std::string> environment{{"PATH", "/usr/bin"}};
  Interpreters interpreters{runner, clock, environment};
  Options options = [] {
    Options made;
    made.environment = "production";
    made.python = "/opt/python";
    return made;
  }();
};

TEST_P(PreflightOf, SaysWhatIsMissingAndWhatToType) {
  const Status status = Run();
  ASSERT_EQ(status.has_value(), GetParam().code.empty());
  if (status) return;
  EXPECT_EQ(status.error().code, GetParam().code);
  EXPECT_EQ(status.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(status.error().Text(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Machines, PreflightOf,
    testing::Values(PreflightCase{"Fine", FakeCommandRunner::Said("dagster 1.13.27\ndagster-webserver 1.13.27\n"), "",
                                  ""},
                    PreflightCase{"NoPython", Error{ErrorKind::kInvalid, "program-not-found", "/opt/python", "no", ""},
                                  "python-missing", "apt install python3"},
                    PreflightCase{"NoDagster", FakeCommandRunner::Said("dagster\ndagster-webserver\n"),
                                  "dagster-missing", "/opt/python -m pip install dagster dagster-webserver"},
                    PreflightCase{"NothingSaid", FakeCommandRunner::Said(""), "dagster-missing", "pip install"},
                    PreflightCase{"NoWebserver", FakeCommandRunner::Said("dagster 1.13.27\ndagster-webserver\n"),
                                  "dagster-missing", "no dagster-webserver"},
                    PreflightCase{"TooOld", FakeCommandRunner::Said("dagster 1.5.0\ndagster-webserver 1.5.0\n"),
                                  "dagster-too-old", "1.5.0, needed is 1.10.0"},
                    PreflightCase{"NotAPython", Failed("bad option: -c\n"), "python-failed", "bad option: -c"},
                    PreflightCase{"Hangs", Failed("", true), "python-failed", "did not answer within 10s"}),
    support::CaseName{});

TEST(Preflight, WithoutAWebserverOfItsOwnNeedsNone) {
  support::FakeClock clock;
  FakeCommandRunner runner;
  const std::map<std::string, std::string> environment;
  Interpreters interpreters(runner, clock, environment);
  runner.answer = [](const Command&) { return FakeCommandRunner::Said("dagster 1.13.27\ndagster-webserver\n"); };
  Options options;
  options.webserver.start = false;
  EXPECT_TRUE(Preflight(options, Paths("/state", "/run"), interpreters));
  EXPECT_FALSE(Preflight(options, Paths("/state", "/" + std::string(100, 'r')), interpreters));
}

TEST(Variables, AreWhatIsNeededAndNothingElse) {
  const std::map<std::string, std::string> ours{{"PATH", "/bin"},       {"HOME", "/h"},        {"TZ", "UTC"},
                                                {"GIT_TOKEN", "x"},     {"PIP_CERT", "/c"},    {"UV_INDEX_URL", "u"},
                                                {"https_proxy", "p"},   {"DAGSTER_HOME", "d"}, {"PIPELINE", "y"},
                                                {"SSL_CERT_FILE", "s"}, {"LD_PRELOAD", "z"}};
  const std::map<std::string, std::string> server{{"PATH", "/bin"}, {"HOME", "/h"}, {"TZ", "UTC"}};
  EXPECT_EQ(PickServerVariables(ours), server);
  std::map<std::string, std::string> build = server;
  build.insert({{"PIP_CERT", "/c"}, {"UV_INDEX_URL", "u"}, {"https_proxy", "p"}, {"SSL_CERT_FILE", "s"}});
  EXPECT_EQ(PickBuildVariables(ours), build);
}

}  // namespace
}  // namespace dagitops::local_process
