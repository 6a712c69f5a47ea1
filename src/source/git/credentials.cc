#include "source/git/credentials.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "dagitops/base/text.h"

#include "source/git/ssh_key.h"

namespace dagitops::git {
namespace {

constexpr std::size_t kLargestFile = 1u << 20;

Error CredentialError(std::string code, const std::string& file, std::string message, std::string hint) {
  return Error{ErrorKind::kStalled, std::move(code), file, std::move(message), std::move(hint)};
}

// The text of a regular file of at most 1 MiB; `code` names the failure.
Result<std::string> ReadText(const std::string& file, const std::string& code, const std::string& what) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0) {
    return CredentialError(code, file, "could not read " + what + ": " + std::strerror(errno),
                           "correct the path in the settings, or make the file readable for this user");
  }
  std::ifstream stream(file, std::ios::binary);
  if (!S_ISREG(info.st_mode) || static_cast<std::size_t>(info.st_size) > kLargestFile || !stream) {
    return CredentialError(code, file, "could not read " + what + ": it is no readable file of at most 1 MiB",
                           "correct the path in the settings, or make the file readable for this user");
  }
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string InHome(const std::string& name) {
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? "" : std::string(home) + "/.ssh/" + name;
}

bool IsReadable(const std::string& file) { return !file.empty() && access(file.c_str(), R_OK) == 0; }

std::string DefaultKeyFile() {
  for (const char* name : {"id_ed25519", "id_ecdsa"}) {
    if (IsReadable(InHome(name))) return InHome(name);
  }
  return "";
}

// The rule of ssh itself: a key that belongs to us may be open to nobody else. One that belongs to another user (a
// mounted Kubernetes secret) is as open as whoever mounted it wants.
Status CheckPermissions(const std::string& file) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0 || info.st_uid != geteuid() || (info.st_mode & 077) == 0) return Ok();
  return CredentialError("git-ssh-key-open", file, "other users may read this private key",
                         "run `chmod 600 " + file + "`");
}

Status CheckKey(const std::string& file, const std::string& text) {
  const SshKeyInfo info = InspectSshKey(text);
  if (info.encrypted) {
    return CredentialError(
        "git-ssh-key-encrypted", file, "this key needs a passphrase, and nobody is there to type it",
        "use a key of its own without one (`ssh-keygen -t ed25519 -N ''`), or remove this one's with "
        "`ssh-keygen -p -f " +
            file + "`");
  }
  const std::string found = info.kind == SshKeyInfo::Kind::kPublic  ? "it is a public key"
                            : info.kind == SshKeyInfo::Kind::kPutty ? "it is a PuTTY key"
                            : info.kind == SshKeyInfo::Kind::kNone  ? "it holds no key"
                                                                    : "";
  if (found.empty()) return Ok();
  return CredentialError("git-ssh-key-invalid", file, "this is no private key for ssh: " + found,
                         "name the private half in OpenSSH's format, as `ssh-keygen -t ed25519` makes it");
}

Status LoadSsh(const GitSettings& settings, FetchRequest& request) {
  request.ssh_key_file = settings.ssh_key_file.empty() ? DefaultKeyFile() : settings.ssh_key_file;
  if (!request.ssh_key_file.empty()) {
    DAGITOPS_TRY(CheckPermissions(request.ssh_key_file));
    DAGITOPS_ASSIGN(std::string key, ReadText(request.ssh_key_file, "git-ssh-key-unreadable", "the ssh key"));
    DAGITOPS_TRY(CheckKey(request.ssh_key_file, key));
    request.ssh_key = Secret(std::move(key));
  }
  const bool named = !settings.known_hosts_file.empty();
  const std::string hosts = named ? settings.known_hosts_file : InHome("known_hosts");
  if (!named && !IsReadable(hosts)) return Ok();  // then no host is known, which the host key's error tells
  DAGITOPS_ASSIGN(request.known_hosts, ReadText(hosts, "git-known-hosts-unreadable", "the known hosts"));
  return Ok();
}

Status LoadHttp(const GitSettings& settings, FetchRequest& request) {
  if (!settings.token_file.empty()) {
    DAGITOPS_ASSIGN(const std::string token, ReadText(settings.token_file, "git-token-unreadable", "the access token"));
    request.token = Secret(std::string(Trim(token)));
    if (request.token.empty()) {
      return CredentialError("git-token-unreadable", settings.token_file, "the file of the access token is empty",
                             "write the token into it");
    }
  }
  if (settings.ca_file.empty()) return Ok();
  DAGITOPS_ASSIGN(const std::string authorities, ReadText(settings.ca_file, "git-ca-unreadable", "the authorities"));
  if (authorities.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    return CredentialError("git-ca-unreadable", settings.ca_file, "the file holds no certificate in PEM form",
                           "name the authority's certificate, which starts with -----BEGIN CERTIFICATE-----");
  }
  return Ok();
}

}  // namespace

Status LoadCredentials(const GitSettings& settings, const RemoteUrl& url, FetchRequest& request) {
  request.username = settings.username;
  request.token_file = settings.token_file;
  request.ca_file = settings.ca_file;
  if (url.transport == RemoteUrl::Transport::kSsh) return LoadSsh(settings, request);
  if (url.transport == RemoteUrl::Transport::kHttp || url.transport == RemoteUrl::Transport::kHttps) {
    return LoadHttp(settings, request);
  }
  return Ok();
}

}  // namespace dagitops::git
