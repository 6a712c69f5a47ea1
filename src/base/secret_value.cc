// What tells a secret by its form alone, whatever it is called.
#include <algorithm>
#include <cctype>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops {
namespace {

bool StartsWithAny(std::string_view text, std::initializer_list<std::string_view> starts) {
  return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) { return text.starts_with(start); });
}

bool IsAlnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// AWS access key ids: AKIA or ASIA and 16 more. Source: AWS IAM reference, unique identifiers.
bool IsAwsKeyId(std::string_view text) {
  return text.size() == 20 && StartsWithAny(text, {"AKIA", "ASIA"}) && std::all_of(text.begin(), text.end(), IsAlnum);
}

// Three parts of base64url, the first of them a JSON object.
bool IsJwt(std::string_view text) {
  return text.starts_with("eyJ") && std::count(text.begin(), text.end(), '.') == 2 && text.size() > 40;
}

// scheme://user:password@host, unless the password is a $(REFERENCE) that the kubelet fills in.
bool HasPassword(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view rest = url.substr(scheme + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t at = authority.rfind('@');
  const std::size_t colon = authority.find(':');
  if (at == std::string_view::npos || colon >= at) return false;
  const std::string_view password = authority.substr(colon + 1, at - colon - 1);
  return !password.empty() && !(password.starts_with("$(") && password.ends_with(")"));
}

// A secret-looking parameter of a URL, as in ?api_key=...
bool HasSecretParameter(std::string_view url) {
  const std::size_t query = url.find('?');
  if (url.find("://") == std::string_view::npos || query == std::string_view::npos) return false;
  return Redact(url.substr(query)) != url.substr(query);
}

}  // namespace

bool LooksLikeSecretValue(std::string_view text) {
  const bool token = text.size() >= 16 && StartsWithAny(text, {"ghp_", "gho_", "ghu_", "ghs_", "github_pat_", "glpat-",
                                                               "xoxb-", "xoxp-", "xoxa-", "sk_live_", "AIza"});
  const bool private_key =
      text.find("-----BEGIN") != std::string_view::npos && text.find("PRIVATE KEY") != std::string_view::npos;
  return token || private_key || IsAwsKeyId(text) || IsJwt(text) || HasPassword(text) || HasSecretParameter(text);
}

std::string Masked(std::string_view value) {
  const std::string clean = Redact(value);
  return LooksLikeSecretValue(Trim(clean)) ? "***" : clean;
}

}  // namespace dagitops
