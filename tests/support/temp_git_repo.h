#pragma once

#include <string>
#include <vector>

#include "support/temp_dir.h"

namespace dagitops::support {

// A real git repository for one test, made with the git command line: branch `main`, an author of its own, times that
// go up by a minute a commit, no configuration of this machine. A git command that fails ends the test by an exception.
class TempGitRepo {
 public:
  enum class Kind { kCheckout, kBare };
  explicit TempGitRepo(Kind kind = Kind::kCheckout);

  const std::string& path() const { return folder_.path(); }

  TempGitRepo& Write(const std::string& file, const std::string& text);  // makes its folders
  TempGitRepo& Remove(const std::string& file);
  TempGitRepo& Link(const std::string& file, const std::string& target);
  // Takes everything in the folder into a commit and gives back its id.
  std::string Commit(const std::string& message = "change");

  std::string Git(const std::vector<std::string>& arguments, const std::string& input = "");  // trimmed output
  void StopClock() { step_ = 0; }  // every commit from now on is of the same second
  std::string Head() { return Git({"rev-parse", "HEAD"}); }

 private:
  TempDir folder_;
  long long time_ = 1'700'000'000;
  long long step_ = 60;
};

}  // namespace dagitops::support
