#include "dagitops/base/secret.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "dagitops/base/text.h"

namespace dagitops {
namespace {

constexpr std::string_view kMask = "***";

bool IsSpace(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool IsKeyChar(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.'; }
bool IsQuote(char c) { return c == '"' || c == '\''; }

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

// How much of what follows "scheme://" is user and password, the '@' included. A '/' in a password should be escaped
// and often is not: a "port" that is no number is taken for the start of one.
std::size_t UserInfo(std::string_view rest) {
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t\r\n\"'"));
  const std::string_view authority = word.substr(0, word.find_first_of("/?#"));
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) return at + 1;
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return 0;
  const std::string_view port = authority.substr(colon + 1);
  if (std::all_of(port.begin(), port.end(), IsDigit)) return 0;
  const std::size_t late = word.find('@');
  return late == std::string_view::npos ? 0 : late + 1;
}

// Removes "user:password@" from every "scheme://user:password@host" in `text`.
std::string WithoutUserInfo(std::string_view text) {
  std::string clean;
  for (;;) {
    const std::size_t scheme = text.find("://");
    if (scheme == std::string_view::npos) return clean += text;
    clean += text.substr(0, scheme + 3);
    text.remove_prefix(scheme + 3);
    text.remove_prefix(UserInfo(text));
  }
}

// The end of the key that stops right before `separator`, going left; equal to `separator` when there is none.
std::size_t KeyStart(std::string_view text, std::size_t separator) {
  std::size_t start = separator;
  while (start > 0 && IsKeyChar(text[start - 1])) --start;
  return start;
}

// A comma ends a value only where something else follows: passwords have commas too.
bool CommaEnds(std::string_view text, std::size_t comma) {
  std::size_t next = comma + 1;
  if (next >= text.size() || IsSpace(text[next]) || IsQuote(text[next])) return true;
  while (next < text.size() && IsKeyChar(text[next])) ++next;
  return next < text.size() && (text[next] == '=' || text[next] == ':');
}

std::size_t WordEnd(std::string_view text, std::size_t start) {
  std::size_t end = start;
  while (end < text.size() && !IsSpace(text[end]) && !IsQuote(text[end]) && text[end] != '&') {
    if (text[end] == ',' && CommaEnds(text, end)) break;
    ++end;
  }
  return end;
}

// The length of "Bearer " and its like at `start`, behind which the secret itself stands; 0 when there is none.
std::size_t SchemeAt(std::string_view text, std::size_t start) {
  for (const std::string_view scheme : {"bearer ", "basic ", "token "}) {
    if (Snake(text.substr(start, scheme.size())) == scheme) return scheme.size();
  }
  return 0;
}

// Where the secret that follows a separator begins and ends; equal when there is none.
std::pair<std::size_t, std::size_t> SecretValue(std::string_view text, std::size_t start) {
  while (start < text.size() && text[start] == ' ') ++start;
  if (start < text.size() && IsQuote(text[start])) {
    const std::size_t end = text.find(text[start], start + 1);
    return {start + 1, end == std::string_view::npos ? text.size() : end};
  }
  return {start, WordEnd(text, start + SchemeAt(text, start))};
}

// "https://host:6443/api/v1/namespaces/n/secrets: it is busy": the last step of an API server's URL is no key. Any
// other path may stand before one that is ("team/password: x").
bool EndsApiUrl(std::string_view text, std::size_t step, std::size_t separator) {
  if (step == 0 || text[step - 1] != '/' || !text.substr(separator).starts_with(": ")) return false;
  const std::size_t before = text.find_last_of(" \t\r\n\"'", step - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  const std::string_view url = text.substr(start, step - start);
  if (!url.starts_with("https://") && !url.starts_with("http://")) return false;
  return url.find("/namespaces/") != std::string_view::npos && url.find_first_of("?#=") == std::string_view::npos;
}

// The secret whose telling key ends at the separator `i`; equal ends when there is none.
std::pair<std::size_t, std::size_t> SecretAfter(std::string_view text, std::size_t i) {
  std::size_t key_end = i;
  if (key_end > 0 && IsQuote(text[key_end - 1])) --key_end;  // {"token": "x"}
  const std::size_t key = KeyStart(text, key_end);
  if (key == key_end || !LooksLikeSecretName(text.substr(key, key_end - key))) return {i, i};
  if (EndsApiUrl(text, key, i)) return {i, i};
  return SecretValue(text, i + 1);
}

// Where the private key that begins at `i` ends; `i` when none begins there.
std::size_t PrivateKeyEnd(std::string_view text, std::size_t i) {
  constexpr std::string_view kDashes = "-----";
  if (!text.substr(i).starts_with("-----BEGIN ")) return i;
  const std::size_t header = text.find(kDashes, i + kDashes.size());
  if (text.substr(i, header - i).find("PRIVATE KEY") == std::string_view::npos) return i;
  const std::size_t footer = text.find("-----END ", i);
  const std::size_t end = footer == std::string_view::npos ? footer : text.find(kDashes, footer + kDashes.size());
  return end == std::string_view::npos ? text.size() : end + kDashes.size();
}

// Letters, digits, '_', '-' and '.' from `i` on.
std::string_view KeyWordAt(std::string_view text, std::size_t i) {
  std::size_t end = i;
  while (end < text.size() && IsKeyChar(text[end])) ++end;
  return text.substr(i, end - i);
}

// A token that tells by its own form what it is: a private key, an AWS key id, a JWT, or one with a documented prefix
// (GitHub, GitLab, Slack).
std::pair<std::size_t, std::size_t> TokenAt(std::string_view text, std::size_t i) {
  if (i > 0 && IsKeyChar(text[i - 1])) return {i, i};
  if (text[i] == '-') return {i, PrivateKeyEnd(text, i)};
  if (text[i] == 'A' || text[i] == 'e') {
    std::string_view word = KeyWordAt(text, i);
    while (word.ends_with('.')) word.remove_suffix(1);  // of the sentence
    if (LooksLikeSecretValue(word)) return {i, i + word.size()};
  }
  for (const std::string_view prefix :
       {"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-", "xoxp-"}) {
    if (text.substr(i).starts_with(prefix)) return {i, WordEnd(text, i)};
  }
  if (Snake(text.substr(i, 7)) == "bearer ") return {i + 7, WordEnd(text, i + 7)};
  return {i, i};
}

}  // namespace

bool LooksLikeSecretName(std::string_view key) {
  static constexpr std::array<std::string_view, 13> kWords{
      "password",     "passwd",     "secret",     "token",      "apikey",   "api_key",
      "private_key",  "access_key", "credential", "passphrase", "auth_key", "connection_string",
      "authorization"};
  static constexpr std::array<std::string_view, 7> kReferences{"_name", "_file", "_path", "_dir",
                                                               "_ref",  "_url",  "_uri"};
  const std::string snake = Snake(key);
  const auto ends = [&](std::string_view suffix) { return snake.ends_with(suffix); };
  if (std::any_of(kReferences.begin(), kReferences.end(), ends)) return false;
  if (snake == "pass" || snake == "pwd" || ends("_pass") || ends("_pwd")) return true;
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
    const bool separator = source[i] == '=' || source[i] == ':';
    const auto [start, end] = separator ? SecretAfter(source, i) : TokenAt(source, i);
    if (start == end) continue;
    clean.append(source, copied, start - copied);
    clean += kMask;
    copied = end;
    i = end - 1;
  }
  return clean.append(source, copied, std::string::npos);
}

std::string ShownKey(std::string_view key) {
  constexpr std::size_t kShown = 60;
  const std::size_t end = key.find_first_of("=: \t\r\n");
  if (end == std::string_view::npos) return Quoted(Shorten(key, kShown));
  return Quoted(Shorten(key.substr(0, end), kShown) + std::string(kMask));
}

}  // namespace dagitops
