#include "support/failing_state_store.h"

#include <gtest/gtest.h>

#include "support/fake_store.h"

namespace dagitops {
namespace {

using support::FailingStateStore;

const Error kFull{ErrorKind::kRetry, "store-full", "x", "no room", ""};

TEST(FailingStateStore, FailsTheCallsThatWereNamedAndNoOther) {
  support::FakeStore memory;
  FailingStateStore store(memory);
  store.FailNth(2, kFull);
  EnvironmentState state;
  state.environment = "e";
  EXPECT_TRUE(store.SaveState(state));
  state.paused = true;
  EXPECT_EQ(store.SaveState(state).error(), kFull);
  EXPECT_FALSE(store.LoadState("e")->value().paused);
  EXPECT_TRUE(store.SaveStatus({}));
  EXPECT_EQ(store.calls(), 4);
}

TEST(FailingStateStore, FailsOneKindOfCallUntilItIsHealed) {
  support::FakeStore memory;
  FailingStateStore store(memory);
  store.FailAll(FailingStateStore::Call::kSaveStatus, kFull);
  store.FailAll(FailingStateStore::Call::kLoadStatus, kFull);
  EXPECT_FALSE(store.SaveStatus({}));
  EXPECT_FALSE(store.LoadStatus("e"));
  EXPECT_TRUE(store.SaveState({}));
  store.Heal();
  EXPECT_TRUE(store.SaveStatus({}));
}

}  // namespace
}  // namespace dagitops
