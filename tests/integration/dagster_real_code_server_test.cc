#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "dagitops/dagster/grpc_code_server_client.h"
#include "dagitops/http/curl_http_client.h"

#include "support/real_dagster.h"
#include "support/temp_dir.h"

// The code server client against real Dagster processes.
namespace dagitops {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kGood = "import dagster as dg\n@dg.asset\ndef a(): return 1\ndefs = dg.Definitions(assets=[a])\n";
constexpr const char* kBroken = "import dagster as dg\nimport no_such_module\ndefs = dg.Definitions()\n";

class RealCodeServer : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto python = support::DagsterPython();
    if (!python) GTEST_SKIP() << "DAGITOPS_DAGSTER_VENV names no environment with Dagster";
    python_ = *python;
  }

  // Starts `dagster <command> --socket <name>.sock` on a file with `code`, and waits until it answers its health.
  CodeServerAddress Start(const std::string& name, const std::vector<std::string>& command, const std::string& code) {
    const std::string file = dir_.Write(name + "/defs.py", code);
    const CodeServerAddress address{.socket = dir_ / (name + ".sock"), .host = {}, .port = 0};
    std::vector<std::string> line{python_, "-m", "dagster"};
    line.insert(line.end(), command.begin(), command.end());
    for (const std::string& word : {std::string("--socket"), address.socket, std::string("--location-name"), name,
                                    std::string("--use-python-environment-entry-point"), std::string("-f"), file,
                                    std::string("-d"), dir_ / name}) {
      line.push_back(word);
    }
    children_.push_back(std::make_unique<support::Child>(support::Child::Start{
        .command = line, .directory = dir_ / name, .log = dir_ / (name + ".log"), .environment = {}}));
    const bool up = support::Eventually([&] {
      const auto serving = client_.Serving(address, 1s);
      return serving && *serving;
    });
    EXPECT_TRUE(up) << dir_.Read(name + ".log");
    return address;
  }

  support::TempDir dir_;
  std::string python_;
  CurlHttpClient http_;
  GrpcCodeServerClient client_{http_};
  std::vector<std::unique_ptr<support::Child>> children_;
};

TEST_F(RealCodeServer, AnswersEverythingAndEndsWhenAsked) {
  const CodeServerAddress address = Start("good", {"api", "grpc"}, kGood);
  const auto id = client_.ServerId(address, 5s);
  ASSERT_TRUE(id) << id.error().Text();
  EXPECT_EQ(id->size(), 36u);  // a uuid
  EXPECT_EQ(client_.ServerId(address, 5s).value(), *id);
  const auto definitions = client_.Definitions(address, 5s);
  ASSERT_TRUE(definitions) << definitions.error().Text();
  EXPECT_TRUE(definitions->loaded) << definitions->error;
  const auto runs = client_.CurrentRuns(address, 5s);
  ASSERT_TRUE(runs) << runs.error().Text();
  EXPECT_THAT(*runs, IsEmpty());

  ASSERT_TRUE(client_.Shutdown(address, 5s));
  EXPECT_TRUE(support::Eventually([&] { return !children_.front()->running(); }, 30));
  const auto after = client_.Serving(address, 1s);
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, "http-refused");
}

TEST_F(RealCodeServer, BrokenCodeBehindAProxyIsServingButNotLoaded) {
  const CodeServerAddress address = Start("broken", {"code-server", "start"}, kBroken);
  const auto definitions = client_.Definitions(address, 5s);
  ASSERT_TRUE(definitions) << definitions.error().Text();
  EXPECT_FALSE(definitions->loaded);
  EXPECT_THAT(definitions->error,
              AllOf(HasSubstr("No module named 'no_such_module'"), HasSubstr("broken/defs.py, line 2")));
  // A proxy does not say what runs it has: nothing of ours may take this for "none".
  const auto runs = client_.CurrentRuns(address, 5s);
  ASSERT_FALSE(runs);
  EXPECT_EQ(runs.error().code, "grpc-unimplemented");
  EXPECT_EQ(runs.error().kind, ErrorKind::kInvalid);
}

}  // namespace
}  // namespace dagitops
