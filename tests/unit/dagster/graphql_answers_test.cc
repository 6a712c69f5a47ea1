#include "dagster/graphql_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

HttpResponse Json(std::string body, int status = 200) {
  return {.status = status, .headers = {{"content-type", "application/json"}}, .trailers = {}, .body = std::move(body)};
}

// An answer of workspaceOrError with these entries, comma-separated.
HttpResponse Workspace(const std::string& entries) {
  return Json(R"({"data": {"workspaceOrError": {"__typename": "Workspace", "locationEntries": [)" + entries + "]}}}");
}

LoadedLocation ReadOne(const std::string& entry) {
  const auto locations = ReadLocations(Workspace(R"({"name": "a", )" + entry + "}"));
  EXPECT_TRUE(locations && locations->contains("a"));
  return locations ? locations->at("a") : LoadedLocation{};
}

TEST(Bodies, AreJsonWithAQuery) {
  EXPECT_THAT(LocationsBody(), HasSubstr(R"({"query":"query {\n  workspaceOrError {)"));
  EXPECT_THAT(ReloadWorkspaceBody(), HasSubstr("reloadWorkspace"));
  EXPECT_THAT(ReloadLocationBody("a\"b"), HasSubstr(R"("variables":{"name":"a\"b"})"));
}

HttpResponse Runs(const std::string& launcher, const std::string& told) {
  return Json(R"({"data": {"instance": {"__typename": "Instance", "runLauncher": {"name": ")" + launcher +
              R"("}}, "runsOrError": )" + told + "}}");
}

TEST(ReadRuns, CountsThoseInsideServersByLocation) {
  const auto runs = ReadRuns(Runs("DefaultRunLauncher", R"({"__typename": "Runs", "results": [
    {"repositoryOrigin": {"repositoryLocationName": "a"}}, {"repositoryOrigin": {"repositoryLocationName": "b"}},
    {"repositoryOrigin": {"repositoryLocationName": "a"}}, {"repositoryOrigin": null}]})"));
  EXPECT_EQ(*runs, (RunsInside{true, {{"a", 2}, {"b", 1}}}));
}

TEST(ReadRuns, CountsNoneWhereTheyHavePodsOfTheirOwn) {
  const auto runs =
      ReadRuns(Runs("K8sRunLauncher",
                    R"({"__typename": "Runs", "results": [{"repositoryOrigin": {"repositoryLocationName": "a"}}]})"));
  EXPECT_EQ(*runs, RunsInside{});
}

TEST(ReadRuns, IsAnErrorWhereTheyAreNotTold) {
  const auto runs =
      ReadRuns(Runs("DefaultRunLauncher",
                    R"({"__typename": "PythonError", "className": "OperationalError", "message": "no table"})"));
  EXPECT_EQ(runs.error().code, "webserver-error");
  EXPECT_THAT(runs.error().message, HasSubstr("no table"));
  EXPECT_EQ(ReadRuns(Json("{}", 502)).error().code, "webserver-error");
}

TEST(ReadInstance, HasVersionsAndTheLauncher) {
  const auto instance = ReadInstance(Json(R"({"data": {"version": "1.13.27",
    "instance": {"__typename": "Instance", "runLauncher": {"name": "K8sRunLauncher"}},
    "workspaceOrError": {"locationEntries": [
      {"name": "a", "locationOrLoadError": {"dagsterLibraryVersions": [{"name": "dagster-k8s", "version": "0.29.0"},
                                                                       {"name": "dagster", "version": "1.12.1"}]}},
      {"name": "broken", "locationOrLoadError": {}}, {"name": "silent", "locationOrLoadError": {"dagsterLibraryVersions": null}}]}}})"));
  EXPECT_EQ(*instance, (DagsterInstance{"1.13.27", "K8sRunLauncher", {{"a", "1.12.1"}}}));
}

TEST(ReadInstance, WithoutLauncherOrWorkspaceHasWhatThereIs) {
  const auto instance = ReadInstance(Json(
      R"({"data": {"version": "1.10.21", "instance": {"__typename": "Instance", "runLauncher": null}, "workspaceOrError": {}}})"));
  EXPECT_EQ(*instance, (DagsterInstance{"1.10.21", "", {}}));
}

