#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "support/standin/loop.h"

namespace dagitops::standin {

// Status codes: github.com/grpc/grpc doc/statuscodes.md.
struct GrpcAnswer {
  std::string message;
  int status = 0;       // OK; 5 NOT_FOUND, 12 UNIMPLEMENTED
  bool silent = false;  // never answer: a server that hangs
};

// `path` is "/api.DagsterApi/Ping"; `message` is the request without its frame.
using GrpcHandler = std::function<GrpcAnswer(std::string_view path, std::string_view message)>;

// Unary gRPC over cleartext HTTP/2 on a unix socket, by libnghttp2. Any number of connections and streams; identity
// encoding only, which every gRPC client accepts.
class GrpcServer {
 public:
  GrpcServer(Loop& loop, GrpcHandler handler);
  ~GrpcServer();
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  // Takes the place of whatever stands at `socket`, as gRPC's own server does. False: could not.
  bool Listen(const std::string& socket);

 private:
  class Connection;

  void Accept();

  Loop& loop_;
  GrpcHandler handler_;
  int listener_ = -1;
  std::string socket_;
  std::map<int, std::unique_ptr<Connection>> connections_;
};

}  // namespace dagitops::standin
