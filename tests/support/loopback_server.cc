#include "support/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace dagitops::support {
namespace {

[[noreturn]] void Throw(const char* what) { throw std::runtime_error(std::string(what) + ": " + std::strerror(errno)); }

// A listening socket; its port is written to `port`.
int ListenTcp(int& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) Throw("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) Throw("bind");
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) Throw("getsockname");
  port = ntohs(address.sin_port);
  return fd;
}

int ListenUnix(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) Throw("socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("socket path too long: " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Throw("bind");
  return fd;
}

// The Content-Length of a head, 0 when it has none. libcurl writes the name in this case.
std::size_t BodySize(std::string_view head) {
  const std::size_t at = head.find("Content-Length: ");
  return at == std::string_view::npos ? 0 : std::strtoul(head.substr(at + 16).data(), nullptr, 10);
}

}  // namespace

LoopbackServer::LoopbackServer(Script script) : script_(std::move(script)) { Start(ListenTcp(port_)); }

LoopbackServer::LoopbackServer(TlsServer tls, Script script) : script_(std::move(script)), tls_(std::move(tls)) {
  Start(ListenTcp(port_));
}

LoopbackServer::LoopbackServer(std::string socket_path, Script script)
    : script_(std::move(script)), socket_path_(std::move(socket_path)) {
  Start(ListenUnix(socket_path_));
}

LoopbackServer::~LoopbackServer() {
  close(stop_write_);
  acceptor_.join();
  close(stop_read_);
  if (!socket_path_.empty()) unlink(socket_path_.c_str());
}

int LoopbackServer::RefusedPort() {
  int port = 0;
  close(ListenTcp(port));
  return port;
}

std::string LoopbackServer::url(std::string_view path) const {
  return (tls_ ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(port_) + std::string(path);
}

int LoopbackServer::connections() { return seen_.lock()->connections; }
std::vector<std::string> LoopbackServer::requests() { return seen_.lock()->requests; }

void LoopbackServer::Start(int listener) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) Throw("pipe");
  stop_read_ = ends[0];
  stop_write_ = ends[1];
  if (listen(listener, 16) != 0) Throw("listen");
  acceptor_ = std::jthread([this, listener] { AcceptLoop(listener); });
}

void LoopbackServer::AcceptLoop(int listener) {
  std::list<std::jthread> workers;  // joined when the loop ends
  for (;;) {
    std::array<pollfd, 2> wait{{{listener, POLLIN, 0}, {stop_read_, POLLIN, 0}}};
    if (poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) break;
    if (wait[1].revents != 0) break;
    if (wait[0].revents == 0) continue;
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int number = ++seen_.lock()->connections;
    workers.emplace_back([this, fd, number] { Serve(fd, number); });
  }
  close(listener);
}

void LoopbackServer::Serve(int fd, int number) {
  Peer peer(*this, fd, number);
  if (tls_) {
    TlsSession session(*tls_, fd);
    peer.tls_ = &session;
    if (session.Accept()) script_(peer);
  } else {
    script_(peer);
  }
  close(fd);
}

bool LoopbackServer::Peer::WaitReadable() {
  if (tls_ != nullptr && tls_->pending()) return true;
  for (;;) {
    std::array<pollfd, 2> wait{{{fd_, POLLIN, 0}, {server_.stop_read_, POLLIN, 0}}};
    if (poll(wait.data(), wait.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    return wait[1].revents == 0;
  }
}

long LoopbackServer::Peer::Receive(char* bytes, std::size_t size) {
  return tls_ != nullptr ? tls_->Read(bytes, size) : recv(fd_, bytes, size, 0);
}

long LoopbackServer::Peer::Transmit(const char* bytes, std::size_t size) {
  if (tls_ == nullptr) return send(fd_, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  const long sent = tls_->Write(bytes, size);
  if (sent <= 0) errno = EPIPE;
  return sent > 0 ? sent : -1;
}

std::string LoopbackServer::Peer::ReadSome() {
  if (!buffer_.empty()) return std::exchange(buffer_, {});
  if (!WaitReadable()) return {};
  std::array<char, 16384> chunk{};
  const long got = Receive(chunk.data(), chunk.size());
  return got > 0 ? std::string(chunk.data(), static_cast<std::size_t>(got)) : std::string();
}

std::string LoopbackServer::Peer::ReadHttp() {
  std::string request;
  for (;;) {
    const std::size_t head = request.find("\r\n\r\n");
    const std::size_t whole = head == std::string::npos ? 0 : head + 4 + BodySize(request.substr(0, head));
    if (whole > 0 && request.size() >= whole) {
      buffer_ = request.substr(whole);
      request.resize(whole);
      server_.seen_.lock()->requests.push_back(request);
      return request;
    }
    const std::string more = ReadSome();
    if (more.empty()) return {};
    request += more;
  }
}

void LoopbackServer::Peer::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    std::array<pollfd, 2> wait{{{fd_, POLLOUT, 0}, {server_.stop_read_, POLLIN, 0}}};
    if (poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) return;
    if (wait[1].revents != 0) return;
    if (wait[0].revents == 0) continue;
    const long sent = Transmit(bytes.data(), bytes.size());
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return;
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void LoopbackServer::Peer::Answer(int status, std::string_view body, std::string_view content_type) {
  std::string answer = "HTTP/1.1 " + std::to_string(status) + " Answer\r\nContent-Type: ";
  answer += content_type;
  answer += "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  Send(answer += body);
}

void LoopbackServer::Peer::Hang() {
  while (!ReadSome().empty()) {
  }
}

void LoopbackServer::Peer::Reset() {
  const linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace dagitops::support
