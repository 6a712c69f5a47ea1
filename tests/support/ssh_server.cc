#include "support/ssh_server.h"

#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "support/program.h"

namespace dagitops::support {
namespace {

void Keygen(const std::string& file, const std::string& type, const std::string& passphrase) {
  const ProgramResult result =
      RunProgram({{"ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", "test", "-f", file}});
  if (result.exit_code != 0) throw std::runtime_error("ssh-keygen: " + result.output);
}

}  // namespace

bool SshServer::Available() {
  return std::filesystem::exists("/usr/sbin/sshd") && std::filesystem::exists("/usr/bin/ssh-keygen");
}

SshServer::SshServer() {
  Keygen(folder_ / "host_ed25519", "ed25519", "");
  Keygen(folder_ / "host_ecdsa", "ecdsa", "");
  folder_.Write("authorized_keys", "");
  server_ = std::make_unique<BackgroundProgram>(
      std::vector<std::string>{"/usr/bin/python3", DAGITOPS_SOURCE_DIR "/tests/support/ssh_server.py", folder_.path()});
  if (server_->first_line().empty()) throw std::runtime_error("sshd did not start: " + folder_.Read("log"));
  port_ = std::stoi(server_->first_line());
}

std::string SshServer::url(const std::string& path) const {
  const passwd* user = getpwuid(geteuid());
  return "ssh://" + std::string(user == nullptr ? "root" : user->pw_name) + "@127.0.0.1:" + std::to_string(port_) +
         path;
}

std::string SshServer::MakeKey(const std::string& name, const std::string& type, bool allowed,
                               const std::string& passphrase) {
  Keygen(folder_ / name, type, passphrase);
  if (allowed) std::ofstream(folder_ / "authorized_keys", std::ios::app) << folder_.Read(name + ".pub");
  return folder_ / name;
}

std::string SshServer::KnownHostsLine(const std::string& type) const {
  const std::string key = folder_.Read("host_" + type + ".pub");
  return "[127.0.0.1]:" + std::to_string(port_) + " " + key.substr(0, key.rfind(' ')) + "\n";
}

std::string SshServer::WriteKnownHosts(const std::string& text) { return folder_.Write("known_hosts", text); }

}  // namespace dagitops::support
