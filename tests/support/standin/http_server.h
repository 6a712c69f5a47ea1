#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "support/standin/loop.h"

namespace dagitops::standin {

// "POST", "/graphql", body -> status and JSON body.
struct HttpAnswer {
  int status = 200;
  std::string body;
};
using HttpHandler = std::function<HttpAnswer(std::string_view method, std::string_view path, std::string_view body)>;

// HTTP/1.1 with keep-alive, bodies by Content-Length: what GraphQL clients send. One request of a connection at a time.
class HttpServer {
 public:
  HttpServer(Loop& loop, HttpHandler handler) : loop_(loop), handler_(std::move(handler)) {}
  bool Listen(const std::string& host, int port);  // false: the port is taken

 private:
  void Accept(int listener);
  bool Serve(int fd);  // false: the connection is over
  bool AnswerOne(int fd, std::string& received);

  Loop& loop_;
  HttpHandler handler_;
  std::map<int, std::string> received_;  // by connection: bytes not yet answered
};

}  // namespace dagitops::standin
