#include "source/git/revisions.h"

#include <algorithm>
#include <array>
#include <vector>

#include "dagitops/base/text.h"

#include "source/git/library.h"

namespace dagitops::git {
namespace {

constexpr std::size_t kShortestPrefix = 7;
constexpr std::size_t kCandidatesShown = 5;
constexpr std::string_view kSteps = "~^";
// Both bound how many commits a name makes us read.
constexpr std::size_t kLongestSteps = 32;
constexpr std::size_t kLongestNumber = 4;

bool IsHex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

Error Unknown(const Repository& repository, std::string_view name) {
  return Error{ErrorKind::kInvalid, "git-revision-unknown", repository.name,
               "no commit, branch or tag is called " + Quoted(name),
               "give a commit id of at least 7 digits, or fetch first if it was pushed just now"};
}

// Bytes of the UTF-8 sequence that starts `text`, 0 when it is none.
std::size_t SequenceLength(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : 4;
  if (lead >= 0x80 && (lead < 0xC2 || lead > 0xF4)) return 0;
  if (text.size() < length) return 0;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  return std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length), continues) ? length : 0;
}

// All commits whose id starts with `prefix`; one more than is ever shown is enough.
struct PrefixSearch {
  git_repository* repository;
  git_oid prefix;
  std::size_t digits;
  std::vector<git_oid> commits;
};

int CollectCommit(const git_oid* id, void* payload) {
  auto& search = *static_cast<PrefixSearch*>(payload);
  if (git_oid_ncmp(id, &search.prefix, search.digits) != 0) return 0;
  CommitPtr commit;
  const int code = Take(commit, [&](git_commit** out) { return git_commit_lookup(out, search.repository, id); });
  if (code == 0 && std::none_of(search.commits.begin(), search.commits.end(),
                                [&](const git_oid& seen) { return git_oid_equal(&seen, id) != 0; })) {
    search.commits.push_back(*id);
  }
  return search.commits.size() > kCandidatesShown ? 1 : 0;
}

Error Ambiguous(const Repository& repository, std::string_view prefix, const std::vector<git_oid>& commits) {
  std::vector<std::string> candidates;
  for (const git_oid& id : commits) {
    auto commit = LoadCommit(repository, id);
    const std::string subject = commit ? Shorten(Describe(commit->get()).subject, 60) : "";
    candidates.push_back(Hex(id).substr(0, 12) + " " + Quoted(subject));
  }
  if (candidates.size() > kCandidatesShown) candidates.back() = "...";
  return Error{ErrorKind::kInvalid, "git-revision-ambiguous", repository.name,
               "several commits start with " + Quoted(prefix) + ": " + Join(candidates, ", "), "give more digits"};
}

Result<Revision> ResolvePrefix(const Repository& repository, std::string_view name) {
  OdbPtr odb;
  if (Take(odb, [&](git_odb** out) { return git_repository_odb(out, repository.handle); }) != 0) {
    return LibraryError(ErrorKind::kRetry, "git-object-unreadable", repository.name, "could not open its objects");
  }
  PrefixSearch search{repository.handle, {}, name.size(), {}};
  git_oid_fromstrn(&search.prefix, name.data(), name.size());
  git_odb_foreach(odb.get(), CollectCommit, &search);
  if (search.commits.empty()) return Unknown(repository, name);
  if (search.commits.size() > 1) return Ambiguous(repository, name, search.commits);
  DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository, search.commits.front()));
  return Describe(commit.get());
}

// Only what leads from a commit to its ancestors: the rest of git's language reads reflogs, files or every message.
bool AreSteps(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && kSteps.find(c) == std::string_view::npos) return false;
    digits = digit ? digits + 1 : 0;
    if (digits > kLongestNumber) return false;
  }
  return text.size() <= kLongestSteps;
}

