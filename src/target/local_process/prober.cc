#include "target/local_process/prober.h"

#include <algorithm>
#include <utility>

namespace dagitops::local_process {
namespace {

constexpr Duration kRound = std::chrono::seconds(2);
constexpr Duration kLongestPatience = std::chrono::seconds(3);
constexpr Duration kRunsFresh = std::chrono::seconds(2);
// Code that does not load rarely mends itself; it can, where it failed for want of a database.
constexpr Duration kNotLoadedFresh = std::chrono::seconds(10);

CodeServerAddress At(const std::string& socket) { return {socket, "", 0}; }

}  // namespace

void Prober::Begin(std::set<std::string> sockets) {
  sockets_ = std::move(sockets);
  round_ = clock_.Steady();
  slow_turn_taken_ = false;
}

Prober::Memory& Prober::Remember(const std::string& socket) {
  const auto [entry, fresh] = memory_.try_emplace(socket);
  if (fresh) entry->second.first = clock_.Steady();
  return entry->second;
}

Duration Prober::Waited(const std::string& socket) const {
  const auto entry = memory_.find(socket);
  return entry == memory_.end() ? Duration(0) : Duration(clock_.Steady() - entry->second.first);
}

void Prober::Sort(std::vector<std::string>& sockets) const {
  const auto asked = [&](const std::string& socket) {
    const auto entry = memory_.find(socket);
    return entry == memory_.end() ? std::nullopt : entry->second.asked;
  };
  std::stable_sort(sockets.begin(), sockets.end(),
                   [&](const std::string& a, const std::string& b) { return asked(a) < asked(b); });
}

bool Prober::TimeLeft() const { return clock_.Steady() - round_ < kRound; }

bool Prober::HasTurn(const Memory& memory) const {
  if (memory.patience > kQuick && slow_turn_taken_) return false;
  const bool settled = memory.answer.kind == ServerAnswer::Kind::kNotLoaded;
  return !settled || !memory.asked || clock_.Steady() - *memory.asked >= kNotLoadedFresh;
}

const ServerAnswer& Prober::Ask(const std::string& socket) {
  Memory& memory = Remember(socket);
  if (!sockets_.contains(socket) || !TimeLeft() || !HasTurn(memory)) return memory.answer;
  memory.asked = clock_.Steady();
  memory.answer = AskNow(socket, memory);
  return memory.answer;
}

ServerAnswer Prober::AskNow(const std::string& socket, Memory& memory) {
  const auto serving = client_.Serving(At(socket), kQuick);
  if (!serving || !*serving) return {};
  slow_turn_taken_ |= memory.patience > kQuick;
  const auto definitions = client_.Definitions(At(socket), memory.patience);
  if (!definitions) {
    memory.patience = std::min(memory.patience == kQuick ? Duration(1000) : memory.patience * 3, kLongestPatience);
    return {};
  }
  if (!definitions->loaded) return {ServerAnswer::Kind::kNotLoaded, "", definitions->error};
  auto server_id = client_.ServerId(At(socket), kQuick);
  if (!server_id) return {};
  return {ServerAnswer::Kind::kLoaded, std::move(*server_id), ""};
}

const ServerAnswer& Prober::Last(const std::string& socket) const {
  static const ServerAnswer kNone;
  const auto entry = memory_.find(socket);
  return entry == memory_.end() ? kNone : entry->second.answer;
}

void Prober::CountRuns(const std::string& socket) {
  const Memory& memory = Remember(socket);
  const bool fresh = memory.runs_asked && clock_.Steady() - *memory.runs_asked < kRunsFresh;
  if (!fresh && TimeLeft()) static_cast<void>(Runs(socket));
}

Result<std::vector<std::string>> Prober::Runs(const std::string& socket) {
  Memory& memory = Remember(socket);
  auto runs = client_.CurrentRuns(At(socket), kQuick);
  memory.runs_asked = clock_.Steady();
  memory.runs = runs ? static_cast<int>(runs->size()) : -1;
  return runs;
}

int Prober::LastRuns(const std::string& socket) const {
  const auto entry = memory_.find(socket);
  return entry == memory_.end() ? -1 : entry->second.runs;
}

}  // namespace dagitops::local_process
