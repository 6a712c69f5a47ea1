#include "support/standin/grpc_call.h"

#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "support/standin/wire.h"

namespace dagitops::standin {
namespace {

using Clock = std::chrono::steady_clock;

struct Exchange {
  std::string request;  // framed
  std::size_t sent = 0;
  std::string reply;  // framed
  bool ok = false;
  bool over = false;
};

Exchange& Of(void* user) { return *static_cast<Exchange*>(user); }

std::string_view Text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

int OnHeader(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name, std::size_t name_length,
             const std::uint8_t* value, std::size_t value_length, std::uint8_t, void* user) {
  if (Text(name, name_length) == "grpc-status") Of(user).ok = Text(value, value_length) == "0";
  return 0;
}

int OnData(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t* data, std::size_t length, void* user) {
  Of(user).reply.append(Text(data, length));
  return 0;
}

int OnClose(nghttp2_session*, std::int32_t, std::uint32_t, void* user) {
  Of(user).over = true;
  return 0;
}

ssize_t ReadRequest(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t length, std::uint32_t* flags,
                    nghttp2_data_source*, void* user) {
  Exchange& exchange = Of(user);
  const std::size_t size = std::min(length, exchange.request.size() - exchange.sent);
  std::memcpy(buffer, exchange.request.data() + exchange.sent, size);
  exchange.sent += size;
  if (exchange.sent == exchange.request.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(size);
}

nghttp2_session* Open(Exchange& exchange, std::string_view path) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
  nghttp2_session* session = nullptr;
  nghttp2_session_client_new(&session, callbacks, &exchange);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
  const auto header = [](std::string_view name, std::string_view value) {
    const auto bytes = [](std::string_view text) {
      return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
    };
    return nghttp2_nv{bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
  };
  const std::array headers{header(":method", "POST"),
                           header(":scheme", "http"),
                           header(":path", path),
                           header(":authority", "localhost"),
                           header("content-type", "application/grpc"),
                           header("te", "trailers")};
  nghttp2_data_provider provider;
  provider.source.ptr = nullptr;
  provider.read_callback = ReadRequest;
  nghttp2_submit_request(session, nullptr, headers.data(), headers.size(), &provider, nullptr);
  return session;
}

// Writes what is ready and reads one piece; false when the connection is over.
bool Step(nghttp2_session* session, int fd, Clock::time_point end) {
  const std::uint8_t* data = nullptr;
  for (ssize_t size; (size = nghttp2_session_mem_send(session, &data)) > 0;)
    if (send(fd, data, static_cast<std::size_t>(size), MSG_NOSIGNAL) != size) return false;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  pollfd wait{fd, POLLIN, 0};
  if (left <= 0 || poll(&wait, 1, static_cast<int>(left)) <= 0) return false;
  std::array<std::uint8_t, 16384> buffer;
  const ssize_t size = recv(fd, buffer.data(), buffer.size(), 0);
  return size > 0 && nghttp2_session_mem_recv(session, buffer.data(), static_cast<std::size_t>(size)) >= 0;
}

int Connect(const std::string& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) return -1;
  socket.copy(address.sun_path, socket.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

}  // namespace

std::optional<std::string> GrpcCall(const std::string& socket, std::string_view path, std::string_view message,
                                    std::chrono::milliseconds limit) {
  const int fd = Connect(socket);
  if (fd < 0) return std::nullopt;
  Exchange exchange;
  exchange.request = Frame(message);
  nghttp2_session* session = Open(exchange, path);
  const auto end = Clock::now() + limit;
  while (!exchange.over && Step(session, fd, end)) {
  }
  nghttp2_session_del(session);
  close(fd);
  if (!exchange.ok) return std::nullopt;
  const auto reply = Unframe(exchange.reply);
  return reply ? std::optional(std::string(*reply)) : std::nullopt;
}

}  // namespace dagitops::standin
