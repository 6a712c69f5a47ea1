#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dagitops::local_process {

// The environment variable of every process that the target starts: it says what the process is, so that one whose
// start was never written down is found again. Children (runs) inherit it.
inline constexpr const char* kMarkVariable = "DAGITOPS_PROCESS";

struct ProcessMark {
  enum class Kind { kServer, kService, kBuild };
  Kind kind = Kind::kServer;
  std::string name;     // location, service or key of a virtual environment
  std::string content;  // servers only
  std::string tree_id;  // servers only: the code that its runs import again at each start
  int attempt = 0;      // counts starts, so that no two processes were ever started with the same mark

  friend bool operator==(const ProcessMark&, const ProcessMark&) = default;
};

// "<state id>/server/<location>/<content>/<tree id>/<attempt>".
std::string ToText(const ProcessMark& mark, const std::string& state_id);

// nullopt for a mark of another environment, or none at all.
std::optional<ProcessMark> ParseMark(std::string_view text, const std::string& state_id);

}  // namespace dagitops::local_process
