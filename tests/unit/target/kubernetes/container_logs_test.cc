#include "target/kubernetes/container_logs.h"

#include <gtest/gtest.h>

#include <latch>
#include <string>
#include <vector>

#include "support/case_name.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {
namespace {

using Texts = std::vector<std::string>;

const LogWanted kWanted{"sales-x1", "server", 2};
constexpr char kPath[] = "/api/v1/namespaces/dagster/pods/sales-x1/log?container=server&tailLines=200&limitBytes=65536";
constexpr char kLog[] =
    "Traceback (most recent call last):\n  File \"/app/sales.py\", line 3, in <module>\nKeyError: 'DB_URL'\n";

bool IsPrevious(const std::string& path) { return path.ends_with("&previous=true"); }

// What comes of reading one log.
struct LogCase {
  const char* name;
  Result<std::string> previous;
  Result<std::string> current;
  std::string reason;
  Texts asked;
};
class ContainerLog : public testing::TestWithParam<LogCase> {};

TEST_P(ContainerLog, TellsWhyItEnded) {
  FakeApi api;
  api.on_get = [](const std::string& path) { return IsPrevious(path) ? GetParam().previous : GetParam().current; };
  std::latch ended(1);
  Jobs jobs(1, [&] { ended.count_down(); });
  ContainerLogs logs({api, jobs, "dagster"});
  EXPECT_TRUE(logs.read().empty());
  logs.Fetch({kWanted});
  ended.wait();
  EXPECT_EQ(logs.read(), (std::map<LogWanted, std::string>{{kWanted, GetParam().reason}}));
  EXPECT_EQ(api.calls(), GetParam().asked);
}

const std::string kPrevious = std::string("get ") + kPath + "&previous=true";
const std::string kCurrent = std::string("get ") + kPath;

INSTANTIATE_TEST_SUITE_P(
    All, ContainerLog,
    testing::Values(
        LogCase{"OfTheRunBefore", std::string(kLog), std::string("starting\n"), "KeyError: 'DB_URL'", {kPrevious}},
        LogCase{"OfThisRun",
                ApiFailure("kube-rejected", ErrorKind::kInvalid),
                std::string(kLog),
                "KeyError: 'DB_URL'",
                {kPrevious, kCurrent}},
        LogCase{"OfThisRunSinceTheOtherIsSilent",
                std::string(),
                std::string(kLog),
                "KeyError: 'DB_URL'",
                {kPrevious, kCurrent}},
        LogCase{"OfNone",
                ApiFailure("kube-not-found", ErrorKind::kInvalid),
                ApiFailure("kube-not-found", ErrorKind::kInvalid),
                "",
                {kPrevious, kCurrent}},
        LogCase{"OfThisRunSinceTheOtherIsGone",
                std::string("unable to retrieve container logs for containerd://1a"),
                std::string(kLog),
                "KeyError: 'DB_URL'",
                {kPrevious, kCurrent}},
        LogCase{"Redacted",
                std::string("cannot reach postgresql://bot:hunter2@db/x\n"),
                std::string(),
                "cannot reach postgresql://db/x",
                {kPrevious}}),
    support::CaseName{});

TEST(ContainerLogs, AreReadOnceEach) {
  FakeApi api;
  api.on_get = [](const std::string&) { return std::string("why\n"); };
  std::latch ended(2);
  Jobs jobs(1, [&] { ended.count_down(); });
  ContainerLogs logs({api, jobs, "dagster"});
  const LogWanted other{"sales-x1", "server", 3};
  logs.Fetch({kWanted, other});
  logs.Fetch({kWanted});  // asked for again before it is there
  ended.wait();
  EXPECT_EQ(logs.read().size(), 2U);
  EXPECT_EQ(api.calls().size(), 2U);
}

}  // namespace
}  // namespace dagitops::kubernetes
