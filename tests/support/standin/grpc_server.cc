#include "support/standin/grpc_server.h"

#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "support/standin/wire.h"

namespace dagitops::standin {
namespace {

// One call.
struct Call {
  std::string path;
  std::string request;
  std::string reply;  // framed
  std::size_t sent = 0;
  int status = 0;
};

std::uint8_t* Bytes(std::string_view text) {
  return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
}

nghttp2_nv Header(std::string_view name, std::string_view value) {
  return {Bytes(name), Bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

// The body, then the trailer that carries the status.
ssize_t ReadReply(nghttp2_session* session, std::int32_t stream, std::uint8_t* buffer, std::size_t length,
                  std::uint32_t* flags, nghttp2_data_source* source, void*) {
  Call* call = static_cast<Call*>(source->ptr);
  const std::size_t size = std::min(length, call->reply.size() - call->sent);
  std::memcpy(buffer, call->reply.data() + call->sent, size);
  call->sent += size;
  if (call->sent == call->reply.size()) {
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const std::string status = std::to_string(call->status);
    const nghttp2_nv trailer = Header("grpc-status", status);
    nghttp2_submit_trailer(session, stream, &trailer, 1);
  }
  return static_cast<ssize_t>(size);
}

}  // namespace

// One client. Ends with its socket.
class GrpcServer::Connection {
 public:
  Connection(GrpcServer& server, int fd) : server_(server), fd_(fd) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, OnFrame);
    nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
    Flush();
  }

  ~Connection() {
    nghttp2_session_del(session_);
    close(fd_);
  }

  // False: the connection is over.
  bool Serve(short events) {
    if (events & (POLLIN | POLLHUP | POLLERR)) {
      std::array<std::uint8_t, 16384> buffer;
      const ssize_t size = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size <= 0) return false;
      if (nghttp2_session_mem_recv(session_, buffer.data(), static_cast<std::size_t>(size)) < 0) return false;
    }
    return Flush();
  }

 private:
  static Connection& Self(void* user) { return *static_cast<Connection*>(user); }

  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_length,
                      const std::uint8_t* value, std::size_t value_length, std::uint8_t, void* user) {
    if (std::string_view(reinterpret_cast<const char*>(name), name_length) == ":path")
      Self(user).calls_[frame->hd.stream_id].path.assign(reinterpret_cast<const char*>(value), value_length);
    return 0;
  }

  static int OnData(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data, std::size_t length,
                    void* user) {
    Self(user).calls_[stream].request.append(reinterpret_cast<const char*>(data), length);
    return 0;
  }

  static int OnClose(nghttp2_session*, std::int32_t stream, std::uint32_t, void* user) {
    Self(user).calls_.erase(stream);
    return 0;
  }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    const bool carries_request = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    if (carries_request && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) Self(user).Answer(frame->hd.stream_id);
    return 0;
  }

  void Answer(std::int32_t stream) {
    Call& call = calls_[stream];
    const GrpcAnswer answer = server_.handler_(call.path, Unframe(call.request).value_or(""));
    if (answer.silent) return;
    call.status = answer.status;
    if (answer.status == 0) call.reply = Frame(answer.message);
    const std::array headers{Header(":status", "200"), Header("content-type", "application/grpc")};
    nghttp2_data_provider provider;
    provider.source.ptr = &call;  // std::map: the address stays
    provider.read_callback = ReadReply;
    nghttp2_submit_response(session_, stream, headers.data(), headers.size(), &provider);
  }

  bool Flush() {
    const std::uint8_t* data = nullptr;
    for (ssize_t size; (size = nghttp2_session_mem_send(session_, &data)) > 0;)
      unsent_.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    const ssize_t sent = send(fd_, unsent_.data(), unsent_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
    server_.loop_.Wait(fd_, unsent_.empty() ? POLLIN : POLLIN | POLLOUT);
    return nghttp2_session_want_read(session_) || !unsent_.empty();
  }

  GrpcServer& server_;
  int fd_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, Call> calls_;
  std::string unsent_;
};

GrpcServer::GrpcServer(Loop& loop, GrpcHandler handler) : loop_(loop), handler_(std::move(handler)) {}

GrpcServer::~GrpcServer() {
  if (listener_ < 0) return;
  close(listener_);
  unlink(socket_.c_str());
}

bool GrpcServer::Listen(const std::string& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) return false;
  socket.copy(address.sun_path, socket.size());
  unlink(socket.c_str());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(fd, SOMAXCONN) != 0) {
    close(fd);
    return false;
  }
  listener_ = fd;
  socket_ = socket;
  loop_.Watch(fd, POLLIN, [this](short) { Accept(); });
  return true;
}

void GrpcServer::Accept() {
  const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  loop_.Watch(fd, POLLIN, [this, fd](short events) {
    if (connections_.at(fd)->Serve(events)) return;
    loop_.Forget(fd);
    connections_.erase(fd);
  });
  connections_.emplace(fd, std::make_unique<Connection>(*this, fd));
}

}  // namespace dagitops::standin
