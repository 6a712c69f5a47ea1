#include "dagitops/process/self_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace dagitops {
namespace {

// The fields after the name of /proc/self/stat, which is between parentheses and may hold anything: proc(5) counts the
// first of them as 3.
std::vector<double> StatFields() {
  std::ifstream file("/proc/self/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::istringstream rest(text.substr(std::min(text.rfind(')') + 2, text.size())));
  std::vector<double> fields(3);
  std::string state;
  rest >> state;
  fields.insert(fields.end(), 1, 0);
  std::copy(std::istream_iterator<double>(rest), {}, std::back_inserter(fields));
  return fields;  // fields[n] is proc(5)'s (n)
}

double BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string key; file >> key;) {
    double value = 0;
    if (key == "btime" && file >> value) return value;
  }
  return 0;
}

}  // namespace

void TellOwnProcess(Metrics& metrics) {
  const std::vector<double> fields = StatFields();
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  if (fields.size() > 24) {
    metrics.Set(Metric::kProcessCpu, {}, (fields[14] + fields[15]) / ticks);
    metrics.Set(Metric::kProcessThreads, {}, fields[20]);
    metrics.Set(Metric::kProcessStart, {}, BootTime() + fields[22] / ticks);
    metrics.Set(Metric::kProcessVirtualMemory, {}, fields[23]);
    metrics.Set(Metric::kProcessMemory, {}, fields[24] * static_cast<double>(sysconf(_SC_PAGESIZE)));
  }
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (!error) metrics.Set(Metric::kProcessOpenFiles, {}, static_cast<double>(std::distance(begin(files), end(files))));
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    metrics.Set(Metric::kProcessMaxFiles, {}, static_cast<double>(limit.rlim_cur));
}

}  // namespace dagitops
