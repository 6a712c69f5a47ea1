#pragma once

#include <memory>
#include <string>

#include "support/background_program.h"
#include "support/temp_dir.h"

namespace dagitops::support {

// A real sshd on 127.0.0.1 for the user who runs the test, with keys of its own and nothing of this machine's
// configuration. It runs what it is asked to run, so `git-upload-pack` works.
class SshServer {
 public:
  SshServer();

  static bool Available();  // sshd and ssh-keygen are installed

  int port() const { return port_; }
  std::string url(const std::string& path) const;  // ssh://<user>@127.0.0.1:<port><path>

  // Makes a pair of keys, allows its public half to log in when `allowed`, and gives back the private half's file.
  std::string MakeKey(const std::string& name, const std::string& type, bool allowed = true,
                      const std::string& passphrase = "");
  // The lines for known_hosts with this server's keys, by the host's key type ("ed25519", "ecdsa").
  std::string KnownHostsLine(const std::string& type) const;
  std::string WriteKnownHosts(const std::string& text);  // the file's path

 private:
  TempDir folder_;
  int port_ = 0;
  std::unique_ptr<BackgroundProgram> server_;
};

}  // namespace dagitops::support
