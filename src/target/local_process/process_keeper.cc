#include "target/local_process/process_keeper.h"

#include <csignal>
#include <string>
#include <utility>

#include "dagitops/base/log.h"

#include "target/local_process/failure_reason.h"

namespace dagitops::local_process {

Status ProcessKeeper::Start(Supervised& process, ProcessMark mark, BackgroundProcess background) {
  mark.attempt = ++parts_.ledger.inventory().attempts;
  process.attempt = mark.attempt;
  process.starting = true;
  process.identity.reset();
  process.told_to_end.reset();
  process.started = parts_.clock.Now();
  if (auto saved = parts_.ledger.Save(); !saved) {
    process.starting = false;
    return saved;
  }
  const std::string text = ToText(mark, parts_.paths.state_id());
  background.environment[kMarkVariable] = text;
  background.log_line = std::string(kLogHeader) + FormatTime(process.started) + " " + text;
  auto identity = parts_.host.Start(background);
  process.starting = false;
  if (!identity) return identity.error();
  process.identity = *identity;
  // Not being able to write it down now is no harm: the mark finds it, and the next pass writes again.
  if (auto saved = parts_.ledger.Save(); !saved) {
    Log(LogLevel::kWarning, "inventory not written", {{"error", saved.error().Text()}});
  }
  return Ok();
}

std::optional<ProcessExit> ProcessKeeper::Exit(const Supervised& process) {
  return process.identity ? parts_.host.Exit(*process.identity) : std::nullopt;
}

void ProcessKeeper::Send(const Supervised& process, int signal) {
  if (auto sent = parts_.host.Signal(*process.identity, signal); !sent) {
    Log(LogLevel::kError, "process not ended", {{"error", sent.error().Text()}});
  }
}

// The group may outlive its leader: run workers, and whatever user code started.
bool ProcessKeeper::Gone(Supervised& process) {
  if (!process.identity) return true;
  if (Alive(process)) return false;
  Send(process, SIGKILL);
  process.identity.reset();
  process.told_to_end.reset();
  return true;
}

bool ProcessKeeper::End(Supervised& process) {
  if (Gone(process)) return true;
  const WallTime now = parts_.clock.Now();
  if (!process.told_to_end || *process.told_to_end > now) {  // the latter: the clock was set back
    process.told_to_end = now;
    Send(process, SIGTERM);
  } else if (now - *process.told_to_end >= parts_.grace) {
    Send(process, SIGKILL);
  }
  return false;
}

bool ProcessKeeper::Kill(Supervised& process) {
  if (Gone(process)) return true;
  Send(process, SIGKILL);
  return false;
}

}  // namespace dagitops::local_process
