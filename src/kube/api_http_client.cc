#include "dagitops/kube/api_http_client.h"

#include <string_view>

#include "kube/authorized_client.h"

namespace dagitops::kube {
namespace {

// "https://host:6443.elsewhere" and "https://host:6443@elsewhere" begin as the server's URL does.
bool IsBelow(std::string_view url, std::string_view server) {
  if (!url.starts_with(server)) return false;
  const std::string_view rest = url.substr(server.size());
  return rest.empty() || rest.front() == '/' || rest.front() == '?';
}

}  // namespace

Result<HttpResponse> ApiHttpClient::Send(const HttpRequest& request) {
  if (!request.unix_socket.empty() || !IsBelow(request.url, parts_.credentials.access().server)) {
    return parts_.inner.Send(request);
  }
  return AuthorizedClient(parts_.inner, parts_.credentials, parts_.clock).Send(request, {});
}

}  // namespace dagitops::kube
