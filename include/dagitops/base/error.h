#pragma once

#include <string>

namespace dagitops {

// What to do next after a failure; the only thing control flow may branch on.
//   kRetry     the world was not ready (network, lock, busy): the same call may work later, with backoff
//   kInvalid   the input is wrong: it stays wrong until someone changes it
//   kStalled   a person must act (missing credentials, approval, a newer state file)
//   kInternal  a broken assumption of ours; reported, never retried in a loop
enum class ErrorKind { kRetry, kInvalid, kStalled, kInternal };

// One failure, told once, at the place that understood it. Texts never contain secrets (see secret.h).
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string code;     // kebab-case and stable, e.g. "git-fetch-timeout"; tests and users match on it
  std::string subject;  // what it is about: a URL without credentials, a path, a location's name
  std::string message;  // what was being done and what was found, one sentence without a full stop
  std::string hint;     // what the reader can do; empty when there is nothing sensible to say

  // "subject: message (hint)": the form for a terminal and for logs.
  std::string Text() const;

  friend bool operator==(const Error&, const Error&) = default;
};

}  // namespace dagitops
