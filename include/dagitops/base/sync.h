#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

namespace dagitops {

// A value inside its lock: access without the lock does not compile. Hold the Lock briefly and never across I/O.
template <class T>
class Sync {
 public:
  class Lock {
   public:
    explicit Lock(Sync& sync) : lock_(sync.mutex_), value_(sync.value_) {}
    T* operator->() { return &value_; }
    T& operator*() { return value_; }
    std::unique_lock<std::mutex>& native() { return lock_; }  // for condition variables

   private:
    std::unique_lock<std::mutex> lock_;
    T& value_;
  };

  Sync() = default;
  explicit Sync(T value) : value_(std::move(value)) {}
  Lock lock() { return Lock(*this); }

 private:
  std::mutex mutex_;
  T value_{};
};

}  // namespace dagitops
