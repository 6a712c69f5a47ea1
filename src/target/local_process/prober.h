#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/dagster/code_server_client.h"

namespace dagitops::local_process {

// What a code server says of itself.
struct ServerAnswer {
  enum class Kind {
    kNotYet,     // no answer, or not serving
    kLoaded,     // its definitions load
    kNotLoaded,  // it answers, and they do not
  };
  Kind kind = Kind::kNotYet;
  std::string server_id;  // only for kLoaded
  std::string error;      // only for kNotLoaded
};

// Asks code servers, within a bounded time for all of them together: those that did not get their turn are asked first
// the next time. One that is slow to list its definitions gets more time at each try (0.3 s, 1 s, 3 s), but only one
// such try is made a round, so that large code does not hold up the others.
class Prober {
 public:
  Prober(CodeServerClient& client, const Clock& clock) : client_(client), clock_(clock) {}

  // Begins a round. `sockets` are those that exist: without its file a server cannot answer, and is not asked.
  void Begin(std::set<std::string> sockets);

  // In the order in which they should be asked: the longest waiting first.
  void Sort(std::vector<std::string>& sockets) const;

  // Asks whether it is ready; the answer of an earlier round when there is no time left in this one.
  const ServerAnswer& Ask(const std::string& socket);

  // The newest answer of all rounds.
  const ServerAnswer& Last(const std::string& socket) const;

  // Counts the runs inside the server, unless that was done within the last 2 s.
  void CountRuns(const std::string& socket);
  // Their ids, asked now.
  Result<std::vector<std::string>> Runs(const std::string& socket);
  // How many there were when it was last asked; -1 when it never was, or did not tell.
  int LastRuns(const std::string& socket) const;

  bool SocketExists(const std::string& socket) const { return sockets_.contains(socket); }
  // How long it has been asked for by Ask, in this life of ours.
  Duration Waited(const std::string& socket) const;

  // Forgets all about a server, since its process is another one from now on.
  void Forget(const std::string& socket) { memory_.erase(socket); }

 private:
  struct Memory {
    SteadyTime first{};
    std::optional<SteadyTime> asked;
    Duration patience = kQuick;
    ServerAnswer answer;
    std::optional<SteadyTime> runs_asked;
    int runs = -1;
  };
  static constexpr Duration kQuick = std::chrono::milliseconds(300);

  Memory& Remember(const std::string& socket);
  bool HasTurn(const Memory& memory) const;
  bool TimeLeft() const;
  ServerAnswer AskNow(const std::string& socket, Memory& memory);

  CodeServerClient& client_;
  const Clock& clock_;
  std::map<std::string, Memory> memory_;
  std::set<std::string> sockets_;
  SteadyTime round_{};
  bool slow_turn_taken_ = false;
};

}  // namespace dagitops::local_process
