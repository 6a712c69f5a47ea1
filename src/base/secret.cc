#include "dagitops/base/secret.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace dagitops {
namespace {

constexpr std::string_view kMask = "***";

bool IsKeyChar(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.'; }
bool IsEndOfValue(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0 || c == '"' || c == '\'' || c == ',' || c == '&';
}

// `text` in lower case with '-' and '.' and the humps of camelCase as '_': "apiToken" -> "api_token".
std::string Snake(std::string_view text) {
  std::string snake;
  char previous = '_';
  for (const char c : text) {
    const bool upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (upper && std::islower(static_cast<unsigned char>(previous)) != 0) snake += '_';
    snake += c == '-' || c == '.' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    previous = c;
  }
  return snake;
}

// Removes "user:password@" from every "scheme://user:password@host" in `text`.
std::string WithoutUserInfo(std::string_view text) {
  std::string clean;
  for (;;) {
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) return clean += text;
    clean += text.substr(0, scheme + 3);
    text.remove_prefix(scheme + 3);
    const std::size_t end = std::min(text.find_first_of("/?# \t\r\n\"'"), text.size());
    const std::size_t at = text.substr(0, end).rfind('@');
    if (at != std::string_view::npos) text.remove_prefix(at + 1);
  }
}

// The end of the key that stops right before `separator`, going left; equal to `separator` when there is none.
std::size_t KeyStart(std::string_view text, std::size_t separator) {
  std::size_t start = separator;
  while (start > 0 && IsKeyChar(text[start - 1])) --start;
  return start;
}

// Where the value behind a separator begins: after blanks and an opening quote.
std::size_t ValueStart(std::string_view text, std::size_t after) {
  while (after < text.size() && (text[after] == ' ' || text[after] == '"' || text[after] == '\'')) ++after;
  return after;
}

}  // namespace

bool LooksLikeSecretName(std::string_view key) {
  static constexpr std::array<std::string_view, 12> kWords{
      "password",    "passwd",     "secret",     "token",      "apikey",   "api_key",
      "private_key", "access_key", "credential", "passphrase", "auth_key", "connection_string"};
  const std::string snake = Snake(key);
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return snake.find(word) != std::string::npos; });
}

std::string CleanUrl(std::string_view url) {
  std::string clean = WithoutUserInfo(url);
  const std::size_t query = clean.find('?');
  if (clean.find("://") != std::string::npos && query != std::string::npos) clean.resize(query);
  return clean;
}

std::string Redact(std::string_view text) {
  const std::string source = WithoutUserInfo(text);
  std::string clean;
  std::size_t copied = 0;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '=' && source[i] != ':') continue;
    std::size_t key_end = i;
    if (key_end > 0 && (source[key_end - 1] == '"' || source[key_end - 1] == '\'')) --key_end;  // {"token": "x"}
    const std::size_t key = KeyStart(source, key_end);
    if (key == key_end || !LooksLikeSecretName(std::string_view(source).substr(key, key_end - key))) continue;
    const std::size_t value = ValueStart(source, i + 1);
    std::size_t end = value;
    while (end < source.size() && !IsEndOfValue(source[end])) ++end;
    if (end == value) continue;
    clean.append(source, copied, value - copied);
    clean += kMask;
    copied = i = end;
  }
  return clean.append(source, copied, std::string::npos);
}

}  // namespace dagitops
