#pragma once

#include <string>
#include <string_view>

#include "dagitops/base/result.h"
#include "dagitops/http/http_client.h"

namespace dagitops::kube {

// Answers and failures as the errors that api_client.h lists. All pure. Foreign words are redacted and cut.

// What was asked of the server.
struct ApiCall {
  std::string verb;  // get, list, watch, create, update, patch, delete: as a Role names it
  std::string url;   // whole
  std::string path;  // below the server, perhaps with a query
};

// An exchange that came to no answer.
Error TransportError(const ApiCall& call, const Error& error);

// Whether such an answer is about what was sent, though its status says otherwise: server-side apply answers 500 to a
// value that its type cannot have (a quantity `many`), admission and quota answer 403 (Kubernetes 1.34, run).
bool IsRefusal(int status, std::string_view body);

// An answer, or an event of a watch, that is no success. `body` may be a Status object
// (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/), or anything.
Error AnswerError(const ApiCall& call, int status, std::string_view body);

// A 2xx answer whose body must be a JSON object.
Status CheckObject(const ApiCall& call, const HttpResponse& response);

// "kube-bad-answer".
Error BadAnswer(const ApiCall& call, std::string message);

}  // namespace dagitops::kube
