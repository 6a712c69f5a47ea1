#include "cli/status_text.h"

#include <gtest/gtest.h>

namespace dagitops::cli {
namespace {

EnvironmentStatus MakeStatus() {
  EnvironmentStatus status;
  status.environment = "production";
  status.observed = Revision{std::string(40, 'a'), "Ada", "ada@example.com", 0, "Change sales"};
  status.fetched = FetchStatus{};
  status.applied = status.observed;
  status.conditions = {{"Ready", Condition::Truth::kFalse, "NotAllLoaded", "1 of 2 locations are loaded"}};
  status.webservers = {"http://127.0.0.1:3000"};
  status.locations = {{"sales", "sales", "team-a", LocationPhase::kLoaded, "", std::string(40, 'a'),
                       std::string(40, 'a'), "Ada <ada@example.com>", "id", 42},
                      {"ml", "ml", "team-b", LocationPhase::kHeld, "ImportError", std::string(40, 'b'),
                       std::string(40, 'c'), "Grace <grace@example.com>", "id", 43}};
  status.waiting_removals = {"old"};
  return status;
}

TEST(StatusText, TellsWhatRunsAndWhyNotAsInGit) {
  EXPECT_EQ(StatusText(MakeStatus(), false),
            "environment production\n"
            "head        aaaaaaaa \"Change sales\" by Ada <ada@example.com>\n"
            "fetched     1970-01-01T00:00:00Z\n"
            "applied     aaaaaaaa \"Change sales\" by Ada <ada@example.com>\n"
            "webserver   http://127.0.0.1:3000\n"
            "Ready       no: 1 of 2 locations are loaded\n"
            "updated     1970-01-01T00:00:00Z\n"
            "  sales  loaded           aaaaaaaa  Ada <ada@example.com>\n"
            "  ml     held             bbbbbbbb  Grace <grace@example.com>\n"
            "      at cccccccc: ImportError\n"
            "Waiting for `dagitops approve`: old\n");
}

TEST(StatusText, TellsWhyAFetchFailed) {
  EnvironmentStatus status = MakeStatus();
  status.fetched->error = "timed out";
  EXPECT_NE(StatusText(status, false).find("fetched     1970-01-01T00:00:00Z, failed: timed out\n"), std::string::npos);
}

TEST(StatusText, TellsFaultsThatBelongToNoLocation) {
  EnvironmentStatus status = MakeStatus();
  const Diagnostic shared{Severity::kFault, "yaml-syntax", {"dagitops.yaml", 3, 1}, "", "a tab",
                          "blanks",         "use blanks"};
  Diagnostic second = shared;
  second.position.file = "environments/production/defaults.yaml";
  Diagnostic of_one = shared;
  of_one.location = "sales";
  Diagnostic warning = shared;
  warning.severity = Severity::kWarning;
  status.diagnostics = {shared, second, of_one, warning};
  EXPECT_NE(
      StatusText(status, false).find("faults      " + shared.Text() + "\n            " + second.Text() + "\nupdated"),
      std::string::npos)
      << StatusText(status, false);
}

TEST(StatusText, ColoursOnlyWhenAsked) {
  EXPECT_EQ(StatusText(MakeStatus(), false).find('\x1b'), std::string::npos);
  EXPECT_NE(StatusText(MakeStatus(), true).find("\x1b[33mheld"), std::string::npos);
}

TEST(PhaseChanges, TellWhatIsNewOtherOrGone) {
  const auto at = [](const char* name, LocationPhase phase, const char* reason = "") {
    LocationStatus location;
    location.name = name;
    location.phase = phase;
    location.reason = reason;
    return location;
  };
  const std::vector<LocationStatus> before{at("a", LocationPhase::kLoaded), at("b", LocationPhase::kProgressing, "x"),
                                           at("c", LocationPhase::kRemoving)};
  EXPECT_EQ(PhaseChanges(before, before), "");
  EXPECT_EQ(PhaseChanges(before, {at("a", LocationPhase::kHeld, "ImportError"), at("b", LocationPhase::kProgressing),
                                  at("d", LocationPhase::kRemovalWaiting)}),
            "a: held (ImportError)\nd: removal waiting\nc: gone\n");
}

}  // namespace
}  // namespace dagitops::cli
