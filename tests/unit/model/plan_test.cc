#include "dagitops/model/plan.h"

#include <gtest/gtest.h>

namespace dagitops {
namespace {

Plan With(std::initializer_list<Action> actions) {
  Plan plan;
  for (const Action action : actions) {
    plan.items.emplace_back();
    plan.items.back().action = action;
  }
  return plan;
}

TEST(Plan, IsEmptyWhenEverythingIsKept) {
  EXPECT_TRUE(With({}).empty());
  EXPECT_TRUE(With({Action::kKeep, Action::kKeep}).empty());
}

TEST(Plan, IsNotEmptyForAnyOtherAction) {
  for (const Action action : {Action::kStart, Action::kPublish, Action::kReload, Action::kStop}) {
    EXPECT_FALSE(With({Action::kKeep, action}).empty()) << static_cast<int>(action);
  }
}

}  // namespace
}  // namespace dagitops
