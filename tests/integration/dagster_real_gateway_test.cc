#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "dagitops/dagster/graphql_gateway.h"
#include "dagitops/dagster/grpc_code_server_client.h"
#include "dagitops/http/curl_http_client.h"

#include "support/loopback_server.h"
#include "support/real_dagster.h"
#include "support/temp_dir.h"

// The gateway against a real dagster-webserver with real code servers.
namespace dagitops {
namespace {

using namespace std::chrono_literals;
using support::Child;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;

constexpr const char* kGood = "import dagster as dg\n@dg.asset\ndef a(): return 1\ndefs = dg.Definitions(assets=[a])\n";
constexpr const char* kBroken = "import dagster as dg\nraise ValueError('config says no')\n";

class RealGateway : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto python = support::DagsterPython();
    if (!python) GTEST_SKIP() << "DAGITOPS_DAGSTER_VENV names no environment with Dagster";
    python_ = *python;
    dir_.Write("home/dagster.yaml", "telemetry: {enabled: false}\n");
    dir_.Write("empty/.keep", "");
  }

  void Run(const std::string& name, std::vector<std::string> command, std::vector<std::string> environment) {
    command.insert(command.begin(), {python_, "-m"});
    children_.push_back(std::make_unique<Child>(Child::Start{.command = std::move(command),
                                                             .directory = dir_ / "empty",
                                                             .log = dir_ / (name + ".log"),
                                                             .environment = std::move(environment)}));
  }

  // A proxy server stays up with broken code, so that one kind of server serves both cases. The servers get no
  // DAGSTER_HOME: processes that make a new one at the same time break its database for good (alembic_version with two
  // heads; seen with dagster 1.13.27 and three of these).
  void StartServer(const std::string& name, const std::string& code) {
    const std::string file = dir_.Write(name + "/defs.py", code);
    Run(name,
        {"dagster", "code-server", "start", "--socket", Socket(name), "--location-name", name,
         "--use-python-environment-entry-point", "-f", file, "-d", dir_ / name},
        {});
  }

  bool ServerAnswers(const std::string& name) {
    const CodeServerAddress address{.socket = Socket(name), .host = {}, .port = 0};
    return support::Eventually([&] {
      const auto serving = servers_.Serving(address, 1s);
      return serving && *serving;
    });
  }

  // A webserver of its own on a free port.
  std::string StartWebserver(const std::string& name, std::vector<std::string> flags) {
    const std::string port = std::to_string(support::LoopbackServer::RefusedPort());
    flags.insert(flags.begin(), {"dagster_webserver", "-h", "127.0.0.1", "-p", port, "-w", dir_ / "workspace.yaml"});
    Run(name, std::move(flags), {"DAGSTER_HOME=" + (dir_ / "home")});
    return "http://127.0.0.1:" + port;
  }

  bool WebserverAnswers(const std::string& url) {
    return support::Eventually([&] { return gateway_.Locations(url, 2s).error.empty(); });
  }

  void Publish(const std::vector<std::string>& names) {
    std::string text = names.empty() ? "load_from: []\n" : "load_from:\n";
    for (const std::string& name : names) {
      text += "- grpc_server: {location_name: " + name + ", socket: " + Socket(name) + "}\n";
    }
    dir_.Write("workspace.yaml", text);
  }

  std::string Socket(const std::string& name) const { return dir_ / (name + ".sock"); }
  std::string ServerId(const std::string& name) {
    return servers_.ServerId({.socket = Socket(name), .host = {}, .port = 0}, 5s).value();
  }

  support::TempDir dir_;
  std::string python_;
  CurlHttpClient http_;
  GraphqlGateway gateway_{http_};
  GrpcCodeServerClient servers_{http_};
  std::vector<std::unique_ptr<Child>> children_;
};

