#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "dagitops/server/http_server.h"

namespace dagitops::server {

// What all connections of one server share. All of it is used by the server's thread alone.
struct Shared {
  std::vector<Route> routes;
  Limits limits;
  Metrics& metrics;
  std::size_t connections = 0;
};

// One connection: reads a request, answers it, and reads the next. It lives for as long as it waits for something.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(boost::asio::ip::tcp::socket socket, Shared& shared);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void Start() { ReadHead(); }

 private:
  using Code = boost::beast::error_code;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Answer = boost::beast::http::response<boost::beast::http::string_body>;

  void ReadHead();
  void HeadRead(Code code);
  void BodyRead(Code code);
  // An answer to what was not read to its end, so that nothing can follow it.
  void Refuse(int status, const std::string& allowed = "");
  void Send(const Response& response, bool keep, const std::string& allowed = "");
  void Sent(Code code);
  // Waits for the other side to go: closing at once could take the answer from it.
  void Drain(std::size_t left);

  boost::beast::tcp_stream stream_;
  Shared& shared_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::optional<Answer> answer_;
  std::string route_;  // of the request, for the metrics
  const Route* found_ = nullptr;
};

}  // namespace dagitops::server
