#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "dagitops/base/result.h"

namespace dagitops::support {

// Thrown where a test kills the program in the middle of what it does. Nothing in the program catches it.
struct Killed {};

// Counts every call to the seams that share it, and makes the chosen one go wrong. Numbers count from 1; 0 is never.
class Faults {
 public:
  enum class Kind {
    kFail,        // the call does nothing and returns an error
    kKillBefore,  // the program dies before the call
    kKillAfter,   // the program dies after the call, before it learns the result
  };

  void Arm(Kind kind, std::size_t call) {
    kind_ = kind;
    chosen_ = call;
    calls.clear();
  }
  // The same for the first call of that name.
  void ArmAt(Kind kind, std::string name) {
    Arm(kind, 0);
    name_ = std::move(name);
  }
  void Disarm() {
    chosen_ = 0;
    name_.clear();
  }

  // `call` does the real thing. Calls that cannot fail (they return no Result) only count.
  template <class Call>
  auto Around(const std::string& name, Call call) -> decltype(call()) {
    calls.push_back(name);
    if (calls.size() != chosen_ && (name_.empty() || name != name_)) return call();
    name_.clear();
    if (kind_ == Kind::kKillBefore) throw Killed();
    if constexpr (requires { decltype(call())(error); }) {
      if (kind_ == Kind::kFail) return error;
    }
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
      if (kind_ == Kind::kKillAfter) throw Killed();
    } else {
      auto result = call();
      if (kind_ == Kind::kKillAfter) throw Killed();
      return result;
    }
  }

  Error error{ErrorKind::kRetry, "injected", "test", "a call was made to fail", ""};
  std::vector<std::string> calls;

 private:
  Kind kind_ = Kind::kFail;
  std::size_t chosen_ = 0;
  std::string name_;
};

}  // namespace dagitops::support
