// The webserver and the daemon.

#include "target/local_process/services.h"

#include "support/case_name.h"
#include "unit/target/target_fixture.h"

namespace dagitops::local_process {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class WithServices : public TargetFixture {
 protected:
  WithServices() {
    machine.options.webserver.start = true;
    machine.options.start_daemon = true;
    machine.Restart();
  }

  void PassOnce() {
    Observe();
    Maintain();
  }
  Process* Webserver() { return Living("dagster_webserver"); }
  Process* Daemon() { return Living("dagster._daemon"); }

 private:
  Process* Living(const std::string& module) {
    const auto living = machine.host.LivingWith(module);
    EXPECT_LE(living.size(), 1u);
    return living.empty() ? nullptr : living.front();
  }
};

TEST_F(WithServices, BothAreStartedWithFilesOfTheirOwn) {
  PassOnce();
  ASSERT_NE(Webserver(), nullptr);
  ASSERT_NE(Daemon(), nullptr);
  EXPECT_THAT(Webserver()->what.arguments, ElementsAre("/venv/bin/python", "-m", "dagster_webserver", "-h", "127.0.0.1",
                                                       "-p", "3000", "-w", "/state/workspace/webserver.yaml"));
  EXPECT_THAT(Daemon()->what.arguments,
              ElementsAre("/venv/bin/python", "-m", "dagster._daemon", "run", "-w", "/state/workspace/daemon.yaml"));
  EXPECT_EQ(Webserver()->what.working_directory, "/state/empty");
  EXPECT_EQ(Webserver()->what.environment.at("DAGSTER_HOME"), "/home/dagster");
  EXPECT_EQ(machine.disk.files.at("/state/workspace/webserver.yaml").text, "load_from: []\n");
  EXPECT_EQ(machine.disk.files.at("/state/workspace/daemon.yaml").text, "load_from: []\n");
}

TEST_F(WithServices, BothLiveOnWhenLocationsComeAndGo) {
  PassOnce();
  const long long webserver = Webserver()->identity.pid;
  const long long daemon = Daemon()->identity.pid;
  Serving(Server("a", kA));
  PassOnce();
  Publish({});
  PassOnce();
  machine.Restart();
  PassOnce();
  EXPECT_EQ(Webserver()->identity.pid, webserver);
  EXPECT_EQ(Daemon()->identity.pid, daemon);
  EXPECT_THAT(Webserver()->signals, IsEmpty());
}

TEST_F(WithServices, OneThatDiesIsStartedAgainWithPausesAndForEver) {
  PassOnce();
  for (int i = 0; i < 20; ++i) {
    machine.host.End(Daemon()->identity.pid, {1, 0});
    PassOnce();
    EXPECT_EQ(Daemon(), nullptr);
    EXPECT_THAT(Observe().notes, Contains(HasSubstr("the daemon does not run: ended with exit code 1")));
    machine.clock.Advance(seconds(60));
    PassOnce();
    ASSERT_NE(Daemon(), nullptr);
  }
  EXPECT_THAT(Observe().notes, Contains(HasSubstr("the daemon was restarted ")));
  machine.clock.Advance(minutes(10));
  EXPECT_THAT(Observe().notes, IsEmpty());
}

TEST_F(WithServices, TheFirstRestartComesAfterASecond) {
  PassOnce();
  machine.host.End(Webserver()->identity.pid, {1, 0});
  PassOnce();
  EXPECT_EQ(Webserver(), nullptr);
  EXPECT_EQ(machine.target->LookAgain(), seconds(1));
  machine.clock.Advance(seconds(1));
  PassOnce();
  EXPECT_NE(Webserver(), nullptr);
}

TEST_F(WithServices, AClockThatWasSetBackKeepsNoneDown) {
  PassOnce();
  machine.host.End(Webserver()->identity.pid, {1, 0});
  PassOnce();
  machine.clock.Advance(-std::chrono::hours(24 * 365));
  PassOnce();
  EXPECT_NE(Webserver(), nullptr);
}

TEST_F(WithServices, OneThatDiedWhileWeWereAwayIsStartedAtOnce) {
  PassOnce();
  machine.Restart();
  machine.host.End(Webserver()->identity.pid, {1, 0});
  PassOnce();
  EXPECT_NE(Webserver(), nullptr);
  EXPECT_THAT(Observe().notes, IsEmpty());
}

TEST_F(WithServices, ATakenPortIsNamedWithItsSetting) {
  PassOnce();
  machine.disk.Append("/state/logs/webserver.log",
                      "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 3000): address "
                      "already in use\n");
  machine.host.End(Webserver()->identity.pid, {3, 0});
  EXPECT_THAT(Observe().notes, ElementsAre(AllOf(HasSubstr("port 3000 of 127.0.0.1 is taken by another process"),
                                                 HasSubstr("dagster.webserver.port for environment production"))));
}

TEST_F(WithServices, AProgramThatIsNotThereIsTold) {
  machine.host.failing["/venv/bin/python"] = {ErrorKind::kInvalid, "program-not-found", "/venv/bin/python", "gone", ""};
  PassOnce();
  EXPECT_THAT(Observe().notes, Contains(HasSubstr("the webserver does not run: /venv/bin/python: gone")));
  machine.host.failing.clear();
  machine.clock.Advance(seconds(1));
  PassOnce();
  EXPECT_NE(Webserver(), nullptr);
}

TEST_F(WithServices, AChangedSettingRestartsTheOneItIsAbout) {
  PassOnce();
  const long long webserver = Webserver()->identity.pid;
  const long long daemon = Daemon()->identity.pid;
  machine.options.webserver.port = 4000;
  machine.options.webserver.path_prefix = "/dagster";
  machine.Restart();
  PassOnce();
  EXPECT_EQ(Webserver(), nullptr) << "SIGTERM first";
  EXPECT_THAT(Observe().notes, IsEmpty()) << "it was meant to end";
  EXPECT_EQ(machine.target->LookAgain(), milliseconds(200));
  PassOnce();
  ASSERT_NE(Webserver(), nullptr);
  EXPECT_NE(Webserver()->identity.pid, webserver);
  EXPECT_THAT(Webserver()->what.arguments, AllOf(Contains("4000"), Contains("-l"), Contains("/dagster")));
  EXPECT_EQ(Daemon()->identity.pid, daemon);
}

TEST_F(WithServices, OnesThatAreNotWantedAnyMoreAreEnded) {
  PassOnce();
  machine.options.webserver.start = false;
  machine.options.start_daemon = false;
  machine.Restart();
  PassOnce();
  PassOnce();
  EXPECT_THAT(machine.host.Living(), IsEmpty());
  EXPECT_EQ(machine.target->LookAgain(), std::nullopt);
}

TEST_F(WithServices, APauseEndsWithUs) {
  PassOnce();
  for (int i = 0; i < 8; ++i) {
    machine.host.End(Webserver()->identity.pid, {3, 0});
    PassOnce();
    machine.clock.Advance(seconds(60));
    PassOnce();
  }
  machine.host.End(Webserver()->identity.pid, {3, 0});
  PassOnce();
  machine.target->ShutdownAll(seconds(1), [](Duration) {});
  machine.Restart();
  PassOnce();
  EXPECT_NE(Webserver(), nullptr) << "whoever started us again has mended what was wrong";
}

struct UrlCase {
  std::string name;
  WebserverOptions options;
  std::string wanted;
};

class Urls : public testing::TestWithParam<UrlCase> {};

TEST_P(Urls, LeadToTheWebserver) { EXPECT_EQ(WebserverUrl(GetParam().options), GetParam().wanted); }

INSTANTIATE_TEST_SUITE_P(
    Of, Urls,
    testing::Values(UrlCase{"Default", {}, "http://127.0.0.1:3000"},
                    UrlCase{"Prefix", {true, "localhost", 80, "/dagster", ""}, "http://localhost:80/dagster"},
                    UrlCase{"AllAddresses", {true, "0.0.0.0", 3000, "", ""}, "http://127.0.0.1:3000"},
                    UrlCase{"AllAddressesOfVersionSix", {true, "::", 3000, "", ""}, "http://[::1]:3000"},
                    UrlCase{"VersionSix", {true, "fe80::1", 3000, "", ""}, "http://[fe80::1]:3000"},
                    UrlCase{"SomebodyElses",
                            {false, "127.0.0.1", 3000, "", "https://dagster.example.com/x"},
                            "https://dagster.example.com/x"},
                    UrlCase{"None", {false, "127.0.0.1", 3000, "", ""}, ""}),
    support::CaseName{});

TEST_F(TargetFixture, AttachedToNoWebserverThereIsNoneToAsk) {
  EXPECT_THAT(machine.target->Webservers(), IsEmpty());
  machine.options.webserver.url = "http://127.0.0.1:9";
  machine.Restart();
  EXPECT_EQ(machine.target->Webservers().at(0).url, "http://127.0.0.1:9");
  Maintain();
  EXPECT_THAT(machine.host.processes, IsEmpty());
}

}  // namespace
}  // namespace dagitops::local_process
