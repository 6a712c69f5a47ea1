#include "dagitops/store/history_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/locations.h"
#include "unit/store/random_state.h"

namespace dagitops {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RecordedState Sample() {
  RecordedState state;
  state.environment = "production";
  state.content.source = support::MakeRevision("r9");
  state.content.options.drift = EnvironmentOptions::Drift::kReport;
  state.content.chart_values = Value::Map({{"global", {}, Value::Scalar("1.10", false)}});
  state.content.system_values = Value::Map({{"rabbitmq", {}, Value::Bool(true)}});
  auto& locations = state.content.locations;
  locations["follows"].last_good = support::MakeVersion(support::MakeLocation("follows"));
  locations["held"].last_good = support::MakeVersion(support::MakeLocation("held"));
  locations["held"].decision = DecisionKind::kHold;
  locations["held"].reason = "ImportError";
  locations["held"].failed =
      FailedVersion{"key", "r8", "Ada <ada@example.com>", "ImportError", WallTime{}, 1, WallTime{}};
  locations["never"].decision = DecisionKind::kHold;
  locations["never"].failed = FailedVersion{"key2", "r8", "", "broken", WallTime{}, 1, WallTime{}};
  locations["pinned"].last_good = support::MakeVersion(support::MakeLocation("pinned", "2"), "r2", "tree");
  locations["pinned"].pinned = locations["pinned"].last_good;
  locations["pinned"].pinned_over = "over";
  locations["pinned"].decision = DecisionKind::kPinned;
  locations["waits"].last_good = support::MakeVersion(support::MakeLocation("waits"));
  locations["waits"].decision = DecisionKind::kRemovalWaiting;
  locations["waits"].removal_waits = "too many";
  return state;
}

TEST(HistoryJson, WhatWasDecidedComesBack) {
  const RecordedState state = Sample();
  const auto back = ReadDecisionFiles(DecisionFiles(state));
  ASSERT_TRUE(back) << back.error().Text();
  EXPECT_EQ(back->content.locations, state.content.locations);
  EXPECT_EQ(*back, state);
}

TEST(HistoryJson, AnyVersionComesBack) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const EnvironmentState any = support::RandomState(seed).Next();
    RecordedState state;
    int number = 0;
    for (const auto& [name, record] : any.locations) {
      state.content.locations["l" + std::to_string(++number)].last_good = record.last_good;
    }
    std::erase_if(state.content.locations, [](const auto& location) { return !location.second.last_good; });
    const HistoryFiles files = DecisionFiles(state);
    const auto back = ReadDecisionFiles(files);
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().Text();
    ASSERT_EQ(*back, state) << "seed " << seed;
    ASSERT_EQ(DecisionFiles(*back), files) << "seed " << seed;
  }
}

TEST(HistoryJson, TriesAndTimesOfAFailureAreNotWritten) {
  RecordedState state = Sample();
  const HistoryFiles once = DecisionFiles(state);
  FailedVersion& failed = *state.content.locations["held"].failed;
  failed.attempts = 7;
  failed.since = failed.retry_after = WallTime(std::chrono::hours(99));
  EXPECT_EQ(DecisionFiles(state), once);
}

TEST(HistoryJson, AFieldIsALineSoThatGitShowsWhatChanged) {
  const HistoryFiles files = DecisionFiles(Sample());
  EXPECT_THAT(files.at(kHistoryDecisions), HasSubstr("\n      \"decision\": \"removal-waiting\",\n"));
  EXPECT_THAT(files.at(kHistoryDecisions), Not(HasSubstr("\"follows\"")));
  EXPECT_THAT(files.at("versions/pinned.json"), HasSubstr("\n  \"treeId\": \"tree\"\n}\n"));
  EXPECT_FALSE(files.contains("versions/never.json"));
}

TEST(HistoryJson, WhatLooksLikeASecretInAReasonIsMasked) {
  RecordedState state = Sample();
  state.content.locations["held"].reason = "could not open postgres://me:hunter22@db/x";
  state.content.locations["held"].failed->reason = "DB_PASSWORD=hunter22";
  EnvironmentStatus status;
  status.locations.push_back({"held", "held", "", LocationPhase::kHeld, "token=hunter22", "", "", "", "", 0});
  for (const auto& [path, text] : DecisionFiles(state)) EXPECT_THAT(text, Not(HasSubstr("hunter22"))) << path;
  EXPECT_THAT(RecordedStatus(status), Not(HasSubstr("hunter22")));
}

TEST(HistoryJson, AStatusTellsNothingThatATimeOrAMachineChanges) {
  EnvironmentStatus status;
  status.environment = "production";
  status.locations.push_back(
      {"a", "A", "team", LocationPhase::kLoaded, "", "r1", "r2", "Ada <ada@example.com>", "server-id", 4711});
  status.locations.push_back({"goes", "goes", "", LocationPhase::kRemoving, "", "", "", "", "", 0});
  const std::string text = RecordedStatus(status);
  status.updated += std::chrono::hours(1);
  status.locations[0].pid = 1;
  status.locations[0].server_id = "other";
  status.locations[0].wanted_revision = "r3";
  status.webservers = {"http://127.0.0.1:3000"};
  status.locations.pop_back();
  EXPECT_EQ(RecordedStatus(status), text);
  EXPECT_EQ(text,
            "{\n  \"schemaVersion\": 1,\n  \"environment\": \"production\",\n  \"paused\": false,\n  \"locations\": [\n"
            "    {\n      \"name\": \"a\",\n      \"locationName\": \"A\",\n      \"owner\": \"team\",\n"
            "      \"phase\": \"loaded\",\n      \"reason\": null,\n      \"revision\": \"r1\",\n"
            "      \"author\": \"Ada <ada@example.com>\"\n    }\n  ],\n  \"waitingRemovals\": []\n}\n");
}

TEST(HistoryJson, WhatIsMissingOrBrokenNamesItsFile) {
  HistoryFiles files = DecisionFiles(Sample());
  files["versions/pinned.json"] = "{\"schemaVersion\": 1}";
  const auto broken = ReadDecisionFiles(files);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, "history-json");
  EXPECT_EQ(broken.error().subject, "versions/pinned.json");
  EXPECT_THAT(broken.error().message, HasSubstr("revision"));
  files.erase(kHistoryDecisions);
  EXPECT_EQ(ReadDecisionFiles(files).error().code, "history-json");
  EXPECT_EQ(ReadVersionFile("{\"schemaVersion\": 2}").error().code, "store-newer");
}

}  // namespace
}  // namespace dagitops
