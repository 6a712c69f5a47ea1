#include "source/git/fetch_errors.h"

#include <git2.h>

#include <array>
#include <charconv>
#include <string_view>

#include "dagitops/base/base64.h"
#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

#include "source/git/ssh_key.h"

namespace dagitops::git {
namespace {

using Transport = RemoteUrl::Transport;

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

template <std::size_t N>
bool ContainsAny(std::string_view text, const std::array<std::string_view, N>& parts) {
  for (const std::string_view part : parts) {
    if (Contains(text, part)) return true;
  }
  return false;
}

// "unexpected http status code: 404" -> 404; 0 where no status is named.
int HttpStatus(std::string_view message) {
  constexpr std::string_view kBefore = "status code: ";
  const std::size_t at = message.find(kBefore);
  int status = 0;
  if (at == std::string_view::npos) return 0;
  const std::string_view digits = message.substr(at + kBefore.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), status);
  return status;
}

Error Make(const RemoteUrl& url, ErrorKind kind, std::string code, std::string message, std::string hint) {
  return Error{kind, std::move(code), url.name, std::move(message), std::move(hint)};
}

Error NotFound(const RemoteUrl& url, const std::string& said) {
  const bool path = url.transport == Transport::kPath;
  return Make(url, ErrorKind::kStalled, "git-not-found", "there is no git repository: " + said,
              path
                  ? "correct `source.url`: it names the folder that holds `.git`, or a bare repository; a folder below "
                    "is `source.path`"
                  : "correct `source.url`; hosts also answer so when the login may not see the repository");
}

Error ExplainStatus(const RemoteUrl& url, const FetchRequest& request, int status) {
  const std::string said = "the server answered HTTP status " + std::to_string(status);
  if (status == 401 || status == 403) {
    Error error = AuthFailed(url, request);
    error.message += "; " + said;
    return error;
  }
  if (status == 404 || status == 410) return NotFound(url, said);
  if (status == 429 || status >= 500) {
    return Make(url, ErrorKind::kRetry, "git-server-error", said,
                "it is tried again; look at the host's own status if it lasts");
  }
  return Make(url, ErrorKind::kRetry, "git-protocol", said, "check that `source.url` is the address to clone from");
}

Error Tls(const RemoteUrl& url, const std::string& said) {
  return Make(url, ErrorKind::kStalled, "git-tls", "no trusted TLS connection: " + said,
              "for a host with its own authority set `source.caFile` to that authority's PEM file; else check the "
              "host's name and this machine's clock; the server must offer TLS 1.2");
}

// What servers say over ssh and git:// for a repository that is not there or may not be seen.
constexpr std::array<std::string_view, 6> kNotThere{"not appear to be a git repository",
                                                    "Repository not found",
                                                    "repository not exported",
                                                    "could not be found",
                                                    "does not exist",
                                                    "No such file or directory"};
constexpr std::array<std::string_view, 4> kDisk{"No space left on device", "Disk quota exceeded",
                                                "Read-only file system", "Permission denied"};
constexpr std::array<std::string_view, 5> kConnect{"failed to resolve address", "failed to connect",
                                                   "Connection refused", "Network is unreachable", "No route to host"};
constexpr std::array<std::string_view, 3> kBadKey{"Unable to extract public key", "Invalid data in public key",
                                                  "unable to initialize SSH credentials"};

bool IsSsl(const LibraryFailure& failure) {
  return failure.code == GIT_ECERTIFICATE || failure.error_class == GIT_ERROR_SSL;
}

Error Unreachable(const RemoteUrl& url, const std::string& said) {
  return Make(url, ErrorKind::kRetry, "git-unreachable", "the host cannot be reached: " + said,
              "check the host's name, the network and the proxy settings (https_proxy, no_proxy)");
}

Error Protocol(const RemoteUrl& url, const std::string& said) {
  return Make(url, ErrorKind::kRetry, "git-protocol", "the exchange broke off: " + said,
              "it is tried again; check that `source.url` is the address to clone from if this lasts");
}

}  // namespace

Error AuthFailed(const RemoteUrl& url, const FetchRequest& request) {
  if (url.transport != Transport::kSsh) {
    if (request.token.empty() && !url.user.empty()) {
      return Make(url, ErrorKind::kStalled, "git-auth-failed", "the server refused the login in the URL",
                  "take it out of the URL and set `source.tokenFile` to a file with an access token instead");
    }
    const bool none = request.token.empty();
    return Make(url, ErrorKind::kStalled, "git-auth-failed",
                none ? "the server asks for a login and no token is set" : "the server refused the token",
                none ? "set `source.tokenFile` to a file with an access token that may read this repository"
                     : "check that the token in " + request.token_file + " is valid and may read this repository");
  }
  if (request.ssh_key.empty()) {
    return Make(url, ErrorKind::kStalled, "git-auth-failed", "the server asks for a key and there is none",
                "make one with `ssh-keygen -t ed25519`, add its public half to the host as a deploy key and set "
                "`source.sshKeyFile`");
  }
  if (InspectSshKey(request.ssh_key.Reveal()).kind == SshKeyInfo::Kind::kRsa) {
    return Make(url, ErrorKind::kStalled, "git-ssh-rsa-unsupported",
                "the server refused the RSA key " + request.ssh_key_file +
                    ": the ssh library here (libssh2 1.10) signs with SHA-1 only, which hosts no longer take",
                "use an ed25519 or ECDSA key: `ssh-keygen -t ed25519`");
  }
  return Make(url, ErrorKind::kStalled, "git-auth-failed", "the server refused the key " + request.ssh_key_file,
              "add its public half (`ssh-keygen -y -f " + request.ssh_key_file +
                  "`) to the host as a deploy key with read access, and check the login in the URL");
}