Result<Revision> ResolveSteps(const Repository& repository, std::string_view base, std::string_view steps) {
  const std::string name = std::string(base) + std::string(steps);
  if (!AreSteps(steps)) return Unknown(repository, name);
  DAGITOPS_ASSIGN(const Revision from, ResolveName(repository, base));
  const std::string spec = from.id + std::string(steps);
  ObjectPtr found;
  const int code =
      Take(found, [&](git_object** out) { return git_revparse_single(out, repository.handle, spec.c_str()); });
  if (code == GIT_ENOTFOUND) {
    return Error{ErrorKind::kInvalid, "git-revision-unknown", repository.name,
                 Quoted(name) + " is no commit: the history of " + Quoted(base) + " does not go so far",
                 "see `git log " + std::string(base) + "`"};
  }
  if (code == GIT_EINVALIDSPEC) return Unknown(repository, name);
  if (code != 0) {
    return LibraryError(ErrorKind::kRetry, "git-object-unreadable", repository.name, "could not read " + Quoted(name));
  }
  DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository, *git_object_id(found.get())));
  return Describe(commit.get());
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string printable;
  while (!text.empty()) {
    const std::size_t length = SequenceLength(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (length == 0) {
      printable += '?';
    } else if (length == 1 && (first < 0x20 || first == 0x7f)) {
      printable += ' ';
    } else {
      printable += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return Shorten(printable, 500);
}

Result<CommitPtr> LoadCommit(const Repository& repository, const git_oid& id) {
  CommitPtr commit;
  const int code = Take(commit, [&](git_commit** out) { return git_commit_lookup(out, repository.handle, &id); });
  if (code == 0) return commit;
  if (code == GIT_ENOTFOUND) return Unknown(repository, Hex(id));
  return LibraryError(ErrorKind::kRetry, "git-object-unreadable", repository.name, "could not read commit " + Hex(id));
}

Result<CommitPtr> LoadCommit(const Repository& repository, const Revision& revision) {
  std::string_view id = revision.id;
  if (revision.dirty()) id = id.substr(0, id.size() - std::string_view("-dirty").size());
  git_oid oid;
  if (!ParseId(id, &oid)) return Unknown(repository, revision.id);
  return LoadCommit(repository, oid);
}

Revision Describe(const git_commit* commit) {
  Revision revision;
  revision.id = Hex(*git_commit_id(commit));
  if (const git_signature* author = git_commit_author(commit); author != nullptr) {
    revision.author_name = Printable(author->name);
    revision.author_email = Printable(author->email);
    revision.time = author->when.time;
  }
  const char* message = git_commit_message(commit);
  const std::string_view text = message == nullptr ? "" : message;
  const std::string_view trimmed = text.substr(std::min(text.find_first_not_of("\r\n"), text.size()));
  revision.subject = Printable(Trim(trimmed.substr(0, trimmed.find('\n'))));
  return revision;
}

bool ReadRef(const Repository& repository, const std::string& ref, git_oid* id) {
  ReferencePtr found;
  ObjectPtr commit;
  if (Take(found, [&](git_reference** out) { return git_reference_lookup(out, repository.handle, ref.c_str()); }) !=
          0 ||
      Take(commit, [&](git_object** out) { return git_reference_peel(out, found.get(), GIT_OBJECT_COMMIT); }) != 0) {
    return false;
  }
  *id = *git_object_id(commit.get());
  return true;
}

std::string EncodeRefPart(std::string_view name) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    // A leading or trailing dot and "..", ".lock" are not allowed in reference names.
    if (byte > 0x20 && byte < 0x7f && std::string_view("/%.~^:?*[\\").find(c) == std::string_view::npos) {
      encoded += c;
    } else {
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

Result<Revision> ResolveName(const Repository& repository, std::string_view name) {
  if (const std::size_t steps = name.find_first_of(kSteps); steps != std::string_view::npos) {
    return ResolveSteps(repository, name.substr(0, steps), name.substr(steps));
  }
  git_oid id;
  if (ParseId(name, &id)) {
    DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository, id));
    return Describe(commit.get());
  }
  const std::string text(name);
  const std::array<std::string, 6> refs{name == "HEAD" ? repository.head : "refs/dagitops/head/" + EncodeRefPart(name),
                                        "refs/heads/" + text,
                                        "refs/tags/" + text,
                                        "refs/remotes/" + text,
                                        text,
                                        "refs/" + text};
  for (const std::string& ref : refs) {
    if (ReadRef(repository, ref, &id)) {
      DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit(repository, id));
      return Describe(commit.get());
    }
  }
  if (!IsHex(name) || name.size() > GIT_OID_HEXSZ) return Unknown(repository, name);
  if (name.size() < kShortestPrefix) {
    return Error{ErrorKind::kInvalid, "git-revision-too-short", repository.name,
                 Quoted(name) + " has fewer than 7 digits", "give at least 7 digits of the commit id"};
  }
  return ResolvePrefix(repository, name);
}

}  // namespace dagitops::git
