#include "plan/retire.h"

#include <algorithm>

#include "dagitops/base/duration.h"

namespace dagitops::plan {
namespace {

constexpr Duration kRunsPoll = std::chrono::seconds(2);  // how often a server is asked whether its runs have ended

RetireVerdict NotYet(std::string reason, Duration look_again) { return {false, false, std::move(reason), look_again}; }

bool Ended(const ObservedServer& server) { return server.state == ServerState::kFailed; }

std::string Runs(int count) {
  if (count < 0) return "it cannot be asked for its runs";
  return count == 1 ? "1 run is still in it" : std::to_string(count) + " runs are still in it";
}

// A server that cannot be asked may hold runs: not knowing is no reason to end them.
RetireVerdict JudgeRuns(const ObservedServer& server, const RunsPolicy& runs, Duration waited) {
  if (server.active_runs == 0) return {true, false, "replaced or removed, no runs in it"};
  if (!runs.wait) return {true, true, "runs: now; " + Runs(server.active_runs)};
  if (waited >= runs.limit) {
    return {true, true, Runs(server.active_runs) + " after " + FormatDuration(runs.limit) + ", the limit"};
  }
  RetireVerdict verdict = NotYet(Runs(server.active_runs), std::min(kRunsPoll, runs.limit - waited));
  verdict.for_runs = true;
  return verdict;
}

}  // namespace

RetireVerdict JudgeRetirement(const RetireQuestion& question) {
  const ObservedServer& server = question.server;
  if (server.state == ServerState::kStopping) return NotYet("ending", std::chrono::milliseconds(200));
  if (question.still_named || server.published) {
    return NotYet("workspace.yaml names it until the next one is published",
                  question.publishes_now ? Duration(0) : Duration(std::chrono::seconds(1)));
  }
  if (!server.retired) return {true, false, "was never published"};
  if (Ended(server)) return {true, false, "has ended"};
  const Duration waited = question.now - *server.retired;
  if (waited < question.retire_after) {
    const Duration rest = question.retire_after - waited;
    return NotYet("the daemon may still use it for " + FormatDuration(std::chrono::ceil<std::chrono::seconds>(rest)),
                  rest);
  }
  return JudgeRuns(server, question.runs, question.now - *server.retired);
}

RetireVerdict JudgeReplacement(const ObservedServer& server, const RunsPolicy& runs, Duration waited) {
  return JudgeRuns(server, runs, waited);
}

}  // namespace dagitops::plan
