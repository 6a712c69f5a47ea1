#include "dagster/graphql_answers.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

#include "dagster/json_read.h"
#include "dagster/python_error_json.h"

namespace dagitops {
namespace {

using boost::json::value;
using json_read::At;
using json_read::Member;
using json_read::Text;

// stack and errorChain are long, and are sent for broken locations only.
constexpr std::string_view kLocations = R"(query {
  workspaceOrError {
    __typename
    ... on Workspace {
      locationEntries {
        name
        versionKey
        locationOrLoadError {
          __typename
          ... on RepositoryLocation { serverId }
          ... on PythonError { className message stack errorChain { isExplicitLink error { className message stack } } }
        }
      }
    }
    ... on PythonError { className message stack errorChain { isExplicitLink error { className message stack } } }
  }
})";

constexpr std::string_view kReloadWorkspace = R"(mutation {
  reloadWorkspace {
    __typename
    ... on UnauthorizedError { message }
    ... on PythonError { className message stack errorChain { isExplicitLink error { className message stack } } }
  }
})";

constexpr std::string_view kReloadLocation = R"(mutation ($name: String!) {
  reloadRepositoryLocation(repositoryLocationName: $name) {
    __typename
    ... on UnauthorizedError { message }
    ... on ReloadNotSupported { message }
    ... on RepositoryLocationNotFound { message }
    ... on PythonError { className message stack errorChain { isExplicitLink error { className message stack } } }
  }
})";

// schema/instance.py and schema/external.py: a launcher is told by its class's name.
constexpr std::string_view kInstance = R"(query {
  version
  instance { __typename runLauncher { name } }
  workspaceOrError {
    ... on Workspace {
      locationEntries { name locationOrLoadError { ... on RepositoryLocation { dagsterLibraryVersions { name version } } } }
    }
  }
})";

// Queued runs are nowhere yet. More than this many are not counted, which makes no difference to anybody.
constexpr std::string_view kRuns = R"(query {
  instance { __typename runLauncher { name } }
  runsOrError(filter: {statuses: [STARTING, STARTED, CANCELING]}, limit: 1000) {
    __typename
    ... on Runs { results { repositoryOrigin { repositoryLocationName } } }
    ... on PythonError { className message stack errorChain { isExplicitLink error { className message stack } } }
  }
})";

constexpr std::size_t kTextLimit = 300;

Error Failure(ErrorKind kind, std::string code, std::string message, std::string hint = {}) {
  return {.kind = kind, .code = std::move(code), .subject = {}, .message = std::move(message), .hint = std::move(hint)};
}

Error WrongUrl(const std::string& found) {
  return Failure(ErrorKind::kStalled, "webserver-wrong-url", "no GraphQL of Dagster at this address: " + found,
                 "give the webserver's root with its path prefix, as a browser would open it");
}

Error Forbidden(const std::string& found, std::string hint) {
  return Failure(ErrorKind::kStalled, "webserver-forbidden", found, std::move(hint));
}

Error Broken(const std::string& found) {
  return Failure(ErrorKind::kRetry, "webserver-error", "the webserver could not answer: " + found);
}

std::string Shown(std::string_view text) { return Quoted(Shorten(Redact(text), kTextLimit)); }

std::string Header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, text] : response.headers) {
    if (key == name) return text;
  }
  return {};
}

// What an answer without a GraphQL result is, by its status.
Error NoResult(const HttpResponse& response) {
  const std::string status = "HTTP status " + std::to_string(response.status);
  if (response.status >= 500) return Broken(status);
  if (response.status == 401 || response.status == 403) {
    return Forbidden("the webserver, or a proxy before it, answered " + status, "dagitops must be let through");
  }
  if (response.status >= 300 && response.status < 400) {
    return WrongUrl(status + ", a redirect to " + Shown(CleanUrl(Header(response, "location"))));
  }
  if (response.status != 200) return WrongUrl(status);
  const std::string type = Header(response, "content-type");
  if (!type.starts_with("application/json")) return WrongUrl("content type " + Shown(type));
  return Broken("its answer is no JSON of GraphQL's: " + Quoted(Shorten(response.body, 100)));
}

// The first of GraphQL's own errors: of the query as such, or inside a resolver.
Error GraphqlError(const value& errors, bool refused) {
  const bool some = errors.is_array() && !errors.get_array().empty();
  const std::string message = some ? Shown(Text(errors.get_array().front(), "message")) : "no reason given";
  if (!refused) return Broken(message);
  return Failure(ErrorKind::kInvalid, "webserver-schema", "the webserver does not know the query: " + message,
                 "dagitops knows the GraphQL of Dagster 1.10 to 1.13");
}

// What stands under data.<field>: always an object with __typename. The status does not count where the body is
// GraphQL's: a PythonError comes with 500, a query that is not understood with 400 (dagster_webserver 1.13.27,
// graphql.py, _determine_status_code).
Result<value> ReadField(const HttpResponse& response, std::string_view field) {
  const auto answer = json_read::Parse(response.body);
  if (!answer) return NoResult(response);
  const value* found = At(*answer, {"data", field});
  if (found != nullptr && !Text(*found, "__typename").empty()) return *found;
  if (const value* errors = Member(*answer, "errors")) return GraphqlError(*errors, response.status == 400);
  return NoResult(response);
}

LoadedLocation ReadLocation(const value& entry) {
  LoadedLocation location;
  const value* loaded = Member(entry, "locationOrLoadError");
  const std::string type = loaded == nullptr ? std::string() : Text(*loaded, "__typename");
  if (type == "RepositoryLocation") {
    location.server_id = Text(*loaded, "serverId");
    if (location.server_id.empty()) location.server_id = ServerIdOfVersionKey(Text(entry, "versionKey"));
  } else if (type == "PythonError") {
    location.error = DescribePythonError(ReadGraphqlError(*loaded));
  } else {
    location.error = "the webserver has not loaded it yet";
  }
  return location;
}

