#include "support/standin/options.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

namespace dagitops::standin {
namespace {

std::string Environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? value : "";
}

bool IsOption(const std::string& word) { return word.size() > 1 && word.front() == '-'; }

}  // namespace

Arguments::Arguments(std::vector<std::string> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!IsOption(words[i])) continue;
    const bool has_value = i + 1 < words.size() && !IsOption(words[i + 1]);
    values_[words[i]] = has_value ? words[i + 1] : "";
  }
}

std::string Arguments::Get(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? "" : found->second;
}

Behaviour::Behaviour(const std::string& folder) {
  std::ifstream file(std::filesystem::path(folder) / "standin.conf");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) values_[line.substr(0, colon)] = line.substr(colon + 2);
  }
}

std::string Behaviour::Get(const std::string& key) const {
  std::string name = "STANDIN_" + key;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (std::string value = Environment(name); !value.empty()) return value;
  const auto found = values_.find(key);
  return found == values_.end() ? "" : found->second;
}

std::chrono::milliseconds Behaviour::Time(const std::string& key) const {
  return std::chrono::milliseconds(std::atoi(Get(key).c_str()));
}

void Journal(const std::string& what, const std::string& rest) {
  const std::string home = Environment("DAGSTER_HOME");
  if (home.empty()) return;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const std::string line = std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()) + " " +
                           what + " " + std::to_string(getpid()) + " " + rest + "\n";
  // One write to a file opened for appending: lines of several processes do not mix.
  const int fd = open((home + "/standin-journal").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return;
  [[maybe_unused]] const ssize_t written = write(fd, line.data(), line.size());
  close(fd);
}

std::vector<std::string> RunsOf(const std::string& location) {
  std::vector<std::string> runs;
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(Environment("DAGSTER_HOME")) / "standin-runs" / location;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) runs.push_back(entry.path().filename());
  std::sort(runs.begin(), runs.end());
  return runs;
}

}  // namespace dagitops::standin
