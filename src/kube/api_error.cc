#include "kube/api_error.h"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

#include "kube/api_path.h"
#include "kube/json_read.h"

namespace dagitops::kube {
namespace {

constexpr std::size_t kMaxMessage = 1000;  // bytes
constexpr std::size_t kMaxCause = 200;
constexpr std::size_t kMaxCauses = 10;
constexpr std::size_t kMaxForeign = 200;  // of a body that is no Status

std::string Shown(std::string_view text, std::size_t limit) { return OnOneLine(Shorten(Redact(text), limit)); }

Error Failure(const ApiCall& call, ErrorKind kind, std::string code, std::string message) {
  return {kind, std::move(code), CleanUrl(call.url), std::move(message), ""};
}

// "spec.replicas: must be greater than or equal to 0".
std::string Cause(const boost::json::value& cause) {
  const std::string field = Text(&cause, "field");
  const std::string message = Text(&cause, "message");
  return field.empty() ? message : field + ": " + message;
}

// The causes that the message does not tell anyway.
std::vector<std::string> Causes(const boost::json::value& status, const std::string& message) {
  std::vector<std::string> shown;
  const boost::json::value* causes = Member(Member(&status, "details"), "causes");
  if (causes == nullptr || !causes->is_array()) return shown;
  for (const boost::json::value& cause : causes->get_array()) {
    if (shown.size() == kMaxCauses) break;
    const std::string text = Text(&cause, "message");
    if (!text.empty() && message.find(text) == std::string::npos) shown.push_back(Shown(Cause(cause), kMaxCause));
  }
  return shown;
}

struct Told {
  std::string reason;
  std::string words;  // the server's message and causes; "" when it said nothing
};

Told Read(std::string_view body) {
  const auto status = ParseObject(body);
  if (!status || Text(&*status, "kind") != "Status") return {"", Shown(Trim(body), kMaxForeign)};
  const std::string message = Text(&*status, "message");
  std::vector<std::string> words = Causes(*status, message);
  if (!message.empty()) words.insert(words.begin(), Shown(message, kMaxMessage));
  return {Text(&*status, "reason"), Join(words, "; ")};
}

std::string With(const std::string& what, const std::string& words) {
  return words.empty() ? what : what + ": " + words;
}

Error Forbidden(const ApiCall& call, const std::string& words) {
  Error error = Failure(call, ErrorKind::kStalled, "kube-forbidden",
                        With(call.verb + " of " + Describe(ParseApiPath(call.path)) + " is forbidden", words));
  error.hint = "allow it by a Role or ClusterRole for the user that dagitops has";
  return error;
}

Error Unauthorized(const ApiCall& call, const std::string& words) {
  // Not "…credentials: <words>": what follows a word like that and a colon is hidden in the log.
  const std::string said = words.empty() ? "" : " (" + words + ")";
  Error error =
      Failure(call, ErrorKind::kStalled, "kube-unauthorized", "the server does not take our credentials" + said);
  error.hint = "renew the token or certificate of the kubeconfig's user, or of the service account";
  return error;
}

// Whatever the call was about, it is the namespace that is not there.
Error NotFound(const ApiCall& call, const std::string& words) {
  Error error = Failure(call, ErrorKind::kInvalid, "kube-not-found", With("it is not there", words));
  if (words.starts_with("namespaces \"")) error.hint = "create the namespace, or name another one in the settings";
  return error;
}

Error Redirected(const ApiCall& call, int status) {
  Error error = BadAnswer(call, "it sends us elsewhere (HTTP " + std::to_string(status) + ")");
  error.hint = "the server's URL must be that of the API server itself";
  return error;
}

struct Row {
  int status;
  ErrorKind kind;
  const char* code;
  const char* what;
};
constexpr std::array<Row, 5> kRows{{
    {400, ErrorKind::kInvalid, "kube-rejected", "the server rejects it"},
    {409, ErrorKind::kRetry, "kube-conflict", "it is not as we saw it"},
    {410, ErrorKind::kRetry, "kube-gone", "that version is too old"},
    {413, ErrorKind::kInvalid, "kube-too-large", "the server does not take that much"},
    {422, ErrorKind::kInvalid, "kube-rejected", "the server rejects it"},
}};

}  // namespace

Error BadAnswer(const ApiCall& call, std::string message) {
  return Failure(call, ErrorKind::kRetry, "kube-bad-answer", std::move(message));
}

bool IsRefusal(int status, std::string_view body) {
  const auto says = [&](std::string_view part) { return body.find(part) != std::string_view::npos; };
  if (status == 500) return says("unable to convert unstructured object");
  if (status == 403) return says("admission webhook") || says("ValidatingAdmissionPolicy") || says("exceeded quota");
  return false;
}

Error AnswerError(const ApiCall& call, int status, std::string_view body) {
  const auto [reason, words] = Read(body);
  if (status == 401) return Unauthorized(call, words);
  if (IsRefusal(status, body))
    return Failure(call, ErrorKind::kInvalid, "kube-rejected", With("the server rejects it", words));
  if (status == 403) return Forbidden(call, words);
  if (status == 404) return NotFound(call, words);
  if (status == 409 && reason == "AlreadyExists") {
    return Failure(call, ErrorKind::kInvalid, "kube-exists", With("it is there already", words));
  }
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& known) { return known.status == status; });
  if (row != kRows.end()) return Failure(call, row->kind, row->code, With(row->what, words));
  const std::string http = "HTTP " + std::to_string(status);
  if (status == 429 || status >= 500) {
    return Failure(call, ErrorKind::kRetry, "kube-busy", With("the server cannot do it now (" + http + ")", words));
  }
  if (status >= 400) {
    return Failure(call, ErrorKind::kInvalid, "kube-rejected", With("the server rejects it (" + http + ")", words));
  }
  if (status >= 300) return Redirected(call, status);
  return BadAnswer(call, With("an answer that cannot be (" + http + ")", words));
}

Error TransportError(const ApiCall& call, const Error& error) {
  Error told = Failure(call, ErrorKind::kRetry, "kube-unreachable", error.message);
  told.hint = error.hint;
  if (error.code == "http-timeout") told.code = "kube-timeout";
  if (error.code == "http-cut-off" || error.code == "http-not-http") told.code = "kube-bad-answer";
  if (error.code == "http-tls") {
    told.code = "kube-untrusted";
    told.kind = ErrorKind::kStalled;
  }
  if (error.code == "http-too-large" || error.code == "http-bad-request") {
    told.code = error.code == "http-too-large" ? "kube-too-large" : "kube-rejected";
    told.kind = ErrorKind::kInvalid;
  }
  if (error.code == "kube-credentials") return error;
  return told;
}

Status CheckObject(const ApiCall& call, const HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (name != "content-type" || value.starts_with("application/json")) continue;
    return BadAnswer(call, "the answer is " + Shown(value, kMaxForeign) + ", expected application/json");
  }
  if (!ParseObject(response.body)) return BadAnswer(call, "the answer is no JSON object");
  return Ok();
}

}  // namespace dagitops::kube
