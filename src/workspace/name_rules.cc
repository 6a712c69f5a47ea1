#include "workspace/name_rules.h"

#include <algorithm>

#include "dagitops/base/digest.h"

namespace dagitops::workspace {
namespace {

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }
bool IsInner(char c) { return IsLetter(c) || (c >= '0' && c <= '9') || c == '-'; }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void TrimDashes(std::string& name) {
  while (!name.empty() && name.back() == '-') name.pop_back();
}

}  // namespace

bool IsServiceName(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && IsLetter(name.front()) && name.back() != '-' &&
         std::all_of(name.begin(), name.end(), IsInner);
}

std::string SuggestName(std::string_view name) {
  std::string suggestion;
  for (const char c : name) {
    const char lower = IsInner(Lower(c)) ? Lower(c) : '-';
    if (lower != '-' || (!suggestion.empty() && suggestion.back() != '-')) suggestion += lower;
  }
  TrimDashes(suggestion);
  if (suggestion.empty()) return "location";
  if (!IsLetter(suggestion.front())) suggestion.insert(0, "l-");
  if (suggestion.size() <= kLongestName) return suggestion;
  suggestion.resize(kLongestName - 9);
  TrimDashes(suggestion);
  return suggestion + "-" + ShortDigest(name);
}

}  // namespace dagitops::workspace
