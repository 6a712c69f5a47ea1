#include "dagitops/http/curl_http_client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sys/un.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstring>
#include <ctime>
#include <optional>
#include <string_view>
#include <vector>

#include "dagitops/base/duration.h"
#include "dagitops/base/secret.h"
#include "dagitops/base/sync.h"

#include "http/endpoint.h"
#include "http/header_reader.h"
#include "http/tls_options.h"

namespace dagitops {
namespace {

constexpr std::size_t kIdleConnections = 4;
constexpr long kIdleSeconds = 4;

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;

// OpenSSL writes with write(2), which raises SIGPIPE on a connection that the peer closed. Held back in this thread
// only: a library that changes the whole process's signals would surprise everybody else.
class HoldSigpipe {
 public:
  HoldSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~HoldSigpipe() {
    const timespec now{0, 0};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &now);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  HoldSigpipe(const HoldSigpipe&) = delete;
  HoldSigpipe& operator=(const HoldSigpipe&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

std::string Subject(const HttpRequest& request) {
  const std::string url = CleanUrl(request.url);
  return request.unix_socket.empty() ? url : url + " at " + request.unix_socket;
}

Error Failure(const HttpRequest& request, ErrorKind kind, std::string code, std::string message) {
  return {
      .kind = kind, .code = std::move(code), .subject = Subject(request), .message = std::move(message), .hint = {}};
}

bool HasLineBreak(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || kMarks.find(c) != std::string_view::npos;
  });
}

// What libcurl would send along unseen: a line break in a header is a second header.
std::optional<std::string> Unsendable(const HttpRequest& request) {
  if (!IsToken(request.method)) return "the method is no HTTP token";
  if (request.unix_socket.size() >= sizeof(sockaddr_un::sun_path)) {
    return "the socket's path has " + std::to_string(request.unix_socket.size()) + " bytes, the system allows " +
           std::to_string(sizeof(sockaddr_un::sun_path) - 1);
  }
  for (const auto& [name, value] : request.headers) {
    if (!IsToken(name)) return "a header's name is no HTTP token";
    if (HasLineBreak(value)) return "the value of header " + name + " has a line break";
  }
  return std::nullopt;
}

bool Repeatable(const HttpRequest& request) {
  return request.repeatable || (request.method != "POST" && request.method != "PATCH");
}

bool SameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// The request's headers, and what keeps libcurl from adding its own: no wait for "100 Continue", no content type that
// nobody said.
List HeaderList(const HttpRequest& request, const std::string& host) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  if (!host.empty()) list = curl_slist_append(list, ("Host: " + host).c_str());
  bool has_type = false;
  for (const auto& [name, value] : request.headers) {
    has_type = has_type || SameName(name, "content-type");
    // libcurl's way to say "present, and empty" is a semicolon.
    std::string line = name;
    line += value.empty() ? ";" : ": ";
    line += value;
    list = curl_slist_append(list, line.c_str());
  }
  if (!has_type) list = curl_slist_append(list, "Content-Type:");
  return List(list);
}

template <class T>
void Set(CURL* easy, CURLoption option, T value) {
  // Options fail only when this libcurl lacks them or memory ran out; the first is what the tests see.
  curl_easy_setopt(easy, option, value);
}

void SetMethod(CURL* easy, const HttpRequest& request) {
  if (request.method == "HEAD") return Set(easy, CURLOPT_NOBODY, 1L);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
    Set(easy, CURLOPT_POST, 1L);
    Set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    Set(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  Set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

// Where libcurl is sent: the URL as it is, unless its server goes by another name.
std::optional<RenamedServer> Addressed(const HttpRequest& request, const Endpoint& endpoint) {
  if (request.tls.server_name.empty() || endpoint.scheme != "https") return RenamedServer{request.url, {}, {}};
  return RenameServer(request.url, endpoint, request.tls.server_name);
}

// Whether the connection may be used before and after this exchange.
bool Keep(const HttpRequest& request) { return request.unix_socket.empty() && !request.http2_prior_knowledge; }

void SetConnection(CURL* easy, const HttpRequest& request, const Endpoint& endpoint) {
  const bool unix_socket = !request.unix_socket.empty();
  Set(easy, CURLOPT_NOSIGNAL, 1L);
  Set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  if (unix_socket) Set(easy, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
  if (unix_socket || endpoint.loopback()) Set(easy, CURLOPT_PROXY, "");
  Set(easy, CURLOPT_HTTP_VERSION,
      request.http2_prior_knowledge ? static_cast<long>(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE)
                                    : static_cast<long>(CURL_HTTP_VERSION_1_1));
  Set(easy, CURLOPT_FORBID_REUSE, Keep(request) ? 0L : 1L);
  Set(easy, CURLOPT_FRESH_CONNECT, Keep(request) && Repeatable(request) ? 0L : 1L);
  if (request.sink) {  // it may be silent for minutes: probes tell a server that is gone from one with nothing to say
    Set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    Set(easy, CURLOPT_TCP_KEEPIDLE, 20L);
    Set(easy, CURLOPT_TCP_KEEPINTVL, 10L);
  }
  Set(easy, CURLOPT_MAXCONNECTS, 1L);
  Set(easy, CURLOPT_MAXAGE_CONN, kIdleSeconds);
  const long limit = static_cast<long>(std::max<Duration::rep>(request.deadline.count(), 1));
  Set(easy, CURLOPT_TIMEOUT_MS, limit);
  Set(easy, CURLOPT_CONNECTTIMEOUT_MS, limit);
}

// The answer while it arrives.
struct Receiver {
  HeaderReader head;
  std::string body;
  std::size_t max_body = 0;
  const HttpSink* sink = nullptr;  // null: the body is gathered
  bool too_long = false;
  bool enough = false;  // the sink said so

  bool Hand(std::string_view part) {
    enough = !(*sink)(part);
    return !enough;
  }
  bool Gather(std::string_view part) {
    too_long = part.size() > max_body - body.size();
    if (!too_long) body += part;
    return !too_long;
  }
  bool streams() const { return sink != nullptr && head.status() >= 200 && head.status() < 300; }
};

// Both answer anything but `size * count` to make libcurl end the exchange.
std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* user) {
  auto* receiver = static_cast<Receiver*>(user);
  const bool ended_before = receiver->head.head_ended();
  receiver->too_long = !receiver->head.Line({data, size * count});
  if (receiver->too_long) return 0;
  const bool begins = !ended_before && receiver->head.head_ended() && receiver->streams();
  return begins && !receiver->Hand("") ? 0 : size * count;
}

std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* user) {
  auto* receiver = static_cast<Receiver*>(user);
  const std::string_view part(data, size * count);
  return (receiver->streams() ? receiver->Hand(part) : receiver->Gather(part)) ? part.size() : 0;
}

// Ours, and the request's.
struct Stop {
  const std::stop_token& client;
  const std::stop_token& request;

  bool possible() const { return client.stop_possible() || request.stop_possible(); }
  bool requested() const { return client.stop_requested() || request.stop_requested(); }
};

// libcurl calls this about once a second also while nothing arrives; anything but 0 ends the exchange.
int OnProgress(void* user, curl_off_t /*to_get*/, curl_off_t /*got*/, curl_off_t /*to_put*/, curl_off_t /*put*/) {
  return static_cast<const Stop*>(user)->requested() ? 1 : 0;
}

void SetStop(CURL* easy, const Stop& stop) {
  if (!stop.possible()) return;
  Set(easy, CURLOPT_NOPROGRESS, 0L);
  Set(easy, CURLOPT_XFERINFOFUNCTION, OnProgress);
  Set(easy, CURLOPT_XFERINFODATA, &stop);
}

void SetReceiver(CURL* easy, Receiver& receiver) {
  Set(easy, CURLOPT_HEADERFUNCTION, OnHeader);
  Set(easy, CURLOPT_HEADERDATA, &receiver);
  Set(easy, CURLOPT_WRITEFUNCTION, OnBody);
  Set(easy, CURLOPT_WRITEDATA, &receiver);
}

std::string TimeoutMessage(const HttpRequest& request, const Receiver& receiver) {
  const std::string limit = FormatDuration(request.deadline);
  return receiver.head.status() == 0 ? "no answer within " + limit : "only part of the answer came within " + limit;
}

Error Stopped(const HttpRequest& request) {
  return Failure(request, ErrorKind::kRetry, "http-stopped", "given up because dagitops ends");
}

bool IsTlsTrust(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_ISSUER_ERROR;
}

Error ConnectError(const HttpRequest& request, CURL* easy, const char* text) {
  long os_error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
  const std::string why = os_error != 0 ? std::strerror(static_cast<int>(os_error)) : text;
  return Failure(request, ErrorKind::kRetry, "http-refused", "could not connect: " + why);
}

Error Translate(const HttpRequest& request, const Receiver& receiver, CURLcode code, CURL* easy, const char* detail) {
  const char* text = *detail != '\0' ? detail : curl_easy_strerror(code);
  if (receiver.too_long) {
    return Failure(request, ErrorKind::kInvalid, "http-too-large",
                   "the answer is longer than the limit of " + std::to_string(request.max_body) + " bytes");
  }
  if (code == CURLE_SSL_CERTPROBLEM) {
    return Failure(request, ErrorKind::kStalled, "http-tls",
                   std::string("the client certificate or its key cannot be used: ") + text);
  }
  if (IsTlsTrust(code)) {
    Error error = Failure(request, ErrorKind::kStalled, "http-tls", std::string("the server is not trusted: ") + text);
    error.hint = "install the certificate of its authority on this machine";
    return error;
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Failure(request, ErrorKind::kRetry, "http-timeout", TimeoutMessage(request, receiver));
    case CURLE_ABORTED_BY_CALLBACK:
      return Stopped(request);
    case CURLE_COULDNT_CONNECT:
      return ConnectError(request, easy, text);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Failure(request, ErrorKind::kRetry, "http-unknown-host", text);
    case CURLE_UNSUPPORTED_PROTOCOL:  // the URL's own scheme was checked before: this is an HTTP/0.9 answer
    case CURLE_WEIRD_SERVER_REPLY:
      return Failure(request, ErrorKind::kRetry, "http-not-http", std::string("the answer is no HTTP: ") + text);
    case CURLE_OUT_OF_MEMORY:
      return Failure(request, ErrorKind::kInternal, "http-memory", text);
    default:
      return Failure(request, ErrorKind::kRetry, receiver.head.status() == 0 ? "http-broken" : "http-cut-off",
                     std::string("the connection broke: ") + text);
  }
}

}  // namespace

// Handles at rest, each with at most one open connection. Newest last.
class CurlHttpClient::Pool {
 public:
  // The newest handle that was last used for `purpose`, an endpoint and how it is spoken to, or a new one.
  Easy Take(const std::string& purpose) {
    {
      auto idle = idle_.lock();
      const auto found =
          std::find_if(idle->rbegin(), idle->rend(), [&](const Idle& handle) { return handle.purpose == purpose; });
      if (found != idle->rend()) {
        Easy easy = std::move(found->easy);
        idle->erase(std::next(found).base());
        return easy;
      }
    }
    return Easy(curl_easy_init());
  }

