#include "dagitops/store/status_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include <boost/json/parse.hpp>

#include "dagitops/schema/validator.h"
#include "dagitops/yaml/parse.h"

#include "store/model_fields.h"

namespace dagitops {
namespace {

using ::testing::HasSubstr;

EnvironmentStatus Full() {
  EnvironmentStatus status;
  status.environment = "production";
  status.observed = Revision{"0123abcd", "Ann", "ann@example.com", 1795353600, "Add a"};
  status.fetched = FetchStatus{WallTime(Duration(1'795'353'604'000)), "timed out"};
  status.applied = Revision{"89abcdef", "Bob", "bob@example.com", 1795353000, "Add b"};
  status.paused = true;
  status.conditions = {{"Ready", Condition::Truth::kFalse, "LocationHeld", "one location is held"},
                       {"Reconciling", Condition::Truth::kTrue, "Progressing", "waits for a server"},
                       {"Stalled", Condition::Truth::kUnknown, "", ""}};
  for (const auto& [phase, word] : kPhaseWords) {
    LocationStatus location{.name = std::string(word),
                            .location_name = "shown",
                            .owner = "team",
                            .phase = phase,
                            .reason = "why",
                            .revision = "89abcdef",
                            .wanted_revision = "0123abcd",
                            .author = "Ann <ann@example.com>",
                            .server_id = "id",
                            .pid = 4711};
    status.locations.push_back(location);
  }
  status.waiting_removals = {"old"};
  status.diagnostics = {{.severity = Severity::kWarning,
                         .code = "no-tag",
                         .position = {"locations/a.yaml", 3, 7},
                         .location = "a",
                         .found = "latest",
                         .expected = "a tag",
                         .fix = "pin it"}};
  status.webservers = {"http://127.0.0.1:3000"};
  status.notes = {"note"};
  status.updated = WallTime(Duration(1'795'353'605'123));
  return status;
}

TEST(StatusJson, HasEveryFieldOfEveryStruct) {
  {
    [[maybe_unused]] const auto& [a, b, c, d] = Condition{};
    EXPECT_EQ(ToJson(Condition{}).get_object().size(), 4u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d, e, f, g, h, i, j] = LocationStatus{};
    EXPECT_EQ(ToJson(LocationStatus{}).get_object().size(), 10u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d, e, f, g] = Diagnostic{};
    [[maybe_unused]] const auto& [x, y, z] = Position{};
    EXPECT_EQ(ToJson(Diagnostic{}).get_object().size(), 9u);  // the three of the position are on the same level
  }
  {
    [[maybe_unused]] const auto& [a, b] = FetchStatus{};
    EXPECT_EQ(ToJson(FetchStatus{}).get_object().size(), 2u);
  }
  {
    [[maybe_unused]] const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = EnvironmentStatus{};
    EXPECT_EQ(ToJson(EnvironmentStatus{}).get_object().size(), 12u);
  }
}

TEST(StatusJson, GoesThereAndBack) {
  const EnvironmentStatus status = Full();
  const std::string text = StatusToJson(status);
  const auto back = StatusFromJson(text);
  ASSERT_TRUE(back) << back.error().Text();
  EXPECT_EQ(StatusToJson(*back), text);
  EXPECT_EQ(back->environment, status.environment);
  EXPECT_EQ(back->observed, status.observed);
  EXPECT_EQ(back->fetched, status.fetched);
  EXPECT_EQ(back->applied, status.applied);
  EXPECT_EQ(back->paused, status.paused);
  EXPECT_EQ(back->conditions, status.conditions);
  EXPECT_EQ(back->waiting_removals, status.waiting_removals);
  EXPECT_EQ(back->diagnostics, status.diagnostics);
  EXPECT_EQ(back->webservers, status.webservers);
  EXPECT_EQ(back->notes, status.notes);
  EXPECT_EQ(back->updated, status.updated);
  ASSERT_EQ(back->locations.size(), status.locations.size());
  for (std::size_t i = 0; i < status.locations.size(); ++i) {
    EXPECT_EQ(back->locations[i].phase, status.locations[i].phase);
    EXPECT_EQ(back->locations[i].pid, 4711);
    EXPECT_EQ(back->locations[i].server_id, "id");
  }
}

TEST(StatusJson, HasAllFieldsAndNullForNone) {
  EnvironmentStatus status;
  status.environment = "staging";
  status.locations.emplace_back().name = "a";
  EXPECT_EQ(
      StatusToJson(status),
      R"({"schemaVersion":1,"environment":"staging","updated":"1970-01-01T00:00:00.000Z","observed":null,)"
      R"("fetched":null,"applied":null,"paused":false,"conditions":[],"locations":[{"name":"a","locationName":"","owner":null,)"
      R"("phase":"progressing","reason":null,"revision":null,"wantedRevision":null,"author":null,)"
      R"("serverId":null,"pid":null}],"waitingRemovals":[],"diagnostics":[],"webservers":[],"notes":[]})");
}

// JSON is YAML, so that the published schema can be held against it.
std::vector<schema::Violation> Violations(const std::string& json) {
  const yaml::Parsed parsed = yaml::Parse(json, "status.json", Layer::kBuiltin);
  EXPECT_TRUE(parsed.diagnostics.empty());
  return schema::Validator(schema::Schema::kStatus).Validate(parsed.root);
}

TEST(StatusJson, KeepsToItsSchema) {
  EXPECT_TRUE(Violations(StatusToJson(Full())).empty());
  EXPECT_TRUE(Violations(StatusToJson(EnvironmentStatus{})).empty());
  EXPECT_FALSE(Violations(R"({"schemaVersion": 1})").empty());
}

TEST(StatusJson, IsUtf8WhateverGitHolds) {
  EnvironmentStatus status = Full();
  status.observed->author_name = "Zo\xEB";
  const std::string text = StatusToJson(status);
  boost::json::error_code error;
  boost::json::parse(text, error);  // refuses what is no UTF-8
  EXPECT_FALSE(error) << error.message();
  EXPECT_EQ(StatusFromJson(text)->observed->author_name, "Zo\xEF\xBF\xBD");
}

TEST(StatusJson, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(StatusFromJson("").error().code, "status-json");
  EXPECT_EQ(StatusFromJson(R"({"schemaVersion": 9})").error().kind, ErrorKind::kStalled);
  std::string text = StatusToJson(Full());
  text.replace(text.find(R"("phase":"held")"), 14, R"("phase":"mine")");
  EXPECT_THAT(StatusFromJson(text).error().message, HasSubstr("locations.2.phase"));
}

}  // namespace
}  // namespace dagitops
