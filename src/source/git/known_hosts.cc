#include "source/git/known_hosts.h"

#include <algorithm>
#include <cctype>

#include "dagitops/base/base64.h"
#include "dagitops/base/digest.h"
#include "dagitops/base/text.h"

namespace dagitops::git {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

// '*' and '?' as in a shell, without its other signs. Steps back to the last '*' only, so the cost stays bounded.
bool MatchesPattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.substr(p).find_first_not_of('*') == std::string_view::npos;
}

// "|1|salt|hash": the base64 of a salt and of HMAC-SHA1(salt, name).
bool MatchesHash(const std::string& hashed, const std::string& label) {
  const std::vector<std::string> parts = Split(hashed, '|');
  if (parts.size() != 4 || parts[1] != "1") return false;
  const auto salt = Base64Decode(parts[2]);
  const auto hash = Base64Decode(parts[3]);
  return salt && hash && !hash->empty() && HmacSha1(*salt, label) == *hash;
}

bool MatchesNames(const std::string& names, const std::string& label) {
  if (names.starts_with('|')) return MatchesHash(names, label);
  bool matches = false;
  for (const std::string& name : Split(Lower(names), ',')) {
    if (name.starts_with('!')) {
      if (MatchesPattern(std::string_view(name).substr(1), label)) return false;
    } else {
      matches = matches || MatchesPattern(name, label);
    }
  }
  return matches;
}

std::vector<std::string> Words(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t start = line.find_first_not_of(" \t\r"); start != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(" \t\r", start), line.size());
    words.emplace_back(line.substr(start, end - start));
    start = line.find_first_not_of(" \t\r", end);
  }
  return words;
}

}  // namespace

std::string HostLabel(std::string_view host, int port) {
  const std::string lower = Lower(host);
  return port == 22 ? lower : "[" + lower + "]:" + std::to_string(port);
}

std::vector<HostKey> KnownHostKeys(std::string_view known_hosts, std::string_view host, int port) {
  const std::string label = HostLabel(host, port);
  std::vector<HostKey> keys;
  for (const std::string& line : Split(known_hosts, '\n')) {
    std::vector<std::string> words = Words(line);
    bool revoked = false;
    if (!words.empty() && words[0].starts_with('@')) {
      revoked = words[0] == "@revoked";
      if (!revoked) continue;
      words.erase(words.begin());
    }
    if (words.size() < 3 || words[0].starts_with('#') || !MatchesNames(words[0], label)) continue;
    const auto blob = Base64Decode(words[2]);
    if (blob && HostKeyType(*blob) == words[1]) keys.push_back({words[1], words[2], revoked});
  }
  return keys;
}

std::string HostKeyType(std::string_view blob) {
  if (blob.size() < 4 || blob[0] != 0 || blob[1] != 0 || blob[2] != 0) return "";
  const std::size_t length = static_cast<unsigned char>(blob[3]);
  return length <= blob.size() - 4 ? std::string(blob.substr(4, length)) : "";
}

HostKeyVerdict JudgeHostKey(const std::vector<HostKey>& known, const HostKey& shown) {
  HostKeyVerdict verdict = known.empty() ? HostKeyVerdict::kUnknownHost : HostKeyVerdict::kOtherTypes;
  bool found = false;
  for (const HostKey& key : known) {
    const bool same = key.type == shown.type && key.key == shown.key;
    if (same && key.revoked) return HostKeyVerdict::kRevoked;
    if (key.revoked) continue;
    found = found || same;
    if (key.type == shown.type) verdict = HostKeyVerdict::kMismatch;
  }
  return found ? HostKeyVerdict::kKnown : verdict;
}

}  // namespace dagitops::git
