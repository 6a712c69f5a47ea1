#pragma once

#include <string>
#include <string_view>

namespace dagitops::git {

// What a private key file is, read from its envelope alone; no passphrase is needed for that.
struct SshKeyInfo {
  enum class Kind { kEd25519, kEcdsa, kRsa, kDsa, kOther, kPublic, kPutty, kNone };
  Kind kind = Kind::kNone;  // kPublic, kPutty: a file that is easily mistaken for one; kNone: no key at all
  bool encrypted = false;   // a passphrase is needed to use it
};

// Knows OpenSSH's own format (openssh-portable, PROTOCOL.key) and the PEM forms of RFC 1421 and PKCS#8. The kind inside
// an encrypted PKCS#8 file cannot be told: kOther.
SshKeyInfo InspectSshKey(std::string_view text);

}  // namespace dagitops::git
