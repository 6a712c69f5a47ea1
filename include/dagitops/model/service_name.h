#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dagitops {

inline constexpr std::size_t kLongestServiceName = 63;  // RFC 1035 label; Kubernetes Service names

// A DNS-1035 label: lower-case letters, digits and '-', starting with a letter, not ending with '-', at most 63 long.
bool IsServiceName(std::string_view name);

// The nearest name that IsServiceName accepts. A name that is cut ends in 8 hex digits of the whole, so that two long
// names stay two.
std::string SuggestServiceName(std::string_view name);

}  // namespace dagitops
