#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "dagitops/base/sync.h"

#include "support/tls_session.h"

namespace dagitops::support {

// A server on 127.0.0.1 or on a unix socket that does to each connection what a script says: answer, answer half, hang,
// send garbage, slam the door. Each connection has a thread of its own, which the destructor ends and joins.
class LoopbackServer {
 public:
  // One accepted connection. Reads and Hang end when the peer closes or the server is destroyed; nothing throws.
  class Peer {
   public:
    int number() const { return number_; }  // 1 for the first connection of this server

    // The head of one HTTP/1 request and as much body as its Content-Length says, remembered in requests().
    // "" when the peer closed before that was whole.
    std::string ReadHttp();
    std::string ReadSome();  // whatever comes next; "" at the end
    void Send(std::string_view bytes);
    // A whole HTTP/1.1 answer. The connection stays open.
    void Answer(int status, std::string_view body, std::string_view content_type = "application/json");
    void Hang();   // until the peer closes
    void Reset();  // RST instead of FIN; TCP only
    // Of a server with TLS: whom the client's certificate names, and which server it asked for.
    std::string client_name() const { return tls_ == nullptr ? "" : tls_->client_name(); }
    std::string server_name() const { return tls_ == nullptr ? "" : tls_->server_name(); }

   private:
    friend class LoopbackServer;
    Peer(LoopbackServer& server, int fd, int number) : server_(server), fd_(fd), number_(number) {}
    bool WaitReadable();
    long Receive(char* bytes, std::size_t size);
    long Transmit(const char* bytes, std::size_t size);

    LoopbackServer& server_;
    int fd_;
    int number_;
    TlsSession* tls_ = nullptr;
    std::string buffer_;
  };
  using Script = std::function<void(Peer&)>;  // the connection is closed when it returns

  explicit LoopbackServer(Script script);                  // 127.0.0.1, a free port
  LoopbackServer(TlsServer tls, Script script);            // the same, behind TLS; clients not let in see no script
  LoopbackServer(std::string socket_path, Script script);  // a unix socket, removed by the destructor
  static int RefusedPort();                                // a port of 127.0.0.1 where nobody listens
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  int port() const { return port_; }
  std::string url(std::string_view path = "") const;  // by 127.0.0.1; with TLS by localhost, which certificates name
  const std::string& socket_path() const { return socket_path_; }
  int connections();                    // accepted so far
  std::vector<std::string> requests();  // everything ReadHttp returned, in order

 private:
  struct Seen {
    int connections = 0;
    std::vector<std::string> requests;
  };
  void Start(int listener);
  void AcceptLoop(int listener);
  void Serve(int fd, int number);

  Script script_;
  std::optional<TlsServer> tls_;
  std::string socket_path_;
  int port_ = 0;
  int stop_read_ = -1;  // readable once the server stops
  int stop_write_ = -1;
  Sync<Seen> seen_;
  std::jthread acceptor_;
};

}  // namespace dagitops::support
