#include "source/git/fetch_request.h"

#include <charconv>

namespace dagitops::git {
namespace {

std::uint64_t Number(const std::string& text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string Text(const Fields& fields, const std::string& name) {
  const auto found = fields.find(name);
  return found == fields.end() ? "" : found->second;
}

}  // namespace

std::string EncodeRequest(const FetchRequest& request) {
  return EncodeFields({{"mirror", request.mirror},
                       {"remote", request.remote},
                       {"branch", request.branch},
                       {"username", request.username},
                       {"token", request.token.Reveal()},
                       {"token_file", request.token_file},
                       {"ssh_key_file", request.ssh_key_file},
                       {"ssh_key", request.ssh_key.Reveal()},
                       {"known_hosts", request.known_hosts},
                       {"ca_file", request.ca_file},
                       {"max_bytes", std::to_string(request.max_bytes)},
                       {"push", request.push},
                       {"push_over", request.push_over},
                       {"seconds", std::to_string(request.seconds)}});
}

Result<FetchRequest> DecodeRequest(const std::string& text) {
  const auto fields = DecodeFields(text);
  if (!fields || !fields->contains("mirror") || !fields->contains("remote")) {
    return Error{ErrorKind::kInternal, "git-fetch-request", "", "the request to fetch is cut off or makes no sense",
                 "this command is run by dagitops itself"};
  }
  FetchRequest request;
  request.mirror = Text(*fields, "mirror");
  request.remote = Text(*fields, "remote");
  request.branch = Text(*fields, "branch");
  request.username = Text(*fields, "username");
  request.token = Secret(Text(*fields, "token"));
  request.token_file = Text(*fields, "token_file");
  request.ssh_key_file = Text(*fields, "ssh_key_file");
  request.ssh_key = Secret(Text(*fields, "ssh_key"));
  request.known_hosts = Text(*fields, "known_hosts");
  request.ca_file = Text(*fields, "ca_file");
  request.max_bytes = Number(Text(*fields, "max_bytes"));
  request.push = Text(*fields, "push");
  request.push_over = Text(*fields, "push_over");
  request.seconds = Number(Text(*fields, "seconds"));
  return request;
}

std::string EncodeAnswer(const Result<FetchAnswer>& answer) {
  if (answer) {
    return EncodeFields({{"state", std::to_string(static_cast<int>(answer->state))}, {"commit", answer->commit}});
  }
  const Error& error = answer.error();
  return EncodeFields({{"kind", std::to_string(static_cast<int>(error.kind))},
                       {"code", error.code},
                       {"subject", error.subject},
                       {"message", error.message},
                       {"hint", error.hint}});
}

Result<FetchAnswer> DecodeAnswer(const std::string& text, const std::string& name) {
  const auto fields = DecodeFields(text);
  if (!fields || (!fields->contains("state") && !fields->contains("code"))) {
    return Error{ErrorKind::kRetry, "git-fetch-crashed", name, "the fetching process ended without an answer",
                 "look for its last words in the log; if this repeats, please report it"};
  }
  if (fields->contains("code")) {
    return Error{static_cast<ErrorKind>(Number(Text(*fields, "kind")) % 4), Text(*fields, "code"),
                 Text(*fields, "subject"), Text(*fields, "message"), Text(*fields, "hint")};
  }
  return FetchAnswer{static_cast<BranchHead::State>(Number(Text(*fields, "state")) % 3), Text(*fields, "commit")};
}

}  // namespace dagitops::git
