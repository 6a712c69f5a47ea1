#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dagitops::standin {

// One unary call to a unix socket over cleartext HTTP/2; waits for at most `limit`. The reply's message, or nullopt
// when nobody answers in time or the answer is an error.
std::optional<std::string> GrpcCall(const std::string& socket, std::string_view path, std::string_view message,
                                    std::chrono::milliseconds limit);

}  // namespace dagitops::standin
