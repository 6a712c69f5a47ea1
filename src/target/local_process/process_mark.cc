#include "target/local_process/process_mark.h"

#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "dagitops/base/text.h"

namespace dagitops::local_process {
namespace {

using Kind = ProcessMark::Kind;

constexpr std::array<std::pair<Kind, const char*>, 3> kKinds{
    {{Kind::kServer, "server"}, {Kind::kService, "service"}, {Kind::kBuild, "build"}}};

std::optional<int> ParseInt(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string ToText(const ProcessMark& mark, const std::string& state_id) {
  std::string kind;
  for (const auto& [value, name] : kKinds) {
    if (value == mark.kind) kind = name;
  }
  return Join({state_id, kind, mark.name, mark.content, mark.tree_id, std::to_string(mark.attempt)}, "/");
}

std::optional<ProcessMark> ParseMark(std::string_view text, const std::string& state_id) {
  const std::vector<std::string> parts = Split(text, '/');
  if (parts.size() != 6 || parts[0] != state_id) return std::nullopt;
  const auto attempt = ParseInt(parts[5]);
  if (!attempt) return std::nullopt;
  for (const auto& [kind, name] : kKinds) {
    if (parts[1] == name) return ProcessMark{kind, parts[2], parts[3], parts[4], *attempt};
  }
  return std::nullopt;
}

}  // namespace dagitops::local_process
