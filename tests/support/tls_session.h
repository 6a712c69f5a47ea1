#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace dagitops::support {

// What a server shows, and whom it lets in.
struct TlsServer {
  std::string certificate;  // PEM files
  std::string key;
  std::string client_authority;  // the client must show a certificate that this one signed; empty: none is asked for
};

// The server's end of TLS on one connection, by OpenSSL.
class TlsSession {
 public:
  TlsSession(const TlsServer& server, int fd);
  ~TlsSession();

  bool Accept();  // false when the client is not let in, or gives up
  // As recv and send: 0 or less at the end.
  long Read(char* bytes, std::size_t size);
  long Write(const char* bytes, std::size_t size);
  bool pending() const;             // something is read already
  std::string client_name() const;  // the common name of its certificate; "" when it showed none
  std::string server_name() const;  // that the client asked for

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace dagitops::support
