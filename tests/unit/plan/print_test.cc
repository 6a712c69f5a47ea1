#include "dagitops/plan/print.h"

#include <gtest/gtest.h>

namespace dagitops::plan {
namespace {

Plan MakeExample() {
  Plan plan;
  plan.environment = "production";
  plan.revision = "0123456789abcdef0123456789abcdef01234567";
  PlanItem start;
  start.action = Action::kStart;
  start.object = "server/sales@1f2e3d4c";
  start.location = "sales";
  start.reason = "changed: image.tag";
  start.changes = {{"image.tag", "1.4.1", "1.4.2"}, {"env.NEW", "", "x"}, {"env.OLD", "y", ""}};
  PlanItem keep;
  keep.object = "server/old@aa";
  keep.reason = "1 run is still in it";
  plan.items = {start, keep};
  return plan;
}

TEST(PrintPlan, TextShowsEachItemWithReasonAndFields) {
  EXPECT_EQ(ToText(MakeExample()),
            "production at 01234567: 1 to start\n"
            "  + start server/sales@1f2e3d4c: changed: image.tag\n"
            "      image.tag: 1.4.1 -> 1.4.2\n"
            "      env.NEW: x\n"
            "      env.OLD: y -> (gone)\n"
            "  = keep server/old@aa: 1 run is still in it\n");
}

TEST(PrintPlan, EmptyPlanSaysSo) {
  Plan plan;
  plan.environment = "staging";
  EXPECT_EQ(ToText(plan), "staging at : nothing to do\n");
}

TEST(PrintPlan, TellsThatChangesOfTheCheckoutAreInIt) {
  Plan plan;
  plan.environment = "staging";
  plan.revision = "0123456789abcdef0123456789abcdef01234567-dirty";
  EXPECT_EQ(Headline(plan), "staging at 01234567-dirty: nothing to do");
}

TEST(PrintPlan, JsonHasEveryFieldAndNullForNone) {
  EXPECT_EQ(
      ToJson(MakeExample()),
      R"({"schemaVersion":1,"environment":"production","revision":"0123456789abcdef0123456789abcdef01234567",)"
      R"("empty":false,"items":[{"action":"start","object":"server/sales@1f2e3d4c","location":"sales",)"
      R"("reason":"changed: image.tag","changes":[{"path":"image.tag","before":"1.4.1","after":"1.4.2"},)"
      R"({"path":"env.NEW","before":null,"after":"x"},{"path":"env.OLD","before":"y","after":null}]},)"
      R"({"action":"keep","object":"server/old@aa","location":null,"reason":"1 run is still in it","changes":[]}],"removals":[],"locations":[],"objects":null,"explained":null})"
      "\n");
}

TEST(PrintPlan, TellsEachRemoval) {
  Plan plan;
  plan.environment = "production";
  plan.removals = {{"old", "removed from git"}};
  EXPECT_EQ(ToText(plan), "production at : 1 to remove\n  - remove old: removed from git\n");
  EXPECT_NE(ToJson(plan).find(R"("removals":[{"location":"old","reason":"removed from git"}])"), std::string::npos);
}

TEST(PrintPlan, TellsEachDecisionAndItsReason) {
  const struct {
    DecisionKind decision;
    std::string word;
  } rows[] = {{DecisionKind::kHold, "hold"},
              {DecisionKind::kPinned, "pinned"},
              {DecisionKind::kRemovalWaiting, "removal-waiting"},
              {DecisionKind::kPaused, "paused"}};
  for (const auto& row : rows) {
    Plan plan;
    plan.environment = "production";
    plan.decisions = {{"a", row.decision, "because"}};
    EXPECT_EQ(ToText(plan), "production at : nothing to do\n  ! a: because\n");
    EXPECT_NE(ToJson(plan).find(R"("locations":[{"name":"a","decision":")" + row.word + R"(","reason":"because"}])"),
              std::string::npos)
        << ToJson(plan);
  }
}

TEST(PrintPlan, TellsOfTheObjectsOfTheClusterWhenAsked) {
  using Kind = ObjectChange::Kind;
  Plan plan;
  plan.environment = "production";
  plan.objects.emplace();
  EXPECT_EQ(ToText(plan), "production at : nothing to do\nobjects of the cluster: none changes\n");
  EXPECT_NE(ToJson(plan).find(R"("objects":[])"), std::string::npos) << ToJson(plan);
  plan.objects = {{Kind::kChanged, "sales", "Deployment/sales", "", {{"spec.replicas", "1", "2"}}},
                  {Kind::kNew, "hr", "Service/hr", "", {}},
                  {Kind::kGone, "hr", "ConfigMap/old", "", {}},
                  {Kind::kRefused, "hr", "", "no", {}}};
  EXPECT_EQ(ToText(plan),
            "production at : nothing to do\n"
            "objects of the cluster:\n"
            "  ~ Deployment/sales (release sales)\n"
            "      spec.replicas: 1 -> 2\n"
            "  + Service/hr (release hr)\n"
            "  - ConfigMap/old (release hr)\n"
            "  ! release hr: refused: no\n");
  EXPECT_NE(ToJson(plan).find(
                R"("objects":[{"change":"changed","release":"sales","object":"Deployment/sales","message":null,)"
                R"("changes":[{"path":"spec.replicas","before":"1","after":"2"}]},)"
                R"({"change":"new","release":"hr","object":"Service/hr","message":null,"changes":[]},)"
                R"({"change":"gone","release":"hr","object":"ConfigMap/old","message":null,"changes":[]},)"
                R"({"change":"refused","release":"hr","object":null,"message":"no","changes":[]}])"),
            std::string::npos)
      << ToJson(plan);
}

TEST(PrintPlan, TellsWhereValuesComeFromWhenAsked) {
  Plan plan;
  plan.environment = "production";
  plan.explained.emplace();
  EXPECT_NE(ToJson(plan).find(R"("explained":[])"), std::string::npos) << ToJson(plan);
  plan.explained->push_back({"a",
                             {{"port", "3030", Layer::kBuiltin, "", 0},
                              {"name", "a", Layer::kFragment, "locations/a.yaml", 0},
                              {"dagitops.owner", "team", Layer::kDefaults, "dagitops.yaml", 3}}});
  EXPECT_EQ(ToText(plan),
            "production at : nothing to do\n"
            "a:\n"
            "  port: 3030  (built-in default)\n"
            "  name: a  (fragment, locations/a.yaml)\n"
            "  dagitops.owner: team  (repository defaults, dagitops.yaml:3)\n");
  EXPECT_NE(ToJson(plan).find(
                R"("explained":[{"location":"a","values":[)"
                R"({"path":"port","text":"3030","layer":"built-in","file":null,"line":null},)"
                R"({"path":"name","text":"a","layer":"fragment","file":"locations/a.yaml","line":null},)"
                R"({"path":"dagitops.owner","text":"team","layer":"defaults","file":"dagitops.yaml","line":3}]}])"),
            std::string::npos)
      << ToJson(plan);
}

}  // namespace
}  // namespace dagitops::plan
