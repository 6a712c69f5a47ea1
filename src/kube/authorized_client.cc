#include "kube/authorized_client.h"

#include <algorithm>
#include <cctype>

namespace dagitops::kube {
namespace {

bool IsAuthorization(std::string_view name) {
  constexpr std::string_view kName = "authorization";
  return std::equal(name.begin(), name.end(), kName.begin(), kName.end(),
                    [](unsigned char a, char b) { return std::tolower(a) == b; });
}

void Authorize(const ClusterAccess& access, const Credential& credential, HttpRequest& request) {
  std::erase_if(request.headers, [](const auto& header) { return IsAuthorization(header.first); });
  if (!credential.token.empty()) request.headers.emplace_back("Authorization", "Bearer " + credential.token.Reveal());
  request.tls = {access.authorities, credential.client_certificate, credential.client_key, access.tls_server_name,
                 access.insecure};
}

}  // namespace

Result<HttpResponse> AuthorizedClient::SendOnce(HttpRequest& request, const Credential& credential,
                                                const Observe& observe) const {
  Authorize(credentials_.access(), credential, request);
  auto response = http_.Send(request);
  if (observe) observe(request.method, response ? response->status : 0);
  return response;
}

Result<HttpResponse> AuthorizedClient::Send(HttpRequest request, const Observe& observe) const {
  const SteadyTime end = clock_.Steady() + request.deadline;
  const auto left = [&] { return std::max(Duration(end - clock_.Steady()), Duration(1)); };
  DAGITOPS_ASSIGN(Credential credential, credentials_.Current(left()));
  request.deadline = left();
  auto response = SendOnce(request, credential, observe);
  if (!response || response->status != 401 || !credentials_.Refused(credential)) return response;
  DAGITOPS_ASSIGN(Credential fresh, credentials_.Current(left()));
  if (fresh.number == credential.number) return response;
  request.deadline = left();
  return SendOnce(request, fresh, observe);
}

}  // namespace dagitops::kube
