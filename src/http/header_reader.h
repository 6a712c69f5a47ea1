#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dagitops/http/http_client.h"

namespace dagitops {

// Sorts the header lines of one exchange, in the order they arrive, into those of the last answer and its trailers.
// libcurl 7.88 hands over trailers of HTTP/2 as further header lines without a mark of their own, so the blank line
// that ends the head is what tells them apart. Pure.
class HeaderReader {
 public:
  static constexpr std::size_t kMaxBytes = 256 * 1024;  // of all lines together

  // One line, with or without its line end. False when the sum of all lines is over kMaxBytes.
  bool Line(std::string_view line);

  int status() const { return response_.status; }  // 0 before the first status line
  bool head_ended() const { return head_ended_; }  // false: what came so far is no answer yet
  HttpResponse Response(std::string body) &&;

 private:
  HttpResponse response_;
  std::size_t bytes_ = 0;
  bool head_ended_ = false;
};

}  // namespace dagitops
