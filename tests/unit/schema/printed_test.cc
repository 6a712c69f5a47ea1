#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/plan/print.h"
#include "dagitops/schema/validator.h"
#include "dagitops/yaml/parse.h"

namespace dagitops::schema {
namespace {

// JSON is YAML.
Value Read(const std::string& json) { return yaml::Parse(json, "f", Layer::kBuiltin).root; }

const char* const kStatusText =
    R"({"schemaVersion": 1, "environment": "production", "updated": "2026-11-22T13:20:05.123Z",
  "observed": {"id": "01", "authorName": "Ann", "authorEmail": null, "time": 1, "subject": "Add a"},
  "fetched": {"began": "2026-11-22T13:20:05.123Z", "error": null}, "applied": null,
  "paused": false, "conditions": [{"type": "Ready", "status": "True", "reason": null, "message": null}],
  "locations": [{"name": "a", "locationName": "A", "owner": null, "phase": "removal-waiting", "reason": null, "revision": null,
    "wantedRevision": null, "author": null, "serverId": null, "pid": null}], "waitingRemovals": ["b"],
  "diagnostics": [{"severity": "fault", "code": "bad-name", "file": "a", "line": 1, "column": null, "location": null,
    "found": "x", "expected": "y", "fix": "z"}], "webservers": [], "notes": []})";

const char* const kStateText = R"({"schemaVersion": 1, "environment": "production", "applied": null,
  "pinned": {"id": "01", "authorName": null, "authorEmail": null, "time": 1, "subject": null}, "paused": false,
  "locations": {"a": {"decision": "hold", "reason": "r", "decidedAt": null, "lastGood": null,
    "failed": {"key": "k", "revision": "01", "author": null, "reason": "r", "since": "2026-11-22T13:20:05Z", "attempts": 1,
      "retryAfter": null}, "pinned": null, "pinnedOver": null, "removalWaits": null, "removing": false}},
  "pathNames": {"locations/a.yaml": "a"}, "approvedRemovals": []})";

const char* const kPlanText =
    R"({"schemaVersion": 1, "environment": "production", "revision": null, "empty": true, "items": [
  {"action": "keep", "object": "server/a@1", "location": "a", "reason": "r",
   "changes": [{"path": "image.tag", "before": "1", "after": null}]}],
  "removals": [{"location": "old", "reason": "removed from git"}],
  "locations": [{"name": "b", "decision": "hold", "reason": "r"}],
  "objects": [{"change": "changed", "release": "a", "object": "Deployment/a", "message": null,
    "changes": [{"path": "spec.replicas", "before": null, "after": "2"}]}],
  "explained": [{"location": "a", "values": [
    {"path": "port", "text": "3030", "layer": "built-in", "file": null, "line": null}]}]})";

const char* const kDoctorText = R"({"schemaVersion": 1, "errors": 1, "warnings": 0, "notLookedAt": 0, "sections": [
  {"environment": null, "target": null, "checks": [
    {"level": "error", "code": "helm-too-old", "where": "helm", "found": "v3.12.3", "expected": "newer", "fix": ["a line"]},
    {"level": "ok", "code": "source", "where": "w", "found": "f", "expected": null, "fix": []}],
   "rights": [{"group": "", "resource": "pods", "verb": "get", "name": null, "why": "w", "use": "used", "allowed": true}]}]})";

struct Printed {
  Schema schema;
  const char* text;
};
constexpr Printed kPrinted[] = {{Schema::kStatus, kStatusText},
                                {Schema::kState, kStateText},
                                {Schema::kPlan, kPlanText},
                                {Schema::kDoctor, kDoctorText}};

TEST(PrintedSchemas, AcceptAWholeRecord) {
  for (const Printed& printed : kPrinted) {
    const auto violations = Validator(printed.schema).Validate(Read(printed.text));
    EXPECT_TRUE(violations.empty()) << SchemaFile(printed.schema) << " " << PathText(violations.front().path) << " "
                                    << violations.front().expected;
  }
}

// All fields are always present: a record without one, or with one more, is none.
TEST(PrintedSchemas, AskForEveryFieldAndNoOther) {
  for (const Printed& printed : kPrinted) {
    Validator validator(printed.schema);
    const Value whole = Read(printed.text);
    for (const Value::Member& member : whole.members()) {
      const auto violations = validator.Validate(whole.Without(member.key));
      ASSERT_EQ(violations.size(), 1U) << SchemaFile(printed.schema) << " " << member.key;
      EXPECT_EQ(violations.front().kind, Violation::Kind::kMissing);
      EXPECT_EQ(violations.front().key, member.key);
    }
    EXPECT_EQ(validator.Validate(whole.With("more", Value::Integer(1))).size(), 1U);
    EXPECT_FALSE(validator.Validate(whole.With("schemaVersion", Value::Integer(99))).empty());
    EXPECT_FALSE(validator.Validate(Read("[]")).empty());
  }
}

TEST(PlanSchema, HoldsForWhatIsPrinted) {
  Validator validator(Schema::kPlan);
  Plan plan;
  plan.environment = "production";
  EXPECT_TRUE(validator.Validate(Read(plan::ToJson(plan))).empty());
  plan.revision = std::string(40, 'a');
  for (const Action action : {Action::kStart, Action::kPublish, Action::kReload, Action::kStop, Action::kKeep}) {
    PlanItem item;
    item.action = action;
    item.object = "server/a@1";
    item.reason = "why";
    item.changes = {{"image.tag", "", "2"}, {"env.A", "1", ""}};
    plan.items.push_back(item);
  }
  plan.removals = {{"old", "removed from git"}};
  for (const DecisionKind kind :
       {DecisionKind::kHold, DecisionKind::kPinned, DecisionKind::kRemovalWaiting, DecisionKind::kPaused}) {
    plan.decisions.push_back({"a", kind, "because"});
  }
  using Kind = ObjectChange::Kind;
  plan.objects.emplace();
  for (const Kind kind : {Kind::kNew, Kind::kChanged, Kind::kGone, Kind::kRefused}) {
    plan.objects->push_back({kind, "a", "Deployment/a", "why", {{"spec.replicas", "1", ""}}});
    plan.objects->push_back({kind, "a", "", "", {}});
  }
  plan.explained.emplace();
  for (const Layer layer : {Layer::kBuiltin, Layer::kDefaults, Layer::kEnvironmentDefaults, Layer::kFragment}) {
    plan.explained->push_back({"a", {{"port", "1", layer, "f", 2}, {"port", "1", Layer::kOverlay, "f", 0}}});
  }
  EXPECT_TRUE(validator.Validate(Read(plan::ToJson(plan))).empty());
}

}  // namespace
}  // namespace dagitops::schema