Error HostKeyRefused(const RemoteUrl& url, const HostKey& shown, HostKeyVerdict verdict) {
  const auto blob = Base64Decode(shown.key);
  const std::string line = HostLabel(url.host, url.port) + " " + shown.type + " " + shown.key;
  const std::string compare = "compare it with what the host publishes (`ssh-keygen -lf` shows fingerprints), then ";
  switch (verdict) {
    case HostKeyVerdict::kMismatch:
      return Make(url, ErrorKind::kStalled, "git-host-key-mismatch",
                  "the host shows another " + shown.type +
                      " key than known_hosts has: somebody may listen in, or the "
                      "host was set up anew",
                  compare + "replace the old line by: " + line);
    case HostKeyVerdict::kRevoked:
      return Make(url, ErrorKind::kStalled, "git-host-key-mismatch", "the host shows a key that known_hosts revokes",
                  "do not connect; ask who runs the host");
    case HostKeyVerdict::kOtherTypes:
      return Make(url, ErrorKind::kStalled, "git-host-key-unknown",
                  "known_hosts has no " + shown.type + " key for this host, only keys of other types",
                  compare + "add the line: " + line);
    case HostKeyVerdict::kKnown:
    case HostKeyVerdict::kUnknownHost:
      break;
  }
  return Make(url, ErrorKind::kStalled, "git-host-key-unknown", "known_hosts does not know this host",
              compare + "add the line: " + line);
}

Error FetchTooLarge(const RemoteUrl& url, std::uint64_t limit) {
  return Make(url, ErrorKind::kStalled, "git-too-large",
              "the fetch brings more than " + std::to_string(limit) + " bytes and was given up",
              "keep large files out of the workspace repository, or raise `source.maxFetchBytes`");
}

Error PushConflict(const RemoteUrl& url, const FetchRequest& request) {
  return Make(url, ErrorKind::kRetry, "git-push-conflict", "somebody else wrote to the branch " + request.branch,
              "it is fetched, and what is to be pushed goes on top of it");
}

Error PushRefused(const RemoteUrl& url, const FetchRequest& request, const std::string& said) {
  return Make(url, ErrorKind::kStalled, "git-push-refused",
              "the branch " + request.branch + " was refused: " + Redact(said),
              "let this login write that branch, or choose another one");
}

Error ExplainFailure(const RemoteUrl& url, const FetchRequest& request, const LibraryFailure& failure) {
  const std::string& said = failure.message;
  if (const int status = HttpStatus(said); status != 0) return ExplainStatus(url, request, status);
  if (failure.code == GIT_EAUTH) return AuthFailed(url, request);
  if (ContainsAny(said, kBadKey)) {
    return Make(url, ErrorKind::kStalled, "git-ssh-key-invalid",
                "the key " + request.ssh_key_file + " cannot be used: " + said,
                "write it anew in OpenSSH's format: `ssh-keygen -p -f " + request.ssh_key_file + "`");
  }
  if (IsSsl(failure)) return Tls(url, said);
  if (Contains(said, "cannot redirect from")) {
    return Make(url, ErrorKind::kStalled, "git-redirected", "the server sends us to another host: " + said,
                "set `source.url` to the new address; the token is never sent to a host that was not named");
  }
  if (failure.error_class == GIT_ERROR_ODB || failure.error_class == GIT_ERROR_ZLIB) {
    return Make(url, ErrorKind::kRetry, "git-mirror-corrupt", "the mirror " + request.mirror + " is damaged: " + said,
                "the next fetch makes the mirror anew");
  }
  if (ContainsAny(said, kNotThere) || failure.code == GIT_ENOTFOUND) return NotFound(url, said);
  if (ContainsAny(said, kConnect)) return Unreachable(url, said);
  if (ContainsAny(said, kDisk) && failure.error_class == GIT_ERROR_OS) {
    return Make(url, ErrorKind::kStalled, "git-mirror-unwritable", "the mirror cannot be written: " + said,
                "make room, or give this user write access to " + request.mirror);
  }
  return Protocol(url, said);
}

}  // namespace dagitops::git
