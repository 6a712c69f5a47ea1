#include "dagitops/reconcile/pass_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/reconcile/daemon_fixture.h"

namespace dagitops::reconcile {
namespace {

using testing::HasSubstr;
using testing::Not;

class Recorded : public Daemon {
 protected:
  PassRecord Record() { return records.Read().at("production"); }
  std::string Text() { return metrics.Text(); }
};

TEST_F(Recorded, APassIsExpectedFromTheBeginning) {
  records.Expect("production");
  EXPECT_EQ(Record().turned, clock.Steady());
  EXPECT_EQ(Record().trouble, "no pass has ended yet");
}

TEST_F(Recorded, AGoodPassCompletes) {
  source.Commit(Files({"sales"}));
  records.Expect("production");
  const SteadyTime began = clock.Steady();
  Pass();
  EXPECT_EQ(Record().turned, began);
  EXPECT_EQ(Record().trouble, "");
  EXPECT_THAT(Text(), HasSubstr("dagitops_reconcile_total{environment=\"production\",result=\"success\"} 1\n"));
  EXPECT_THAT(Text(), HasSubstr("dagitops_reconcile_duration_seconds_count{environment=\"production\"} 1\n"));
}

TEST_F(Recorded, EachStepIsTimed) {
  source.Commit(Files({"sales"}));
  Pass();
  for (const char* step : {"load state", "take requests", "observe", "read revision", "decide", "plan", "apply",
                           "forget", "maintain", "write status"}) {
    const std::string line = "dagitops_reconcile_step_duration_seconds_count{environment=\"production\",step=\"";
    EXPECT_THAT(Text(), HasSubstr(line + step + "\"} 1\n"));
  }
}

TEST_F(Recorded, ATargetThatCannotBeObservedIsTroubleUntilItCan) {
  source.Commit(Files({"sales"}));
  dagster.failing = Error{ErrorKind::kRetry, "kube-unreachable", "cluster", "nobody listens", ""};
  Pass();
  EXPECT_THAT(Record().trouble, HasSubstr("nobody listens"));
  EXPECT_THAT(Text(), HasSubstr("dagitops_reconcile_total{environment=\"production\",result=\"error\"} 1\n"));
  dagster.failing.reset();
  Pass();
  EXPECT_EQ(Record().trouble, "");
  dagster.failing = Error{ErrorKind::kRetry, "kube-unreachable", "cluster", "gone again", ""};
  Pass();
  EXPECT_THAT(Record().trouble, HasSubstr("gone again"));
}

TEST_F(Recorded, WhatOnlyAnAuthorCanMendIsNoTrouble) {
  auto files = Files({"sales"});
  files["locations/bad.yaml"] = "nope: [";
  source.Commit(files);
  Settle(3);
  EXPECT_EQ(Record().trouble, "");
}

TEST_F(Recorded, LocationsAreToldWithThePhaseOfNow) {
  source.Commit(Files({"sales", "orders"}));
  Settle();
  const std::string of = "dagitops_location_info{environment=\"production\",location=";
  EXPECT_THAT(Text(), HasSubstr(of + "\"sales\",phase=\"loaded\"} 1\n"));
  EXPECT_THAT(Text(), Not(HasSubstr("phase=\"progressing\"")));
  source.Commit(Files({"orders"}));
  Settle();
  EXPECT_THAT(Text(), Not(HasSubstr("sales")));
  EXPECT_THAT(Text(), HasSubstr(of + "\"orders\",phase=\"loaded\"} 1\n"));
}

TEST_F(Recorded, WaitingIsAliveAndNotReady) {
  source.Commit(Files({"sales"}));
  Settle(5);
  clock.Advance(std::chrono::minutes(10));
  records.Waiting("production", "the lease is held by another");
  EXPECT_EQ(Record().turned, clock.Steady());
  EXPECT_EQ(Record().trouble, "the lease is held by another");
  EXPECT_THAT(Text(), HasSubstr("dagitops_reconcile_total{environment=\"production\",result=\"waiting\"} 1\n"));
  EXPECT_THAT(Text(), Not(HasSubstr("dagitops_location_info{")));
}

}  // namespace
}  // namespace dagitops::reconcile
