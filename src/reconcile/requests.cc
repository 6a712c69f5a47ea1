#include "dagitops/reconcile/requests.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "dagitops/base/text.h"

#include "reconcile/going_back.h"

namespace dagitops::reconcile {
namespace {

RequestOutcome Refuse(const Request& request, EnvironmentState state, std::string message) {
  return {std::move(state), {request.id, false, std::move(message)}};
}

RequestOutcome Accept(const Request& request, EnvironmentState state, std::string message) {
  return {std::move(state), {request.id, true, std::move(message)}};
}

std::vector<std::string> Waiting(const EnvironmentState& state) {
  std::vector<std::string> names;
  for (const auto& [name, record] : state.locations) {
    if (!record.removal_waits.empty()) names.push_back(name);
  }
  return names;
}

RequestOutcome Approve(const Request& request, EnvironmentState state) {
  const std::vector<std::string> waiting = Waiting(state);
  if (waiting.empty()) return Refuse(request, std::move(state), "no removal waits for approval");
  std::vector<std::string> approved = request.locations.empty() ? waiting : request.locations;
  for (const std::string& name : approved) {
    if (std::find(waiting.begin(), waiting.end(), name) != waiting.end()) continue;
    return Refuse(request, std::move(state), name + " does not wait for approval; waiting are: " + Join(waiting, ", "));
  }
  state.approved_removals.insert(state.approved_removals.end(), approved.begin(), approved.end());
  return Accept(request, std::move(state), "approved the removal of " + Join(approved, ", "));
}

RequestOutcome SetPaused(const Request& request, EnvironmentState state, bool paused) {
  const std::string word = paused ? "paused" : "resumed";
  if (!request.locations.empty()) {
    return Refuse(request, std::move(state),
                  "single locations cannot be " + word + " (asked for: " + Join(request.locations, ", ") +
                      "), only the whole environment: ask without naming any");
  }
  const bool was = std::exchange(state.paused, paused);
  return Accept(request, std::move(state), was == paused ? "was " + word + " already" : word);
}

// A plain apply follows the branch again. Any that is accepted gives every failed version another try.
RequestOutcome Apply(const Request& request, EnvironmentState state, Source& source) {
  std::optional<Revision> pinned;
  if (!request.revision.empty()) {
    const auto revision = source.Resolve(request.revision);
    if (!revision) return Refuse(request, std::move(state), revision.error().Text());
    pinned = *revision;
  }
  for (auto& [name, record] : state.locations) record.failed.reset();
  const std::string answer = pinned ? "pinned at " + pinned->Short() : "following the branch";
  state.pinned = std::move(pinned);
  state.rebuilt.reset();
  return Accept(request, std::move(state), answer);
}

}  // namespace

RequestOutcome CarryOut(const Request& request, EnvironmentState state, const RequestWorld& world) {
  switch (request.kind) {
    case Request::Kind::kApprove:
      return Approve(request, std::move(state));
    case Request::Kind::kPause:
      return SetPaused(request, std::move(state), true);
    case Request::Kind::kResume:
      return SetPaused(request, std::move(state), false);
    case Request::Kind::kApply:
      return Apply(request, std::move(state), world.source);
    case Request::Kind::kRollback:
    case Request::Kind::kRebuild:
      return GoBack(request, std::move(state), world);
  }
  return Refuse(request, std::move(state), "unknown request");
}

}  // namespace dagitops::reconcile
