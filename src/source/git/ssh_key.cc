#include "source/git/ssh_key.h"

#include <array>
#include <cstdint>
#include <utility>

#include "dagitops/base/base64.h"

namespace dagitops::git {
namespace {

using Kind = SshKeyInfo::Kind;

constexpr std::string_view kMagic("openssh-key-v1\0", 15);

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// Takes one string with a length of four bytes before it, as ssh writes them; false at the end.
bool TakeString(std::string_view& bytes, std::string_view* out) {
  if (bytes.size() < 4) return false;
  std::uint32_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  bytes.remove_prefix(4);
  if (length > bytes.size()) return false;
  *out = bytes.substr(0, length);
  bytes.remove_prefix(length);
  return true;
}

Kind KindOfType(std::string_view type) {
  if (type == "ssh-ed25519") return Kind::kEd25519;
  if (type.starts_with("ecdsa-sha2-")) return Kind::kEcdsa;
  if (type == "ssh-rsa") return Kind::kRsa;
  if (type == "ssh-dss") return Kind::kDsa;
  return Kind::kOther;
}

// The text between two "-----" lines, decoded.
std::string Armoured(std::string_view text, std::string_view begin) {
  const std::size_t start = text.find(begin) + begin.size();
  return Base64Decode(text.substr(start, text.find("-----END", start) - start)).value_or("");
}

SshKeyInfo InspectOpenSsh(std::string_view text) {
  const std::string decoded = Armoured(text, "-----BEGIN OPENSSH PRIVATE KEY-----");
  std::string_view bytes = decoded;
  std::string_view cipher;
  std::string_view skipped;
  std::string_view public_key;
  std::string_view type;
  if (!bytes.starts_with(kMagic)) return {};
  bytes.remove_prefix(kMagic.size());
  if (!TakeString(bytes, &cipher) || !TakeString(bytes, &skipped) || !TakeString(bytes, &skipped)) return {};
  if (bytes.size() < 4) return {};
  bytes.remove_prefix(4);  // the number of keys, always 1
  if (!TakeString(bytes, &public_key) || !TakeString(public_key, &type)) return {};
  return {KindOfType(type), cipher != "none"};
}

// PKCS#8 names the algorithm by an object identifier near its beginning (RFC 5208, RFC 8410, RFC 5480, RFC 8017).
Kind KindOfPkcs8(std::string_view text) {
  const std::string der = Armoured(text, "-----BEGIN PRIVATE KEY-----");
  const std::string_view head = std::string_view(der).substr(0, 40);
  if (Contains(head, "\x06\x03\x2b\x65\x70")) return Kind::kEd25519;
  if (Contains(head, "\x06\x07\x2a\x86\x48\xce\x3d\x02\x01")) return Kind::kEcdsa;
  if (Contains(head, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")) return Kind::kRsa;
  return Kind::kOther;
}

}  // namespace

SshKeyInfo InspectSshKey(std::string_view text) {
  if (Contains(text, "-----BEGIN OPENSSH PRIVATE KEY-----")) return InspectOpenSsh(text);
  if (Contains(text, "-----BEGIN ENCRYPTED PRIVATE KEY-----")) return {Kind::kOther, true};
  if (Contains(text, "-----BEGIN PRIVATE KEY-----")) return {KindOfPkcs8(text), false};
  static constexpr std::array<std::pair<std::string_view, Kind>, 3> kPem{
      {{"-----BEGIN RSA PRIVATE KEY-----", Kind::kRsa},
       {"-----BEGIN EC PRIVATE KEY-----", Kind::kEcdsa},
       {"-----BEGIN DSA PRIVATE KEY-----", Kind::kDsa}}};
  for (const auto& [begin, kind] : kPem) {
    if (Contains(text, begin)) return {kind, Contains(text, "Proc-Type: 4,ENCRYPTED")};
  }
  if (text.starts_with("PuTTY-User-Key-File")) return {Kind::kPutty, false};
  if (text.starts_with("ssh-") || text.starts_with("ecdsa-") || Contains(text, "BEGIN SSH2 PUBLIC KEY")) {
    return {Kind::kPublic, false};
  }
  return {};
}

}  // namespace dagitops::git
