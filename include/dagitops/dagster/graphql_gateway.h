#pragma once

#include <string>
#include <string_view>

#include "dagitops/dagster/dagster_gateway.h"
#include "dagitops/http/http_client.h"

namespace dagitops {

// DagsterGateway on an HttpClient. Safe to call from any thread when `http` is; `http` outlives this.
//
// One query lists all locations, 7 to 30 ms for a few of them. The same text was run against dagster-webserver 1.10.21
// and 1.13.27 (dagster_graphql/schema/external.py): both have serverId; versionKey differs (see graphql_answers.h).
//
// A reload may arrive twice (HttpRequest::repeatable): it makes the webserver look again, which is all it can do.
//
// Errors of the two reloads, of Instance and of Runs, as far as they fit: those of the HttpClient; webserver-error
// kRetry (HTTP 5xx, JSON cut off, an error inside Dagster); webserver-forbidden kStalled (401, 403, or a read-only
// webserver); webserver-wrong-url kStalled (404, a redirect, a page instead of JSON); webserver-schema kInvalid (it
// does not know the query: too old or too new); workspace-invalid kInvalid (it refuses its workspace.yaml);
// location-unknown kInvalid. The subject is the URL.
class GraphqlGateway final : public DagsterGateway {
 public:
  explicit GraphqlGateway(HttpClient& http) : http_(http) {}

  ObservedWebserver Locations(const std::string& url, Duration deadline) override;
  Status ReloadWorkspace(const std::string& url, Duration deadline) override;
  Status ReloadLocation(const std::string& url, const std::string& location_name, Duration deadline) override;
  Result<DagsterInstance> Instance(const std::string& url, Duration deadline) override;
  Result<RunsInside> Runs(const std::string& url, Duration deadline) override;

 private:
  Result<HttpResponse> Post(const std::string& url, std::string body, Duration deadline);

  HttpClient& http_;
};

}  // namespace dagitops
