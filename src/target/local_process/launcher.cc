#include "target/local_process/launcher.h"

#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/base/log.h"

#include "target/local_process/command_line.h"
#include "target/local_process/env_file.h"
#include "target/local_process/restart_policy.h"

namespace dagitops::local_process {
namespace {

constexpr int kNoLimit = -1;
constexpr std::size_t kServerIdDigits = 32;

}  // namespace

struct Launcher::Ingredients {
  std::string python;
  std::map<std::string, std::string> variables;  // of the location's environment file
};

void Launcher::Launch(ServerRecord& server) {
  auto ingredients = Prepare(server);
  if (!ingredients) return Refuse(server, ingredients.error());
  if (!*ingredients) {
    server.phase = Phase::kPreparing;
    return;
  }
  server.phase = Phase::kRunning;
  if (server.process.identity) return;
  server.ready = false;
  server.server_id.clear();
  // A server that was killed leaves its socket, and that would look like a sign of life of the new one.
  const std::string socket = parts_.paths.Socket(server.location, server.content);
  if (auto removed = parts_.disk.Remove(socket); !removed) return Refuse(server, removed.error());
  const ProcessMark mark{ProcessMark::Kind::kServer, server.location, server.content, server.spec.tree_id, 0};
  auto started = parts_.keeper.Start(server.process, mark, MakeProcess(server, **ingredients));
  if (!started) return Refuse(server, started.error());
  Log(LogLevel::kInfo, "code server started",
      {{"location", server.location},
       {"content", server.content},
       {"pid", std::to_string(server.process.identity->pid)}});
}

void Launcher::Refuse(ServerRecord& server, const Error& error) {
  server.process.reason = error.Text();
  if (error.kind == ErrorKind::kInvalid && !server.ever_ready) {
    server.phase = Phase::kFailed;
  } else {
    const WallTime now = parts_.clock.Now();
    ForgetOldRestarts(server.process.restarts, now);
    server.phase = Phase::kWaiting;
    server.process.next_start = NextRestart(server.process.restarts, now, kNoLimit).at.value_or(now);
    server.process.restarts.push_back(now);
  }
  Log(LogLevel::kWarning, "code server not started", {{"location", server.location}, {"error", error.Text()}});
}

Result<std::optional<Launcher::Ingredients>> Launcher::Prepare(ServerRecord& server) {
  DAGITOPS_ASSIGN(server.code_folder, parts_.code.LayOut(server.spec.tree_id));
  Ingredients ingredients;
  DAGITOPS_ASSIGN(ingredients.variables, ReadEnvFile(server.spec.env_file));
  DAGITOPS_ASSIGN(ingredients.python, Interpreter(server));
  if (ingredients.python.empty()) return std::optional<Ingredients>();
  return std::optional(std::move(ingredients));
}

// Empty while its virtual environment is being made.
Result<std::string> Launcher::Interpreter(ServerRecord& server) {
  const std::string python = server.spec.python.empty() ? parts_.options.python : server.spec.python;
  if (server.spec.requirements.empty()) return python;
  DAGITOPS_ASSIGN(Venv venv,
                  parts_.venvs.Ensure({python, server.spec.requirements, server.code_folder, server.spec.tree_id}));
  server.venv = venv.key;
  server.process.reason = venv.progress;
  return std::move(venv.python);
}

Result<std::map<std::string, std::string>> Launcher::ReadEnvFile(const std::string& path) {
  if (path.empty()) return std::map<std::string, std::string>();
  DAGITOPS_ASSIGN(const auto text, parts_.disk.Read(path, kMaxEnvFile));
  if (text) return ParseEnvFile(*text, path);
  return Error{ErrorKind::kInvalid, "env-file-missing", path, "there is no such file on this machine",
               "make it, or correct dagitops.local.envFile"};
}

// The time alone would do, but for a clock that was set back.
std::string Launcher::NewServerId(const ServerRecord& server, const std::string& socket) const {
  const auto now = parts_.clock.Now().time_since_epoch().count();
  return ShortDigest(socket + " " + std::to_string(server.process.attempt) + " " + std::to_string(now),
                     kServerIdDigits);
}

BackgroundProcess Launcher::MakeProcess(const ServerRecord& server, const Ingredients& ingredients) const {
  BackgroundProcess process;
  const std::string socket = parts_.paths.Socket(server.location, server.content);
  process.arguments = ServerArguments(
      {server.spec, server.location_name, ingredients.python, socket, server.code_folder, NewServerId(server, socket)});
  process.environment =
      BaseEnvironment(parts_.options.environment_variables, parts_.options.dagster_home, ingredients.python);
  // As Kubernetes has it: what the entry says itself wins over what it takes from elsewhere.
  for (const auto& [key, value] : ingredients.variables) process.environment[key] = value;
  for (const auto& [key, value] : server.spec.environment) process.environment[key] = value;
  process.working_directory = server.code_folder;
  process.log_file = parts_.paths.Log(parts_.paths.ServerLogName(server.location, server.content));
  return process;
}

}  // namespace dagitops::local_process
