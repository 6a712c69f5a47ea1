#pragma once

#include <csignal>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dagitops/process/process_host.h"

#include "support/faults.h"

namespace dagitops::support {

// Processes as values. They live until a test or a signal ends them: SIGTERM does, unless the process is deaf, SIGKILL
// always. Remembers every one it ever started.
class FakeProcessHost final : public ProcessHost {
 public:
  struct Process {
    BackgroundProcess what;
    ProcessIdentity identity;
    bool alive = true;
    bool child = true;  // of the program's present life: only then its exit is told
    bool deaf = false;  // to SIGTERM
    std::optional<ProcessExit> exit;
    std::vector<int> signals;
  };

  Result<ProcessIdentity> Start(const BackgroundProcess& process) override {
    if (const auto error = failing.find(process.arguments.front()); error != failing.end()) return error->second;
    const ProcessIdentity identity{++last_pid_, static_cast<unsigned long long>(1000 + last_pid_), boot_id};
    Process& started = processes[identity.pid];
    started.what = process;
    started.identity = identity;
    if (on_start) on_start(started);
    return identity;
  }

  bool Alive(const ProcessIdentity& process) override {
    const Process* found = Find(process);
    return found != nullptr && found->alive;
  }

  std::optional<ProcessExit> Exit(const ProcessIdentity& process) override {
    const Process* found = Find(process);
    return found == nullptr || !found->child ? std::nullopt : found->exit;
  }

  Status Signal(const ProcessIdentity& process, int signal) override {
    Process* found = Find(process);
    if (found == nullptr) return Ok();
    found->signals.push_back(signal);
    if (!found->alive || (signal == SIGTERM && found->deaf)) return Ok();
    End(process.pid, signal == SIGTERM ? ProcessExit{0, 0} : ProcessExit{-1, signal});
    return Ok();
  }

  std::vector<MarkedProcess> FindByEnvironment(const std::string& key) override {
    std::vector<MarkedProcess> found;
    for (const auto& [pid, process] : processes) {
      const auto mark = process.what.environment.find(key);
      if (process.alive && mark != process.what.environment.end()) {
        found.push_back({process.identity, mark->second, !workers.contains(pid)});
      }
    }
    return found;
  }

  // For tests.
  void End(long long pid, ProcessExit exit) {
    Process& process = processes.at(pid);
    if (!process.alive) return;
    process.alive = false;
    process.exit = exit;
    if (on_end) on_end(process);
  }
  // The program was started anew: what runs is no child of it.
  void NewLife() {
    for (auto& [pid, process] : processes) process.child = false;
  }
  void Reboot() {
    for (auto& [pid, process] : processes) {
      process.child = false;
      process.alive = false;
    }
    boot_id += "+";
  }
  // Something that a process started: it inherited the mark.
  long long AddWorker(long long parent, bool leads_session = false) {
    const long long pid = ++last_pid_;
    Process worker = processes.at(parent);
    worker.identity = {pid, static_cast<unsigned long long>(1000 + pid), boot_id};
    processes[pid] = worker;
    if (!leads_session) workers.insert(pid);
    return pid;
  }
  std::vector<Process*> Living() {
    std::vector<Process*> living;
    for (auto& [pid, process] : processes) {
      if (process.alive) living.push_back(&process);
    }
    return living;
  }
  // Living ones whose command line has `argument`.
  std::vector<Process*> LivingWith(const std::string& argument) {
    std::vector<Process*> living;
    for (Process* process : Living()) {
      for (const std::string& each : process->what.arguments) {
        if (each == argument) {
          living.push_back(process);
          break;
        }
      }
    }
    return living;
  }

  std::map<long long, Process> processes;  // by pid
  std::set<long long> workers;
  std::map<std::string, Error> failing;  // by program: what Start gives
  std::function<void(Process&)> on_start;
  std::function<void(Process&)> on_end;
  std::string boot_id = "boot";

 private:
  Process* Find(const ProcessIdentity& identity) {
    const auto found = processes.find(identity.pid);
    return found == processes.end() || found->second.identity != identity ? nullptr : &found->second;
  }

  long long last_pid_ = 100;
};

// A host whose calls count, and go wrong, with all others that share `faults`.
class FailingProcessHost final : public ProcessHost {
 public:
  FailingProcessHost(ProcessHost& inner, Faults& faults) : inner_(inner), faults_(faults) {}

  Result<ProcessIdentity> Start(const BackgroundProcess& process) override {
    return faults_.Around("host.Start", [&] { return inner_.Start(process); });
  }
  bool Alive(const ProcessIdentity& process) override { return inner_.Alive(process); }
  std::optional<ProcessExit> Exit(const ProcessIdentity& process) override { return inner_.Exit(process); }
  Status Signal(const ProcessIdentity& process, int signal) override {
    return faults_.Around("host.Signal", [&] { return inner_.Signal(process, signal); });
  }
  std::vector<MarkedProcess> FindByEnvironment(const std::string& key) override {
    return faults_.Around("host.FindByEnvironment", [&] { return inner_.FindByEnvironment(key); });
  }

 private:
  ProcessHost& inner_;
  Faults& faults_;
};

}  // namespace dagitops::support
