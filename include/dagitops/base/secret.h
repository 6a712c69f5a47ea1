#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace dagitops {

// A token or password. It has no operator<< and no implicit conversion, so it cannot slip into a text.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  const std::string& Reveal() const { return value_; }  // only at the call that hands it to a library
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

// The URL without user, password and query values: safe for errors and logs. Text that is no URL comes back as it is.
std::string CleanUrl(std::string_view url);

// True for a key that usually names a secret, such as DB_PASSWORD, apiToken or AWS_SECRET_ACCESS_KEY; false for one
// that names where a secret is: secretName, secretKeyRef, TOKEN_FILE, OAUTH_TOKEN_URL.
bool LooksLikeSecretName(std::string_view key);

// True for a text that by its form is a token, a private key or a URL with a password, whatever it is called.
bool LooksLikeSecretValue(std::string_view text);

// `text` without userinfo in URLs; the values of secret-looking KEY=value / key: value pairs, what follows "Bearer",
// private keys, AWS key ids, JWTs and tokens with a well-known prefix are replaced by "***". A net under the rule that
// no secret is put into a text at all.
std::string Redact(std::string_view text);

// A foreign key or name for a message, in quotes and cut to a readable length. A forgotten colon makes a key of a whole
// line ("DB_PASSWORD=...", "DB_PASSWORD ..."), so whatever follows the first '=', ':' or blank is "***".
std::string ShownKey(std::string_view key);

// One value of a file as a person may see it: redacted, and "***" when it is a secret by its form.
std::string Masked(std::string_view value);

}  // namespace dagitops
