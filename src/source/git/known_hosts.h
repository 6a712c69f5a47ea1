#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dagitops::git {

// A host key, as in a line of known_hosts.
struct HostKey {
  std::string type;  // "ssh-ed25519", "ecdsa-sha2-nistp256", …
  std::string key;   // base64 of the key's blob
  bool revoked = false;

  friend bool operator==(const HostKey&, const HostKey&) = default;
};

// The keys that a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT) has for a host: plain names, patterns with
// '*', '?' and '!', "[host]:port", and hashed names. Lines of certificate authorities are not used: libssh2 has no
// certificates for hosts. Lines that make no sense are skipped, as ssh does.
std::vector<HostKey> KnownHostKeys(std::string_view known_hosts, std::string_view host, int port);

// How a host is called in known_hosts: "host", or "[host]:port" where the port is not 22.
std::string HostLabel(std::string_view host, int port);

// The type in front of a host key's blob; "" when it is none.
std::string HostKeyType(std::string_view blob);

enum class HostKeyVerdict {
  kKnown,
  kUnknownHost,  // nothing is known of this host
  kOtherTypes,   // the host is known, but only with keys of other types
  kMismatch,     // another key of the same type is known: somebody in between, or a host set up anew
  kRevoked,
};
HostKeyVerdict JudgeHostKey(const std::vector<HostKey>& known, const HostKey& shown);

}  // namespace dagitops::git
