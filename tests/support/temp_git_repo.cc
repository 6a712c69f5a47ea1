#include "support/temp_git_repo.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "dagitops/base/text.h"

#include "support/program.h"

namespace dagitops::support {

namespace fs = std::filesystem;

TempGitRepo::TempGitRepo(Kind kind) {
  if (kind == Kind::kBare) {
    Git({"init", "-q", "--bare", "-b", "main", "."});
  } else {
    Git({"init", "-q", "-b", "main", "."});
  }
}

TempGitRepo& TempGitRepo::Write(const std::string& file, const std::string& text) {
  const fs::path path = folder_ / file;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  return *this;
}

TempGitRepo& TempGitRepo::Remove(const std::string& file) {
  fs::remove_all(folder_ / file);
  return *this;
}

TempGitRepo& TempGitRepo::Link(const std::string& file, const std::string& target) {
  const fs::path path = folder_ / file;
  fs::create_directories(path.parent_path());
  fs::create_symlink(target, path);
  return *this;
}

std::string TempGitRepo::Commit(const std::string& message) {
  Git({"add", "-A", "."});
  Git({"commit", "-q", "--allow-empty", "-F", "-"}, message);
  return Head();
}

std::string TempGitRepo::Git(const std::vector<std::string>& arguments, const std::string& input) {
  time_ += step_;
  Program program{{"git"}, {}, folder_.path(), input};
  program.arguments.insert(program.arguments.end(), arguments.begin(), arguments.end());
  // Nothing may work on in the background when the test ends.
  program.environment = {{"GIT_CONFIG_COUNT", "2"},
                         {"GIT_CONFIG_KEY_0", "gc.auto"},
                         {"GIT_CONFIG_VALUE_0", "0"},
                         {"GIT_CONFIG_KEY_1", "maintenance.auto"},
                         {"GIT_CONFIG_VALUE_1", "false"}};
  const std::string date = std::to_string(time_) + " +0000";
  program.environment.merge(std::map<std::string, std::string>{{"GIT_CONFIG_GLOBAL", "/dev/null"},
                                                               {"GIT_CONFIG_NOSYSTEM", "1"},
                                                               {"GIT_AUTHOR_NAME", "Ada Author"},
                                                               {"GIT_AUTHOR_EMAIL", "ada@example.com"},
                                                               {"GIT_COMMITTER_NAME", "Carl"},
                                                               {"GIT_COMMITTER_EMAIL", "carl@example.com"},
                                                               {"GIT_AUTHOR_DATE", date},
                                                               {"GIT_COMMITTER_DATE", date}});
  const ProgramResult result = RunProgram(program);
  if (result.exit_code != 0) throw std::runtime_error("git " + Join(arguments, " ") + ": " + result.output);
  return std::string(Trim(result.output));
}

}  // namespace dagitops::support
