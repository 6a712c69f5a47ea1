#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/store/state_store.h"

#include "support/fake_clock.h"

namespace dagitops::support {

// State, status and requests in memory. Remembers every state that was saved.
class FakeStore final : public StateStore, public RequestInbox {
 public:
  Result<std::optional<EnvironmentState>> LoadState(const std::string&) override {
    if (failing) return *failing;
    return state;
  }
  Status SaveState(const EnvironmentState& saved) override {
    if (failing) return *failing;
    if (save_failing) return *save_failing;
    state = saved;
    ++saves;
    return Ok();
  }
  Result<std::optional<EnvironmentStatus>> LoadStatus(const std::string&) override { return status; }
  Status SaveStatus(const EnvironmentStatus& saved) override {
    if (status_failing) return *status_failing;
    status = saved;
    ++status_saves;
    return Ok();
  }
  Result<std::vector<Request>> Take() override {
    if (take_failing) return *take_failing;
    return requests;
  }
  Status Answer(const RequestAnswer& answer) override {
    if (answer_failing) return *answer_failing;
    std::erase_if(requests, [&](const Request& request) { return request.id == answer.id; });
    answers.push_back(answer);
    return Ok();
  }

  std::optional<EnvironmentState> state;
  std::optional<EnvironmentStatus> status;
  std::optional<Error> failing;         // what LoadState and SaveState give while set
  std::optional<Error> save_failing;    // what SaveState alone gives while set
  std::optional<Error> status_failing;  // what SaveStatus gives while set
  std::optional<Error> take_failing;    // what Take gives while set
  std::optional<Error> answer_failing;  // what Answer gives while set
  std::vector<Request> requests;
  std::vector<RequestAnswer> answers;
  int saves = 0;
  int status_saves = 0;
};

}  // namespace dagitops::support
