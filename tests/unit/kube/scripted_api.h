#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "dagitops/kube/api_client.h"

#include "support/fake_clock.h"

namespace dagitops::kube {

// Answers lists by their paths and plays watches one after another; remembers what was asked for. Nothing is written.
class ScriptedApi final : public ApiClient {
 public:
  struct Play {
    std::vector<std::string> events;
    Duration takes{};
    Status outcome = Ok();
  };

  explicit ScriptedApi(support::FakeClock& clock) : clock_(clock) {}

  Result<std::string> Get(const std::string& path, Duration /*deadline*/) override {
    asked.push_back("list " + path);
    const auto found = lists.find(path);
    if (found != lists.end()) return found->second;
    return Error{ErrorKind::kRetry, "kube-unreachable", path, "nobody is there", ""};
  }
  Result<std::string> Write(const ApiWrite& write, Duration /*deadline*/) override { return Unexpected(write.path); }
  Status Delete(const ApiDelete& removal, Duration /*deadline*/) override { return Unexpected(removal.path); }
  Status Watch(const std::string& /*path*/, const std::string& version, Duration deadline,
               const std::function<bool(std::string_view)>& on_event) override {
    asked.push_back("watch " + version);
    deadlines.push_back(deadline);
    const Play play = plays.at(played++);
    clock_.Advance(play.takes);
    for (const std::string& event : play.events) {
      if (!on_event(event)) return Ok();
    }
    return play.outcome;
  }

  std::map<std::string, Result<std::string>> lists;
  std::vector<Play> plays;
  std::size_t played = 0;
  std::vector<std::string> asked;
  std::vector<Duration> deadlines;

 private:
  static Error Unexpected(const std::string& path) { return {ErrorKind::kInternal, "unexpected", path, "", ""}; }

  support::FakeClock& clock_;
};

}  // namespace dagitops::kube
