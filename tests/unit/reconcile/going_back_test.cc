// Rollback and rebuild on values: what is refused, and what is written into the state.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dagitops/reconcile/requests.h"
#include "dagitops/store/history_json.h"

#include "support/case_name.h"
#include "support/fake_history.h"
#include "support/fake_source.h"
#include "support/locations.h"

namespace dagitops::reconcile {
namespace {

using ::testing::HasSubstr;

constexpr char kRepository[] = "schemaVersion: 1\nenvironments: {production: {}}\n";
constexpr char kFragment[] = "dagitops: {codeSource: {moduleName: defs}, local: {path: code/a}}\n";

class GoingBack : public testing::Test {
 protected:
  GoingBack() {
    old_commit = source.Commit({{"dagitops.yaml", kRepository}, {"locations/a.yaml", kFragment}, {"code/a/x.py", "1"}});
    source.Commit({{"dagitops.yaml", kRepository}});
    state = support::MakeState({support::MakeLocation("a", "now"), support::MakeLocation("b")});
  }

  // A record in which `a` is of that version.
  std::string AddRecord(const std::string& tag, const std::string& environment = "production") {
    RecordedState recorded;
    recorded.environment = environment;
    recorded.content.source = support::MakeRevision("r-" + tag);
    recorded.content.locations["a"].last_good = support::MakeVersion(support::MakeLocation("a", tag), "r-" + tag);
    return *history.Append({environment, "r-" + tag, "key-" + tag, "", DecisionFiles(recorded), ""});
  }

  RequestOutcome Ask(Request::Kind kind, std::vector<std::string> locations, std::string revision = "") {
    return CarryOut({"q1", kind, "production", std::move(locations), std::move(revision)}, state,
                    {source, has_history ? &history : nullptr, "1.12", {}});
  }

