#pragma once

#include <cstdint>
#include <string>

#include "dagitops/base/result.h"
#include "dagitops/base/secret.h"
#include "dagitops/source/source.h"

#include "source/git/wire.h"

namespace dagitops::git {

// What the fetching process is told.
struct FetchRequest {
  std::string mirror;    // the bare repository that gets the objects
  std::string remote;    // as in GitSettings
  std::string branch;    // "" is the remote's default
  std::string username;  // "" is the URL's, else "git"
  Secret token;
  std::string token_file;  // where it came from: for messages
  Secret ssh_key;          // the key's text
  std::string ssh_key_file;
  std::string known_hosts;  // the file's text
  std::string ca_file;
  std::uint64_t max_bytes = 0;
  // A commit of the mirror to be put onto `branch` instead of fetching it; "": fetch. Whoever moved the branch away
  // from `push_over` ("" where it did not exist) keeps what he wrote there: git-push-conflict (kRetry).
  std::string push;
  std::string push_over;
  std::uint64_t seconds = 0;  // after which it ends by itself, should nobody be left to kill it
};

// What it found. The objects of `commit` are then all in the mirror; no reference was changed there. After a push: what
// stands on the branch now.
struct FetchAnswer {
  BranchHead::State state = BranchHead::State::kPresent;
  std::string commit;  // only for kPresent
};

std::string EncodeRequest(const FetchRequest& request);
Result<FetchRequest> DecodeRequest(const std::string& text);
std::string EncodeAnswer(const Result<FetchAnswer>& answer);
// An answer that is cut off or makes no sense is an error too ("git-fetch-crashed").
Result<FetchAnswer> DecodeAnswer(const std::string& text, const std::string& name);

}  // namespace dagitops::git
