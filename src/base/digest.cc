#include "dagitops/base/digest.h"

#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>

namespace dagitops {

std::string Sha256Hex(std::string_view data) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), hash.data());
  std::string hex;
  hex.reserve(hash.size() * 2);
  for (const unsigned char byte : hash) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::string ShortDigest(std::string_view data, std::size_t digits) { return Sha256Hex(data).substr(0, digits); }

std::string HmacSha1(std::string_view key, std::string_view data) {
  std::string mac(SHA_DIGEST_LENGTH, '\0');
  unsigned length = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(data.data()),
       data.size(), reinterpret_cast<unsigned char*>(mac.data()), &length);
  return mac;
}

}  // namespace dagitops
