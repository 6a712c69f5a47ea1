#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dagitops/http/http_client.h"

namespace dagitops::support {

// Answers each request by a function of the test's; without one, with 200 and {}. A body goes to the request's sink as
// CurlHttpClient would hand it over.
class FakeHttpClient final : public HttpClient {
 public:
  Result<HttpResponse> Send(const HttpRequest& request) override {
    requests.push_back(request);
    auto response = answer ? answer(request) : Said(200, "{}");
    if (!response || !request.sink || response->status / 100 != 2) return response;
    if (request.sink("") && !response->body.empty()) request.sink(response->body);
    response->body.clear();
    return response;
  }

  static HttpResponse Said(int status, const std::string& body, HttpHeaders headers = {}) {
    HttpResponse response;
    response.status = status;
    response.headers = std::move(headers);
    response.headers.emplace_back("content-type", "application/json");
    response.body = body;
    return response;
  }
  static Error Failed(const std::string& code) { return {ErrorKind::kRetry, code, "url", "it went wrong", ""}; }

  // "PATCH https://host/path": what was asked for, in order.
  std::vector<std::string> Asked() const {
    std::vector<std::string> asked;
    for (const HttpRequest& request : requests) asked.push_back(request.method + " " + request.url);
    return asked;
  }

  std::function<Result<HttpResponse>(const HttpRequest&)> answer;
  std::vector<HttpRequest> requests;
};

// The value of the request's header, "" without one.
inline std::string HeaderOf(const HttpRequest& request, const std::string& name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace dagitops::support
