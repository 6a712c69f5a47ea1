// The HTTP server over real sockets: what it answers, and what it puts up with.

#include "dagitops/server/http_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "dagitops/base/prometheus_metrics.h"

namespace dagitops::server {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr int kPatienceMs = 30'000;

// A client that sends exactly what it is told.
class Client {
 public:
  explicit Client(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool Send(std::string_view bytes) const {
    return connected_ && send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  // What comes until the other side closes, or until `end` was read.
  std::string Read(std::string_view end = "") const {
    std::string text;
    std::array<char, 4096> buffer{};
    pollfd waiting{fd_, POLLIN, 0};
    while ((end.empty() || !text.ends_with(end)) && poll(&waiting, 1, kPatienceMs) > 0) {
      const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int fd_;
  bool connected_ = false;
};

class Serving : public testing::Test {
 protected:
  void Start(Limits limits = {}) {
    const auto echo = [](const Request& request) { return Response{200, request.query + "|" + request.body + "\n"}; };
    const auto fail = [](const Request&) -> Response { throw std::runtime_error("secret detail"); };
    auto made = HttpServer::Listen({"127.0.0.1:0", limits, metrics},
                                   {{"GET", "/page", echo}, {"POST", "/in/", echo, 10}, {"GET", "/fail", fail}});
    ASSERT_TRUE(made) << made.error().Text();
    server = std::move(*made);
  }
  std::string Ask(std::string_view bytes) const {
    const Client client(server->port());
    EXPECT_TRUE(client.Send(bytes));
    return client.Read();
  }

  PrometheusMetrics metrics;
  std::unique_ptr<HttpServer> server;
};

TEST_F(Serving, AnswersOneRequestAfterAnother) {
  Start();
  const Client client(server->port());
  client.Send("GET /page?a=1 HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string first = client.Read("a=1|\n");
  EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(first, HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  client.Send("POST /in/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_THAT(client.Read("|hi\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  client.Send("GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.Read(), EndsWith("\r\n\r\n|\n"));
}

TEST_F(Serving, AnswersToHeadWithoutABody) {
  Start();
  const std::string answer = Ask("HEAD /page?ab HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 4\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(Serving, RefusesWhatIsWrong) {
  Start();
  const std::string long_header = "X: " + std::string(20'000, 'x');
  const struct {
    const char* name;
    std::string sent;
    const char* status;
  } rows[] = {
      {"no such page", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "404 Not Found"},
      {"another method", "POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "405 Method Not Allowed"},
      {"no HTTP", "hello\r\n\r\n", "400 Bad Request"},
      {"an unknown version", "GET /page HTTP/3.0\r\n\r\n", "400 Bad Request"},
      {"a header too long", "GET /page HTTP/1.1\r\n" + long_header + "\r\n\r\n", "431 Request Header Fields Too Large"},
      {"a body for a GET", "GET /page HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", "413 Payload Too Large"},
      {"a body too long", "POST /in/x HTTP/1.1\r\nContent-Length: 11\r\n\r\n12345678901", "413 Payload Too Large"},
      {"a body too long in chunks",
       "POST /in/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n6\r\n123456\r\n0\r\n\r\n",
       "413 Payload Too Large"},
      {"a body without end", "POST /in/x HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", "400 Bad Request"},
      {"a page that throws", "GET /fail HTTP/1.1\r\nConnection: close\r\n\r\n", "500 Internal Server Error"},
  };
  for (const auto& row : rows) {
    const std::string answer = Ask(row.sent);
    EXPECT_THAT(answer, StartsWith(std::string("HTTP/1.1 ") + row.status)) << row.name;
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << row.name;
    EXPECT_THAT(answer, Not(HasSubstr("secret"))) << row.name;
  }
  EXPECT_THAT(Ask("PUT /page HTTP/1.1\r\n\r\n"), HasSubstr("\r\nAllow: GET, HEAD\r\n"));
}

TEST_F(Serving, TakesABodyUpToItsLimit) {
  Start();
  EXPECT_THAT(Ask("POST /in/x HTTP/1.1\r\nContent-Length: 10\r\nConnection: close\r\n\r\n1234567890"),
              EndsWith("|1234567890\n"));
  EXPECT_THAT(
      Ask("POST /in/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n12345\r\n0\r\n\r\n"),
      EndsWith("|12345\n"));
}

TEST_F(Serving, CutsOffWhoSendsSlowly) {
  Limits limits;
  limits.request = Duration(300);
  Start(limits);
  const Client idle(server->port());
  const Client slow(server->port());
  const Client half(server->port());
  half.Send("POST /in/x HTTP/1.1\r\nContent-Length: 10\r\n\r\n1234");
  std::atomic<bool> cut = false;
  std::thread drip([&] {  // a byte now and then does not buy more time
    const std::string_view head = "GET /page HTTP/1.1\r\nX: ";
    slow.Send(head);
    for (int i = 0; i < 3000 && !cut; ++i) {
      if (!slow.Send("x")) break;
      poll(nullptr, 0, 10);
    }
  });
  EXPECT_THAT(Ask("GET /page HTTP/1.1\r\nConnection: close\r\n\r\n"), StartsWith("HTTP/1.1 200 OK")) << "meanwhile";
  EXPECT_EQ(idle.Read(), "");
  EXPECT_EQ(half.Read(), "");
  EXPECT_EQ(slow.Read(), "");
  cut = true;
  drip.join();
}

TEST_F(Serving, HasRoomForSoManyAndClosesTheNext) {
  Limits limits;
  limits.connections = 2;
  Start(limits);
  auto first = std::make_unique<Client>(server->port());
  first->Send("GET /page HTTP/1.1\r\n\r\n");
  first->Read("|\n");
  const Client second(server->port());
  second.Send("GET /page HTTP/1.1\r\n\r\n");
  second.Read("|\n");
  const Client third(server->port());
  third.Send("GET /page HTTP/1.1\r\n\r\n");
  EXPECT_EQ(third.Read(), "");
  first.reset();
  std::string answer;
  for (int i = 0; i < 1000 && answer.empty(); ++i) {  // until the server has seen that it went
    const Client next(server->port());
    next.Send("GET /page HTTP/1.1\r\nConnection: close\r\n\r\n");
    answer = next.Read();
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(Serving, EndsWhoeverIsConnected) {
  Start();
  const Client idle(server->port());
  const Client half(server->port());
  half.Send("GET /page HTTP/1.1\r\n");
  Ask("GET /page HTTP/1.1\r\nConnection: close\r\n\r\n");  // both are accepted by now
  server.reset();
  EXPECT_EQ(idle.Read(), "");
  EXPECT_EQ(half.Read(), "");
}

TEST_F(Serving, SaysWhereItCannotListen) {
  Start();
  for (const std::string& address : {"127.0.0.1:" + std::to_string(server->port()), std::string("192.0.2.1:1"),
                                     std::string("no.such.host.invalid:1"), std::string(":x"), std::string(":70000")}) {
    const auto other = HttpServer::Listen({address, {}, metrics}, {});
    ASSERT_FALSE(other) << address;
    EXPECT_EQ(other.error().code, "listen-failed");
    EXPECT_THAT(other.error().message, HasSubstr(address));
  }
}

TEST_F(Serving, IsNotInheritedByChildren) {
  Start();
  const Client client(server->port());
  client.Send("GET /page HTTP/1.1\r\n\r\n");
  client.Read("|\n");
  for (int fd = 3; fd < 200; ++fd) {
    const int flags = fcntl(fd, F_GETFD);
    int type = 0;
    socklen_t size = sizeof type;
    if (flags < 0 || getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) continue;
    EXPECT_NE(flags & FD_CLOEXEC, 0) << "socket " << fd;
  }
}

TEST_F(Serving, CountsByPageAndAnswer) {
  Start();
  for (const char* path : {"/page", "/in/x", "/", "/x", "/page?y"})
    Ask(std::string("GET ") + path + " HTTP/1.1\r\nConnection: close\r\n\r\n");
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("dagitops_http_requests_total{code=\"200\",route=\"/page\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("dagitops_http_requests_total{code=\"405\",route=\"none\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("dagitops_http_requests_total{code=\"404\",route=\"none\"} 2\n"));
}

}  // namespace
}  // namespace dagitops::server