// Of the library dagster; "" where it is not told, as by a location in error.
std::string DagsterVersionIn(const value& entry) {
  const value* versions = At(entry, {"locationOrLoadError", "dagsterLibraryVersions"});
  if (versions == nullptr || !versions->is_array()) return {};
  for (const value& library : versions->get_array()) {
    if (Text(library, "name") == "dagster") return Text(library, "version");
  }
  return {};
}

// What both reloads can answer besides their success.
Error ReloadError(const value& answer) {
  const std::string type = Text(answer, "__typename");
  if (type == "UnauthorizedError") {
    return Forbidden("the webserver is read-only and denies reloading",
                     "start it without --read-only, or restart it after each change of the locations");
  }
  if (type == "PythonError") return Broken(DescribePythonError(ReadGraphqlError(answer)));
  return Broken("unexpected " + Shown(type));
}

}  // namespace

std::string LocationsBody() { return boost::json::serialize(boost::json::object{{"query", kLocations}}); }

std::string ReloadWorkspaceBody() { return boost::json::serialize(boost::json::object{{"query", kReloadWorkspace}}); }

std::string ReloadLocationBody(std::string_view location_name) {
  return boost::json::serialize(
      boost::json::object{{"query", kReloadLocation}, {"variables", {{"name", location_name}}}});
}

Result<std::map<std::string, LoadedLocation>> ReadLocations(const HttpResponse& response) {
  DAGITOPS_ASSIGN(const value workspace, ReadField(response, "workspaceOrError"));
  if (Text(workspace, "__typename") == "PythonError") return Broken(DescribePythonError(ReadGraphqlError(workspace)));
  const value* entries = Member(workspace, "locationEntries");
  if (entries == nullptr || !entries->is_array()) return Broken("its answer lacks locationEntries");
  std::map<std::string, LoadedLocation> locations;
  for (const value& entry : entries->get_array()) {
    const std::string name = Text(entry, "name");
    if (name.empty()) return Broken("an entry of its answer lacks a name");
    locations.emplace(name, ReadLocation(entry));
  }
  return locations;
}

Status ReadReloadWorkspace(const HttpResponse& response) {
  DAGITOPS_ASSIGN(const value answer, ReadField(response, "reloadWorkspace"));
  const std::string type = Text(answer, "__typename");
  if (type == "Workspace") return Ok();
  if (type != "PythonError") return ReloadError(answer);
  return Failure(ErrorKind::kInvalid, "workspace-invalid",
                 "the webserver refuses its workspace.yaml: " + DescribePythonError(ReadGraphqlError(answer)));
}

Status ReadReloadLocation(const HttpResponse& response) {
  DAGITOPS_ASSIGN(const value answer, ReadField(response, "reloadRepositoryLocation"));
  const std::string type = Text(answer, "__typename");
  if (type == "WorkspaceLocationEntry") return Ok();
  if (type != "RepositoryLocationNotFound" && type != "ReloadNotSupported") return ReloadError(answer);
  return Failure(ErrorKind::kInvalid, "location-unknown",
                 "the webserver cannot reload the location: " + Shown(Text(answer, "message")));
}

std::string InstanceBody() { return boost::json::serialize(boost::json::object{{"query", kInstance}}); }

Result<DagsterInstance> ReadInstance(const HttpResponse& response) {
  DAGITOPS_ASSIGN(const value told, ReadField(response, "instance"));
  DagsterInstance instance;
  if (const value* launcher = Member(told, "runLauncher")) instance.run_launcher = Text(*launcher, "name");
  const auto answer = json_read::Parse(response.body);
  instance.version = Text(*Member(*answer, "data"), "version");
  const value* entries = At(*answer, {"data", "workspaceOrError", "locationEntries"});
  if (entries == nullptr || !entries->is_array()) return instance;
  for (const value& entry : entries->get_array()) {
    std::string version = DagsterVersionIn(entry);
    if (!version.empty()) instance.location_versions[Text(entry, "name")] = std::move(version);
  }
  return instance;
}

std::string RunsBody() { return boost::json::serialize(boost::json::object{{"query", kRuns}}); }

Result<RunsInside> ReadRuns(const HttpResponse& response) {
  DAGITOPS_ASSIGN(const value instance, ReadField(response, "instance"));
  const value* launcher = Member(instance, "runLauncher");
  if (launcher == nullptr || !KeepsRunsInside(Text(*launcher, "name"))) return RunsInside{};
  DAGITOPS_ASSIGN(const value told, ReadField(response, "runsOrError"));
  const value* results = Member(told, "results");
  if (results == nullptr || !results->is_array())
    return Broken("it does not list its runs: " + DescribePythonError(ReadGraphqlError(told)));
  RunsInside runs{true, {}};
  for (const value& run : results->get_array()) {
    const value* origin = Member(run, "repositoryOrigin");
    if (origin != nullptr && origin->is_object()) ++runs.by_location[Text(*origin, "repositoryLocationName")];
  }
  return runs;
}

std::string ServerIdOfVersionKey(std::string_view version_key) {
  if (!version_key.starts_with('[')) return std::string(version_key);
  const auto pair = json_read::Parse(version_key);
  if (!pair || !pair->is_array() || pair->get_array().empty()) return {};
  const value& id = pair->get_array().front();
  return id.is_string() ? std::string(id.get_string()) : std::string();
}

}  // namespace dagitops
