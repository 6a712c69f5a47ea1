#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace dagitops {

// Nothing, or an immutable value whose copies share it: for what stands in many versions of a larger whole, which are
// then cheap to copy and to compare. Used like an optional; to change the value, set another. Equal as optionals are.
// Safe to read from any thread.
template <class T>
class Shared {
 public:
  Shared() = default;
  Shared(std::nullopt_t) {}  // NOLINT(google-explicit-constructor): as an optional is made
  Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  const T& operator*() const { return *value_; }
  const T* operator->() const { return value_.get(); }
  void reset() { value_.reset(); }

  friend bool operator==(const Shared& a, const Shared& b) { return a.value_ == b.value_ || (a && b && *a == *b); }

 private:
  std::shared_ptr<const T> value_;
};

}  // namespace dagitops
