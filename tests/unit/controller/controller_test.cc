#include "dagitops/controller/controller.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <stdexcept>

#include "dagitops/base/sync.h"

namespace dagitops::controller {
namespace {

constexpr auto kDeadline = std::chrono::seconds(20);  // of a test that hangs; none waits that long when it works

// Counts its passes and does what it is told in each.
class Counted final : public reconcile::Reconciler {
 public:
  explicit Counted(std::function<reconcile::ReconcileResult(int)> pass) : pass_(std::move(pass)) {}

  reconcile::ReconcileResult Reconcile() override {
    int number = 0;
    {
      auto count = count_.lock();
      number = ++*count;
    }
    const auto result = pass_(number);
    changed_.notify_all();
    return result;
  }

  bool WaitFor(int passes) {
    auto count = count_.lock();
    return changed_.wait_for(count.native(), kDeadline, [&] { return *count >= passes; });
  }

  int count() { return *count_.lock(); }

 private:
  std::function<reconcile::ReconcileResult(int)> pass_;
  Sync<int> count_{0};
  std::condition_variable changed_;
};

const reconcile::ReconcileResult kIdle{std::nullopt, std::nullopt};

class Controllers : public testing::Test {
 protected:
  SystemClock clock;
  SystemRandom random;
};

TEST_F(Controllers, RunsEachKeyOnceAtStart) {
  Counted a([](int) { return kIdle; });
  Counted b([](int) { return kIdle; });
  Controller controller({{"a", &a}, {"b", &b}}, clock, random);
  controller.Start();
  EXPECT_TRUE(a.WaitFor(1));
  EXPECT_TRUE(b.WaitFor(1));
  controller.Stop();
  EXPECT_EQ(a.count(), 1);
}

TEST_F(Controllers, ComesBackWhenAskedTo) {
  Counted a([](int number) {
    return reconcile::ReconcileResult{number < 5 ? std::optional(Duration(1)) : std::nullopt, std::nullopt};
  });
  Controller controller({{"a", &a}}, clock, random);
  controller.Start();
  EXPECT_TRUE(a.WaitFor(5));
}

TEST_F(Controllers, WakeCausesAPass) {
  Counted a([](int) { return kIdle; });
  Controller controller({{"a", &a}}, clock, random);
  controller.Start();
  ASSERT_TRUE(a.WaitFor(1));
  controller.Wake("a");
  EXPECT_TRUE(a.WaitFor(2));
  controller.Wake("nobody");
}

TEST_F(Controllers, HangingKeyDoesNotDelayAnother) {
  Sync<bool> released{false};
  std::condition_variable release;
  Counted slow([&](int) {
    auto lock = released.lock();
    release.wait_for(lock.native(), kDeadline, [&] { return *lock; });
    return kIdle;
  });
  Counted fast([](int) { return kIdle; });
  Controller controller({{"slow", &slow}, {"fast", &fast}}, clock, random);
  controller.Start();
  EXPECT_TRUE(fast.WaitFor(1));
  controller.Wake("fast");
  EXPECT_TRUE(fast.WaitFor(2));
  *released.lock() = true;
  release.notify_all();
  EXPECT_TRUE(slow.WaitFor(1));
}

TEST_F(Controllers, FailedPassIsTriedAgain) {
  Counted a([](int number) {
    if (number > 1) return kIdle;
    return reconcile::ReconcileResult{std::nullopt, Error{ErrorKind::kRetry, "x", "", "failed", ""}};
  });
  Controller controller({{"a", &a}}, clock, random);
  controller.Start();
  EXPECT_TRUE(a.WaitFor(2));
}

TEST_F(Controllers, ThrowingPassDoesNotEndTheOthers) {
  Counted a([](int number) -> reconcile::ReconcileResult {
    if (number == 1) throw std::runtime_error("a bug");
    return kIdle;
  });
  Controller controller({{"a", &a}}, clock, random);
  controller.Start();
  EXPECT_TRUE(a.WaitFor(2));
}

TEST_F(Controllers, StopIsIdempotentAndStartsNoOtherPass) {
  Counted a([](int) { return reconcile::ReconcileResult{Duration(0), std::nullopt}; });
  Controller controller({{"a", &a}}, clock, random);
  controller.Start();
  ASSERT_TRUE(a.WaitFor(3));
  controller.Stop();
  const int count = a.count();
  controller.Wake("a");
  controller.Stop();
  EXPECT_EQ(a.count(), count);
}

}  // namespace
}  // namespace dagitops::controller
