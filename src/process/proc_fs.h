#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dagitops {

// What /proc/<pid>/stat says (proc(5)), as far as we need it.
struct ProcStat {
  char state = '?';  // Z and X are dead
  pid_t group = 0;
  pid_t session = 0;
  unsigned long long start_ticks = 0;

  bool dead() const { return state == 'Z' || state == 'X' || state == 'x'; }
};

// The second field is a name between parentheses that may hold spaces and parentheses itself; nullopt when cut short.
std::optional<ProcStat> ParseProcStat(std::string_view text);

// The value of `key` in the NUL-separated text of /proc/<pid>/environ.
std::optional<std::string> FindVariable(std::string_view environ, std::string_view key);

// nullopt when there is no such process.
std::optional<ProcStat> ReadProcStat(pid_t pid);

// The environment the process was started with; nullopt when there is no such process or we may not read it.
std::optional<std::string> ReadVariable(pid_t pid, std::string_view key);

// Living processes of our effective user, ascending.
std::vector<pid_t> OwnProcesses();

// Empty when /proc is not there.
std::string BootId();

}  // namespace dagitops
