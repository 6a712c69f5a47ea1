#include "dagitops/kube/rest_api_client.h"

#include <algorithm>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "kube/api_error.h"
#include "kube/api_path.h"
#include "kube/authorized_client.h"
#include "kube/pause.h"
#include "kube/retry.h"
#include "kube/watch_events.h"

namespace dagitops::kube {
namespace {

constexpr std::size_t kMaxAnswer = 64u << 20;
constexpr const char* kFieldManager = "dagitops";

// How a kind of write is asked for.
// https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply
struct Form {
  const char* verb;
  const char* method;
  const char* content_type;
  bool repeatable;  // sent twice it does no more than once, or is refused by the resourceVersion in it
  bool strict;
};

Form FormOf(ApiWrite::Kind kind) {
  switch (kind) {
    case ApiWrite::Kind::kCreate:
      return {"create", "POST", "application/json", false, true};
    case ApiWrite::Kind::kReplace:
      return {"update", "PUT", "application/json", true, true};
    case ApiWrite::Kind::kMergePatch:
      return {"patch", "PATCH", "application/merge-patch+json", false, false};
    case ApiWrite::Kind::kApply:
      break;
  }
  return {"patch", "PATCH", "application/apply-patch+yaml", true, true};  // JSON is YAML
}

std::string WritePath(const ApiWrite& write, const Form& form) {
  std::string path = WithQuery(write.path, "fieldManager", kFieldManager);
  if (form.strict) path = WithQuery(std::move(path), "fieldValidation", "Strict");
  if (write.kind == ApiWrite::Kind::kApply) path = WithQuery(std::move(path), "force", write.force ? "true" : "false");
  if (write.dry_run) path = WithQuery(std::move(path), "dryRun", "All");
  return path;
}

// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/
std::string DeleteBody(const ApiDelete& removal) {
  boost::json::object preconditions;
  if (!removal.uid.empty()) preconditions["uid"] = removal.uid;
  if (!removal.resource_version.empty()) preconditions["resourceVersion"] = removal.resource_version;
  boost::json::object options{{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Background"}};
  if (!preconditions.empty()) options["preconditions"] = std::move(preconditions);
  return boost::json::serialize(options);
}

// Whether the body of a GET is an object of the API.
bool IsObject(const std::string& path) {
  const ApiPath parsed = ParseApiPath(path);
  return (path.starts_with("/api/") || path.starts_with("/apis/")) && parsed.subresource != "log" &&
         parsed.subresource != "proxy";
}

// The server ends a watch itself a little before we would cut it.
std::string WatchSeconds(Duration deadline) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(deadline).count();
  return std::to_string(std::max<long long>(1, whole - 1));
}

}  // namespace

struct RestApiClient::Exchange {
  ApiCall call;
  HttpRequest request;
  bool begun = false;  // the body of the answer is being handed over: there is no second try
};

RestApiClient::RestApiClient(const Parts& parts, Options options) : parts_(parts), options_(std::move(options)) {}

// https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-metadata
std::string RestApiClient::Accept(std::string_view verb, const std::string& path) const {
  if (!IsObject(path)) return "*/*";
  if (!options_.metadata_only) return "application/json";
  if (verb == "list") return "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
  return "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
}

RestApiClient::Exchange RestApiClient::Begin(const char* verb, const std::string& path) const {
  Exchange exchange;
  exchange.call = {verb, parts_.credentials.access().server + path, path};
  exchange.request.url = exchange.call.url;
  exchange.request.headers = {{"Accept", Accept(verb, path)}};
  exchange.request.max_body = kMaxAnswer;
  exchange.request.stop = options_.stop;
  exchange.request.repeatable = true;
  return exchange;
}

void RestApiClient::Pause(Duration duration) const {
  if (options_.pause) return options_.pause(duration);
  PauseUnlessStopped(duration, options_.stop);
}

Result<HttpResponse> RestApiClient::Send(Exchange& exchange, Duration deadline) {
  const AuthorizedClient client(parts_.http, parts_.credentials, parts_.clock);
  const SteadyTime end = parts_.clock.Steady() + deadline;
  for (Try tried{.repeatable = exchange.request.repeatable};; ++tried.number) {
    exchange.request.deadline = std::max(Duration(end - parts_.clock.Steady()), Duration(1));
    auto outcome = client.Send(exchange.request, options_.observe);
    if (outcome && outcome->status >= 200 && outcome->status < 300) return outcome;
    tried.left = end - parts_.clock.Steady();
    tried.chance = parts_.random.Unit();
    const auto pause = exchange.begun ? std::nullopt : PauseAfter(outcome, tried);
    if (!pause && !outcome) return TransportError(exchange.call, outcome.error());
    if (!pause) return AnswerError(exchange.call, outcome->status, outcome->body);
    Pause(*pause);
  }
}

Result<std::string> RestApiClient::Get(const std::string& path, Duration deadline) {
  Exchange exchange = Begin(ParseApiPath(path).name.empty() ? "list" : "get", path);
  DAGITOPS_ASSIGN(HttpResponse response, Send(exchange, deadline));
  if (IsObject(path)) DAGITOPS_TRY(CheckObject(exchange.call, response));
  return std::move(response.body);
}

Result<std::string> RestApiClient::Write(const ApiWrite& write, Duration deadline) {
  const Form form = FormOf(write.kind);
  Exchange exchange = Begin(form.verb, WritePath(write, form));
  exchange.request.method = form.method;
  exchange.request.headers.emplace_back("Content-Type", form.content_type);
  exchange.request.body = write.body;
  exchange.request.repeatable = form.repeatable;
  DAGITOPS_ASSIGN(HttpResponse response, Send(exchange, deadline));
  DAGITOPS_TRY(CheckObject(exchange.call, response));
  return std::move(response.body);
}

Status RestApiClient::Delete(const ApiDelete& removal, Duration deadline) {
  Exchange exchange = Begin("delete", removal.path);
  exchange.request.method = "DELETE";
  exchange.request.headers.emplace_back("Content-Type", "application/json");
  exchange.request.body = DeleteBody(removal);
  const auto response = Send(exchange, deadline);
  if (response || response.error().code == "kube-not-found") return Ok();
  return response.error();
}

Status RestApiClient::Watch(const std::string& path, const std::string& resource_version, Duration deadline,
                            const std::function<bool(std::string_view)>& on_event) {
  std::string whole = WithQuery(path, "watch", "true");
  whole = WithQuery(std::move(whole), "allowWatchBookmarks", "true");
  whole = WithQuery(std::move(whole), "resourceVersion", resource_version);
  Exchange exchange = Begin("watch", WithQuery(std::move(whole), "timeoutSeconds", WatchSeconds(deadline)));
  WatchEvents events(exchange.call, on_event);
  exchange.request.sink = [&](std::string_view part) {
    exchange.begun = true;
    return events.Take(part);
  };
  const auto response = Send(exchange, deadline);
  if (events.error()) return *events.error();
  if (response || exchange.begun || options_.stop.stop_requested()) return Ok();
  return response.error();
}

}  // namespace dagitops::kube
