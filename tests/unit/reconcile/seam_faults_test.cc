// Every call to the outside fails, one kind at a time, in the middle of a life: nothing is taken away, what runs is
// looked after, it is told, and everything is made good once the fault is over.

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "support/case_name.h"
#include "unit/reconcile/daemon_fixture.h"

namespace dagitops::reconcile {
namespace {

const Error kFault{ErrorKind::kRetry, "fault", "the outside", "does not work", ""};

struct Seam {
  std::string name;
  std::function<void(Daemon&, std::optional<Error>)> set;
  bool maintains = true;  // while it lasts
  bool follows = false;   // a commit is carried out all the same
};

class SeamFault : public Daemon, public testing::WithParamInterface<Seam> {
 protected:
  // Four locations run; then one changes, one is added, and one is to be removed by the next commit.
  void Begin() {
    source.Commit(Files({"a", "b", "c", "d"}));
    Settle(8);
    before_ = Loaded();
    maintained_ = dagster.maintained;
  }
  void PushMore() {
    auto files = Files({"a", "b", "c", "e"});
    files["locations/a.yaml"] = Fragment("changed");
    source.Commit(files);
  }

  Names before_;
  int maintained_ = 0;
};

TEST_P(SeamFault, TakesNothingAwayAndIsMadeGood) {
  Begin();
  PushMore();
  Ask(Request::Kind::kResume);
  GetParam().set(*this, kFault);
  Settle(5);
  EXPECT_FALSE(Is("Ready")) << "it is told";
  EXPECT_EQ(dagster.maintained > maintained_, GetParam().maintains);
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(dagster.loaded.contains(name)) << name;
  EXPECT_EQ(dagster.loaded.contains("e"), GetParam().follows);
  EXPECT_EQ(dagster.loaded.contains("d"), !GetParam().follows);
  GetParam().set(*this, std::nullopt);
  Settle(200);
  EXPECT_TRUE(Is("Ready"));
  EXPECT_EQ(Loaded(), (Names{"a", "b", "c", "e"}));
  EXPECT_EQ(store.answers.back().accepted, true);
  EXPECT_TRUE(store.requests.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Each, SeamFault,
    testing::Values(Seam{"Head", [](Daemon& d, auto e) { d.source.failing = e; }},
                    Seam{"TreeIds", [](Daemon& d, auto e) { d.source.trees_failing = e; }},
                    Seam{"Compare", [](Daemon& d, auto e) { d.source.compare_failing = e; }},
                    Seam{"LastChanges",
                         [](Daemon& d, auto e) {
                           d.source.changes_failing = e;
                           if (e)
                             d.fetch.lock()->error = *e;
                           else
                             d.fetch.lock()->error.reset();  // by itself it is only logged
                         },
                         true, true},
                    Seam{"Keep", [](Daemon& d, auto e) { d.source.keep_failing = e; }, true, true},
                    Seam{"Observe", [](Daemon& d, auto e) { d.dagster.failing = e; }, false},
                    Seam{"Maintain", [](Daemon& d, auto e) { d.dagster.maintain_failing = e; }, true, true},
                    Seam{"Apply",
                         [](Daemon& d, auto e) {
                           d.dagster.failing_items =
                               e ? std::set<std::string>{"", "a", "b", "c", "d", "e"} : std::set<std::string>{};
                         }},
                    Seam{"Reload", [](Daemon& d, auto e) { d.dagster.reload_denied = e; }},
                    Seam{"Locations", [](Daemon& d, auto e) { d.dagster.down = e ? "refused" : ""; }, true, true},
                    Seam{"SaveState", [](Daemon& d, auto e) { d.store.save_failing = e; }},
                    Seam{"TakeRequests", [](Daemon& d, auto e) { d.store.take_failing = e; }, true, true},
                    Seam{"AnswerRequest", [](Daemon& d, auto e) { d.store.answer_failing = e; }, true, true}),
    support::CaseName{});

TEST_F(Daemon, StatusThatCannotBeWrittenStopsNothing) {
  source.Commit(Files({"a"}));
  store.status_failing = kFault;
  Settle(8);
  EXPECT_EQ(Loaded(), Names{"a"});
  store.status_failing.reset();
  Pass();
  EXPECT_TRUE(Is("Ready"));
}

TEST_F(Daemon, RequestWhoseOutcomeCannotBeSavedIsNotCarriedOut) {
  source.Commit(Files({"a"}));
  Settle(8);
  Ask(Request::Kind::kPause);
  store.save_failing = kFault;
  Settle(3);
  EXPECT_TRUE(store.answers.empty());
  EXPECT_FALSE(store.status->paused);
  store.save_failing.reset();
  Settle(2);
  EXPECT_TRUE(store.status->paused);
  EXPECT_EQ(store.answers.size(), 1U);
}

TEST_F(Daemon, NothingIsSaidToBeRemovedThatCouldNotBeLookedAt) {
  source.Commit(Files({"a", "b"}));
  Settle(8);
  dagster.failing = kFault;
  Settle(2);
  EXPECT_EQ(StatusOf("a").phase, LocationPhase::kUnknown);
  EXPECT_FALSE(Is("Reconciling") && StatusOf("b").phase == LocationPhase::kRemoving);
}

}  // namespace
}  // namespace dagitops::reconcile
