#pragma once

#include <stdexcept>
#include <string>

#include "support/program.h"
#include "support/temp_dir.h"

namespace dagitops::support {

// A certificate for "localhost" that signed itself, and its key, made by the openssl command line.
class TlsFiles {
 public:
  explicit TlsFiles(const std::string& name = "localhost", const std::string& days = "2") {
    const ProgramResult made =
        RunProgram({{"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key(), "-out",
                     certificate(), "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:" + name, "-days", days}});
    if (made.exit_code != 0) throw std::runtime_error("openssl: " + made.output);
  }

  std::string certificate() const { return folder_ / "cert.pem"; }  // the paths
  std::string key() const { return folder_ / "key.pem"; }
  std::string certificate_text() const { return folder_.Read("cert.pem"); }
  std::string key_text() const { return folder_.Read("key.pem"); }

 private:
  TempDir folder_;
};

}  // namespace dagitops::support
