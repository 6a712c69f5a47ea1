#include "dagitops/base/version.h"

#include <charconv>
#include <vector>

#include "dagitops/base/text.h"

namespace dagitops {
namespace {

int LeadingNumber(const std::string& text) {
  int number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::vector<std::string> Parts(const std::string& version) {
  return Split(version.starts_with('v') ? version.substr(1) : version, '.');
}

}  // namespace

bool AtLeast(const std::string& version, const std::string& oldest) {
  const std::vector<std::string> found = Parts(version);
  const std::vector<std::string> wanted = Parts(oldest);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const int number = i < found.size() ? LeadingNumber(found[i]) : 0;
    if (number != LeadingNumber(wanted[i])) return number > LeadingNumber(wanted[i]);
  }
  return true;
}

std::string MinorOf(const std::string& version) {
  const std::vector<std::string> parts = Parts(version);
  if (parts.size() < 2 || LeadingNumber(parts[0]) < 0 || LeadingNumber(parts[1]) < 0) return "";
  return std::to_string(LeadingNumber(parts[0])) + "." + std::to_string(LeadingNumber(parts[1]));
}

}  // namespace dagitops
