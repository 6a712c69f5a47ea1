#include "server/session.h"

#include <algorithm>
#include <exception>
#include <tuple>
#include <utility>

#include "dagitops/base/log.h"

#include "server/router.h"

namespace dagitops::server {
namespace {

namespace http = boost::beast::http;
using Code = boost::beast::error_code;

constexpr std::size_t kReadAhead = 64u << 10;
constexpr std::size_t kMostDrained = 1u << 20;
constexpr std::chrono::seconds kDrainTime{1};

// What the other side did wrong, as a status; 0: it went, or took too long, and hears no more.
int StatusOf(Code code) {
  if (code == http::error::header_limit || code == http::error::buffer_overflow) return 431;
  if (code == http::error::body_limit) return 413;
  if (code == http::error::end_of_stream || code == http::error::partial_message) return 0;
  return code.category() == http::make_error_code(http::error::bad_target).category() ? 400 : 0;
}

std::string ReasonOf(int status) { return std::string(http::obsolete_reason(static_cast<http::status>(status))); }

Request ToRequest(const http::request<http::string_body>& message) {
  Request request;
  request.method = std::string(message.method_string());
  std::tie(request.path, request.query) = SplitTarget(std::string(message.target()));
  for (const auto& field : message)
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  request.body = message.body();
  return request;
}

Response Handle(const Route& route, const Request& request) {
  try {
    return route.handle(request);
  } catch (const std::exception& exception) {
    Log(LogLevel::kError, "a page failed", {{"path", route.path}, {"error", exception.what()}});
    return {500, "Internal Server Error\n"};
  }
}

}  // namespace

Session::Session(boost::asio::ip::tcp::socket socket, Shared& shared)
    : stream_(std::move(socket)), shared_(shared), buffer_(kReadAhead) {
  ++shared_.connections;
}

Session::~Session() { --shared_.connections; }

void Session::ReadHead() {
  route_ = "none";
  found_ = nullptr;
  answer_.reset();
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(shared_.limits.header_bytes));
  parser_->body_limit(boost::none);               // whose page it is for says how much
  stream_.expires_after(shared_.limits.request);  // for the whole request, however often something arrives
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](Code code, std::size_t) { self->HeadRead(code); });
}

void Session::HeadRead(Code code) {
  if (code) return Refuse(StatusOf(code));
  const auto& head = parser_->get();
  const std::string path = SplitTarget(std::string(head.target())).first;
  const Found found = FindRoute(shared_.routes, std::string(head.method_string()), path);
  if (found.route == nullptr) return Refuse(found.refused, found.allowed);
  found_ = found.route;
  route_ = found_->path;
  if (parser_->content_length().value_or(0) > found_->max_body) return Refuse(413);
  parser_->body_limit(found_->max_body);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](Code error, std::size_t) { self->BodyRead(error); });
}

void Session::BodyRead(Code code) {
  if (code) return Refuse(StatusOf(code));
  Send(Handle(*found_, ToRequest(parser_->get())), parser_->get().keep_alive());
}

void Session::Refuse(int status, const std::string& allowed) {
  if (status == 0) return;
  Send({status, ReasonOf(status) + "\n"}, false, allowed);
}

void Session::Send(const Response& response, bool keep, const std::string& allowed) {
  shared_.metrics.Count(Metric::kHttpRequests, {route_, std::to_string(response.status)});
  answer_.emplace(static_cast<http::status>(response.status), 11);
  answer_->set(http::field::content_type, response.content_type);
  answer_->set(http::field::cache_control, "no-store");
  if (!allowed.empty()) answer_->set(http::field::allow, allowed);
  answer_->keep_alive(keep);
  answer_->content_length(response.body.size());
  if (parser_->get().method() != http::verb::head) answer_->body() = response.body;
  stream_.expires_after(shared_.limits.answer);
  http::async_write(stream_, *answer_, [self = shared_from_this()](Code code, std::size_t) { self->Sent(code); });
}

void Session::Sent(Code code) {
  if (code) return;
  if (answer_->keep_alive()) return ReadHead();
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, code);
  stream_.expires_after(kDrainTime);
  if (!code) Drain(kMostDrained);
}

void Session::Drain(std::size_t left) {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(std::min(left, kReadAhead)),
                          [self = shared_from_this(), left](Code code, std::size_t got) {
                            if (!code && got < left) self->Drain(left - got);
                          });
}

}  // namespace dagitops::server
