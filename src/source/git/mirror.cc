#include "source/git/mirror.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "dagitops/base/log.h"
#include "dagitops/base/text.h"

#include "source/git/force_ref.h"
#include "source/git/library.h"
#include "source/git/object_copy.h"

namespace dagitops::git {
namespace {

namespace fs = std::filesystem;

constexpr auto kLeftoverAge = std::chrono::hours(1);
constexpr int kMostLeftovers = 1000;
constexpr char kHeadRefs[] = "refs/dagitops/head/";
constexpr char kKeepRefs[] = "refs/dagitops/keep/";

Error Unwritable(const std::string& path, const std::string& doing) {
  return Error{ErrorKind::kStalled, "git-mirror-unwritable", path, doing + ": " + std::strerror(errno),
               "make room, or give this user write access to the folder"};
}

// Writes the file beside its place and renames it, so that a reader sees the old or the new text and a crash loses
// none.
Status WriteAtomically(const fs::path& path, const std::string& text) {
  std::error_code ignored;
  fs::create_directories(path.parent_path(), ignored);
  const std::string beside = path.string() + ".new";
  const int descriptor = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return Unwritable(beside, "could not write");
  const bool written = write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool synced = written && fsync(descriptor) == 0;
  close(descriptor);
  if (!synced || rename(beside.c_str(), path.c_str()) != 0) return Unwritable(path.string(), "could not write");
  return Ok();
}

Result<std::string> MakeBare(const std::string& pattern) {
  std::string path = pattern;
  if (mkdtemp(path.data()) == nullptr) return Unwritable(pattern, "could not make a folder");
  git_repository_init_options options{};
  git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
  options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_NO_DOTGIT_DIR;
  options.initial_head = "main";
  RepositoryPtr made;
  if (Take(made, [&](git_repository** out) { return git_repository_init_ext(out, path.c_str(), &options); }) != 0) {
    return LibraryError(ErrorKind::kStalled, "git-mirror-unwritable", path, "could not make a repository");
  }
  return path;
}

bool IsLeftover(const fs::directory_entry& entry, const std::vector<std::string>& prefixes) {
  std::error_code error;
  const std::string name = entry.path().filename().string();
  const bool named = std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& p) { return name.starts_with(p); });
  if (!named) return false;
  const auto written = fs::last_write_time(entry.path(), error);
  return !error && fs::file_time_type::clock::now() - written > kLeftoverAge;
}

void RemoveLeftovers(const fs::path& folder, const std::vector<std::string>& prefixes, const std::string& but) {
  std::error_code error;
  int removed = 0;
  for (auto at = fs::directory_iterator(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    if (removed >= kMostLeftovers) return;
    if (at->path().filename() == but || !IsLeftover(*at, prefixes)) continue;
    std::error_code ignored;
    fs::remove_all(at->path(), ignored);
    ++removed;
  }
}

std::vector<std::string> RefsBelow(git_repository* repository, const std::string& prefix) {
  std::vector<std::string> names;
  git_reference_iterator* iterator = nullptr;
  if (git_reference_iterator_glob_new(&iterator, repository, (prefix + "*").c_str()) != 0) return names;
  const char* name = nullptr;
  while (git_reference_next_name(&name, iterator) == 0) names.emplace_back(name);
  git_reference_iterator_free(iterator);
  return names;
}

// Brings what the old mirror keeps into the new one, as far as it can still be read.
void CarryOver(git_repository* from, git_repository* to) {
  for (const std::string& ref : RefsBelow(from, "refs/dagitops/")) {
    ReferencePtr old;
    if (Take(old, [&](git_reference** out) { return git_reference_lookup(out, from, ref.c_str()); }) != 0) continue;
    const git_oid* id = git_reference_target(old.get());
    ReferencePtr made;
    const auto make = [&](git_reference** out) { return git_reference_create(out, to, ref.c_str(), id, 0, nullptr); };
    if (id == nullptr || (CopyCommit(from, to, *id) && (Take(made, make) == 0 || made == nullptr))) continue;
    Log(LogLevel::kWarning, "a commit was lost with the damaged mirror", {{"ref", ref}});
  }
}

// A branch as one part of a name; the remote's default branch is called HEAD, as no branch can be.
std::string HeadName(const std::string& branch) { return branch.empty() ? "HEAD" : EncodeRefPart(branch); }

}  // namespace

Result<Mirror> Mirror::Open(const std::string& dir) {
  PrepareLibrary();
  std::error_code error;
  fs::create_directories(fs::path(dir) / "home" / ".ssh", error);
  if (error) {
    errno = error.value();
    return Unwritable(dir, "could not make the mirror's folder");
  }
  Mirror mirror(fs::absolute(dir).lexically_normal().string());
  const std::string repository = mirror.repository_path();
  if (!fs::exists(fs::symlink_status(repository, error))) {
    DAGITOPS_ASSIGN(const std::string beside, mirror.MakeBeside());
    // Somebody else may have been faster: then theirs is used.
    fs::create_symlink(fs::path(beside).filename(), repository, error);
    if (error) fs::remove_all(beside, error);
  }
  mirror.Refresh();
  return mirror;
}

