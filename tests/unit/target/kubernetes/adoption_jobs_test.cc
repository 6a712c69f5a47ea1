#include "target/kubernetes/adoption_jobs.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/temp_dir.h"
#include "unit/target/kubernetes/fake_api.h"

namespace dagitops::kubernetes {
namespace {

using Texts = std::vector<std::string>;
constexpr char kDeployment[] = "delete /apis/apps/v1/namespaces/dagster/deployments/old-sales";
constexpr char kMap[] = "delete /api/v1/namespaces/dagster/configmaps/old-sales-user-env";

class AdoptionJobsTest : public testing::Test {
 protected:
  AdoptionJobsTest() {
    folder_.Write("code/Chart.yaml", "name: code\n");
    runner_.answer = [this](const Command& command) -> Result<CommandResult> {
      if (command.arguments.at(2) == "values") ++looked_;
      return support::FakeCommandRunner::Said(command.arguments.at(2) == "values" ? values_
                                                                                  : R"({"chart": "dagster"})");
    };
    releases_["old"].name = "old";
    releases_["old"].version = 4;
  }

  // And waits until so many jobs have ended.
  void Begin(const Leftovers& leftovers, int jobs) {
    ended_ = 0;
    jobs_.Begin(leftovers, releases_, clock_.Now());
    for (const char* key : {"superseded/old-sales", "trim/old"}) EXPECT_TRUE(jobs > 0 || !threads_.Has(key)) << key;
    std::unique_lock<std::mutex> lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return ended_ >= jobs; }));
    lock.unlock();
    for (const Jobs::Finished& job : threads_.Take()) jobs_.Note(job, clock_.Now());
  }

  support::TempDir folder_;
  support::FakeClock clock_;
  FakeApi api_;
  support::FakeCommandRunner runner_;
  int looked_ = 0;
  std::string values_ = "{}";
  HelmSettings helm_{"helm", "", "", "dagster", folder_.path(), {}};
  ChartOptions options_{folder_ / "code", "", "", ""};
  Chart chart_{{options_, helm_, runner_}};
  HelmRunner helms_{runner_, 2};
  ForeignReleases foreign_{{api_, helms_, helm_, chart_, "dagitops-workspace"}};
  std::mutex mutex_;
  std::condition_variable changed_;
  int ended_ = 0;
  std::map<std::string, Release> releases_;
  Jobs threads_{1, [this] {
                  const std::lock_guard<std::mutex> lock(mutex_);
                  ++ended_;
                  changed_.notify_all();
                }};
  AdoptionJobs jobs_{{api_, threads_, foreign_, "dagster"}};
  const Leftovers sales_{{{"sales", "old", "old-sales", "uid-1"}}, {}};
  const Leftovers trim_{{}, {{"old", {"sales"}}}};
};

TEST_F(AdoptionJobsTest, RemoveThatVeryServerWithItsConfigMap) {
  Begin(sales_, 1);
  EXPECT_EQ(api_.calls(), (Texts{kDeployment, kMap}));
  EXPECT_EQ(api_.removals().at(0).uid, "uid-1");
}

TEST_F(AdoptionJobsTest, TryAgainAMinuteAfterAFailure) {
  api_.on_remove = [](const kube::ApiDelete&) -> Status { return ApiFailure("kube-forbidden", ErrorKind::kStalled); };
  Begin(sales_, 1);
  Begin(sales_, 0);
  EXPECT_EQ(api_.calls(), Texts{kDeployment});
  clock_.Advance(std::chrono::seconds(61));
  api_.on_remove = nullptr;
  Begin(sales_, 1);
  EXPECT_EQ(api_.calls(), (Texts{kDeployment, kDeployment, kMap}));
}

TEST_F(AdoptionJobsTest, LookThroughEachRevisionOfAReleaseOnce) {
  Begin(trim_, 1);
  Begin(trim_, 0);
  EXPECT_EQ(looked_, 1);
  releases_["old"].version = 5;
  Begin(trim_, 1);
  EXPECT_EQ(looked_, 2) << "its own helm was at it";
  Begin({{}, {{"old", {"hr", "sales"}}}}, 1);
  EXPECT_EQ(looked_, 3) << "one more was taken over";
}

}  // namespace
}  // namespace dagitops::kubernetes
