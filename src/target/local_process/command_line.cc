#include "target/local_process/command_line.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace dagitops::local_process {
namespace {

// The flags whose value is a path (dagster 1.13.27, _cli/workspace/cli_target.py, python_pointer_options).
struct PathFlag {
  std::string_view short_form;
  std::string_view long_form;
};
constexpr PathFlag kPythonFile{"-f", "--python-file"};
constexpr PathFlag kWorkingDirectory{"-d", "--working-directory"};
constexpr std::string_view kEmptyWorkingDirectory = "--empty-working-directory";

// The part of `argument` before its path: "-f" of "-fdefs.py", "--python-file=" of "--python-file=defs.py". Empty when
// the path is the next argument; nullopt when the argument is not this flag.
std::optional<std::string_view> PrefixBefore(std::string_view argument, const PathFlag& flag) {
  if (argument == flag.short_form || argument == flag.long_form) return "";
  if (argument.starts_with(flag.long_form) && argument.substr(flag.long_form.size()).starts_with('=')) {
    return argument.substr(0, flag.long_form.size() + 1);
  }
  if (argument.starts_with(flag.short_form)) return argument.substr(0, flag.short_form.size());
  return std::nullopt;
}

std::string Absolute(std::string_view path, const std::string& folder) {
  if (path.starts_with('/')) return std::string(path);
  while (path.starts_with("./")) path.remove_prefix(2);
  if (path.empty() || path == ".") return folder;
  return folder + "/" + std::string(path);
}

class PathArguments {
 public:
  explicit PathArguments(const ServerCommand& command) : folder_(command.code_folder) {
    for (const std::string& argument : command.spec.arguments) Add(argument);
    if (!names_directory_) result_.insert(result_.end(), {"-d", folder_});
  }

  std::vector<std::string> Take() { return std::move(result_); }

 private:
  void Add(const std::string& argument) {
    if (value_is_path_) {
      value_is_path_ = false;
      result_.push_back(Absolute(argument, folder_));
      return;
    }
    names_directory_ |= PrefixBefore(argument, kWorkingDirectory).has_value() || argument == kEmptyWorkingDirectory;
    for (const PathFlag& flag : {kPythonFile, kWorkingDirectory}) {
      if (const auto prefix = PrefixBefore(argument, flag)) return AddFlag(argument, *prefix);
    }
    result_.push_back(argument);
  }

  void AddFlag(const std::string& argument, std::string_view prefix) {
    value_is_path_ = prefix.empty();
    result_.push_back(value_is_path_ ? argument
                                     : std::string(prefix) + Absolute(argument.substr(prefix.size()), folder_));
  }

  const std::string& folder_;
  std::vector<std::string> result_;
  bool value_is_path_ = false;
  bool names_directory_ = false;
};

}  // namespace

std::vector<std::string> ServerArguments(const ServerCommand& command) {
  std::vector<std::string> arguments{command.python, "-m", "dagster"};
  for (const char* word : command.spec.code_server ? std::array{"code-server", "start"} : std::array{"api", "grpc"}) {
    arguments.emplace_back(word);
  }
  arguments.insert(arguments.end(), {"--socket", command.socket, "--location-name", command.location_name,
                                     "--use-python-environment-entry-point"});
  if (command.spec.code_server) arguments.insert(arguments.end(), {"--fixed-server-id", command.server_id});
  for (std::string& argument : PathArguments(command).Take()) arguments.push_back(std::move(argument));
  return arguments;
}

std::map<std::string, std::string> BaseEnvironment(const std::map<std::string, std::string>& inherited,
                                                   const std::string& dagster_home, const std::string& python) {
  std::map<std::string, std::string> environment = inherited;
  environment["DAGSTER_HOME"] = dagster_home;
  environment["PYTHONUNBUFFERED"] = "1";  // so that a crash does not take the last lines with it
  const std::size_t slash = python.rfind('/');
  if (python.starts_with('/') && slash > 0) {
    const auto path = environment.find("PATH");
    const std::string rest = path == environment.end() ? "/usr/local/bin:/usr/bin:/bin" : path->second;
    environment["PATH"] = python.substr(0, slash) + ":" + rest;
  }
  return environment;
}

}  // namespace dagitops::local_process
