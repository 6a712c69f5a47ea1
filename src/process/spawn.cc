#include "process/spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include "dagitops/base/text.h"

namespace dagitops {
namespace {

constexpr const char* kDefaultPath = "/usr/local/bin:/usr/bin:/bin";

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  Attributes() { posix_spawnattr_init(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  posix_spawnattr_t* get() { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

std::string SearchPath(const SpawnRequest& request) {
  const auto variable = request.environment.find("PATH");
  if (variable != request.environment.end()) return variable->second;
  const char* ours = std::getenv("PATH");
  return ours == nullptr ? kDefaultPath : ours;
}

bool IsFile(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

bool IsFolder(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

Error NotFound(const std::string& program, const std::string& where) {
  return {ErrorKind::kInvalid, "program-not-found", program, "there is no such program" + where,
          "install it or give its full path"};
}

Error NotExecutable(const std::string& path) {
  return {ErrorKind::kInvalid, "program-not-executable", path, "the file may not be executed", "chmod +x it"};
}

// posix_spawn would report a missing folder with the same number as a missing program.
Status CheckWorkingDirectory(const SpawnRequest& request) {
  if (request.working_directory.empty() || IsFolder(request.working_directory)) return Ok();
  return Error{ErrorKind::kInvalid, "working-directory-missing", request.working_directory,
               "the working directory does not exist", ""};
}

Result<std::string> FindInPath(const std::string& program, const std::string& search_path) {
  std::string refused;
  for (const std::string& folder : Split(search_path, ':')) {
    if (!folder.starts_with('/')) continue;  // a relative folder would mean another program in every directory
    std::string path = folder;
    path.append("/").append(program);
    if (!IsFile(path)) continue;
    if (access(path.c_str(), X_OK) == 0) return path;
    refused = path;
  }
  if (!refused.empty()) return NotExecutable(refused);
  return NotFound(program, " in " + search_path);
}

// A program that is started with the signal settings of whoever started us could, for example, ignore SIGINT for ever
// (a shell's background job), and Dagster gives SIGTERM the same handler as SIGINT (dagster 1.13.27, run).
Status SetAttributes(Attributes& attributes) {
  sigset_t none;
  sigset_t defaults;
  sigemptyset(&none);
  sigfillset(&defaults);
  sigdelset(&defaults, SIGKILL);
  sigdelset(&defaults, SIGSTOP);
  posix_spawnattr_setsigmask(attributes.get(), &none);
  posix_spawnattr_setsigdefault(attributes.get(), &defaults);
  constexpr int kFlags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (posix_spawnattr_setflags(attributes.get(), static_cast<short>(kFlags)) == 0) return Ok();
  return Error{ErrorKind::kInternal, "process-start-failed", "posix_spawn", "flags were refused", ""};
}

int SetActions(FileActions& actions, const SpawnRequest& request) {
  int error = request.input >= 0 ? posix_spawn_file_actions_adddup2(actions.get(), request.input, 0)
                                 : posix_spawn_file_actions_addopen(actions.get(), 0, "/dev/null", O_RDONLY, 0);
  if (error == 0) error = posix_spawn_file_actions_adddup2(actions.get(), request.output, 1);
  if (error == 0) error = posix_spawn_file_actions_adddup2(actions.get(), request.errors, 2);
  if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions.get(), 3);
  if (error == 0 && !request.working_directory.empty()) {
    error = posix_spawn_file_actions_addchdir_np(actions.get(), request.working_directory.c_str());
  }
  return error;
}

std::vector<std::string> Assignments(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> assignments;
  for (const auto& [key, value] : environment) assignments.emplace_back(key).append("=").append(value);
  return assignments;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

Error StartFailed(const std::string& program, int error) {
  const bool room = error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
  const bool interpreter = error == ENOENT;
  const std::string found =
      interpreter ? "the interpreter in its first line does not exist" : std::generic_category().message(error);
  return {room ? ErrorKind::kRetry : ErrorKind::kInvalid, "process-start-failed", program,
          "the program cannot be started: " + found, ""};
}

}  // namespace

Result<std::string> FindProgram(const SpawnRequest& request) {
  if (request.arguments.empty() || request.arguments.front().empty()) return NotFound("\"\"", "");
  const std::string& program = request.arguments.front();
  if (program.find('/') == std::string::npos) return FindInPath(program, SearchPath(request));
  const bool relative = !program.starts_with('/') && !request.working_directory.empty();
  const std::string path = relative ? request.working_directory + "/" + program : program;
  if (!IsFile(path)) return NotFound(path, "");
  if (access(path.c_str(), X_OK) != 0) return NotExecutable(path);
  return path;
}

Result<pid_t> Spawn(const SpawnRequest& request) {
  DAGITOPS_TRY(CheckWorkingDirectory(request));
  DAGITOPS_ASSIGN(const std::string program, FindProgram(request));
  Attributes attributes;
  FileActions actions;
  DAGITOPS_TRY(SetAttributes(attributes));
  if (const int error = SetActions(actions, request)) return StartFailed(program, error);

  std::vector<std::string> arguments = request.arguments;
  std::vector<std::string> environment = Assignments(request.environment);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, program.c_str(), actions.get(), attributes.get(), Pointers(arguments).data(),
                                Pointers(environment).data());
  if (error != 0) return StartFailed(program, error);
  return pid;
}

}  // namespace dagitops
