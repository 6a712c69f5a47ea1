// What Servers tells about itself; nothing here changes anything.

#include <algorithm>

#include "target/local_process/known_secrets.h"
#include "target/local_process/restart_policy.h"
#include "target/local_process/servers.h"

namespace dagitops::local_process {
namespace {

constexpr Duration kNotesFor = std::chrono::hours(1);
// A server's first answer is what a push waits for; a look without a socket costs a directory listing.
constexpr Duration kWhileStarting = std::chrono::milliseconds(50);
constexpr Duration kWhileAnswering = std::chrono::milliseconds(20);
constexpr Duration kWhilePreparing = std::chrono::milliseconds(250);
constexpr Duration kWhileEnding = std::chrono::milliseconds(200);
constexpr Duration kWhenSlow = std::chrono::seconds(1);
// What takes longer than this is not seen sooner by looking often.
constexpr Duration kLong = std::chrono::seconds(20);

}  // namespace

std::vector<ObservedServer> Servers::Observed() const {
  std::vector<ObservedServer> observed;
  for (const ServerRecord& server : parts_.ledger.inventory().servers) observed.push_back(ObserveOne(server));
  std::sort(observed.begin(), observed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.location, a.content) < std::tie(b.location, b.content);
  });
  return observed;
}

ObservedServer Servers::ObserveOne(const ServerRecord& server) const {
  const std::string socket = SocketOf(server);
  ObservedServer observed;
  observed.location = server.location;
  observed.content = server.content;
  observed.reason = server.process.reason;
  observed.server_id = server.server_id;
  observed.address.location_name = server.location_name;
  observed.address.socket = socket;
  // Until both files say otherwise: after a crash the daemon's alone may still name it, and one that vanished says
  // nothing.
  observed.published = server.was_published && !server.retired;
  observed.retired = server.retired;
  observed.restarts = static_cast<int>(server.process.restarts.size());
  observed.pid = server.process.identity ? server.process.identity->pid : 0;
  if (Answers(server)) observed.active_runs = prober_.LastRuns(socket);
  TellState(server, observed);
  return observed;
}

void Servers::TellState(const ServerRecord& server, ObservedServer& observed) const {
  switch (server.phase) {
    case Phase::kPreparing:
      observed.state = ServerState::kPreparing;
      return;
    case Phase::kWaiting:
      return TellWaiting(server, observed);
    case Phase::kRunning:
      observed.state = server.ready ? ServerState::kReady : ServerState::kStarting;
      if (!Answers(server) || server.ready) return;
      observed.state = ServerState::kBroken;
      observed.reason = server.spec_known()
                            ? WithoutSecrets(prober_.Last(observed.address.socket).error, SecretsOf(server))
                            : "its definitions do not load; why is not told, since its secrets are not known";
      return;
    case Phase::kFailed:
      observed.state = ServerState::kFailed;
      return;
    case Phase::kStopping:
      observed.state = ServerState::kStopping;
      return;
  }
}

void Servers::TellWaiting(const ServerRecord& server, ObservedServer& observed) const {
  const bool limited = static_cast<int>(server.process.restarts.size()) > parts_.options.restart_limit;
  const bool stays_down = server.retired || !server.spec_known();
  observed.state = limited || stays_down ? ServerState::kFailed : ServerState::kStarting;
  if (observed.reason.empty()) observed.reason = "has ended";
  if (!server.spec_known()) observed.reason += "; how it was started was lost with the inventory";
  if (!stays_down) observed.reason += "; to be started at " + FormatTime(server.process.next_start);
}

std::optional<Duration> Servers::LookAgain() const {
  std::optional<Duration> soonest;
  for (const ServerRecord& server : parts_.ledger.inventory().servers) {
    const auto next = LookAgainAt(server);
    if (next && (!soonest || *next < *soonest)) soonest = next;
  }
  return soonest;
}

std::optional<Duration> Servers::LookAgainAt(const ServerRecord& server) const {
  const std::string socket = SocketOf(server);
  switch (server.phase) {
    case Phase::kPreparing:
      return kWhilePreparing;
    case Phase::kWaiting:
      if (server.retired || !server.spec_known()) return std::nullopt;
      return std::max(UntilStart(server.process, parts_.clock.Now()), kWhileAnswering);
    case Phase::kRunning:
      if (server.ready) return std::nullopt;
      if (Answers(server) || prober_.Waited(socket) > kLong) return kWhenSlow;
      return prober_.SocketExists(socket) ? kWhileAnswering : kWhileStarting;
    case Phase::kFailed:
      if (!server.process.identity) return std::nullopt;
      return kWhileEnding;
    case Phase::kStopping:
      return kWhileEnding;
  }
  return std::nullopt;
}

std::vector<std::string> Servers::Notes() const {
  std::vector<std::string> notes;
  for (const auto& [time, text] : notes_) {
    if (parts_.clock.Now() - time < kNotesFor) notes.push_back(text);
  }
  return notes;
}

}  // namespace dagitops::local_process