TEST_F(RealGateway, SeesWhatIsLoadedWhatIsBrokenAndWhatAReloadAdds) {
  StartServer("first", kGood);
  StartServer("broken", kBroken);
  StartServer("late", kGood);
  for (const char* name : {"first", "broken", "late"}) ASSERT_TRUE(ServerAnswers(name)) << name;
  Publish({"first", "broken"});
  const std::string root = StartWebserver("web", {"-l", "/prefix"});
  const std::string url = root + "/prefix";
  ASSERT_TRUE(WebserverAnswers(url)) << dir_.Read("web.log");

  ObservedWebserver seen = gateway_.Locations(url, 10s);
  EXPECT_THAT(seen.locations, ElementsAre(Key("broken"), Key("first")));
  EXPECT_EQ(seen.locations["first"].server_id, ServerId("first"));
  EXPECT_EQ(seen.locations["first"].error, "");
  EXPECT_EQ(seen.locations["broken"].server_id, "");
  EXPECT_THAT(seen.locations["broken"].error,
              AllOf(HasSubstr("ValueError: config says no"), HasSubstr("broken/defs.py, line 2")));

  // Without the prefix there is no GraphQL.
  EXPECT_THAT(gateway_.Locations(root, 10s).error, HasSubstr("404"));
  EXPECT_EQ(gateway_.ReloadWorkspace(root, 10s).error().code, "webserver-wrong-url");

  // A location that is not in the webserver's workspace cannot be reloaded alone; a whole reload brings it.
  Publish({"first", "broken", "late"});
  EXPECT_EQ(gateway_.ReloadLocation(url, "late", 10s).error().code, "location-unknown");
  const Status reloaded = gateway_.ReloadWorkspace(url, 30s);
  ASSERT_TRUE(reloaded) << reloaded.error().Text();
  seen = gateway_.Locations(url, 10s);
  EXPECT_EQ(seen.locations["late"].error, "");
  EXPECT_EQ(seen.locations["late"].server_id, ServerId("late"));
  EXPECT_TRUE(gateway_.ReloadLocation(url, "late", 10s));
  EXPECT_TRUE(gateway_.ReloadLocation(url, "broken", 10s));

  // A workspace.yaml that it refuses leaves the old one in place.
  dir_.Write("workspace.yaml", "load_from: nonsense\n");
  const Status refused = gateway_.ReloadWorkspace(url, 10s);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "workspace-invalid");
  EXPECT_THAT(refused.error().message, HasSubstr("load_from"));
  EXPECT_EQ(gateway_.Locations(url, 10s).locations.size(), 3u);

  Publish({});
  ASSERT_TRUE(gateway_.ReloadWorkspace(url, 10s));
  seen = gateway_.Locations(url, 10s);
  EXPECT_EQ(seen.error, "");
  EXPECT_TRUE(seen.locations.empty());
}

TEST_F(RealGateway, AServerThatIsGoneCostsOnlyItsOwnLocation) {
  StartServer("here", kGood);
  ASSERT_TRUE(ServerAnswers("here"));
  Publish({"gone", "here"});
  const std::string url = StartWebserver("web", {});
  ASSERT_TRUE(WebserverAnswers(url)) << dir_.Read("web.log");
  ObservedWebserver seen = gateway_.Locations(url, 10s);
  EXPECT_EQ(seen.locations["here"].error, "");
  EXPECT_THAT(seen.locations["gone"].error, HasSubstr("Could not reach user code server"));
}

TEST_F(RealGateway, AReadOnlyWebserverNeedsAPerson) {
  Publish({});
  const std::string url = StartWebserver("web", {"--read-only"});
  ASSERT_TRUE(WebserverAnswers(url)) << dir_.Read("web.log");
  for (const Status& denied : {gateway_.ReloadWorkspace(url, 10s), gateway_.ReloadLocation(url, "any", 10s)}) {
    ASSERT_FALSE(denied);
    EXPECT_EQ(denied.error().kind, ErrorKind::kStalled);
    EXPECT_EQ(denied.error().code, "webserver-forbidden");
    EXPECT_THAT(denied.error().Text(), HasSubstr("--read-only"));
  }
}

}  // namespace
}  // namespace dagitops