bool Mirror::Refresh() {
  std::error_code error;
  if (fs::read_symlink(repository_path(), error).string() == target_) return false;
  Reopen();
  return true;
}

void Mirror::Reopen() {
  std::error_code error;
  target_ = fs::read_symlink(repository_path(), error).string();
  handle_.reset();  // before the next one is opened: libgit2 shares packs between handles of one path
  const auto open = [&](git_repository** out) { return git_repository_open_bare(out, repository_path().c_str()); };
  if (Take(handle_, open) != 0) handle_.reset();
}

std::string Mirror::HeadRef(const std::string& branch) { return kHeadRefs + HeadName(branch); }

std::optional<HeadRecord> Mirror::ReadHead(const std::string& branch) const {
  std::ifstream file(repository_path() + "/dagitops/head/" + HeadName(branch));
  std::string state;
  std::string commit;
  file >> state >> commit;
  git_oid id;
  if (state == "missing") return HeadRecord{BranchHead::State::kBranchMissing, ""};
  if (state == "empty") return HeadRecord{BranchHead::State::kRepositoryEmpty, ""};
  if (state == "present" && ParseId(commit, &id)) return HeadRecord{BranchHead::State::kPresent, commit};
  return std::nullopt;
}

Status Mirror::WriteHead(const std::string& branch, const HeadRecord& head) {
  const std::string name = HeadName(branch);
  std::string text = head.state == BranchHead::State::kRepositoryEmpty ? "empty\n" : "missing\n";
  if (head.state == BranchHead::State::kPresent) {
    DAGITOPS_TRY(SetRef(HeadRef(branch), head.commit));
    text = "present " + head.commit + "\n";
  }
  return WriteAtomically(repository_path() + "/dagitops/head/" + name, text);
}

Status Mirror::SetRef(const std::string& ref, const std::string& commit) {
  git_oid id;
  git_oid current;
  if (!ParseId(commit, &id))
    return LibraryError(ErrorKind::kInternal, "git-mirror-ref", ref, "no commit id: " + commit);
  if (ReadRef({handle_.get(), ref}, ref, &current) && git_oid_equal(&current, &id) != 0) return Ok();
  const int code = ForceRef(handle_.get(), ref, id);
  if (code != 0) return LibraryError(ErrorKind::kRetry, "git-mirror-unwritable", ref, "could not write the reference");
  return Ok();
}

Status Mirror::DropRef(const std::string& ref) {
  unlink((repository_path() + "/" + ref + ".lock").c_str());
  const int code = git_reference_remove(handle_.get(), ref.c_str());
  if (code == 0 || code == GIT_ENOTFOUND) return Ok();
  return LibraryError(ErrorKind::kRetry, "git-mirror-unwritable", ref, "could not remove the reference");
}

Result<std::vector<std::string>> Mirror::Keep(const std::string& scope, const std::vector<std::string>& commits) {
  const std::string prefix = kKeepRefs + EncodeRefPart(scope) + "/";
  std::vector<std::string> wanted;
  std::vector<std::string> missing;
  for (const std::string& commit : commits) {
    const auto found = LoadCommit({handle_.get(), repository_path()}, Revision{commit, "", "", 0, ""});
    // An unreadable object is another matter: then nobody knows what is there.
    if (!found && found.error().kind != ErrorKind::kInvalid) return found.error();
    if (!found) {
      missing.push_back(commit);
      continue;
    }
    const std::string id = Hex(*git_commit_id(found->get()));
    wanted.push_back(prefix + id);
    DAGITOPS_TRY(SetRef(wanted.back(), id));
  }
  for (const std::string& ref : RefsBelow(handle_.get(), prefix)) {
    if (std::find(wanted.begin(), wanted.end(), ref) == wanted.end()) DAGITOPS_TRY(DropRef(ref));
  }
  return missing;
}

Result<std::string> Mirror::MakeBeside() const { return MakeBare(dir_ + "/repo-XXXXXX"); }

Status Mirror::PointAt(const std::string& beside) const {
  const std::string link = beside + ".link";
  std::error_code error;
  fs::create_symlink(fs::path(beside).filename(), link, error);
  if (!error) fs::rename(link, repository_path(), error);
  if (!error) return Ok();
  errno = error.value();
  return Unwritable(repository_path(), "could not put the new mirror into the place of the damaged one");
}

Status Mirror::Replace(const std::string& beside) {
  RepositoryPtr fresh;
  if (Take(fresh, [&](git_repository** out) { return git_repository_open_bare(out, beside.c_str()); }) != 0) {
    return LibraryError(ErrorKind::kRetry, "git-mirror-corrupt", beside, "could not open the new mirror");
  }
  if (readable()) CarryOver(handle_.get(), fresh.get());
  const std::string old = dir_ + "/" + target_;
  DAGITOPS_TRY(PointAt(beside));
  Refresh();
  std::error_code ignored;
  if (fs::path(old).filename().string().starts_with("repo-")) fs::remove_all(old, ignored);
  return Ok();
}

void Mirror::CleanUp() const {
  RemoveLeftovers(dir_, {"repo-"}, target_);
  RemoveLeftovers(repository_path() + "/objects/pack", {"pack_git2_", "tmp_", ".tmp-"}, "");
}

}  // namespace dagitops::git
