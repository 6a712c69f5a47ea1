#include "dagitops/reconcile/history_reconciler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_history.h"

namespace dagitops::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

HistoryRecord Record(const std::string& key) {
  HistoryRecord record;
  record.environment = "production";
  record.key = key;
  record.files[HistoryRenderedPath("a")] = key;
  record.files[kHistoryDecisions] = "{}\n";
  return record;
}

class Recorder : public testing::Test {
 protected:
  HistoryReconciler Make(bool push = true) {
    return {failing, {"production", push, std::chrono::seconds(5)}, {[this] { ++wakes; }, [this] { ++told; }}};
  }

  std::vector<std::string> Subjects() const {
    std::vector<std::string> subjects;
    for (const HistoryRecord& record : history.records) subjects.push_back(record.subject);
    return subjects;
  }

  support::FakeHistory history;
  support::Faults faults;
  support::FailingHistory failing{history, faults};
  int wakes = 0;
  int told = 0;
};

TEST_F(Recorder, WritesWhatIsOfferedOnceAndPushesIt) {
  HistoryReconciler recorder = Make();
  recorder.Offer(Record("k1"));
  recorder.Offer(Record("k1"));
  EXPECT_EQ(wakes, 1);
  EXPECT_FALSE(recorder.Reconcile().requeue_after);
  recorder.Offer(Record("k2"));
  recorder.Reconcile();
  recorder.Reconcile();
  EXPECT_THAT(Subjects(), ElementsAre("begin with 1 location", "a changed"));
  EXPECT_EQ(history.pushed, 2U);
  EXPECT_EQ(history.pushes, 2) << "nothing new, no push";
  EXPECT_THAT(recorder.Notes(), IsEmpty());
}

TEST_F(Recorder, OfSeveralOffersTheNewestCounts) {
  HistoryReconciler recorder = Make();
  recorder.Offer(Record("k1"));
  recorder.Offer(Record("k2"));
  recorder.Reconcile();
  ASSERT_EQ(history.records.size(), 1U);
  EXPECT_EQ(history.records[0].key, "k2");
}

TEST_F(Recorder, WhatTheHistoryEndsWithIsNotWrittenAgainAfterARestart) {
  history.Append(Record("k1"));
  HistoryReconciler recorder = Make();
  recorder.Offer(Record("k1"));
  recorder.Reconcile();
  EXPECT_EQ(history.records.size(), 1U);
  EXPECT_EQ(history.pushed, 1U) << "what a killed one left is pushed";
}

TEST_F(Recorder, OnANewMachineItGoesOnWhereTheRemoteEnds) {
  history.remote = {Record("k1")};
  HistoryReconciler recorder = Make();
  recorder.Offer(Record("k2"));
  recorder.Reconcile();
  EXPECT_THAT(Subjects(), ElementsAre("", "a changed"));
}

TEST_F(Recorder, ARemoteThatDoesNotAnswerHasNotSaidThatThereIsNothing) {
  history.remote_failing = Error{ErrorKind::kRetry, "git-unreachable", "x", "nobody answers", ""};
  HistoryReconciler recorder = Make();
  EXPECT_FALSE(recorder.HasAsked());
  recorder.Reconcile();
  EXPECT_FALSE(recorder.HasAsked());
  EXPECT_EQ(recorder.Reconcile().requeue_after, std::chrono::seconds(5)) << "it is asked again soon";
  history.remote_failing.reset();
  told = 0;
  recorder.Reconcile();
  EXPECT_TRUE(recorder.HasAsked());
  EXPECT_GE(told, 1) << "whoever waits for it is woken";
}

TEST_F(Recorder, ARemoteThatRefusesIsToldAndTheRecordIsKeptHere) {
  history.remote_failing = Error{ErrorKind::kStalled, "history-refused", "x", "no right to write", ""};
  HistoryReconciler recorder = Make();
  recorder.Offer(Record("k1"));
  Duration last(0);
  for (int i = 0; i < 10; ++i) {
    const ReconcileResult result = recorder.Reconcile();
    EXPECT_FALSE(result.error) << "it has nothing to do with the passes' own backoff";
    EXPECT_GE(*result.requeue_after, last);
    last = *result.requeue_after;
  }
  EXPECT_EQ(last, std::chrono::minutes(15));
  EXPECT_THAT(Subjects(), ElementsAre("begin with 1 location"));
  ASSERT_EQ(recorder.Notes().size(), 1U);
  EXPECT_THAT(recorder.Notes()[0], HasSubstr("no right to write"));
  EXPECT_LE(told, 3) << "that the remote was asked, and two reasons; the same again is no news";
  history.remote_failing.reset();
  EXPECT_FALSE(recorder.Reconcile().requeue_after);
  EXPECT_THAT(recorder.Notes(), IsEmpty());
  EXPECT_EQ(history.pushed, 1U);
}

TEST_F(Recorder, WithoutARemoteNothingIsAskedOfIt) {
  HistoryReconciler recorder = Make(false);
  recorder.Offer(Record("k1"));
  EXPECT_FALSE(recorder.Reconcile().requeue_after);
  EXPECT_EQ(history.fetches + history.pushes, 0);
  EXPECT_EQ(history.records.size(), 1U);
}

// Whichever call fails, and however often it was tried before: in the end each record is there once, in order.
TEST_F(Recorder, NoFailureLosesOrRepeatsARecord) {
  for (std::size_t call = 1; call <= 8; ++call) {
    history = {};
    faults.Arm(support::Faults::Kind::kFail, call);
    HistoryReconciler recorder = Make();
    for (const char* key : {"k1", "k2"}) {
      recorder.Offer(Record(key));
      for (int i = 0; i < 3; ++i) recorder.Reconcile();
    }
    EXPECT_THAT(Subjects(), ElementsAre("begin with 1 location", "a changed")) << "call " << call;
    EXPECT_EQ(history.pushed, 2U) << "call " << call;
    EXPECT_THAT(recorder.Notes(), IsEmpty()) << "call " << call;
  }
}

}  // namespace
}  // namespace dagitops::reconcile
