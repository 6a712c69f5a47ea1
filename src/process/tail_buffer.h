#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace dagitops {

// The last `limit` bytes of all that was appended. Never holds more than twice that.
class TailBuffer {
 public:
  explicit TailBuffer(std::size_t limit) : limit_(limit) {}

  void Append(std::string_view text) {
    if (text.size() > limit_) text.remove_prefix(text.size() - limit_);
    kept_ += text;
    if (kept_.size() > 2 * limit_) Cut();
  }

  std::string Take() {
    Cut();
    return std::exchange(kept_, {});
  }

 private:
  void Cut() {
    if (kept_.size() > limit_) kept_.erase(0, kept_.size() - limit_);
  }

  std::size_t limit_;
  std::string kept_;
};

}  // namespace dagitops
