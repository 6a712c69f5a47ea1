#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace dagitops::support {

// A program that runs beside a test: it prints one line when it is ready and ends when its standard input does. The
// destructor sees to that, and kills it where it does not end within five seconds.
class BackgroundProgram {
 public:
  explicit BackgroundProgram(const std::vector<std::string>& arguments);
  ~BackgroundProgram();
  BackgroundProgram(const BackgroundProgram&) = delete;
  BackgroundProgram& operator=(const BackgroundProgram&) = delete;

  const std::string& first_line() const { return first_line_; }  // without its end; "" when it ended at once
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string first_line_;
};

}  // namespace dagitops::support
