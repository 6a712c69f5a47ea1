#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dagitops/kube/rest_api_client.h"

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/fake_http_client.h"

namespace dagitops::kube {

// Chance that never helps.
class NoRandom final : public Random {
 public:
  std::uint64_t Next() override { return 0; }
};

// A client of https://api:6443 whose pauses move its clock and are remembered, with a token from a file.
class ApiFixture : public ::testing::Test {
 protected:
  static ClusterAccess Access() {
    ClusterAccess access;
    access.server = "https://api:6443";
    access.authorities = "CA";
    access.token_file = "/token";
    return access;
  }

  // Answers the requests one after another, and with the last of them for ever.
  void Answer(std::vector<Result<HttpResponse>> answers) {
    http.answer = [this, answers](const HttpRequest&) {
      return answers.at(std::min(http.requests.size(), answers.size()) - 1);
    };
  }

  support::FakeClock clock;
  NoRandom random;
  support::FakeCommandRunner runner;
  support::FakeHttpClient http;
  std::string token = "one";
  std::vector<Duration> pauses;
  std::vector<std::string> observed;
  Credentials credentials{Access(), {runner, clock, [this](const std::string&) { return Result<std::string>(token); }}};
  RestApiClient api{
      {http, credentials, clock, random},
      {.observe = [this](std::string_view method,
                         int status) { observed.push_back(std::string(method) + " " + std::to_string(status)); },
       .pause =
           [this](Duration pause) {
             pauses.push_back(pause);
             clock.Advance(pause);
           }}};
};

}  // namespace dagitops::kube
