#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dagitops {

// SHA-256 as 64 lower-case hex digits.
std::string Sha256Hex(std::string_view data);

// The first `digits` (at most 64) of Sha256Hex: for names that must stay short.
std::string ShortDigest(std::string_view data, std::size_t digits = 8);

// HMAC-SHA-1 (RFC 2104) as 20 raw bytes. Only for formats that ask for it, such as the hashed names in known_hosts.
std::string HmacSha1(std::string_view key, std::string_view data);

}  // namespace dagitops
