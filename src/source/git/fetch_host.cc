#include "source/git/fetch_host.h"

#include <algorithm>
#include <optional>

#include "dagitops/base/base64.h"
#include "dagitops/base/text.h"

#include "source/git/fetch_errors.h"
#include "source/git/force_ref.h"
#include "source/git/library.h"
#include "source/git/revisions.h"

namespace dagitops::git {
namespace {

// What the callbacks of one fetch share. They cannot return an Error through libgit2, so they leave it here.
struct Exchange {
  const FetchRequest& request;
  RemoteUrl url;
  bool offered = false;  // the credentials were sent once already
  std::optional<Error> error;
  std::optional<std::string> refused = std::nullopt;  // why the server did not take what was pushed, in its words

  std::string Username(const char* from_url) const {
    if (!request.username.empty()) return request.username;
    return from_url != nullptr && *from_url != '\0' ? from_url : "git";
  }
  int Fail(Error reason) {
    error = std::move(reason);
    return GIT_EUSER;
  }
};

int Credentials(git_credential** out, const char* /*url*/, const char* user, unsigned allowed, void* payload) {
  auto& exchange = *static_cast<Exchange*>(payload);
  const std::string username = exchange.Username(user);
  if ((allowed & GIT_CREDENTIAL_USERNAME) != 0) return git_credential_username_new(out, username.c_str());
  const FetchRequest& request = exchange.request;
  if (exchange.offered) return exchange.Fail(AuthFailed(exchange.url, request));
  exchange.offered = true;
  if ((allowed & GIT_CREDENTIAL_SSH_MEMORY) != 0 && !request.ssh_key.empty()) {
    return git_credential_ssh_key_memory_new(out, username.c_str(), nullptr, request.ssh_key.Reveal().c_str(), nullptr);
  }
  if ((allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT) != 0 && !request.token.empty() &&
      exchange.url.transport != RemoteUrl::Transport::kSsh) {
    return git_credential_userpass_plaintext_new(out, username.c_str(), request.token.Reveal().c_str());
  }
  return exchange.Fail(AuthFailed(exchange.url, request));
}

int CheckHostKey(const git_cert_hostkey& certificate, Exchange& exchange) {
  if ((certificate.type & GIT_CERT_SSH_RAW) == 0) return GIT_ECERTIFICATE;
  const std::string blob(certificate.hostkey, certificate.hostkey_len);
  const HostKey shown{HostKeyType(blob), Base64Encode(blob)};
  const auto known = KnownHostKeys(exchange.request.known_hosts, exchange.url.host, exchange.url.port);
  const HostKeyVerdict verdict = JudgeHostKey(known, shown);
  if (verdict == HostKeyVerdict::kKnown) return 0;
  return exchange.Fail(HostKeyRefused(exchange.url, shown, verdict));
}

int CheckCertificate(git_cert* certificate, int valid, const char* /*host*/, void* payload) {
  auto& exchange = *static_cast<Exchange*>(payload);
  if (certificate->cert_type == GIT_CERT_HOSTKEY_LIBSSH2) {
    return CheckHostKey(*reinterpret_cast<const git_cert_hostkey*>(certificate), exchange);
  }
  return valid != 0 ? 0 : GIT_PASSTHROUGH;  // libgit2 then says itself what is wrong with it
}

int CheckSize(const git_indexer_progress* progress, void* payload) {
  auto& exchange = *static_cast<Exchange*>(payload);
  const std::uint64_t limit = exchange.request.max_bytes;
  if (limit == 0 || progress->received_bytes <= limit) return 0;
  return exchange.Fail(FetchTooLarge(exchange.url, limit));
}

Error Failed(const Exchange& exchange, int code) {
  if (exchange.error) return *exchange.error;
  const git_error* last = git_error_last();
  return ExplainFailure(exchange.url, exchange.request, {code, last == nullptr ? 0 : last->klass, LastMessage()});
}

git_remote_callbacks Callbacks(Exchange& exchange) {
  git_remote_callbacks callbacks{};
  git_remote_init_callbacks(&callbacks, GIT_REMOTE_CALLBACKS_VERSION);
  callbacks.credentials = Credentials;
  callbacks.certificate_check = CheckCertificate;
  callbacks.transfer_progress = CheckSize;
  callbacks.payload = &exchange;
  return callbacks;
}

struct Advertised {
  bool any = false;  // the remote has references at all
  std::string ref;   // of the branch; "" when the remote lacks it
  git_oid id{};
};

Advertised FindBranch(git_remote* remote, const std::string& branch) {
  Advertised found;
  std::string wanted = "refs/heads/" + branch;
  git_buf name = GIT_BUF_INIT;
  if (branch.empty()) wanted = git_remote_default_branch(&name, remote) == 0 ? std::string(name.ptr, name.size) : "";
  git_buf_dispose(&name);
  const git_remote_head** heads = nullptr;
  std::size_t count = 0;
  if (git_remote_ls(&heads, &count, remote) != 0) return found;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view ref = heads[i]->name;
    if (ref == "capabilities^{}") continue;  // how an empty repository says what it can do
    found.any = true;
    if (ref != wanted) continue;
    found.ref = wanted;
    found.id = heads[i]->oid;
  }
  return found;
}

constexpr char kPushedRef[] = "refs/dagitops/pushed";  // libgit2 pushes references only

Status PointAtPushed(git_repository* mirror, const FetchRequest& request) {
  git_oid id;
  if (ParseId(request.push, &id) && ForceRef(mirror, kPushedRef, id) == 0) return Ok();
  return LibraryError(ErrorKind::kRetry, "git-mirror-unwritable", request.mirror, "could not write a reference");
}

FetchAnswer NoBranch(bool has_others) {
  return FetchAnswer{has_others ? BranchHead::State::kBranchMissing : BranchHead::State::kRepositoryEmpty, ""};
}

// Whether the commit is in the mirror already; then so is all it needs, since objects only arrive in whole fetches.
bool HasCommit(git_repository* mirror, const git_oid& id) {
  CommitPtr commit;
  return Take(commit, [&](git_commit** out) { return git_commit_lookup(out, mirror, &id); }) == 0;
}

// Between what the server says of its branch and what it is asked to do: it does that only to the same commit again, so
// nobody's commit is ever lost.
int CheckBase(const git_push_update** updates, std::size_t count, void* payload) {
  auto& exchange = *static_cast<Exchange*>(payload);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string base = git_oid_is_zero(&updates[i]->src) != 0 ? "" : Hex(updates[i]->src);
    if (base != exchange.request.push_over) return exchange.Fail(PushConflict(exchange.url, exchange.request));
  }
  return 0;
}

