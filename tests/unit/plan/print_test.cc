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
      R"({"action":"keep","object":"server/old@aa","location":null,"reason":"1 run is still in it","changes":[]}],"removals":[]})"
      "\n");
}

TEST(PrintPlan, TellsEachRemoval) {
  Plan plan;
  plan.environment = "production";
  plan.removals = {{"old", "removed from git"}};
  EXPECT_EQ(ToText(plan), "production at : 1 to remove\n  - remove old: removed from git\n");
  EXPECT_NE(ToJson(plan).find(R"("removals":[{"location":"old","reason":"removed from git"}])"), std::string::npos);
}

}  // namespace
}  // namespace dagitops::plan
