// history, diff, rollback and rebuild: what they show, what they ask for, and how they end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dagitops/store/history_json.h"

#include "support/locations.h"
#include "unit/cli/commands_fixture.h"

namespace dagitops::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class HistoryCommands : public Commands {
 protected:
  HistoryCommands() { known = {"production"}; }

  std::string AddRecord(const std::map<std::string, std::string>& locations, const std::string& subject) {
    RecordedState recorded;
    recorded.environment = "production";
    std::string workspace = "load_from:\n";
    for (const auto& [name, tag] : locations) {
      recorded.content.locations[name].last_good = support::MakeVersion(support::MakeLocation(name, tag));
      workspace += "  - grpc_server: {location_name: \"" + name + "\", socket: \"/run/" + name + "\"}\n";
    }
    recorded.content.system_values = system_values;
    recorded.content.chart_values = chart_values;
    HistoryRecord record{"production", std::string(40, '9'), subject, subject, DecisionFiles(recorded), ""};
    record.files[kHistoryWorkspace] = workspace;
    return *history.Append(record);
  }

  static Value Replicas(int count) {
    return Value::Map({{"dagsterWebserver", {}, Value::Map({{"replicaCount", {}, Value::Integer(count)}})}});
  }

  Value system_values;  // of the records that are added
  Value chart_values;
};

TEST_F(HistoryCommands, HistoryListsTheNewestFirst) {
  const std::string first = AddRecord({{"a", "1"}}, "begin");
  const std::string second = AddRecord({{"a", "2"}}, "a changed");
  history.pushed = 1;
  EXPECT_EQ(Run({"history"}), kDone) << err.str();
  EXPECT_EQ(out.str(), second.substr(0, 8) +
                           "  1970-01-01T00:16:41Z  of 99999999  a changed  (on this machine alone)\n" +
                           first.substr(0, 8) + "  1970-01-01T00:16:40Z  of 99999999  begin\n");
  EXPECT_EQ(Run({"history", "--limit", "1", "--output", "json"}), kDone);
  EXPECT_EQ(out.str(), R"({"schemaVersion":1,"environment":"production","records":[{"commit":")" + second +
                           R"(","time":"1970-01-01T00:16:41Z","source":"9999999999999999999999999999999999999999",)"
                           R"("key":"a changed","subject":"a changed","pushed":false}]})"
                           "\n");
  EXPECT_EQ(Run({"history", "--limit", "0"}), kUsage);
}

TEST_F(HistoryCommands, WhereNoDaemonRunsTheRemoteIsReadFirst) {
  history.remote = {{"production", "s", "k", "from elsewhere", {}, std::string(40, '1')}};
  EXPECT_EQ(Run({"history"}), kDone);
  EXPECT_THAT(out.str(), HasSubstr("from elsewhere"));
  history.remote_failing = Error{ErrorKind::kRetry, "git-unreachable", "x", "no route", ""};
  EXPECT_EQ(Run({"history"}), kDone) << "what is known here is shown";
  EXPECT_THAT(err.str(), HasSubstr("no route"));
  holder = LockHolder{1, "", "serve"};
  const int before = history.fetches;
  EXPECT_EQ(Run({"history"}), kDone);
  EXPECT_EQ(history.fetches, before) << "the daemon knows the newest";
  history.records.clear();
  EXPECT_EQ(Run({"history"}), kDone);
  EXPECT_EQ(out.str(), "nothing is in the history yet\n");
}

TEST_F(HistoryCommands, DiffTellsEachFieldOfTwoRecords) {
  const std::string first = AddRecord({{"a", "1"}, {"gone", "1"}, {"same", "1"}}, "1");
  const std::string second = AddRecord({{"a", "2"}, {"new", "1"}, {"same", "1"}}, "2");
  EXPECT_EQ(Run({"diff", first.substr(0, 8), second}), kDone) << err.str();
  EXPECT_THAT(out.str(),
              HasSubstr(first.substr(0, 8) + " of the history .. " + second.substr(0, 8) + " of the history"));
  EXPECT_THAT(out.str(), HasSubstr("  ~ a\n    image.tag: 1 -> 2\n"));
  EXPECT_THAT(out.str(), HasSubstr("  - gone\n  + new\n"));
  EXPECT_THAT(out.str(), HasSubstr("  ~ workspace.yaml\n    new: (none) -> listed\n    gone: listed -> (none)\n"));
  EXPECT_EQ(out.str().find("same"), std::string::npos);
  EXPECT_EQ(openings, 0) << "the repository is not needed";
  EXPECT_EQ(Run({"diff", second, second}), kDone);
  EXPECT_THAT(out.str(), HasSubstr("no difference"));
  EXPECT_EQ(Run({"diff", first, second, "--output", "json"}), kDone);
  EXPECT_THAT(out.str(),
              HasSubstr(R"({"name":"a","change":"changed","fields":[{"path":"image.tag","before":"1","after":"2"}]})"));
}

