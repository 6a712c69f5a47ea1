#pragma once

#include <string>
#include <string_view>

namespace dagitops::workspace {

inline constexpr std::size_t kLongestName = 63;  // RFC 1035 label; Kubernetes Service names

// A DNS-1035 label: lower-case letters, digits and '-', starting with a letter, not ending with '-', at most 63 long.
bool IsServiceName(std::string_view name);

// The nearest name that IsServiceName accepts. A name that is cut ends in 8 hex digits of the whole, so that two long
// names stay two.
std::string SuggestName(std::string_view name);

}  // namespace dagitops::workspace
