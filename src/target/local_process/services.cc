#include "target/local_process/services.h"

#include <algorithm>
#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/base/log.h"
#include "dagitops/base/text.h"

#include "target/local_process/command_line.h"
#include "target/local_process/failure_reason.h"
#include "target/local_process/restart_policy.h"

namespace dagitops::local_process {
namespace {

constexpr std::size_t kLogTail = 64u << 10;
constexpr int kNoLimit = -1;
constexpr Duration kWhileEnding = std::chrono::milliseconds(200);
constexpr Duration kSoonest = std::chrono::milliseconds(20);

}  // namespace

std::string WebserverUrl(const WebserverOptions& options) {
  if (!options.start) return options.url;
  // An address that means "all of this machine's" is nobody's to connect to.
  std::string host = options.host == "0.0.0.0" ? "127.0.0.1" : options.host == "::" ? "::1" : options.host;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(options.port) + options.path_prefix;
}

Services::Wanted Services::MakeWanted(std::string name, std::vector<std::string> arguments) const {
  std::string digest = ShortDigest(Join(arguments, "\n") + "\n" + parts_.options.dagster_home, 16);
  return {std::move(name), std::move(arguments), std::move(digest)};
}

// Commands and flags as dagster 1.13.27 has them (run).
std::vector<Services::Wanted> Services::AllWanted() const {
  const std::string& python = parts_.options.python;
  const WebserverOptions& webserver = parts_.options.webserver;
  std::vector<Wanted> all;
  if (webserver.start) {
    std::vector<std::string> arguments{python,
                                       "-m",
                                       "dagster_webserver",
                                       "-h",
                                       webserver.host,
                                       "-p",
                                       std::to_string(webserver.port),
                                       "-w",
                                       parts_.paths.WebserverWorkspace()};
    if (!webserver.path_prefix.empty()) arguments.insert(arguments.end(), {"-l", webserver.path_prefix});
    all.push_back(MakeWanted("webserver", std::move(arguments)));
  }
  if (parts_.options.start_daemon) {
    all.push_back(MakeWanted("daemon", {python, "-m", "dagster._daemon", "run", "-w", parts_.paths.DaemonWorkspace()}));
  }
  return all;
}

ServiceRecord* Services::Find(const std::string& name) {
  auto& services = parts_.ledger.inventory().services;
  const auto found =
      std::find_if(services.begin(), services.end(), [&](const auto& each) { return each.name == name; });
  return found == services.end() ? nullptr : &*found;
}

void Services::Look() {
  for (ServiceRecord& service : parts_.ledger.inventory().services) {
    Supervised& process = service.process;
    if (!process.identity || parts_.keeper.Alive(process)) continue;
    if (process.told_to_end) continue;  // it was meant to
    // Of one that an earlier life started nobody knows how it ended; the machine may have been restarted.
    if (parts_.keeper.Exit(process)) Schedule(service, WhyEnded(service));
    process.identity.reset();
  }
}

std::string Services::WhyEnded(const ServiceRecord& service) {
  const auto log = parts_.disk.Read(parts_.paths.Log(service.name + ".log"), kLogTail);
  const std::string text = log && *log ? **log : "";
  if (const auto port = PortTaken(text)) {
    return "port " + std::to_string(*port) + " of " + parts_.options.webserver.host +
           " is taken by another process; end that one, or set another dagster.webserver.port for environment " +
           parts_.options.environment;
  }
  const std::string said = FailureReason(text, "");
  return Describe(parts_.keeper.Exit(service.process)) + (said.empty() ? "" : ": " + said);
}

void Services::Schedule(ServiceRecord& service, std::string reason) {
  const WallTime now = parts_.clock.Now();
  Supervised& process = service.process;
  Log(LogLevel::kWarning, "service does not run", {{"service", service.name}, {"reason", reason}});
  process.reason = std::move(reason);
  ForgetOldRestarts(process.restarts, now);
  process.next_start = NextRestart(process.restarts, now, kNoLimit).at.value_or(now);
  process.restarts.push_back(now);
}

void Services::Advance() {
  const std::vector<Wanted> all = AllWanted();
  auto& services = parts_.ledger.inventory().services;
  std::erase_if(services, [&](ServiceRecord& service) {
    const bool wanted =
        std::any_of(all.begin(), all.end(), [&](const Wanted& each) { return each.name == service.name; });
    return !wanted && parts_.keeper.End(service.process);
  });
  for (const Wanted& wanted : all) Keep(wanted);
}

void Services::Keep(const Wanted& wanted) {
  if (Find(wanted.name) == nullptr) parts_.ledger.inventory().services.push_back({wanted.name, wanted.digest, {}});
  ServiceRecord& service = *Find(wanted.name);
  if (service.process.identity) {
    const bool changed = service.command != wanted.digest || service.process.told_to_end;
    if (!changed || !parts_.keeper.End(service.process)) return;
    service.process.restarts.clear();
    service.process.next_start = parts_.clock.Now();
  }
  if (UntilStart(service.process, parts_.clock.Now()) == Duration(0)) StartNow(service, wanted);
}

void Services::StartNow(ServiceRecord& service, const Wanted& wanted) {
  service.command = wanted.digest;
  BackgroundProcess process;
  process.arguments = wanted.arguments;
  process.environment =
      BaseEnvironment(parts_.options.environment_variables, parts_.options.dagster_home, parts_.options.python);
  process.working_directory = parts_.paths.EmptyFolder();
  process.log_file = parts_.paths.Log(wanted.name + ".log");
  const ProcessMark mark{ProcessMark::Kind::kService, service.name, {}, {}, 0};
  auto started = parts_.keeper.Start(service.process, mark, std::move(process));
  if (!started) return Schedule(service, started.error().Text());
  Log(LogLevel::kInfo, "service started",
      {{"service", service.name}, {"pid", std::to_string(service.process.identity->pid)}});
}

std::vector<std::string> Services::Notes() const {
  std::vector<std::string> notes;
  for (const ServiceRecord& service : parts_.ledger.inventory().services) {
    const Supervised& process = service.process;
    if (!process.identity && !process.reason.empty()) {
      notes.push_back("the " + service.name + " does not run: " + process.reason + "; tried again at " +
                      FormatTime(process.next_start));
    } else if (!process.restarts.empty() && parts_.clock.Now() - process.restarts.back() < kRestartWindow) {
      notes.push_back("the " + service.name + " was restarted " + std::to_string(process.restarts.size()) +
                      " times within 10 minutes: " + process.reason);
    }
  }
  return notes;
}

std::optional<Duration> Services::LookAgain() const {
  std::optional<Duration> soonest;
  for (const ServiceRecord& service : parts_.ledger.inventory().services) {
    const Supervised& process = service.process;
    std::optional<Duration> next;
    if (process.told_to_end) next = kWhileEnding;
    if (!process.identity) next = std::max(UntilStart(process, parts_.clock.Now()), kSoonest);
    if (next && (!soonest || *next < *soonest)) soonest = next;
  }
  return soonest;
}

}  // namespace dagitops::local_process
