#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/base/random.h"
#include "dagitops/reconcile/reconciler.h"

namespace dagitops::controller {

// Runs reconcilers: each key's passes one after another, different keys side by side, one thread a key. Failures back
// off; a wake-up is never lost. Reconcilers outlive the controller.
class Controller {
 public:
  Controller(std::map<std::string, reconcile::Reconciler*> reconcilers, const Clock& clock, Random& random);
  ~Controller();  // Stop
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  void Start();
  // Lets the passes that run end, starts no other, joins the threads. Idempotent.
  void Stop();
  // Makes a key due now. From any thread; unknown keys are ignored.
  void Wake(const std::string& key);
  // Passes that are due and have not begun. From any thread.
  std::size_t Depth();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dagitops::controller