  support::FakeSource source;
  support::FakeHistory history;
  bool has_history = true;
  std::string old_commit;
  EnvironmentState state;
};

TEST_F(GoingBack, WithoutACommitItIsTheVersionBeforeTheOneThatRuns) {
  AddRecord("oldest");
  AddRecord("before");
  AddRecord("now");
  const RequestOutcome outcome = Ask(Request::Kind::kRollback, {"a"});
  ASSERT_TRUE(outcome.answer.accepted) << outcome.answer.message;
  EXPECT_EQ(outcome.state.locations.at("a").pinned->location.digest, "a-before");
  EXPECT_EQ(outcome.state.locations.at("b"), state.locations.at("b"));
}

TEST_F(GoingBack, ARecordOfTheHistoryNamesAVersion) {
  const std::string commit = AddRecord("oldest");
  AddRecord("before");
  EXPECT_EQ(Ask(Request::Kind::kRollback, {"a"}, commit).state.locations.at("a").pinned->location.digest, "a-oldest");
}

TEST_F(GoingBack, ACommitOfTheSourceIsComposedThere) {
  for (const bool with : {true, false}) {
    has_history = with;
    const RequestOutcome outcome = Ask(Request::Kind::kRollback, {"a"}, old_commit);
    ASSERT_TRUE(outcome.answer.accepted) << outcome.answer.message;
    const Version& version = *outcome.state.locations.at("a").pinned;
    EXPECT_EQ(version.revision.id, old_commit);
    EXPECT_EQ(version.location.settings.local->path, "code/a");
    EXPECT_NE(version.tree_id, "");
  }
}

TEST_F(GoingBack, ToTheHeadEndsAPin) {
  const std::string head =
      source.Commit({{"dagitops.yaml", kRepository}, {"locations/a.yaml", kFragment}, {"code/a/x.py", "2"}});
  state.locations["a"].pinned = state.locations["a"].last_good;
  const RequestOutcome outcome = Ask(Request::Kind::kRollback, {"a"}, head);
  ASSERT_TRUE(outcome.answer.accepted) << outcome.answer.message;
  EXPECT_FALSE(outcome.state.locations.at("a").pinned);
}

struct Refused {
  std::string name;
  Request::Kind kind;
  std::vector<std::string> locations;
  std::string revision;
  std::string says;
};
class GoingBackRefused : public GoingBack, public testing::WithParamInterface<Refused> {};

TEST_P(GoingBackRefused, ChangesNothingAndSaysWhy) {
  AddRecord("now");
  *history.Append({"staging", "r", "k", "", DecisionFiles({"staging", false, {}, {}}), std::string()});
  state.locations["going"].removing = true;
  state.locations["waiting"].removal_waits = "over budget";
  const RequestOutcome outcome = Ask(GetParam().kind, GetParam().locations, GetParam().revision);
  EXPECT_FALSE(outcome.answer.accepted);
  EXPECT_THAT(outcome.answer.message, HasSubstr(GetParam().says));
  EXPECT_EQ(outcome.state, state);
}

using K = Request::Kind;
INSTANTIATE_TEST_SUITE_P(
    All, GoingBackRefused,
    testing::Values(Refused{"NoOtherVersion", K::kRollback, {"a"}, "", "no other version"},
                    Refused{"UnknownLocation", K::kRollback, {"aa"}, "", "there is no such location"},
                    Refused{"OneThatGoes", K::kRollback, {"going"}, "", "git does not have it"},
                    Refused{"OneThatWaitsToGo", K::kRollback, {"waiting"}, "", "git does not have it"},
                    Refused{"UnknownCommit", K::kRollback, {"a"}, "fffffff", "no such commit"},
                    Refused{"NotThereThen", K::kRollback, {"b"}, "latest", "no such commit"},
                    Refused{"SeveralLocations", K::kRollback, {"a", "b"}, "latest", "name one location"},
                    Refused{"AllWithoutACommit", K::kRollback, {}, "", "a commit for all"},
                    Refused{"AllToNoCommit", K::kRollback, {}, "fffffff", "no such commit"},
                    Refused{"RebuildOfNothing", K::kRebuild, {}, "fffffff", "no such record"},
                    Refused{"RebuildOfAnotherEnvironment", K::kRebuild, {}, "latest", "environment staging"},
                    Refused{"RebuildWithoutACommit", K::kRebuild, {}, "", "a commit for all"}),
    support::CaseName{});

TEST_F(GoingBack, WithoutAHistoryARebuildIsRefused) {
  has_history = false;
  EXPECT_THAT(Ask(Request::Kind::kRebuild, {}, "latest").answer.message, HasSubstr("no history is kept"));
  EXPECT_THAT(Ask(Request::Kind::kRollback, {"a"}).answer.message, HasSubstr("no history is kept"));
}

TEST_F(GoingBack, ANewerRecordThanWeKnowIsRefused) {
  AddRecord("new");
  std::string& text = history.records.back().files.at(kHistoryDecisions);
  text.replace(text.find("\"schemaVersion\": 1"), 18, "\"schemaVersion\": 9");
  const RequestOutcome outcome = Ask(Request::Kind::kRebuild, {}, "latest");
  EXPECT_FALSE(outcome.answer.accepted);
  EXPECT_THAT(outcome.answer.message, HasSubstr("newer dagitops"));
}

TEST_F(GoingBack, RebuildTakesTheRecordOverAndNothingElseGoes) {
  const std::string commit = AddRecord("old");
  state.paused = true;
  state.pinned = support::MakeRevision("pin");
  state.locations["a"].failed.emplace().key = "x";
  const RequestOutcome outcome = Ask(Request::Kind::kRebuild, {}, commit);
  ASSERT_TRUE(outcome.answer.accepted) << outcome.answer.message;
  EXPECT_EQ(outcome.state.rebuilt->commit, commit);
  EXPECT_EQ(outcome.state.rebuilt->locations.at("a").last_good->location.digest, "a-old");
  EXPECT_FALSE(outcome.state.paused);
  EXPECT_FALSE(outcome.state.pinned);
  EXPECT_FALSE(outcome.state.locations.at("a").failed);
  EXPECT_EQ(outcome.state.locations.at("a").last_good, state.locations.at("a").last_good) << "it runs until then";
  EXPECT_TRUE(outcome.state.locations.contains("b")) << "whether it goes is decided under the budget";
}

TEST_F(GoingBack, ARecordOfAPausedEnvironmentIsRebuiltAsIfItWereNot) {
  RecordedState recorded;
  recorded.environment = "production";
  recorded.paused = true;
  for (const char* name : {"plain", "held", "pinned", "waiting"}) {
    recorded.content.locations[name].decision = DecisionKind::kPaused;
    recorded.content.locations[name].last_good = support::MakeVersion(support::MakeLocation(name));
  }
  recorded.content.locations["held"].failed.emplace().reason = "ImportError";
  recorded.content.locations["pinned"].pinned = support::MakeVersion(support::MakeLocation("pinned"));
  recorded.content.locations["waiting"].removal_waits = "over budget";
  history.Append({"production", "r", "k", "", DecisionFiles(recorded), ""});
  const auto rebuilt = Ask(Request::Kind::kRebuild, {}, "latest").state.rebuilt->locations;
  EXPECT_EQ(rebuilt.at("plain").decision, DecisionKind::kFollow);
  EXPECT_EQ(rebuilt.at("held").decision, DecisionKind::kHold);
  EXPECT_EQ(rebuilt.at("held").reason, "ImportError");
  EXPECT_EQ(rebuilt.at("pinned").decision, DecisionKind::kPinned);
  EXPECT_EQ(rebuilt.at("waiting").decision, DecisionKind::kRemovalWaiting);
}

TEST_F(GoingBack, AllToACommitOfTheSourceIsWithoutWhatWasDecidedSince) {
  state.locations["a"].pinned = state.locations["a"].last_good;
  state.rebuilt.emplace();
  const RequestOutcome outcome = Ask(Request::Kind::kRollback, {}, old_commit);
  ASSERT_TRUE(outcome.answer.accepted) << outcome.answer.message;
  EXPECT_EQ(outcome.state.pinned->id, old_commit);
  EXPECT_FALSE(outcome.state.rebuilt);
  EXPECT_FALSE(outcome.state.locations.at("a").pinned);
}

TEST_F(GoingBack, AllToARecordIsARebuild) {
  const std::string commit = AddRecord("old");
  EXPECT_EQ(Ask(Request::Kind::kRollback, {}, commit).state.rebuilt->commit, commit);
}

TEST_F(GoingBack, OneLocationOfARebuiltEnvironment) {
  AddRecord("oldest");
  AddRecord("now");
  state = Ask(Request::Kind::kRebuild, {}, "latest").state;
  const RequestOutcome outcome = Ask(Request::Kind::kRollback, {"a"});
  ASSERT_TRUE(outcome.answer.accepted) << outcome.answer.message;
  EXPECT_EQ(outcome.state.rebuilt->locations.at("a").last_good->location.digest, "a-oldest");
  EXPECT_EQ(outcome.state.rebuilt->locations.at("a").decision, DecisionKind::kPinned);
}

}  // namespace
}  // namespace dagitops::reconcile
