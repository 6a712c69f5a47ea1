#include "dagitops/server/http_server.h"

#include <fcntl.h>

#include <charconv>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>

#include "dagitops/base/log.h"

#include "server/router.h"
#include "server/session.h"

namespace dagitops::server {
namespace {

namespace asio = boost::asio;
using Code = boost::system::error_code;
using Tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds kAcceptPause{100};  // where the process has no file descriptor left, say

// Of the error's message only: an address is no secret.
Error ListenError(const std::string& address, const Code& code) {
  return {ErrorKind::kStalled, "listen-failed", "server.listen", address + ": " + code.message(),
          "choose another address or port, or end what listens there"};
}

// Without a host: all addresses, of both families where the machine has both.
Result<std::vector<Tcp::endpoint>> EndpointsOf(const std::string& address, asio::io_context& context) {
  const auto [host, port] = SplitAddress(address);
  Code code;
  if (host.empty()) {
    unsigned short number = 0;
    const auto [end, fault] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (fault != std::errc() || end != port.data() + port.size())
      return ListenError(address, asio::error::invalid_argument);
    return std::vector<Tcp::endpoint>{{Tcp::v6(), number}, {Tcp::v4(), number}};
  }
  const auto found = Tcp::resolver(context).resolve(host, port, Tcp::resolver::numeric_service, code);
  if (code) return ListenError(address, code);
  std::vector<Tcp::endpoint> endpoints;
  for (const auto& one : found) endpoints.push_back(one.endpoint());
  return endpoints;
}

// No child of ours shall hold it open.
void CloseOnExec(int descriptor) { fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

Code Open(Tcp::acceptor& acceptor, const Tcp::endpoint& endpoint) {
  Code code;
  acceptor.open(endpoint.protocol(), code);
  if (code) return code;
  CloseOnExec(acceptor.native_handle());
  acceptor.set_option(Tcp::acceptor::reuse_address(true), code);
  if (!code && endpoint.address().is_v6() && endpoint.address().is_unspecified())
    acceptor.set_option(asio::ip::v6_only(false), code);
  if (!code) acceptor.bind(endpoint, code);
  if (!code) acceptor.listen(asio::socket_base::max_listen_connections, code);
  if (code) {
    Code ignored;
    acceptor.close(ignored);
  }
  return code;
}

}  // namespace

struct HttpServer::Impl {
  Impl(const Options& options, std::vector<Route> routes)
      : shared{std::move(routes), options.limits, options.metrics}, acceptor(context), pause(context) {}

  ~Impl() {
    context.stop();
    if (thread.joinable()) thread.join();
  }

  Status Bind(const std::string& address) {
    DAGITOPS_ASSIGN(const auto endpoints, EndpointsOf(address, context));
    Code code;
    for (const Tcp::endpoint& endpoint : endpoints) {
      code = Open(acceptor, endpoint);
      if (!code) return Ok();
    }
    return ListenError(address, code);
  }

  void Accept() {
    acceptor.async_accept([this](Code code, Tcp::socket socket) {
      if (code) return AcceptLater();
      CloseOnExec(socket.native_handle());
      if (shared.connections < shared.limits.connections) std::make_shared<Session>(std::move(socket), shared)->Start();
      Accept();
    });
  }

  void AcceptLater() {
    pause.expires_after(kAcceptPause);
    pause.async_wait([this](Code code) {
      if (!code) Accept();
    });
  }

  Shared shared;  // outlives the sessions, which end with the context
  asio::io_context context{1};
  Tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::thread thread;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::Listen(const Options& options, std::vector<Route> routes) {
  auto impl = std::make_unique<Impl>(options, std::move(routes));
  DAGITOPS_TRY(impl->Bind(options.listen));
  impl->Accept();
  impl->thread = std::thread([impl = impl.get()] { impl->context.run(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

int HttpServer::port() const { return impl_->acceptor.local_endpoint().port(); }

}  // namespace dagitops::server