  void Return(std::string purpose, Easy easy) {
    curl_easy_reset(easy.get());
    Easy dropped;  // closed after the lock is open again
    auto idle = idle_.lock();
    if (idle->size() == kIdleConnections) {
      dropped = std::move(idle->front().easy);
      idle->erase(idle->begin());
    }
    idle->push_back({std::move(purpose), std::move(easy)});
  }

 private:
  struct Idle {
    std::string purpose;
    Easy easy;
  };
  Sync<std::vector<Idle>> idle_;
};

CurlHttpClient::CurlHttpClient(std::stop_token stop) : stop_(std::move(stop)), pool_(std::make_unique<Pool>()) {
  [[maybe_unused]] static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
}

CurlHttpClient::~CurlHttpClient() = default;

Result<HttpResponse> CurlHttpClient::Send(const HttpRequest& request) {
  const auto endpoint = ParseEndpoint(request.url);
  if (!endpoint) return Failure(request, ErrorKind::kInvalid, "http-bad-request", "this is no http or https URL");
  if (const auto reason = Unsendable(request)) {
    return Failure(request, ErrorKind::kInvalid, "http-bad-request", *reason);
  }
  const auto server = Addressed(request, *endpoint);
  if (!server) return Failure(request, ErrorKind::kInvalid, "http-bad-request", "the server's name is no host name");
  const Stop stop{stop_, request.stop};
  if (stop.requested()) return Stopped(request);
  const std::string purpose = endpoint->Text() + TlsDigest(request.tls);
  Easy easy = Keep(request) ? pool_->Take(purpose) : Easy(curl_easy_init());
  if (!easy) return Failure(request, ErrorKind::kInternal, "http-memory", "libcurl could not be set up");

  const HoldSigpipe hold;
  const List headers = HeaderList(request, server->host);
  const List connect_to(server->connect_to.empty() ? nullptr : curl_slist_append(nullptr, server->connect_to.c_str()));
  Receiver receiver;
  receiver.max_body = request.max_body;
  if (request.sink) receiver.sink = &request.sink;
  char detail[CURL_ERROR_SIZE] = "";
  Set(easy.get(), CURLOPT_URL, server->url.c_str());
  Set(easy.get(), CURLOPT_CONNECT_TO, connect_to.get());
  Set(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  Set(easy.get(), CURLOPT_USERAGENT, "dagitops");
  Set(easy.get(), CURLOPT_ERRORBUFFER, detail);
  SetReceiver(easy.get(), receiver);
  SetMethod(easy.get(), request);
  SetConnection(easy.get(), request, *endpoint);
  SetTls(easy.get(), request.tls);
  SetStop(easy.get(), stop);

  const CURLcode code = curl_easy_perform(easy.get());
  if (receiver.enough) return std::move(receiver.head).Response({});
  if (code != CURLE_OK) return Translate(request, receiver, code, easy.get(), detail);
  if (!receiver.head.head_ended()) {  // libcurl 7.88 takes an answer that ends within its head for a whole one
    return Failure(request, ErrorKind::kRetry, "http-cut-off", "the connection broke within the head of the answer");
  }
  if (Keep(request)) pool_->Return(purpose, std::move(easy));
  return std::move(receiver.head).Response(std::move(receiver.body));
}

}  // namespace dagitops
