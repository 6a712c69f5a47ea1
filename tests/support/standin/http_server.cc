#include "support/standin/http_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace dagitops::standin {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

std::size_t ContentLength(std::string_view head) {
  std::string lower(head);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::string_view kName = "\r\ncontent-length:";
  std::size_t at = lower.find(kName);
  if (at == std::string::npos) return 0;
  at = lower.find_first_not_of(' ', at + kName.size());
  std::size_t length = 0;
  std::from_chars(lower.data() + at, lower.data() + lower.size(), length);
  return length;
}

std::string Text(const HttpAnswer& answer) {
  return "HTTP/1.1 " + std::to_string(answer.status) + (answer.status == 200 ? " OK" : " Not Found") +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" +
         answer.body;
}

}  // namespace

bool HttpServer::Listen(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host.c_str(), &address.sin_addr);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(fd, SOMAXCONN) != 0) {
    close(fd);
    return false;
  }
  loop_.Watch(fd, POLLIN, [this, fd](short) { Accept(fd); });
  return true;
}

void HttpServer::Accept(int listener) {
  const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  received_[fd].clear();
  loop_.Watch(fd, POLLIN, [this, fd](short) {
    if (Serve(fd)) return;
    loop_.Forget(fd);
    received_.erase(fd);
    close(fd);
  });
}

bool HttpServer::Serve(int fd) {
  std::array<char, 16384> buffer;
  const ssize_t size = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size <= 0) return false;
  std::string& received = received_[fd].append(buffer.data(), static_cast<std::size_t>(size));
  while (received.find(kHeadEnd) != std::string::npos) {
    const std::size_t before = received.size();
    if (!AnswerOne(fd, received)) return false;
    if (received.size() == before) break;  // the body is not complete
  }
  return true;
}

bool HttpServer::AnswerOne(int fd, std::string& received) {
  const std::size_t head = received.find(kHeadEnd);
  const std::string_view all(received);
  const std::size_t body = head + kHeadEnd.size();
  const std::size_t length = ContentLength(all.substr(0, head + 2));
  if (received.size() < body + length) return true;
  const std::size_t space = all.find(' ');
  const std::size_t path_end = all.find_first_of(" ?", space + 1);
  if (space == std::string_view::npos || path_end == std::string_view::npos) return false;
  const std::string answer =
      Text(handler_(all.substr(0, space), all.substr(space + 1, path_end - space - 1), all.substr(body, length)));
  received.erase(0, body + length);
  return send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(answer.size());
}

}  // namespace dagitops::standin
