#include "dagitops/controller/controller.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "dagitops/base/log.h"
#include "dagitops/base/sync.h"
#include "dagitops/controller/backoff.h"
#include "dagitops/controller/key_queue.h"
#include "dagitops/controller/pass_budget.h"

namespace dagitops::controller {
namespace {

// A pass that threw is a bug of ours; it must not end the daemon that keeps everything else in line.
reconcile::ReconcileResult RunGuarded(reconcile::Reconciler& reconciler) {
  try {
    return reconciler.Reconcile();
  } catch (const std::exception& exception) {
    return {std::nullopt, Error{ErrorKind::kInternal, "internal", "", std::string("unexpected: ") + exception.what(),
                                "please report this as a bug"}};
  }
}

}  // namespace

struct Controller::Impl {
  struct Shared {
    KeyQueue queue;
    std::optional<Backoff> backoff;
    PassBudget budget;
    bool stopping = false;
  };

  Impl(std::map<std::string, reconcile::Reconciler*> the_reconcilers, const Clock& the_clock, Random& random)
      : reconcilers(std::move(the_reconcilers)), clock(the_clock) {
    shared.lock()->backoff.emplace(random);
  }

  void Work() {
    while (const auto key = WaitForKey()) {
      const SteadyTime began = clock.Steady();
      const reconcile::ReconcileResult result = RunGuarded(*reconcilers.at(*key));
      Finish(*key, result, began);
    }
  }

  std::optional<std::string> WaitForKey() {
    auto lock = shared.lock();
    for (;;) {
      if (lock->stopping) return std::nullopt;
      if (auto key = lock->queue.Take(clock.Steady())) return key;
      const auto next = lock->queue.NextDue();
      if (next) {
        changed.wait_for(lock.native(), *next - clock.Steady());
      } else {
        changed.wait(lock.native());
      }
    }
  }

  void Finish(const std::string& key, const reconcile::ReconcileResult& result, SteadyTime began) {
    const SteadyTime ended = clock.Steady();
    std::optional<Duration> wait = result.requeue_after;
    auto lock = shared.lock();
    if (!result.error) {
      lock->backoff->Succeeded(key);
    } else {
      const Duration pause = lock->backoff->Failed(key);
      const bool retry = result.error->kind == ErrorKind::kRetry || !wait;
      if (retry) wait = pause;
      Log(LogLevel::kWarning, "pass failed", {{"key", key}, {"error", result.error->Text()}});
    }
    if (wait) lock->queue.Add(key, ended + *wait);
    lock->queue.Done(key, ended + lock->budget.Rest(key, began, ended));
    changed.notify_all();
  }

  std::map<std::string, reconcile::Reconciler*> reconcilers;
  const Clock& clock;
  Sync<Shared> shared;
  std::condition_variable changed;
  std::vector<std::thread> threads;
};

Controller::Controller(std::map<std::string, reconcile::Reconciler*> reconcilers, const Clock& clock, Random& random)
    : impl_(std::make_unique<Impl>(std::move(reconcilers), clock, random)) {}

Controller::~Controller() { Stop(); }

void Controller::Start() {
  for (const auto& [key, reconciler] : impl_->reconcilers) {
    Wake(key);
    impl_->threads.emplace_back([this] { impl_->Work(); });
  }
}

void Controller::Stop() {
  impl_->shared.lock()->stopping = true;
  impl_->changed.notify_all();
  for (std::thread& thread : impl_->threads) thread.join();
  impl_->threads.clear();
}

void Controller::Wake(const std::string& key) {
  if (!impl_->reconcilers.contains(key)) return;
  impl_->shared.lock()->queue.Add(key, impl_->clock.Steady());
  impl_->changed.notify_all();
}

std::size_t Controller::Depth() { return impl_->shared.lock()->queue.Depth(impl_->clock.Steady()); }

}  // namespace dagitops::controller