TEST_F(HistoryCommands, DiffTellsTheValuesOfTheWholeEnvironment) {
  system_values = Replicas(1);
  const std::string first = AddRecord({{"a", "1"}}, "1");
  system_values = Replicas(2);
  chart_values = Value::Map({{"nameOverride", {}, Value::String("x")}});
  const std::string second = AddRecord({{"a", "1"}}, "2");
  EXPECT_EQ(Run({"diff", first, second}), kDone) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("  ~ system.yaml\n    dagsterWebserver.replicaCount: 1 -> 2\n"
                                   "  ~ user-deployments.yaml\n    nameOverride: (none) -> x\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("no difference")));
  EXPECT_EQ(Run({"diff", first, second, "--output", "json"}), kDone);
  EXPECT_THAT(out.str(),
              HasSubstr(R"("values":[{"file":"system.yaml","fields":[{"path":"dagsterWebserver.replicaCount",)"
                        R"("before":"1","after":"2"}]},{"file":"user-deployments.yaml","fields":[)"));
  EXPECT_EQ(Run({"diff", second, second}), kDone);
  EXPECT_THAT(out.str(), HasSubstr("no difference"));
  EXPECT_THAT(out.str(), Not(HasSubstr("system.yaml")));
}

TEST_F(HistoryCommands, DiffTakesCommitsOfTheRepositoryToo) {
  const std::string first = source->head.revision.id;
  auto more = source->LastFiles();
  more["code/a/defs.py"] = "y";
  more["locations/b.yaml"] = kFragment;
  const std::string second = source->Commit(more);
  EXPECT_EQ(Run({"diff", first, second}), kDone) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("  ~ a\n    code: "));
  EXPECT_THAT(out.str(), HasSubstr("  + b\n"));
  const std::string record = AddRecord({{"a", "1"}}, "1");
  EXPECT_EQ(Run({"diff", record, second}), kDone) << err.str();
  EXPECT_EQ(Run({"diff", "/elsewhere", first, second}), kDone) << err.str();
  EXPECT_EQ(opened.url, "/elsewhere");
  EXPECT_EQ(Run({"diff", first, "fffffff"}), kInvalidInput);
  EXPECT_EQ(Run({"diff", first}), kUsage);
}

TEST_F(HistoryCommands, RollbackAsksForOneLocation) {
  holder = LockHolder{1, "", "serve"};
  EXPECT_EQ(Run({"rollback", "a", "--no-wait"}), kDone) << err.str();
  EXPECT_EQ(Run({"rollback", "/srv/space", "a", "--to", "abcdef1", "--no-wait"}), kDone) << err.str();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].kind, Request::Kind::kRollback);
  EXPECT_THAT(requests[0].locations, ElementsAre("a"));
  EXPECT_EQ(requests[0].revision, "");
  EXPECT_THAT(requests[1].locations, ElementsAre("a"));
  EXPECT_EQ(requests[1].revision, "abcdef1");
}

TEST_F(HistoryCommands, RollbackOfAllAndRebuildNameACommit) {
  EXPECT_EQ(Run({"rollback", "--all", "--to", "abcdef1", "--no-wait"}), kDone) << err.str();
  EXPECT_EQ(Run({"rebuild", "--at", "latest~1", "--no-wait"}), kDone) << err.str();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_THAT(requests[0].locations, IsEmpty());
  EXPECT_EQ(requests[0].revision, "abcdef1");
  EXPECT_EQ(requests[1].kind, Request::Kind::kRebuild);
  EXPECT_EQ(requests[1].revision, "latest~1");
}

TEST_F(HistoryCommands, APlanOfARebuiltEnvironmentIsThatOfTheRecordAndTellsTheBranch) {
  EnvironmentState& state = store.state.emplace();
  state.environment = "production";
  CodeLocation location = support::MakeLocation("a", "now");
  location.settings.local = LocalSettings{"code/a", "", "", ""};
  location.entry = location.entry.With("dagsterApiGrpcArgs", Value::List({Value::String("-m"), Value::String("defs")}));
  state.locations["a"].last_good = support::MakeVersion(location, "r1", "tree");
  state.rebuilt.emplace().commit = "0123456789";
  state.rebuilt->source = support::MakeRevision("abcdef0123");
  state.rebuilt->locations["a"] = state.locations["a"];
  EXPECT_EQ(Run({"plan", "--exit-code"}), kDone) << out.str() << err.str();
  EXPECT_THAT(err.str(), HasSubstr("as recorded in 01234567 of the history; a plain `dagitops apply` would bring"));
  EXPECT_EQ(Run({"plan", "--exit-code", "--at", source->head.revision.id}), kChangesPending) << out.str() << err.str();
}

TEST_F(HistoryCommands, WrongWordsAreUsage) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"rollback"},
                                             {"rollback", "--all"},
                                             {"rollback", "--all", "--to", "x", "a", "b"},
                                             {"rollback", "a", "b", "c"},
                                             {"rebuild"}}) {
    EXPECT_EQ(Run(words), kUsage) << words.size() << words.back();
  }
  EXPECT_THAT(requests, IsEmpty());
}

TEST_F(HistoryCommands, WhatIsRefusedIsInvalidInput) {
  accept = false;
  EXPECT_EQ(Run({"rollback", "nosuch"}), kInvalidInput);
  EXPECT_EQ(Run({"rebuild", "--at", "fffffff"}), kInvalidInput);
}

TEST_F(HistoryCommands, WithoutADaemonItIsSaidWhenItIsDone) {
  EXPECT_EQ(Run({"rebuild", "--at", "latest"}), kDone);
  EXPECT_THAT(err.str(), HasSubstr("no `dagitops serve` is running"));
}

TEST_F(HistoryCommands, WithADaemonItIsFollowedAndEndsLikeApply) {
  holder = LockHolder{1, "", "serve"};
  EnvironmentStatus status;
  status.environment = "production";
  status.conditions = {{"Ready", Condition::Truth::kFalse, "", ""}, {"Reconciling", Condition::Truth::kFalse, "", ""}};
  status.waiting_removals = {"gone"};
  on_sleep = [&] {
    status.updated = clock.now;
    store.status = status;
  };
  EXPECT_EQ(Run({"rebuild", "--at", "latest"}), kNeedsApproval);
  status.conditions[0].truth = Condition::Truth::kTrue;
  EXPECT_EQ(Run({"rollback", "a"}), kDone) << "no fetch is waited for";
}

}  // namespace
}  // namespace dagitops::cli