// Called for each branch; 0 of git_remote_push alone does not mean that it was taken.
int NoteRefusal(const char* /*ref*/, const char* status, void* payload) {
  if (status != nullptr) static_cast<Exchange*>(payload)->refused = Printable(status);
  return 0;
}

// The server compares, too; these are its words for a branch that somebody moved in between.
bool IsConflict(const std::string& refused) {
  for (const char* words : {"fetch first", "non-fast-forward", "cannot lock ref", "failed to update ref",
                            "incorrect old value", "reference already exists", "failed to lock"}) {
    if (refused.find(words) != std::string::npos) return true;
  }
  return false;
}

int Download(git_remote* remote, const Advertised& branch, Exchange& exchange) {
  git_fetch_options options{};
  git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
  options.callbacks = Callbacks(exchange);
  options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
  options.proxy_opts.type = GIT_PROXY_AUTO;
  options.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
  std::string refspec = "+" + branch.ref + ":refs/dagitops/incoming";
  char* refspecs[] = {refspec.data()};
  const git_strarray list{refspecs, 1};
  return git_remote_download(remote, &list, &options);
}

}  // namespace

Result<FetchAnswer> FetchFromHost(git_repository* mirror, const RemoteUrl& url, const FetchRequest& request) {
  Exchange exchange{request, url, false, std::nullopt};
  RemotePtr remote;
  int code = Take(remote, [&](git_remote** out) { return git_remote_create_anonymous(out, mirror, url.url.c_str()); });
  if (code != 0) return Failed(exchange, code);
  git_remote_connect_options options{};
  git_remote_connect_options_init(&options, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
  options.callbacks = Callbacks(exchange);
  options.proxy_opts.type = GIT_PROXY_AUTO;
  options.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
  code = git_remote_connect_ext(remote.get(), GIT_DIRECTION_FETCH, &options);
  if (code != 0) return Failed(exchange, code);
  const Advertised branch = FindBranch(remote.get(), request.branch);
  if (branch.ref.empty()) return NoBranch(branch.any);
  if (!HasCommit(mirror, branch.id)) {
    code = Download(remote.get(), branch, exchange);
    if (code != 0) return Failed(exchange, code);
  }
  return FetchAnswer{BranchHead::State::kPresent, Hex(branch.id)};
}

Result<FetchAnswer> PushToHost(git_repository* mirror, const RemoteUrl& url, const FetchRequest& request) {
  Exchange exchange{request, url, false, std::nullopt};
  DAGITOPS_TRY(PointAtPushed(mirror, request));
  RemotePtr remote;
  int code = Take(remote, [&](git_remote** out) { return git_remote_create_anonymous(out, mirror, url.url.c_str()); });
  if (code != 0) return Failed(exchange, code);
  git_push_options options{};
  git_push_options_init(&options, GIT_PUSH_OPTIONS_VERSION);
  options.callbacks = Callbacks(exchange);
  options.callbacks.push_negotiation = CheckBase;
  options.callbacks.push_update_reference = NoteRefusal;
  options.proxy_opts.type = GIT_PROXY_AUTO;
  options.follow_redirects = GIT_REMOTE_REDIRECT_NONE;
  std::string refspec = std::string(kPushedRef) + ":refs/heads/" + request.branch;
  char* refspecs[] = {refspec.data()};
  const git_strarray list{refspecs, 1};
  code = git_remote_push(remote.get(), &list, &options);
  if (code == GIT_ENONFASTFORWARD) return PushConflict(url, request);
  if (code != 0) return Failed(exchange, code);
  if (!exchange.refused) return FetchAnswer{BranchHead::State::kPresent, request.push};
  return IsConflict(*exchange.refused) ? PushConflict(url, request) : PushRefused(url, request, *exchange.refused);
}

}  // namespace dagitops::git
