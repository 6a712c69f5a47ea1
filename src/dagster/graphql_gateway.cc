#include "dagitops/dagster/graphql_gateway.h"

#include "dagitops/base/secret.h"

#include "dagster/graphql_answers.h"

namespace dagitops {
namespace {

std::string Endpoint(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url) + "/graphql";
}

Error At(const std::string& url, Error error) {
  error.subject = CleanUrl(url);
  return error;
}

// What is told of a webserver besides its URL, which the reader has.
std::string Told(const Error& error) { return error.message + (error.hint.empty() ? "" : " (" + error.hint + ")"); }

}  // namespace

Result<HttpResponse> GraphqlGateway::Post(const std::string& url, std::string body, Duration deadline) {
  HttpRequest request;
  request.method = "POST";
  request.url = Endpoint(url);
  request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  request.body = std::move(body);
  request.deadline = deadline;
  request.repeatable = true;
  return http_.Send(request);
}

ObservedWebserver GraphqlGateway::Locations(const std::string& url, Duration deadline) {
  ObservedWebserver webserver;
  webserver.url = url;
  const auto response = Post(url, LocationsBody(), deadline);
  if (!response) {
    webserver.error = Told(response.error());
    return webserver;
  }
  auto locations = ReadLocations(*response);
  if (locations) {
    webserver.locations = std::move(locations).value();
  } else {
    webserver.error = Told(locations.error());
  }
  return webserver;
}

Status GraphqlGateway::ReloadWorkspace(const std::string& url, Duration deadline) {
  const auto response = Post(url, ReloadWorkspaceBody(), deadline);
  if (!response) return At(url, response.error());
  const Status done = ReadReloadWorkspace(*response);
  return done ? done : At(url, done.error());
}

Status GraphqlGateway::ReloadLocation(const std::string& url, const std::string& location_name, Duration deadline) {
  const auto response = Post(url, ReloadLocationBody(location_name), deadline);
  if (!response) return At(url, response.error());
  const Status done = ReadReloadLocation(*response);
  return done ? done : At(url, done.error());
}

Result<DagsterInstance> GraphqlGateway::Instance(const std::string& url, Duration deadline) {
  const auto response = Post(url, InstanceBody(), deadline);
  if (!response) return At(url, response.error());
  auto instance = ReadInstance(*response);
  if (!instance) return At(url, instance.error());
  return instance;
}

Result<RunsInside> GraphqlGateway::Runs(const std::string& url, Duration deadline) {
  const auto response = Post(url, RunsBody(), deadline);
  if (!response) return At(url, response.error());
  auto runs = ReadRuns(*response);
  if (!runs) return At(url, runs.error());
  return runs;
}

}  // namespace dagitops