TEST(ReadInstance, OfNoDagsterIsAnError) {
  EXPECT_EQ(ReadInstance({.status = 404, .headers = {}, .trailers = {}, .body = "no"}).error().code,
            "webserver-wrong-url");
  EXPECT_EQ(ReadInstance(Json(R"({"errors": [{"message": "Cannot query field"}]})", 400)).error().code,
            "webserver-schema");
}

TEST(ReadLocations, ALoadedOneHasItsServerId) {
  const LoadedLocation location = ReadOne(
      R"("versionKey": "[\"other\", null]", "locationOrLoadError": {"__typename": "RepositoryLocation", "serverId": "id-1"})");
  EXPECT_EQ(location.server_id, "id-1");
  EXPECT_EQ(location.error, "");
}

TEST(ReadLocations, TakesTheServerIdFromTheVersionKeyWhereItIsNotTold) {
  EXPECT_EQ(
      ReadOne(R"("versionKey": "[\"id-2\", \"image:1\"]", "locationOrLoadError": {"__typename": "RepositoryLocation",
                       "serverId": null})")
          .server_id,
      "id-2");
}

TEST(ReadLocations, ABrokenOneSaysWhyAndHasNoServerIdThoughItHasAVersionKey) {
  const LoadedLocation location = ReadOne(R"("versionKey": "1795355897.0006416", "locationOrLoadError":
      {"__typename": "PythonError", "className": "DagsterImportError", "message": "x.DagsterImportError: E", "stack": [],
       "errorChain": [
         {"isExplicitLink": true, "error": {"className": "ModuleNotFoundError", "stack":
           ["  File \"/repo/defs.py\", line 2, in <module>\n"], "message": "ModuleNotFoundError: No module named 'x'\n"}},
         {"isExplicitLink": false, "error": {"className": "Z", "message": "Z: other story", "stack": []}}]})");
  EXPECT_EQ(location.server_id, "");
  EXPECT_EQ(location.error, "ModuleNotFoundError: No module named 'x' (/repo/defs.py, line 2)");
}

TEST(ReadLocations, WhatWasHandledWhenTheErrorCameIsNotItsCause) {
  const LoadedLocation location = ReadOne(R"("locationOrLoadError": {"__typename": "PythonError", "className": "A",
      "message": "A: told", "stack": [], "errorChain": [{"isExplicitLink": false, "error": {"className": "B",
      "message": "B: other", "stack": ["  File \"/repo/defs.py\", line 2, in <module>\n"]}}]})");
  EXPECT_EQ(location.error, "A: told");
}

TEST(ReadLocations, OneThatIsNotLoadedYetIsNotLoaded) {
  EXPECT_THAT(ReadOne(R"("locationOrLoadError": null)").error, Not(IsEmpty()));
  EXPECT_THAT(ReadOne(R"("locationOrLoadError": {"__typename": "SomethingNew"})").error, Not(IsEmpty()));
  EXPECT_THAT(ReadOne(R"("loadStatus": "LOADED")").error, Not(IsEmpty()));
}

TEST(ReadLocations, AnEmptyWorkspaceIsAnAnswer) {
  const auto locations = ReadLocations(Workspace(""));
  ASSERT_TRUE(locations);
  EXPECT_THAT(*locations, IsEmpty());
}

TEST(ReadLocations, ListsAllByName) {
  const auto locations = ReadLocations(Workspace(
      R"({"name": "b", "locationOrLoadError": null},
         {"name": "a", "locationOrLoadError": {"__typename": "RepositoryLocation", "serverId": "i"}})"));
  ASSERT_TRUE(locations);
  EXPECT_THAT(*locations, SizeIs(2));
}

struct VersionKeyCase {
  std::string name;
  std::string key;
  std::string id;
};
class VersionKey : public ::testing::TestWithParam<VersionKeyCase> {};

TEST_P(VersionKey, HoldsTheServerId) { EXPECT_EQ(ServerIdOfVersionKey(GetParam().key), GetParam().id); }

INSTANTIATE_TEST_SUITE_P(Forms, VersionKey,
                         ::testing::Values(VersionKeyCase{"PairWithoutImage", R"(["id", null])", "id"},
                                           VersionKeyCase{"PairWithImage", R"(["id", "image:1"])", "id"},
                                           VersionKeyCase{"Bare", "0d00d787-bf8d", "0d00d787-bf8d"},
                                           VersionKeyCase{"Empty", "", ""}, VersionKeyCase{"EmptyList", "[]", ""},
                                           VersionKeyCase{"NoText", "[1, null]", ""},
                                           VersionKeyCase{"CutOff", R"(["id)", ""}),
                         support::CaseName());

struct FailureCase {
  std::string name;
  HttpResponse response;
  std::string code;
  ErrorKind kind;
  std::string text;
};
class EveryAnswer : public ::testing::TestWithParam<FailureCase> {};

TEST_P(EveryAnswer, ThatIsNoResultIsTold) {
  const FailureCase& c = GetParam();
  for (const Error& error : {ReadLocations(c.response).error(), ReadReloadWorkspace(c.response).error(),
                             ReadReloadLocation(c.response).error()}) {
    EXPECT_EQ(error.code, c.code) << error.Text();
    EXPECT_EQ(error.kind, c.kind);
    EXPECT_THAT(error.Text(), HasSubstr(c.text));
    EXPECT_LT(error.Text().size(), 700u);
  }
}

HttpResponse Html(int status) {
  return {.status = status,
          .headers = {{"content-type", "text/html; charset=utf-8"}},
          .trailers = {},
          .body = "<html>" + std::string(100'000, 'x')};
}

HttpResponse Redirect() {
  return {
      .status = 302, .headers = {{"location", "https://login.example.com/?token=hidden"}}, .trailers = {}, .body = ""};
}

INSTANTIATE_TEST_SUITE_P(
    Failures, EveryAnswer,
    ::testing::Values(
        FailureCase{"ServerError", Html(500), "webserver-error", ErrorKind::kRetry, "HTTP status 500"},
        FailureCase{"BadGateway", Html(502), "webserver-error", ErrorKind::kRetry, "HTTP status 502"},
        FailureCase{"Page", Html(200), "webserver-wrong-url", ErrorKind::kStalled, "text/html"},
        FailureCase{"NotFound", Html(404), "webserver-wrong-url", ErrorKind::kStalled, "HTTP status 404"},
        FailureCase{"Redirect", Redirect(), "webserver-wrong-url", ErrorKind::kStalled, "https://login.example.com/"},
        FailureCase{"Unauthorized", Html(401), "webserver-forbidden", ErrorKind::kStalled, "HTTP status 401"},
        FailureCase{"Forbidden", Html(403), "webserver-forbidden", ErrorKind::kStalled, "HTTP status 403"},
        FailureCase{"CutOff", Json(R"({"data": {"workspaceOrError": {"__typename": "Wor)"), "webserver-error",
                    ErrorKind::kRetry, "no JSON"},
        FailureCase{"Empty", Json(""), "webserver-error", ErrorKind::kRetry, "no JSON"},
        FailureCase{"OtherJson", Json(R"({"hello": 1})"), "webserver-error", ErrorKind::kRetry, "hello"},
        FailureCase{"NullData", Json(R"({"data": null})"), "webserver-error", ErrorKind::kRetry, "null"},
        FailureCase{"UnknownQuery",
                    Json(R"({"data": null, "errors": [{"message": "Cannot query field 'x' on type 'Query'."}]})", 400),
                    "webserver-schema", ErrorKind::kInvalid, "Cannot query field 'x'"},
        FailureCase{"ResolverFailed", Json(R"({"data": null, "errors": [{"message": "database is locked"}]})", 500),
                    "webserver-error", ErrorKind::kRetry, "database is locked"},
        FailureCase{"ErrorsOfAnotherKind", Json(R"({"errors": "no"})", 400), "webserver-schema", ErrorKind::kInvalid,
                    "no reason given"}),
    support::CaseName());

TEST(EveryAnswer, ShowsNoSecret) {
  EXPECT_THAT(ReadLocations(Redirect()).error().Text(), Not(HasSubstr("hidden")));
  const auto error =
      ReadLocations(Json(R"({"errors": [{"message": "cannot reach postgres://u:hunter2@db/dagster"}]})", 500)).error();
  EXPECT_THAT(error.Text(), Not(HasSubstr("hunter2")));
}

TEST(ReadLocations, APythonErrorOfTheWorkspaceIsToldWithItsStatus500) {
  const auto error = ReadLocations(Json(R"({"data": {"workspaceOrError": {"__typename": "PythonError",
      "className": "E", "message": "E: boom", "stack": []}}})",
                                        500))
                         .error();
  EXPECT_EQ(error.code, "webserver-error");
  EXPECT_THAT(error.message, HasSubstr("E: boom"));
}

class WrongSchema : public ::testing::TestWithParam<std::string> {};

TEST_P(WrongSchema, IsAnErrorAndNotAnEmptyList) {
  const auto locations =
      ReadLocations(Json(R"({"data": {"workspaceOrError": {"__typename": "Workspace")" + GetParam() + "}}}"));
  ASSERT_FALSE(locations);
  EXPECT_EQ(locations.error().code, "webserver-error");
}

INSTANTIATE_TEST_SUITE_P(Answers, WrongSchema,
                         ::testing::Values("", R"(, "locationEntries": null)", R"(, "locationEntries": {})",
                                           R"(, "locationEntries": [{}])", R"(, "locationEntries": [null])",
                                           R"(, "locationEntries": [{"name": 1}])"));

// `reload` answered with this type.
Status ReloadedWorkspace(const std::string& type, int status = 200) {
  return ReadReloadWorkspace(
      Json(R"({"data": {"reloadWorkspace": {"__typename": ")" + type + R"(", "message": "told why"}}})", status));
}
Status ReloadedLocation(const std::string& type, int status = 200) {
  return ReadReloadLocation(Json(
      R"({"data": {"reloadRepositoryLocation": {"__typename": ")" + type + R"(", "message": "told why"}}})", status));
}

TEST(ReadReloadWorkspace, KnowsEveryTypeOfAnswer) {
  EXPECT_TRUE(ReloadedWorkspace("Workspace"));
  EXPECT_EQ(ReloadedWorkspace("UnauthorizedError").error().kind, ErrorKind::kStalled);
  EXPECT_EQ(ReloadedWorkspace("UnauthorizedError").error().code, "webserver-forbidden");
  const Error invalid = ReloadedWorkspace("PythonError", 500).error();
  EXPECT_EQ(invalid.code, "workspace-invalid");
  EXPECT_EQ(invalid.kind, ErrorKind::kInvalid);
  EXPECT_THAT(invalid.message, HasSubstr("told why"));
  EXPECT_EQ(ReloadedWorkspace("SomethingNew").error().code, "webserver-error");
}

TEST(ReadReloadLocation, KnowsEveryTypeOfAnswer) {
  EXPECT_TRUE(ReloadedLocation("WorkspaceLocationEntry"));
  EXPECT_EQ(ReloadedLocation("UnauthorizedError").error().code, "webserver-forbidden");
  for (const std::string& type : {std::string("RepositoryLocationNotFound"), std::string("ReloadNotSupported")}) {
    const Error unknown = ReloadedLocation(type).error();
    EXPECT_EQ(unknown.code, "location-unknown");
    EXPECT_EQ(unknown.kind, ErrorKind::kInvalid);
    EXPECT_THAT(unknown.message, HasSubstr("told why"));
  }
  EXPECT_EQ(ReloadedLocation("PythonError", 500).error().kind, ErrorKind::kRetry);
  EXPECT_EQ(ReloadedLocation("SomethingNew").error().code, "webserver-error");
}

}  // namespace
}  // namespace dagitops
