#include "target/local_process/known_secrets.h"

#include <algorithm>

#include "dagitops/base/secret.h"

namespace dagitops::local_process {
namespace {

constexpr std::size_t kShortest = 6;
constexpr std::string_view kMask = "***";
constexpr std::string_view kCut = "...";  // what Shorten leaves

void ReplaceAll(std::string& text, const std::string& secret) {
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kMask.size())) {
    text.replace(at, secret.size(), kMask);
  }
}

void ReplaceCut(std::string& text, const std::string& secret) {
  if (!text.ends_with(kCut)) return;
  const std::string_view whole = std::string_view(text).substr(0, text.size() - kCut.size());
  for (std::size_t length = secret.size() - 1; length >= kShortest; --length) {
    if (!whole.ends_with(std::string_view(secret).substr(0, length))) continue;
    text = std::string(whole.substr(0, whole.size() - length)) + std::string(kMask) + std::string(kCut);
    return;
  }
}

}  // namespace

std::vector<std::string> KnownSecrets(const std::map<std::string, std::string>& env_file, const ProcessSpec& spec) {
  std::vector<std::string> secrets;
  for (const auto& [name, value] : env_file) secrets.push_back(value);
  for (const auto& [name, value] : spec.environment) {
    if (LooksLikeSecretName(name) || LooksLikeSecretValue(value)) secrets.push_back(value);
  }
  std::erase_if(secrets, [](const std::string& value) { return value.size() < kShortest; });
  std::sort(secrets.begin(), secrets.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return secrets;
}

std::string WithoutSecrets(std::string_view text, const std::vector<std::string>& secrets) {
  std::string clean(text);
  for (const std::string& secret : secrets) ReplaceAll(clean, secret);
  for (const std::string& secret : secrets) ReplaceCut(clean, secret);
  return clean;
}

}  // namespace dagitops::local_process
