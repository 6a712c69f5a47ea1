#include "source/git/library.h"

#include <algorithm>
#include <array>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

namespace dagitops::git {
namespace {

constexpr std::size_t kMegabyte = 1u << 20;

int Prepare() {
  git_libgit2_init();
  // A repository that belongs to somebody else is refused by default, because its configuration could make git run
  // programs. We read only what the user named, or our own mirror, and libgit2 runs neither hooks nor filters of a
  // repository's configuration; mirrors on a volume and repositories of a service account must work.
  git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
  // What a fetch brought survives a power cut.
  git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
  // The defaults (256 MB of objects, 8 GB of windows into packs) are meant for a desktop; a daemon stays small.
  git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, static_cast<ssize_t>(8 * kMegabyte));
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, 8 * kMegabyte);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, 64 * kMegabyte);
  // Checkouts made by `git sparse-checkout` and `git clone --filter` carry these; both are harmless to a reader.
  std::array<const char*, 2> extensions{"worktreeconfig", "partialclone"};
  git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size());
  return 0;
}

}  // namespace

void PrepareLibrary() {
  static const int prepared = Prepare();
  static_cast<void>(prepared);
}

std::string LastMessage() {
  const git_error* last = git_error_last();
  if (last == nullptr || last->message == nullptr) return "no reason given";
  std::string text = Redact(last->message);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return Shorten(Trim(text), 400);
}

Error LibraryError(ErrorKind kind, std::string code, std::string subject, const std::string& doing) {
  return Error{kind, std::move(code), std::move(subject), doing + ": " + LastMessage(), ""};
}

std::string Hex(const git_oid& id) {
  std::string hex(GIT_OID_HEXSZ, '0');
  git_oid_fmt(hex.data(), &id);
  return hex;
}

bool ParseId(std::string_view hex, git_oid* id) {
  return hex.size() == GIT_OID_HEXSZ && git_oid_fromstrn(id, hex.data(), hex.size()) == 0;
}

}  // namespace dagitops::git
